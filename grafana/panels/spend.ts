import {
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_TOKEN_CLASS,
  ATTR_COSTSPAN_WORKFLOW,
  ATTR_GEN_AI_REQUEST_MODEL,
} from '../../conventions/index.ts';
import { type Queries, ratio, SENT } from '../queries/queries.ts';
import {
  chosen,
  CHOSEN_ENVIRONMENT_OR_ALL,
  ENVIRONMENT,
  MODEL,
  TEAM,
  WORKFLOW,
} from '../queries/scope.ts';
import { CLASS_COLOURS } from './colours.ts';
import {
  type BarGauge,
  barGauge,
  BILLED,
  CENTS,
  colouredByMeaning,
  colouredByName,
  limits,
  SHARE,
  stacked,
  type Stat,
  stat,
  type TimeSeries,
  timeSeries,
  USD,
} from './common.ts';
import { CALLS, DECIDED, DASHBOARD_UIDS, dashboardOf, traces } from './links.ts';
import { hourly, instant, range } from './targets.ts';
import { MISSING } from './missing.ts';

/** What months are recorded by. */
const MONTHLY = chosen([TEAM, ENVIRONMENT]);

export function spendLastDay(q: Queries): Stat {
  return stat(
    'Spend, last 24 h',
    'Money booked in the 24 hours before the end of the time range.',
    MISSING.calls,
  )
    .unit(USD)
    .withTarget(instant(q.increase([], q.cost(), '24h'), 'spend'))
    .dataLinks([traces(q, CALLS, [])]);
}

export function monthToDate(q: Queries): Stat {
  return stat(
    'Month to date',
    'Money of this calendar month (UTC) of the chosen teams and environments, one-offs included.',
    MISSING.rules,
  )
    .unit(BILLED)
    .decimals(CENTS)
    .withTarget(instant(`sum(${q.recorded('costspan:cost_usd:mtd', MONTHLY)})`, 'month'))
    .dataLinks([traces(q, CALLS, [])]);
}

export function monthForecast(q: Queries): Stat {
  const forecast = q.recorded('costspan:cost_usd:month_forecast', MONTHLY);
  return stat(
    'Month forecast',
    'Month to date, and what a usual day comes to for each day that is left.',
    MISSING.rules,
  )
    .unit(BILLED)
    .decimals(0)
    .withTarget(instant(`sum(${forecast})`, 'forecast'))
    .dataLinks([traces(q, CALLS, [])]);
}

export function fullestBudget(q: Queries): Stat {
  const used = q.recorded('costspan:budget_used:ratio', [
    ...chosen([TEAM]),
    CHOSEN_ENVIRONMENT_OR_ALL,
  ]);
  return stat(
    'Fullest budget',
    'The largest share that any budget has used of its period. Orange from 75 %, red from 100 %.',
    MISSING.budgets,
  )
    .unit(SHARE)
    .decimals(1)
    .thresholds(limits(0.75, 1))
    .withTarget(instant(`max(${used})`, 'used'))
    .dataLinks([traces(q, DECIDED, [])]);
}

export function spendRateByTeam(q: Queries): TimeSeries {
  const spend = q.perSecond([ATTR_COSTSPAN_TEAM], q.cost());
  const panel = timeSeries(
    'Spend per hour by team',
    'Money per hour at the pace of each moment. A step is a change of traffic, model or price; click a point for its traces.',
    MISSING.calls,
  );
  return stacked(panel)
    .unit(USD)
    .withTarget(range(`${spend} * 3600`, q.legend(ATTR_COSTSPAN_TEAM)))
    .dataLinks([
      traces(q, CALLS, [ATTR_COSTSPAN_TEAM]),
      dashboardOf(q, 'Showback of this team', DASHBOARD_UIDS.showback, TEAM),
    ]);
}

export function spendRateByClass(q: Queries): TimeSeries {
  const spend = q.perSecond([ATTR_COSTSPAN_TOKEN_CLASS], q.cost());
  const panel = timeSeries(
    'Spend per hour by token class',
    'What the money buys: input, cache reads and writes, output, reasoning, tools. A provider’s total that cannot be divided is "unsplit".',
    MISSING.calls,
  );
  return colouredByMeaning(stacked(panel), CLASS_COLOURS)
    .unit(USD)
    .withTarget(range(`${spend} * 3600`, q.legend(ATTR_COSTSPAN_TOKEN_CLASS)))
    .dataLinks([traces(q, CALLS, [])]);
}

export function topWorkflows(q: Queries): BarGauge {
  const spend = q.increase([ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_WORKFLOW], q.cost());
  return colouredByName(
    barGauge(
      'Dearest workflows',
      'The ten workflows with the most spend in the time range.',
      MISSING.calls,
    ),
  )
    .unit(USD)
    .withTarget(
      instant(
        `sort_desc(topk(10, ${spend}))`,
        q.legend(ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_WORKFLOW),
      ),
    )
    .dataLinks([
      traces(q, CALLS, [ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_WORKFLOW]),
      dashboardOf(q, 'Runs of this workflow', DASHBOARD_UIDS.agents, WORKFLOW),
    ]);
}

export function topModels(q: Queries): BarGauge {
  const spend = q.increase([ATTR_GEN_AI_REQUEST_MODEL], q.cost());
  return colouredByName(
    barGauge(
      'Dearest models',
      'The ten models with the most spend in the time range.',
      MISSING.calls,
    ),
  )
    .unit(USD)
    .withTarget(instant(`sort_desc(topk(10, ${spend}))`, q.legend(ATTR_GEN_AI_REQUEST_MODEL)))
    .dataLinks([
      traces(q, CALLS, [ATTR_GEN_AI_REQUEST_MODEL]),
      dashboardOf(q, 'Showback of this model', DASHBOARD_UIDS.showback, MODEL),
    ]);
}

export function costPerThousandCalls(q: Queries): TimeSeries {
  const by = [ATTR_GEN_AI_REQUEST_MODEL];
  const cost = ratio(q.spendPerHour(by), q.perHour('calls', by, { matchers: [SENT] }));
  return timeSeries(
    'Cost of 1,000 calls by model',
    'Money of each hour over the calls that were sent in it. Rises with longer prompts, colder caches and dearer models.',
    MISSING.calls,
  )
    .unit(USD)
    .withTarget(hourly(`1000 * ${cost}`, q.legend(ATTR_GEN_AI_REQUEST_MODEL)))
    .dataLinks([traces(q, CALLS, by)]);
}
