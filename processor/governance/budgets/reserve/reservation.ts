import type { CallState } from '../../../engine/loops/call-state.ts';
import type { ChargePlan } from './charges.ts';
import type { CompiledBudget } from '../scope/compiled-budget.ts';
import type { CallEstimate } from './estimate.ts';
import type { Charge } from '../stores/store.ts';

/** What budgets decided about a call; the words of `costspan.budget.decision`. */
export type BudgetDecision = 'allow' | 'alert' | 'throttle' | 'downgrade' | 'override' | 'block';

/** What a call holds in the budgets that match it, from its admission to its settlement. */
export class Reservation {
  readonly id: string;
  readonly estimate: CallEstimate;
  /** Aligned with `charges`. */
  budgets: readonly CompiledBudget[] = [];
  /** As last tried; those that were admitted once it is. */
  charges: readonly Charge[] = [];
  /** Index of the budget that had the last word. */
  decidedBy = 0;
  /** Index of the budget that made the call wait or go to another model. */
  easedBy = 0;
  /** Decisions were counted. */
  isTold = false;
  /** Model that the application asked for, where a budget chose another. */
  downgradedFrom: string | undefined = undefined;
  /** Ids of the overrides without which the call would have been refused. */
  overrides: readonly string[] = [];
  /** Admitted without the store, within the outage allowance. */
  isBlind = false;
  /** Nothing is held any more: settled, released or refused. */
  ended = false;
  /** When the hold was made or renewed, epoch milliseconds. */
  heldSinceMs = 0;
  /** By the index of their budget, where they are other than to let the call pass as it is. */
  #decisions: BudgetDecision[] = [];

  constructor(id: string, estimate: CallEstimate) {
    this.id = id;
    this.estimate = estimate;
  }

  /** Takes the charges that are tried next, none decided about yet. */
  take({ budgets }: ChargePlan, charges: readonly Charge[]): void {
    this.budgets = budgets;
    this.charges = charges;
    this.#decisions = [];
    this.decidedBy = 0;
  }

  decisionOf(index: number): BudgetDecision {
    return this.#decisions[index] ?? 'allow';
  }

  get isDenied(): boolean {
    return this.#decisions.includes('block');
  }

  /** A budget decided something other than to let the call pass as it is. */
  decide(index: number, decision: BudgetDecision): void {
    this.#decisions[index] = decision;
    this.decidedBy = index;
  }
}

/** What budgets have set aside for a call. */
export function reservationOf({ reservation }: CallState): Reservation | undefined {
  return reservation instanceof Reservation ? reservation : undefined;
}
