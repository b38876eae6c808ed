import {
  ATTR_COSTSPAN_BUDGET_ID,
  ATTR_COSTSPAN_BUDGET_PERIOD,
  ATTR_COSTSPAN_CALL_OUTCOME,
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_WORKFLOW,
  ATTR_GEN_AI_REQUEST_MODEL,
  COSTSPAN_BUDGET_PERIOD_VALUE_MONTH,
  COSTSPAN_CALL_OUTCOME_VALUE_ERROR,
  COSTSPAN_TOKEN_CLASS_VALUE_CACHE_READ,
  COSTSPAN_TOKEN_CLASS_VALUE_CACHE_WRITE,
  COSTSPAN_TOKEN_CLASS_VALUE_INPUT,
  COSTSPAN_TOKEN_CLASS_VALUE_OUTPUT,
  COSTSPAN_TOKEN_CLASS_VALUE_REASONING,
} from '../../conventions/index.ts';
import { type Queries, ratio } from '../queries/queries.ts';
import { chosen, MODEL, TEAM, WORKFLOW } from '../queries/scope.ts';
import {
  COMPARED,
  bars,
  COUNT,
  limits,
  SHARE,
  type Stat,
  stat,
  type Table,
  type TimeSeries,
  timeSeries,
  USD,
} from './common.ts';
import { CALLS, DASHBOARD_UIDS, DECIDED, dashboardOf, traces } from './links.ts';
import { type Column, joinedTable } from './joined-table.ts';
import { ofClasses } from './tokens.ts';
import { daily, instant, range } from './targets.ts';
import { MISSING } from './missing.ts';

export function shareOfAll(q: Queries): Stat {
  const mine = `sum(${q.recorded('costspan:cost_usd:mtd', chosen([TEAM]))})`;
  return stat(
    'Share of the month',
    'What the chosen teams spent of the money of all teams in this calendar month.',
    MISSING.rules,
  )
    .unit(SHARE)
    .decimals(1)
    .withTarget(instant(ratio(mine, `sum(${q.recorded('costspan:cost_usd:mtd')})`), 'share'))
    .dataLinks([traces(q, CALLS, [])]);
}

/** Forecast less limit, of the month's budgets that belong to the chosen teams. */
export function varianceToBudget(q: Queries): Stat {
  const id = q.label(ATTR_COSTSPAN_BUDGET_ID);
  const limit = q.recorded('costspan:budget_limit_usd', [
    ...chosen([TEAM]),
    [ATTR_COSTSPAN_BUDGET_PERIOD, '=', COSTSPAN_BUDGET_PERIOD_VALUE_MONTH],
  ]);
  const forecast = q.recorded('costspan:budget_forecast_usd');
  return stat(
    'Variance to budget',
    'Forecast of the month less the limit, summed over the monthly budgets of the chosen teams. Above zero the month ends over budget.',
    'No monthly budget: name one in costspan.yaml.',
  )
    .unit(USD)
    .thresholds(limits(0, 0.01, ['green', 'green', 'red']))
    .withTarget(instant(`sum(${forecast} - on (${id}) ${limit})`, 'variance'))
    .dataLinks([traces(q, DECIDED, [])]);
}

export function dailySpendByTeam(q: Queries): TimeSeries {
  return dailySpend(q, 'Spend a day by team', ATTR_COSTSPAN_TEAM)
    .description('Money of each day, by the team that pays.')
    .dataLinks([
      traces(q, CALLS, [ATTR_COSTSPAN_TEAM]),
      dashboardOf(q, 'Overview of this team', DASHBOARD_UIDS.overview, TEAM),
    ]);
}

export function dailySpendByWorkflow(q: Queries): TimeSeries {
  return dailySpend(q, 'Spend a day by workflow', ATTR_COSTSPAN_WORKFLOW)
    .description(
      'Money of each day, by workflow. "unassigned" is money that nobody named a workflow for.',
    )
    .dataLinks([
      traces(q, CALLS, [ATTR_COSTSPAN_WORKFLOW]),
      dashboardOf(q, 'Runs of this workflow', DASHBOARD_UIDS.agents, WORKFLOW),
    ]);
}

export function dailySpendByModel(q: Queries): TimeSeries {
  return dailySpend(q, 'Spend a day by model', ATTR_GEN_AI_REQUEST_MODEL)
    .description('Money of each day, by the model that was asked for.')
    .dataLinks([
      traces(q, CALLS, [ATTR_GEN_AI_REQUEST_MODEL]),
      dashboardOf(q, 'Overview of this model', DASHBOARD_UIDS.overview, MODEL),
    ]);
}

export function dailySpendByDimension(q: Queries): TimeSeries {
  const panel = timeSeries(
    'Spend a day by ${dimension:text}',
    'Money of each day by the dimension chosen above: the one that carries your user tier, cost center or project. It has one bar until metrics.dimensions in costspan.yaml names it.',
    MISSING.calls,
  );
  return bars(panel)
    .unit(USD)
    .withTarget(daily(`sum by ($dimension) (increase(${q.cost()}[1d]))`, '__auto'))
    .dataLinks([traces(q, CALLS, [])]);
}

function dailySpend(q: Queries, title: string, attribute: string): TimeSeries {
  return bars(timeSeries(title, '', MISSING.calls))
    .unit(USD)
    .withTarget(daily(q.increase([attribute], q.cost(), '1d'), q.legend(attribute)));
}

const KEYS = [ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_WORKFLOW, ATTR_GEN_AI_REQUEST_MODEL];

/** The bill: a row for each team, workflow and model. */
export function bill(q: Queries): Table {
  const readTokens = ofClasses(
    COSTSPAN_TOKEN_CLASS_VALUE_INPUT,
    COSTSPAN_TOKEN_CLASS_VALUE_CACHE_READ,
    COSTSPAN_TOKEN_CLASS_VALUE_CACHE_WRITE,
  );
  const written = ofClasses(
    COSTSPAN_TOKEN_CLASS_VALUE_OUTPUT,
    COSTSPAN_TOKEN_CLASS_VALUE_REASONING,
  );
  const failed = q.calls([[ATTR_COSTSPAN_CALL_OUTCOME, '=', COSTSPAN_CALL_OUTCOME_VALUE_ERROR]]);
  const sent = q.increase(KEYS, q.sentCalls());
  const columns: readonly Column[] = [
    { title: 'Spend', unit: USD, query: q.increase(KEYS, q.cost()) },
    { title: 'Calls', unit: COUNT, query: sent },
    { title: 'Per call', unit: USD, query: ratio(q.increase(KEYS, q.cost()), sent) },
    { title: 'Input tokens', unit: COUNT, query: q.increase(KEYS, q.tokens([readTokens])) },
    { title: 'Output tokens', unit: COUNT, query: q.increase(KEYS, q.tokens([written])) },
    {
      title: 'Failed',
      unit: SHARE,
      query: ratio(`(${q.increase(KEYS, failed)} or 0 * ${sent})`, sent),
    },
  ];
  return joinedTable(
    q,
    'The bill',
    'Spend, calls and tokens of the time range for each team, workflow and model, the dearest first.',
    MISSING.calls,
    [
      { attribute: ATTR_COSTSPAN_TEAM, title: 'Team' },
      { attribute: ATTR_COSTSPAN_WORKFLOW, title: 'Workflow' },
      { attribute: ATTR_GEN_AI_REQUEST_MODEL, title: 'Model' },
    ],
    columns,
  ).dataLinks([traces(q, CALLS, KEYS, 'row')]);
}

export function monthByTeam(q: Queries): TimeSeries {
  const month = q.recorded('costspan:cost_usd:mtd', chosen([TEAM]));
  const forecast = q.recorded('costspan:cost_usd:month_forecast', chosen([TEAM]));
  return timeSeries(
    'Month to date and forecast by team',
    'Solid: money since the first of the month (UTC). Dashed: what the month is heading for. A forecast that bends up is a change to look into now.',
    MISSING.rules,
  )
    .unit(USD)
    .withTarget(range(month, q.legend(ATTR_COSTSPAN_TEAM)).refId('Month'))
    .withTarget(range(forecast, q.legend(ATTR_COSTSPAN_TEAM)).refId('Forecast'))
    .overrideByQuery('Forecast', [...COMPARED])
    .dataLinks([traces(q, CALLS, [ATTR_COSTSPAN_TEAM])]);
}

/** Teams compared by their month. */
export function teamMonths(q: Queries): Table {
  const team = [ATTR_COSTSPAN_TEAM];
  const month = q.sumBy(team, q.recorded('costspan:cost_usd:mtd', chosen([TEAM])));
  const forecast = q.sumBy(team, q.recorded('costspan:cost_usd:month_forecast', chosen([TEAM])));
  const before = q.increase(team, q.cost(), '30d', '30d');
  return joinedTable(
    q,
    'Teams this month',
    'Month to date, forecast, and the money of the last 30 days beside the 30 days before.',
    MISSING.rules,
    [{ attribute: ATTR_COSTSPAN_TEAM, title: 'Team' }],
    [
      { title: 'Month to date', unit: USD, query: month },
      { title: 'Forecast', unit: USD, query: forecast },
      { title: 'Last 30 days', unit: USD, query: q.increase(team, q.cost(), '30d') },
      { title: '30 days before', unit: USD, query: before },
    ],
  ).dataLinks([traces(q, CALLS, team, 'row')]);
}
