import type { CompiledBudget } from '../scope/compiled-budget.ts';
import type { Charge } from './store.ts';

/** Accounts whose allowance is followed; past it the oldest begin anew. */
const MOST_ACCOUNTS = 10_000;

/**
 * What this process may spend of each budget while the store is away. A closed budget gives
 * nothing; an open one a share of its limit for each period, and then nothing either.
 */
export class OutageAllowance {
  readonly #taken = new Map<string, number>();

  /**
   * Takes all charges from the allowances, or none: then returns the index of the first that does
   * not fit.
   */
  take(budgets: readonly CompiledBudget[], charges: readonly Charge[]): number | undefined {
    for (const [index, charge] of charges.entries()) {
      const budget = budgets[index]!;
      if (!budget.enforced) continue;
      if (budget.config.onStoreFailure === 'closed') return index;
      if (this.#takenOf(charge) + charge.amount > allowanceOf(budget)) return index;
    }
    for (const charge of charges) this.#add(charge, charge.amount);
    return undefined;
  }

  /** Puts right what a call took, once it is known what it came to. */
  correct(charges: readonly Charge[], actual: readonly Charge[]): void {
    for (const [index, charge] of charges.entries()) {
      this.#add(charge, (actual[index]?.amount ?? 0) - charge.amount);
    }
  }

  #takenOf(charge: Charge): number {
    return this.#taken.get(keyOf(charge)) ?? 0;
  }

  #add(charge: Charge, amount: number): void {
    const key = keyOf(charge);
    this.#taken.set(key, this.#takenOf(charge) + amount);
    if (this.#taken.size <= MOST_ACCOUNTS) return;
    const [oldest] = this.#taken.keys();
    if (oldest !== undefined) this.#taken.delete(oldest);
  }
}

/** In the budget's unit. */
export function allowanceOf({ limit, config }: CompiledBudget): number {
  return Math.floor(limit * config.outageAllowance);
}

function keyOf({ budget, split, period }: Charge): string {
  return `${budget}\n${split}\n${period}`;
}
