import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_COSTSPAN_BUDGET_ID,
  ATTR_COSTSPAN_BUDGET_PERIOD,
  METRIC_COSTSPAN_BUDGET_FORECAST_CALLS,
  METRIC_COSTSPAN_BUDGET_FORECAST_TOKENS,
  METRIC_COSTSPAN_BUDGET_FORECAST_USD,
  METRIC_COSTSPAN_BUDGET_HELD_CALLS,
  METRIC_COSTSPAN_BUDGET_HELD_TOKENS,
  METRIC_COSTSPAN_BUDGET_HELD_USD,
  METRIC_COSTSPAN_BUDGET_LIMIT_CALLS,
  METRIC_COSTSPAN_BUDGET_LIMIT_TOKENS,
  METRIC_COSTSPAN_BUDGET_LIMIT_USD,
  METRIC_COSTSPAN_BUDGET_SPENT_CALLS,
  METRIC_COSTSPAN_BUDGET_SPENT_TOKENS,
  METRIC_COSTSPAN_BUDGET_SPENT_USD,
  type MetricName,
} from '../../../../conventions/index.ts';
import type { Observe } from '../../../engine/metrics/metric-sink.ts';
import type { BudgetUnit, CompiledBudget } from '../scope/compiled-budget.ts';
import { forecast } from './forecast.ts';
import { andThen, attempt } from '../stores/maybe.ts';
import type { Period } from '../scope/period.ts';
import type { StoreAccess } from '../stores/store-access.ts';
import type { Account, AccountFigures, AccountStatus, Charge, Maybe } from '../stores/store.ts';

interface GaugeNames {
  readonly limit: MetricName;
  readonly spent: MetricName;
  readonly held: MetricName;
  readonly forecast: MetricName;
}

const GAUGES: Readonly<Record<BudgetUnit, GaugeNames>> = {
  usd: {
    limit: METRIC_COSTSPAN_BUDGET_LIMIT_USD,
    spent: METRIC_COSTSPAN_BUDGET_SPENT_USD,
    held: METRIC_COSTSPAN_BUDGET_HELD_USD,
    forecast: METRIC_COSTSPAN_BUDGET_FORECAST_USD,
  },
  tokens: {
    limit: METRIC_COSTSPAN_BUDGET_LIMIT_TOKENS,
    spent: METRIC_COSTSPAN_BUDGET_SPENT_TOKENS,
    held: METRIC_COSTSPAN_BUDGET_HELD_TOKENS,
    forecast: METRIC_COSTSPAN_BUDGET_FORECAST_TOKENS,
  },
  calls: {
    limit: METRIC_COSTSPAN_BUDGET_LIMIT_CALLS,
    spent: METRIC_COSTSPAN_BUDGET_SPENT_CALLS,
    held: METRIC_COSTSPAN_BUDGET_HELD_CALLS,
    forecast: METRIC_COSTSPAN_BUDGET_FORECAST_CALLS,
  },
};

/** The latest that is known of one budget: of its fullest split, where it has splits. */
interface Reading {
  readonly period: string;
  readonly split: string;
  readonly status: AccountStatus;
}

const NOTHING: AccountStatus = { committed: 0, held: 0, extra: 0, days: {} };

/**
 * Limit, spending, holds and forecast of each budget, read from the store at each collection. A
 * store that answers later shows what it said last, or what calls heard from it since. Budgets per
 * run have no gauges: there is one account for each run.
 */
export class BudgetGauges {
  readonly #access: StoreAccess;
  readonly #now: () => number;
  #budgets: readonly CompiledBudget[] = [];
  readonly #readings = new Map<string, Reading>();

  constructor(access: StoreAccess, now: () => number) {
    this.#access = access;
    this.#now = now;
  }

  configure(budgets: readonly CompiledBudget[]): void {
    this.#budgets = budgets.filter(({ config }) => config.period !== 'run');
    const ids = new Set(this.#budgets.map(({ id }) => id));
    for (const id of this.#readings.keys()) if (!ids.has(id)) this.#readings.delete(id);
    this.#refresh();
  }

  seen(
    budgets: readonly CompiledBudget[],
    charges: readonly Charge[],
    figures: readonly AccountFigures[],
  ): void {
    // A store in this process is asked at each collection.
    if (this.#access.store.kind !== 'redis') return;
    for (const [index, { config, id }] of budgets.entries()) {
      const charge = charges[index]!;
      const seen = figures[index];
      if (seen === undefined || config.period === 'run') continue;
      const last = this.#readings.get(id);
      const isSamePeriod = last?.period === charge.period;
      const isFuller = seen.committed + seen.held >= (last?.status.committed ?? 0);
      if (isSamePeriod && last.split !== charge.split && !isFuller) continue;
      const days = isSamePeriod && last.split === charge.split ? last.status.days : {};
      this.#readings.set(id, {
        period: charge.period,
        split: charge.split,
        status: { ...seen, days },
      });
    }
  }

  observe(observe: Observe): void {
    this.#refresh();
    const nowMs = this.#now();
    for (const budget of this.#budgets) {
      const period = budget.periodAt(nowMs, '');
      const reading = this.#readings.get(budget.id);
      const status = reading?.period === period.id ? reading.status : NOTHING;
      observeBudget(observe, budget, period, status, nowMs);
    }
  }

  /** Asks the store; one that answers at once is up to date right after. */
  #refresh(): void {
    const nowMs = this.#now();
    for (const budget of this.#budgets) {
      const period = budget.periodAt(nowMs, '');
      void attempt(
        () => this.#fullest(budget, period),
        (split) => this.#read(budget, period, split, nowMs),
        () => undefined,
      );
    }
  }

  #fullest(budget: CompiledBudget, { id }: Period): Maybe<string | undefined> {
    if (budget.config.splitBy.length === 0) return '';
    const splits = this.#access.guarded.run((store) => store.splits(budget.id, id, 1));
    return andThen(splits, ([split]) => split);
  }

  #read(
    budget: CompiledBudget,
    period: Period,
    split: string | undefined,
    nowMs: number,
  ): Maybe<void> {
    if (split === undefined) return undefined;
    const account: Account = {
      budget: budget.id,
      split,
      period: period.id,
      olderPeriods: period.olderIds,
      overridePeriod: period.overrideId,
    };
    return attempt(
      () => this.#access.guarded.run((store) => store.status([account], nowMs)),
      ([status]) => {
        if (status !== undefined)
          this.#readings.set(budget.id, { period: period.id, split, status });
      },
      () => undefined,
    );
  }
}

function observeBudget(
  observe: Observe,
  budget: CompiledBudget,
  period: Period,
  { committed, held, extra, days }: AccountStatus,
  nowMs: number,
): void {
  const names = GAUGES[budget.unit];
  const attributes: Attributes = {
    [ATTR_COSTSPAN_BUDGET_ID]: budget.id,
    [ATTR_COSTSPAN_BUDGET_PERIOD]: budget.config.period,
  };
  observe(names.limit, budget.shown(budget.limit + extra), attributes);
  observe(names.spent, budget.shown(committed), attributes);
  observe(names.held, budget.shown(held), attributes);
  const expected = forecast(committed, days, period, nowMs);
  if (expected !== undefined) observe(names.forecast, budget.shown(expected), attributes);
}
