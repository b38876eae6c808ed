import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_COSTSPAN_BUDGET_DECISION,
  ATTR_COSTSPAN_BUDGET_DOWNGRADED_FROM,
  ATTR_COSTSPAN_BUDGET_ID,
  ATTR_COSTSPAN_BUDGET_THRESHOLD,
  METRIC_COSTSPAN_BUDGET_ALERTS,
  METRIC_COSTSPAN_BUDGET_DECISIONS,
} from '../../../../conventions/index.ts';
import type { Observe } from '../../../engine/metrics/metric-sink.ts';
import { LabelledSums } from '../../../engine/metrics/labelled-sums.ts';
import { alertOf, tellAlert } from './alerts.ts';
import type { CompiledBudget } from '../scope/compiled-budget.ts';
import { BudgetGauges } from './gauges.ts';
import type { BudgetHooks } from './hooks.ts';
import type { Reservation } from '../reserve/reservation.ts';
import type { StoreAccess } from '../stores/store-access.ts';
import type { AccountFigures, Charge, Crossing } from '../stores/store.ts';

/** Budgets with counters of their own. */
const MOST_SETS = 2_000;
const OTHER = 'other';

/** What budgets show: decisions on spans and as a counter, alerts, gauges. */
export class BudgetTelemetry {
  readonly #hooks: BudgetHooks;
  readonly #gauges: BudgetGauges;
  readonly #decisions = new LabelledSums(MOST_SETS);
  readonly #alerts = new LabelledSums(MOST_SETS);
  /** Accounts whose crossing came after the span of its call had ended: the next call shows it. */
  readonly #pendingAlerts = new Set<string>();

  constructor(access: StoreAccess, hooks: BudgetHooks, now: () => number) {
    this.#hooks = hooks;
    this.#gauges = new BudgetGauges(access, now);
  }

  configure(budgets: readonly CompiledBudget[]): void {
    this.#gauges.configure(budgets);
  }

  /** The store's latest word on the accounts of `charges`. */
  seen(
    budgets: readonly CompiledBudget[],
    charges: readonly Charge[],
    figures: readonly AccountFigures[],
  ): void {
    this.#gauges.seen(budgets, charges, figures);
  }

  /** Thresholds that were reached: told now, once in the fleet. */
  crossed(
    reservation: Reservation,
    crossings: readonly Crossing[],
    figures: readonly AccountFigures[],
  ): void {
    for (const { charge: index, threshold } of crossings) {
      const budget = reservation.budgets[index]!;
      const charge = reservation.charges[index]!;
      const alert = alertOf(budget, charge, threshold, figures[index]!);
      this.#alerts.add(
        `${budget.id}\n${alert.threshold}`,
        1,
        () => ({
          [ATTR_COSTSPAN_BUDGET_ID]: budget.id,
          [ATTR_COSTSPAN_BUDGET_THRESHOLD]: alert.threshold,
        }),
        OTHER,
        () => ({ [ATTR_COSTSPAN_BUDGET_ID]: OTHER }),
      );
      tellAlert(alert, budget, this.#hooks);
      if (reservation.isTold) this.#pendingAlerts.add(keyOf(charge));
      else if (reservation.decisionOf(index) === 'allow') reservation.decide(index, 'alert');
    }
  }

  /** Whether the crossing of a threshold is still to be shown on a call. */
  takePendingAlert(charge: Charge): boolean {
    return this.#pendingAlerts.size > 0 && this.#pendingAlerts.delete(keyOf(charge));
  }

  /** What was decided about a call, counted once. */
  decided(reservation: Reservation, attributes: Attributes | undefined): void {
    const { budgets, decidedBy, downgradedFrom } = reservation;
    if (attributes !== undefined) {
      attributes[ATTR_COSTSPAN_BUDGET_DECISION] = reservation.decisionOf(decidedBy);
      const deciding = budgets[decidedBy];
      if (deciding !== undefined) attributes[ATTR_COSTSPAN_BUDGET_ID] = deciding.id;
      if (downgradedFrom !== undefined) {
        attributes[ATTR_COSTSPAN_BUDGET_DOWNGRADED_FROM] = downgradedFrom;
      }
    }
    if (reservation.isTold) return;
    reservation.isTold = true;
    for (const [index, { id }] of budgets.entries()) {
      const decision = reservation.decisionOf(index);
      const labels = (budget: string): Attributes => ({
        [ATTR_COSTSPAN_BUDGET_ID]: budget,
        [ATTR_COSTSPAN_BUDGET_DECISION]: decision,
      });
      this.#decisions.add(
        `${id}\n${decision}`,
        1,
        () => labels(id),
        `${OTHER}\n${decision}`,
        () => labels(OTHER),
      );
    }
  }

  /** Hands over every figure, as a collection does. */
  observe(observe: Observe): void {
    for (const { value, attributes } of this.#decisions.values()) {
      observe(METRIC_COSTSPAN_BUDGET_DECISIONS, value, attributes);
    }
    for (const { value, attributes } of this.#alerts.values()) {
      observe(METRIC_COSTSPAN_BUDGET_ALERTS, value, attributes);
    }
    this.#gauges.observe(observe);
  }
}

function keyOf({ budget, split }: Charge): string {
  return `${budget}\n${split}`;
}
