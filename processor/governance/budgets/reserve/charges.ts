import type { CompiledBudget } from '../scope/compiled-budget.ts';
import type { CallEstimate } from './estimate.ts';
import type { CallFacts } from '../scope/match.ts';
import type { Charge } from '../stores/store.ts';

/** The budgets that a call counts to, and which split of each. */
export interface ChargePlan {
  readonly budgets: readonly CompiledBudget[];
  readonly splits: readonly string[];
}

export function planCharges(
  budgets: readonly CompiledBudget[],
  facts: CallFacts,
  verified: CallFacts,
): ChargePlan {
  const matching: CompiledBudget[] = [];
  const splits: string[] = [];
  for (const budget of budgets) {
    // A hard cap rests on nothing that a stranger may have claimed.
    const known = budget.isFirm ? verified : facts;
    if (!budget.matches(known)) continue;
    matching.push(budget);
    splits.push(budget.splitOf(known));
  }
  return { budgets: matching, splits };
}

/** The charge of `amount` to the period that `nowMs` lies in. */
export function chargeOf(
  budget: CompiledBudget,
  split: string,
  amount: number,
  nowMs: number,
  runId: string,
): Charge {
  const period = budget.periodAt(nowMs, runId);
  return {
    budget: budget.id,
    split,
    period: period.id,
    olderPeriods: period.olderIds,
    alertPeriod: period.alertId,
    overridePeriod: period.overrideId,
    keepUntilMs: period.keepUntilMs,
    amount,
    limit: budget.limit,
    enforced: budget.enforced,
    thresholds: budget.thresholds,
  };
}

/**
 * What a call may come to in the unit of `budget`; `undefined` where that is unknown and the budget
 * says to refuse such calls.
 */
export function estimatedAmount(
  { unit, isFirm, config }: CompiledBudget,
  estimate: CallEstimate,
): number | undefined {
  if (unit === 'calls') return 1;
  const { tokens, usd } = isFirm ? estimate.firm : estimate.likely;
  if (unit === 'tokens') return tokens;
  if (usd !== undefined) return usd;
  switch (config.unknownModel) {
    case 'allow':
      return 0;
    case 'deny':
      return undefined;
    case 'assume-dearest':
      return estimate.atDearest(isFirm);
    default:
      return config.unknownModel satisfies never;
  }
}
