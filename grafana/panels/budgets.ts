import {
  ATTR_COSTSPAN_BUDGET_ID,
  ATTR_COSTSPAN_BUDGET_PERIOD,
  COSTSPAN_BUDGET_PERIOD_VALUE_MONTH,
  METRIC_COSTSPAN_BUDGET_HELD_CALLS,
  METRIC_COSTSPAN_BUDGET_HELD_TOKENS,
  METRIC_COSTSPAN_BUDGET_HELD_USD,
  type MetricName,
} from '../../conventions/index.ts';
import type { Matcher, RecordedName } from '../queries/promql.ts';
import { type Queries, ratio } from '../queries/queries.ts';
import { BUDGET, chosen, CHOSEN_ENVIRONMENT_OR_ALL, TEAM } from '../queries/scope.ts';
import {
  COMPARED,
  type BarGauge,
  barGauge,
  BILLED,
  COUNT,
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
/** Budgets of the chosen teams, those of all environments beside those of the chosen ones. */
const OWNED = [...chosen([BUDGET, TEAM]), CHOSEN_ENVIRONMENT_OR_ALL];

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

/** What budgets count besides money, and the gauge of what calls in flight hold of it. */
const HELD = {
  tokens: METRIC_COSTSPAN_BUDGET_HELD_TOKENS,
  calls: METRIC_COSTSPAN_BUDGET_HELD_CALLS,
} as const;
type BudgetUnit = keyof typeof HELD;
const COUNTED: readonly BudgetUnit[] = ['tokens', 'calls'];

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
      { title: 'Limit', unit: BILLED, query: `max by (${q.labels(withPeriod)}) (${limit(q)})` },
      { title: 'Spent', unit: BILLED, query: ofBudget(q, 'costspan:budget_spent_usd') },
      { title: 'Held', unit: USD, query: ofStore(q, METRIC_COSTSPAN_BUDGET_HELD_USD) },
      { title: 'Forecast', unit: BILLED, query: forecast },
      {
        title: 'Variance',
        unit: BILLED,
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

/** Budgets that count something else than money. */
export function tokenAndCallBudgets(q: Queries): Table {
  const own = (unit: BudgetUnit): string => q.recorded(`costspan:budget_limit_${unit}`, OWNED);
  const ofUnit = (unit: BudgetUnit, value: string): string =>
    `(${value} and on (${q.labels(ID)}) ${own(unit)})`;
  const recorded = (name: 'limit' | 'spent' | 'forecast'): string =>
    COUNTED.map((unit) => ofUnit(unit, ofBudget(q, `costspan:budget_${name}_${unit}`))).join(
      ' or ',
    );
  const held = COUNTED.map((unit) => ofUnit(unit, ofStore(q, HELD[unit]))).join(' or ');
  return joinedTable(
    q,
    'Budgets in tokens and calls',
    'What is used of budgets that count tokens or calls instead of money, what calls in flight hold of them, and where they are heading.',
    'No budget counts tokens or calls.',
    [{ attribute: ATTR_COSTSPAN_BUDGET_ID, title: 'Budget' }],
    [
      {
        title: 'Used',
        unit: SHARE,
        query: ratio(`(${recorded('spent')})`, `(${recorded('limit')})`),
        properties: [{ id: 'decimals', value: 1 }],
      },
      { title: 'Limit', unit: COUNT, query: recorded('limit') },
      { title: 'Spent', unit: COUNT, query: recorded('spent') },
      { title: 'Held', unit: COUNT, query: held },
      { title: 'Forecast', unit: COUNT, query: recorded('forecast') },
    ],
  ).dataLinks([traces(q, DECIDED, ID, 'row')]);
}

export function burnRate(q: Queries): TimeSeries {
  const panel = timeSeries(
    'Burn rate',
    'Share of the budget that is spent, over the share of its period that has passed: at 1 it lasts exactly as long as the period. The alert fires above 2, or where the last hours alone are, and unusual. The first hundredth of a period is left out: hardly anything has passed that spend could be held against.',
    MISSING.budgets,
  );
  return withLimitLines(panel, limits(1, 2, ['transparent', 'orange', 'red']))
    .unit('none')
    .decimals(2)
    .withTarget(
      range(
        `max by (${q.labels(ID)}) (${q.recorded('costspan:budget_burn:ratio', OWN)}) and on (${q.labels(ID)}) (${q.recorded('costspan:budget_elapsed:ratio')} > 0.01) and on (${q.labels(ID)}) ${q.recorded('costspan:budget_used:ratio', OWNED)}`,
        q.legend(...ID),
      ),
    )
    .dataLinks([traces(q, DECIDED, ID)]);
}
