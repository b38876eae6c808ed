import type { CompiledBudget } from '../scope/compiled-budget.ts';
import {
  BudgetContendedError,
  BudgetExceededError,
  type BudgetFigures,
  BudgetStoreUnavailableError,
} from '../budget-errors.ts';
import { allowanceOf } from '../stores/outage.ts';
import type { Period } from '../scope/period.ts';
import type { AccountFigures, Charge } from '../stores/store.ts';

const NOTHING: AccountFigures = { committed: 0, held: 0, extra: 0 };

/** The budget is spent. */
export function exceeded(
  budget: CompiledBudget,
  charge: Charge,
  period: Period,
  figures: AccountFigures,
): BudgetExceededError {
  return new BudgetExceededError(figuresOf(budget, charge, period, figures));
}

/** Others hold what is left. */
export function contended(
  budget: CompiledBudget,
  charge: Charge,
  period: Period,
  figures: AccountFigures,
): BudgetContendedError {
  return new BudgetContendedError(figuresOf(budget, charge, period, figures));
}

/** The store is away and the budget lets nothing more pass without it. */
export function unavailable(
  budget: CompiledBudget,
  charge: Charge,
  period: Period,
  cause: unknown,
): BudgetStoreUnavailableError {
  const why =
    budget.config.onStoreFailure === 'closed'
      ? 'the budget lets no call pass without it'
      : `what calls of this process may spend meanwhile (${allowanceShown(budget)}) is used up`;
  return new BudgetStoreUnavailableError(figuresOf(budget, charge, period, NOTHING), why, {
    cause,
  });
}

/** The model has no price, and the budget refuses such models. */
export function unpriced(
  budget: CompiledBudget,
  charge: Charge,
  period: Period,
  model: string | undefined,
): BudgetExceededError {
  return new BudgetExceededError(
    figuresOf(budget, charge, period, NOTHING),
    `No price is known for model ${model ?? '(none named)'}, and unknownModel: deny refuses such calls; add the model to the price overlay.`,
  );
}

function allowanceShown(budget: CompiledBudget): string {
  const amount = budget.shown(allowanceOf(budget));
  return budget.unit === 'usd' ? `$${amount.toFixed(2)}` : `${amount} ${budget.unit}`;
}

function figuresOf(
  budget: CompiledBudget,
  charge: Charge,
  { endMs }: Period,
  { committed, held, extra }: AccountFigures,
): BudgetFigures {
  return {
    budget: budget.id,
    split: charge.split === '' ? undefined : charge.split,
    period: charge.overridePeriod ?? charge.period,
    periodEnd: endMs === undefined ? undefined : new Date(endMs),
    unit: budget.unit,
    limit: budget.shown(charge.limit + extra),
    spent: budget.shown(committed),
    held: budget.shown(held),
    estimate: budget.shown(charge.amount),
    owner: budget.config.owner,
  };
}
