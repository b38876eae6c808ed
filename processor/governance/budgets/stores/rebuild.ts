import { hostname } from 'node:os';
import { readLedger } from '../../ledger/read-ledger.ts';
import type { CompiledBudget } from '../scope/compiled-budget.ts';
import type { AccountSum } from './store.ts';

const HOUR_MS = 3_600_000;
/** Runs that began longer ago are over. */
const RUNS_SINCE_MS = 24 * HOUR_MS;

/** What one ledger knows of the periods that go on now. */
export interface LedgerSums {
  /** Names the ledger, so that the sums of several add up. */
  readonly source: string;
  readonly sums: readonly AccountSum[];
}

/**
 * What the calls in `folder` were charged in the current periods of `budgets`: what counters are
 * raised to when they were lost. Rejects with what the file system says.
 */
export async function sumLedger(
  folder: string,
  budgets: readonly CompiledBudget[],
  nowMs: number,
): Promise<LedgerSums> {
  const wanted = new Map(budgets.map((budget) => [budget.id, wantedPeriods(budget, nowMs)]));
  const sinceMs = Math.min(...[...wanted.values()].map(({ fromMs }) => fromMs), nowMs);
  const sums = new Map<string, AccountSum>();
  for await (const { charges } of readLedger(folder, { sinceMs })) {
    for (const { budget, split = '', period, amount } of charges ?? []) {
      const keepUntilMs = wanted.get(budget)?.keepUntilMs(period);
      if (keepUntilMs === undefined) continue;
      const key = `${budget}\n${split}\n${period}`;
      const before = sums.get(key)?.amount ?? 0;
      sums.set(key, { budget, split, period, amount: before + amount, keepUntilMs });
    }
  }
  return { source: `${hostname()}:${folder}`, sums: [...sums.values()] };
}

interface WantedPeriods {
  readonly fromMs: number;
  /** Until when a period's figures are kept; `undefined` for one that is over. */
  keepUntilMs(id: string): number | undefined;
}

function wantedPeriods(budget: CompiledBudget, nowMs: number): WantedPeriods {
  const {
    id,
    startMs = nowMs - RUNS_SINCE_MS,
    olderIds = [],
    keepUntilMs,
  } = budget.periodAt(nowMs, '');
  const ids = new Set([id, ...olderIds]);
  const isPerRun = budget.config.period === 'run';
  return {
    fromMs: startMs,
    keepUntilMs: (period) =>
      ids.has(period) || (isPerRun && period.startsWith(id)) ? keepUntilMs : undefined,
  };
}
