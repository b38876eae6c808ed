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
import type { Matcher } from '../queries/promql.ts';
import { type Queries, ratio, SENT } from '../queries/queries.ts';
import {
  chosen,
  CHOSEN_ENVIRONMENT_OR_ALL,
  ENVIRONMENT,
  MODEL,
  TEAM,
  WORKFLOW,
} from '../queries/scope.ts';
import {
  BILLED,
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

/** What months are recorded by. */
const MONTHLY = chosen([TEAM, ENVIRONMENT]);

export function shareOfAll(q: Queries): Stat {
  const mine = `sum(${q.recorded('costspan:cost_usd:mtd', MONTHLY)})`;
  return stat(
    'Share of the month',
    'What the chosen teams spent of the money of all teams in this calendar month.',
    MISSING.rules,
  )
    .unit(SHARE)
    .decimals(1)
    .withTarget(
      instant(
        ratio(mine, `sum(${q.recorded('costspan:cost_usd:mtd', chosen([ENVIRONMENT]))})`),
        'share',
      ),
    )
    .dataLinks([traces(q, CALLS, [])]);
}

/** Forecast less limit, of the month's budgets that belong to the chosen teams. */
export function varianceToBudget(q: Queries): Stat {
  const id = q.label(ATTR_COSTSPAN_BUDGET_ID);
  const limit = q.recorded('costspan:budget_limit_usd', [
    ...chosen([TEAM]),
    CHOSEN_ENVIRONMENT_OR_ALL,
    [ATTR_COSTSPAN_BUDGET_PERIOD, '=', COSTSPAN_BUDGET_PERIOD_VALUE_MONTH],
  ]);
  const forecast = q.recorded('costspan:budget_forecast_usd');
  return stat(
    'Variance to budget',
    'Forecast of the month less the limit, summed over the monthly budgets of the chosen teams. Above zero the month ends over budget.',
    'No monthly budget: name one in costspan.yaml.',
  )
    .unit(BILLED)
    .decimals(0)
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
    .withTarget(daily(q.spendPerDay(['$dimension']), '__auto'))
    .dataLinks([traces(q, CALLS, [])]);
}

function dailySpend(q: Queries, title: string, attribute: string): TimeSeries {
  return bars(timeSeries(title, '', MISSING.calls))
    .unit(USD)
    .withTarget(daily(q.spendPerDay([attribute]), q.legend(attribute)));
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
  const failed = q.total('calls', KEYS, {
    matchers: [[ATTR_COSTSPAN_CALL_OUTCOME, '=', COSTSPAN_CALL_OUTCOME_VALUE_ERROR]],
  });
  const sent = q.total('calls', KEYS, { matchers: [SENT] });
  const spend = q.total('cost', KEYS);
  const tokens = (matcher: Matcher): string => q.total('tokens', KEYS, { matchers: [matcher] });
  const columns: readonly Column[] = [
    { title: 'Spend', unit: BILLED, query: spend },
    { title: 'Calls', unit: COUNT, query: sent },
    { title: 'Per call', unit: USD, query: ratio(spend, sent) },
    { title: 'Input tokens', unit: COUNT, query: tokens(readTokens) },
    { title: 'Output tokens', unit: COUNT, query: tokens(written) },
    {
      title: 'Failed',
      unit: SHARE,
      query: ratio(`(${failed} or 0 * ${sent})`, sent),
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
  const month = q.recorded('costspan:cost_usd:mtd', MONTHLY);
  const forecast = q.recorded('costspan:cost_usd:month_forecast', MONTHLY);
  return timeSeries(
    'Month to date and forecast by team',
    'Solid: money since the first of the month (UTC). Dashed: what the month is heading for. A forecast that bends up is a change to look into now.',
    MISSING.rules,
  )
    .unit(USD)
    .withTarget(
      range(q.sumBy([ATTR_COSTSPAN_TEAM], month), q.legend(ATTR_COSTSPAN_TEAM)).refId('Month'),
    )
    .withTarget(
      range(q.sumBy([ATTR_COSTSPAN_TEAM], forecast), q.legend(ATTR_COSTSPAN_TEAM)).refId(
        'Forecast',
      ),
    )
    .overrideByQuery('Forecast', [...COMPARED])
    .dataLinks([traces(q, CALLS, [ATTR_COSTSPAN_TEAM])]);
}

/** Teams compared by their month. */
export function teamMonths(q: Queries): Table {
  const team = [ATTR_COSTSPAN_TEAM];
  const month = q.sumBy(team, q.recorded('costspan:cost_usd:mtd', MONTHLY));
  const forecast = q.sumBy(team, q.recorded('costspan:cost_usd:month_forecast', MONTHLY));
  const before = q.totalBefore('cost', team, '30d', { window: '30d' });
  return joinedTable(
    q,
    'Teams this month',
    'Month to date, forecast, and the money of the last 30 days beside the 30 days before.',
    MISSING.rules,
    [{ attribute: ATTR_COSTSPAN_TEAM, title: 'Team' }],
    [
      { title: 'Month to date', unit: BILLED, query: month },
      { title: 'Forecast', unit: BILLED, query: forecast },
      { title: 'Last 30 days', unit: BILLED, query: q.spendOver('30d', team) },
      { title: '30 days before', unit: BILLED, query: before },
    ],
  ).dataLinks([traces(q, CALLS, team, 'row')]);
}
