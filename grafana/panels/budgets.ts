import {
  ATTR_COSTSPAN_BUDGET_ID,
  ATTR_COSTSPAN_BUDGET_PERIOD,
  COSTSPAN_BUDGET_PERIOD_VALUE_MONTH,
  METRIC_COSTSPAN_BUDGET_HELD_USD,
  METRIC_COSTSPAN_BUDGET_SPENT_USD,
  type MetricName,
} from '../../conventions/index.ts';
import type { Matcher, RecordedName } from '../queries/promql.ts';
import { type Queries, ratio } from '../queries/queries.ts';
import { BUDGET, chosen, TEAM } from '../queries/scope.ts';
import {
  COMPARED,
  type BarGauge,
  barGauge,
  HOURS,
  limits,
  SHARE,
  type Table,
  type TimeSeries,
  timeSeries,
  USD,
  withLimitLines,
} from './common.ts';
import { joinedTable } from './joined-table.ts';
import { DECIDED, traces } from './links.ts';
import { instant, range } from './targets.ts';
import { MISSING } from './missing.ts';

const ID = [ATTR_COSTSPAN_BUDGET_ID];
const OWN = chosen([BUDGET]);
const OWNED = chosen([BUDGET, TEAM]);

/** A gauge of a shared store: every process reports the same figure. */
export function ofStore(q: Queries, metric: MetricName): string {
  return `max by (${q.labels(ID)}) (${q.select(metric, OWN)})`;
}

/** One value for each budget. */
function ofBudget(q: Queries, name: RecordedName): string {
  return `max by (${q.labels(ID)}) (${q.recorded(name, OWN)})`;
}

function limit(q: Queries, matchers: readonly Matcher[] = []): string {
  return q.recorded('costspan:budget_limit_usd', [...OWNED, ...matchers]);
}

function remaining(q: Queries): string {
  return `${limit(q)} - on (${q.labels(ID)}) ${q.recorded('costspan:budget_spent_usd', OWN)}`;
}

export function budgetUse(q: Queries): BarGauge {
  return barGauge(
    'Used of each budget',
    'Share of the period’s limit that is spent. Orange from 75 %, red from 100 %.',
    MISSING.budgets,
  )
    .unit(SHARE)
    .decimals(1)
    .max(1)
    .thresholds(limits(0.75, 1))
    .withTarget(
      instant(`sort_desc(${q.recorded('costspan:budget_used:ratio', OWNED)})`, q.legend(...ID)),
    )
    .dataLinks([traces(q, DECIDED, ID)]);
}

export function budgetTable(q: Queries): Table {
  const withPeriod = [...ID, ATTR_COSTSPAN_BUDGET_PERIOD];
  const forecast = ofBudget(q, 'costspan:budget_forecast_usd');
  const variance = `${forecast} - on (${q.labels(ID)}) max by (${q.labels(ID)}) (${limit(q)})`;
  return joinedTable(
    q,
    'Budgets',
    'Limit, spend and forecast of each budget’s period, what calls in flight hold, and how far the forecast is from the limit. Spend is the store’s or, where it knows less, the estimate from the counters.',
    MISSING.budgets,
    [
      { attribute: ATTR_COSTSPAN_BUDGET_ID, title: 'Budget' },
      { attribute: ATTR_COSTSPAN_BUDGET_PERIOD, title: 'Period' },
    ],
    [
      { title: 'Limit', unit: USD, query: `max by (${q.labels(withPeriod)}) (${limit(q)})` },
      { title: 'Spent', unit: USD, query: ofBudget(q, 'costspan:budget_spent_usd') },
      { title: 'Held', unit: USD, query: ofStore(q, METRIC_COSTSPAN_BUDGET_HELD_USD) },
      { title: 'Forecast', unit: USD, query: forecast },
      {
        title: 'Variance',
        unit: USD,
        query: variance,
        properties: [
          { id: 'custom.cellOptions', value: { type: 'color-text' } },
          {
            id: 'thresholds',
            value: {
              mode: 'absolute',
              steps: [
                { value: null, color: 'green' },
                { value: 0, color: 'red' },
              ],
            },
          },
        ],
      },
    ],
  ).dataLinks([traces(q, DECIDED, ID, 'row')]);
}

export function burnDown(q: Queries): TimeSeries {
  const monthly: Matcher = [ATTR_COSTSPAN_BUDGET_PERIOD, '=', COSTSPAN_BUDGET_PERIOD_VALUE_MONTH];
  const left = 'scalar(1 - (day_of_month() - 1 + hour() / 24) / days_in_month())';
  return timeSeries(
    'Burn-down',
    'What is left of each budget. The dashed line is an even pace through the month (UTC): below it, a budget ends before its month.',
    MISSING.budgets,
  )
    .unit(USD)
    .withTarget(range(remaining(q), q.legend(...ID)).refId('Left'))
    .withTarget(range(`${limit(q, [monthly])} * ${left}`, q.legend(...ID)).refId('Pace'))
    .overrideByQuery('Pace', [...COMPARED])
    .dataLinks([traces(q, DECIDED, ID)]);
}

export function timeToExhaustion(q: Queries): BarGauge {
  const pace = `deriv(${q.recorded('costspan:budget_spent_usd', OWN)}[6h]) * 3600`;
  return barGauge(
    'Time to exhaustion',
    'Hours until the budget is spent at the pace of the last six hours. Red: within a day. A budget whose spend stands still is not listed.',
    'No budget is being spent.',
  )
    .unit(HOURS)
    .decimals(1)
    .thresholds(limits(24, 168, ['red', 'orange', 'green']))
    .withTarget(
      instant(`sort((${remaining(q)}) / on (${q.labels(ID)}) (${pace} > 0))`, q.legend(...ID)),
    )
    .dataLinks([traces(q, DECIDED, ID)]);
}

export function tokenAndCallBudgets(q: Queries): BarGauge {
  const used = (spent: RecordedName, of: RecordedName): string =>
    ratio(ofBudget(q, spent), ofBudget(q, of));
  return barGauge(
    'Budgets in tokens and calls',
    'Share of the limit that is used, of budgets that count tokens or calls instead of money.',
    'No budget counts tokens or calls.',
  )
    .unit(SHARE)
    .decimals(1)
    .max(1)
    .thresholds(limits(0.75, 1))
    .withTarget(
      instant(
        used('costspan:budget_spent_tokens', 'costspan:budget_limit_tokens'),
        `${q.legend(...ID)} (tokens)`,
      ).refId('Tokens'),
    )
    .withTarget(
      instant(
        used('costspan:budget_spent_calls', 'costspan:budget_limit_calls'),
        `${q.legend(...ID)} (calls)`,
      ).refId('Calls'),
    )
    .dataLinks([traces(q, DECIDED, ID)]);
}

export function burnRate(q: Queries): TimeSeries {
  const panel = timeSeries(
    'Burn rate',
    'Share of the budget that is spent, over the share of its period that has passed: at 1 it lasts exactly as long as the period. The alert fires above 2.',
    MISSING.budgets,
  );
  return withLimitLines(panel, limits(1, 2, ['transparent', 'orange', 'red']))
    .unit('none')
    .decimals(2)
    .withTarget(range(q.recorded('costspan:budget_burn:ratio', OWN), q.legend(...ID)))
    .dataLinks([traces(q, DECIDED, ID)]);
}

export function storeAgainstEstimate(q: Queries): TimeSeries {
  const store = ofStore(q, METRIC_COSTSPAN_BUDGET_SPENT_USD);
  const estimate = q.recorded('costspan:budget_spent_usd:estimate', OWN);
  return timeSeries(
    'Store less estimate',
    'Spend that the budgets’ store knows, less what the counters add up to. A growing gap is a process whose metrics do not arrive, or whose budgets are not joined.',
    MISSING.store,
  )
    .unit(USD)
    .withTarget(range(`${store} - on (${q.labels(ID)}) ${estimate}`, q.legend(...ID)));
}
