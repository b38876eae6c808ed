import {
  ATTR_COSTSPAN_BUDGET_DECISION,
  ATTR_COSTSPAN_BUDGET_ID,
  METRIC_COSTSPAN_BUDGET_DECISIONS,
} from '../../conventions/index.ts';
import type { Observe } from '../metrics/instruments.ts';
import type { BudgetDecision } from './reservation.ts';

/** Pairs of a budget and a decision that are counted by themselves. */
const MOST_PAIRS = 2_000;
const OTHER = 'other';

/** How often each budget decided what. */
export class DecisionCounts {
  readonly #budgets = new Map<string, Map<BudgetDecision, number>>();
  #pairs = 0;

  add(budget: string, decision: BudgetDecision): void {
    const known = this.#budgets.get(budget);
    const count = known?.get(decision);
    if (known !== undefined && count !== undefined) known.set(decision, count + 1);
    else if (this.#pairs < MOST_PAIRS || budget === OTHER) this.#addPair(budget, decision);
    else this.add(OTHER, decision);
  }

  observe(observe: Observe): void {
    for (const [budget, decisions] of this.#budgets) {
      for (const [decision, count] of decisions) {
        observe(METRIC_COSTSPAN_BUDGET_DECISIONS, count, {
          [ATTR_COSTSPAN_BUDGET_DECISION]: decision,
          [ATTR_COSTSPAN_BUDGET_ID]: budget,
        });
      }
    }
  }

  #addPair(budget: string, decision: BudgetDecision): void {
    let decisions = this.#budgets.get(budget);
    if (decisions === undefined) {
      decisions = new Map();
      this.#budgets.set(budget, decisions);
    }
    decisions.set(decision, 1);
    this.#pairs += 1;
  }
}
