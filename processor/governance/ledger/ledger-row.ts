import type {
  Attribution,
  AttributionKey,
  CallCost,
  CallOutcome,
  CallPrice,
  LlmCall,
  PriceMatch,
  PriceState,
  TokenUsage,
  UsageSource,
} from '../../../conventions/index.ts';
import type { AttributionScope } from '../../engine/attribution/attribution-scope.ts';
import type { AttributionSource } from '../../engine/attribution/attribution-source.ts';

/** What one call was charged to one budget, in the budget's own unit. */
export interface LedgerCharge {
  readonly budget: string;
  /** Which split of the budget, where it is split by user, task … */
  readonly split?: string | undefined;
  /** The period of admission, such as `2026-11`. */
  readonly period: string;
  /** Nano-USD, tokens or calls. */
  readonly amount: number;
  readonly unit: 'usd' | 'tokens' | 'calls';
}

/** What budgets said about a call; absent where none had a say. */
export interface LedgerAdmission {
  /** `costspan.budget.decision`. */
  readonly decision?: string | undefined;
  /** Id of the override without which the call would have been refused. */
  readonly override?: string | undefined;
  /** Admitted while the store could not be asked. */
  readonly blind?: boolean | undefined;
  readonly charges?: readonly LedgerCharge[] | undefined;
}

/**
 * One booked call. Holds no content of prompts or completions. A row is never changed: corrections
 * are rows of their own. Money is whole nano-USD, times are epoch milliseconds.
 */
export interface LedgerRow extends LedgerAdmission {
  readonly v: 1;
  /** The call's own id, which is also the id of its reservation. */
  readonly id: string;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly outcome: CallOutcome;
  readonly errorType?: string | undefined;
  readonly operation: string;
  readonly provider: string;
  readonly requestModel?: string | undefined;
  readonly responseModel?: string | undefined;
  readonly responseId?: string | undefined;
  readonly tier?: string | undefined;
  readonly usage?: TokenUsage | undefined;
  readonly usageSource?: UsageSource | undefined;
  readonly priceState: PriceState;
  /** What a `partial` cost leaves out. */
  readonly missing?: readonly string[] | undefined;
  /** Absent when unpriced: unknown is not nothing. */
  readonly cost?: CallCost | undefined;
  /** The same at the book's own rates; absent where no book lists them. */
  readonly listNanos?: number | undefined;
  readonly book: string;
  readonly match?: PriceMatch | undefined;
  readonly attribution: Attribution;
  readonly sources: Readonly<Partial<Record<AttributionKey, AttributionSource>>>;
  readonly run?: string | undefined;
  readonly depth?: number | undefined;
  readonly agent?: string | undefined;
  readonly retries: number;
}

/** Where a call stood, as far as the ledger keeps it. */
export interface LedgerPlace {
  readonly scope: AttributionScope;
  readonly runId: string | undefined;
  readonly depth: number | undefined;
  readonly agent: string | undefined;
}

export function ledgerRow(
  id: string,
  call: LlmCall,
  price: CallPrice,
  listNanos: number | undefined,
  place: LedgerPlace,
  admission: LedgerAdmission | undefined,
): LedgerRow {
  return {
    v: 1,
    id,
    startedMs: call.startTimeMs,
    endedMs: call.endTimeMs,
    outcome: call.outcome,
    errorType: call.errorType,
    operation: call.operation,
    provider: call.provider,
    requestModel: call.requestModel,
    responseModel: call.responseModel,
    responseId: call.responseId,
    tier: price.tier,
    usage: call.usage,
    usageSource: call.usage === undefined ? undefined : (call.usageSource ?? 'provider'),
    priceState: price.state,
    missing: price.missing,
    cost: price.cost,
    listNanos,
    book: price.book,
    match: price.match,
    attribution: place.scope.values,
    sources: place.scope.sources,
    run: place.runId,
    depth: place.depth,
    agent: place.agent,
    retries: call.retries,
    ...admission,
  };
}

/** The row that a line holds; `undefined` for a torn line or one of another kind. */
export function parseLedgerRow(line: string): LedgerRow | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  return isLedgerRow(value) ? value : undefined;
}

/** The fields that sums rest on; the rest of a row is for people and may grow. */
function isLedgerRow(value: unknown): value is LedgerRow {
  if (typeof value !== 'object' || value === null) return false;
  const { v, id, endedMs, charges, cost } = value as Partial<Record<keyof LedgerRow, unknown>>;
  if (v !== 1 || typeof id !== 'string' || !Number.isFinite(endedMs)) return false;
  if (cost !== undefined && !isCost(cost)) return false;
  return charges === undefined || (Array.isArray(charges) && charges.every(isCharge));
}

function isCost(value: unknown): boolean {
  return typeof value === 'object' && value !== null && isAmount(Reflect.get(value, 'totalNanos'));
}

function isCharge(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { budget, period, amount } = value as Partial<LedgerCharge>;
  return typeof budget === 'string' && typeof period === 'string' && isAmount(amount);
}

function isAmount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
