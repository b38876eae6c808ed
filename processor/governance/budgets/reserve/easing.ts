import type { LlmCall } from '../../../../conventions/index.ts';
import type { AttributionScope } from '../../../engine/attribution/attribution-scope.ts';
import { describeError } from '../../../../conventions/error-text.ts';
import { warnOnce } from '../../../../conventions/warn-once.ts';
import type { CompiledBudget } from '../scope/compiled-budget.ts';
import type { BudgetHooks } from '../reporting/hooks.ts';
import { compilePattern } from '../scope/match.ts';
import type { Reservation } from './reservation.ts';
import type { AccountFigures, Charge } from '../stores/store.ts';

/** Fewer output tokens than this are no answer. */
const LEAST_OUTPUT = 16;

/**
 * The model to ask instead, by the application's hook, else by `downgradeTo`; `undefined` where
 * neither names another one, or where the request could not be sent to it.
 */
export function chooseModel(
  budget: CompiledBudget,
  call: LlmCall,
  { values }: AttributionScope,
  hooks: BudgetHooks,
): string | undefined {
  const { requestModel } = call;
  if (requestModel === undefined || !call.canSendModel) return undefined;
  const chosen =
    askHook(hooks, {
      budget: budget.id,
      provider: call.provider,
      model: requestModel,
      team: values.team,
      workflow: values.workflow,
    }) ?? mapped(budget.config.downgradeTo, requestModel, call.canLimitOutput);
  if (chosen === undefined || chosen === requestModel) return undefined;
  return call.sendableModels?.test(chosen) === false ? undefined : chosen;
}

function askHook(
  { downgrade }: BudgetHooks,
  request: Parameters<NonNullable<BudgetHooks['downgrade']>>[0],
): string | undefined {
  if (downgrade === undefined) return undefined;
  try {
    const model: unknown = downgrade(request);
    return typeof model === 'string' && model !== '' ? model : undefined;
  } catch (error) {
    warnOnce('downgrade hook', `the downgrade hook failed: ${describeError(error)}`);
    return undefined;
  }
}

/** One model for all calls stands in for those that write text; embeddings would fail with it. */
function mapped(
  to: string | Readonly<Record<string, string>> | undefined,
  model: string,
  writesText: boolean,
): string | undefined {
  if (to === undefined || typeof to === 'string') return writesText ? to : undefined;
  if (Object.hasOwn(to, model)) return to[model];
  return Object.entries(to).find(([pattern]) => compilePattern(pattern, true)(model))?.[1];
}

/**
 * Lowers the call's output to what is left of the budget; false where that leaves no answer, where
 * the request has no such field, or where its price is unknown.
 */
export function lowerOutput(
  call: LlmCall,
  { estimate }: Reservation,
  budget: CompiledBudget,
  charge: Charge,
  { committed, held, extra }: AccountFigures,
): boolean {
  if (!call.canLimitOutput || budget.unit === 'calls') return false;
  const { isFirm, unit } = budget;
  const { inputTokens } = isFirm ? estimate.firm : estimate.likely;
  const choices = Math.max(1, call.choices ?? 1);
  const input = unit === 'usd' ? estimate.inputUsd(isFirm) : inputTokens;
  const perToken = unit === 'usd' ? estimate.outputRate(isFirm) : choices;
  if (input === undefined || perToken === undefined || perToken <= 0) return false;
  const left = charge.limit + extra - committed - held - input;
  // One nano is what rounding the sum up may add.
  const most = Math.floor((left - 1) / perToken);
  const least = Math.max(LEAST_OUTPUT, call.leastOutputTokens ?? 0);
  if (most < least || most >= (call.maxOutputTokens ?? Infinity)) return false;
  call.sendMaxOutputTokens = most;
  estimate.changed();
  return true;
}
