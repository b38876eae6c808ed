import {
  ATTR_COSTSPAN_CALL_OUTCOME,
  ATTR_COSTSPAN_LIMIT,
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_WORKFLOW,
  COSTSPAN_CALL_OUTCOME_VALUE_BLOCKED,
  METRIC_COSTSPAN_AGENT_ALERTS,
  METRIC_COSTSPAN_AGENT_STOPS,
  METRIC_COSTSPAN_RUN_COST_USD,
  METRIC_COSTSPAN_RUN_INFERENCE_CALLS,
  type MetricName,
} from '../../conventions/index.ts';
import type { Matcher } from '../queries/promql.ts';
import { type Queries, ratio } from '../queries/queries.ts';
import { ATTRIBUTED, chosen, RANGE } from '../queries/scope.ts';
import { bars, COUNT, type Table, type TimeSeries, timeSeries, USD } from './common.ts';
import { joinedTable } from './joined-table.ts';
import { CALLS, RUNS, traces } from './links.ts';
import { hourly } from './targets.ts';
import { MISSING } from './missing.ts';

const BY_WORKFLOW = [ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_WORKFLOW];
const RUN_CALLS = METRIC_COSTSPAN_RUN_INFERENCE_CALLS;

const BLOCKED: Matcher = [ATTR_COSTSPAN_CALL_OUTCOME, '=', COSTSPAN_CALL_OUTCOME_VALUE_BLOCKED];

export function runawayCandidates(q: Queries): Table {
  const at = (quantile: number, metric: MetricName = RUN_CALLS): string =>
    q.quantile(quantile, metric, BY_WORKFLOW, { window: RANGE });
  const runs = q.select(RUN_CALLS, chosen(ATTRIBUTED), 'count');
  return joinedTable(
    q,
    'Runaway candidates',
    'Workflows whose worst runs are far from their usual ones, over the time range. A spread above ten deserves a limit under agents in costspan.yaml.',
    MISSING.runs,
    [
      { attribute: ATTR_COSTSPAN_TEAM, title: 'Team' },
      { attribute: ATTR_COSTSPAN_WORKFLOW, title: 'Workflow' },
    ],
    [
      {
        title: 'Spread p99 / p50',
        unit: 'none',
        query: ratio(at(0.99), at(0.5)),
        properties: [
          { id: 'decimals', value: 1 },
          { id: 'custom.cellOptions', value: { type: 'color-text' } },
          {
            id: 'thresholds',
            value: {
              mode: 'absolute',
              steps: [
                { value: null, color: 'text' },
                { value: 5, color: 'orange' },
                { value: 10, color: 'red' },
              ],
            },
          },
        ],
      },
      { title: 'Runs', unit: COUNT, query: q.increase(BY_WORKFLOW, runs) },
      { title: 'Calls p50', unit: COUNT, query: at(0.5) },
      { title: 'Calls p95', unit: COUNT, query: at(0.95) },
      { title: 'Calls p99', unit: COUNT, query: at(0.99) },
      { title: 'Cost p50', unit: USD, query: at(0.5, METRIC_COSTSPAN_RUN_COST_USD) },
      { title: 'Cost p99', unit: USD, query: at(0.99, METRIC_COSTSPAN_RUN_COST_USD) },
    ],
  ).dataLinks([traces(q, RUNS, BY_WORKFLOW, 'row')]);
}

export function stopsByLimit(q: Queries): TimeSeries {
  const stops = q.select(METRIC_COSTSPAN_AGENT_STOPS, chosen(ATTRIBUTED));
  return bars(
    timeSeries(
      'Stopped runs by limit',
      'Which agent limit stopped runs, hour by hour. All of one kind: the limit is tight, or a loop is.',
      'No limit stopped a run in this time range.',
    ),
  )
    .unit(COUNT)
    .withTarget(
      hourly(q.increase([ATTR_COSTSPAN_LIMIT], stops, '1h', '-1h'), q.legend(ATTR_COSTSPAN_LIMIT)),
    );
}

export function blockedByWorkflow(q: Queries): TimeSeries {
  return bars(
    timeSeries(
      'Blocked calls by workflow',
      'Calls that a budget or an agent limit refused before they were sent, hour by hour.',
      'No call was blocked in this time range.',
    ),
  )
    .unit(COUNT)
    .withTarget(
      hourly(q.perHour('calls', BY_WORKFLOW, { matchers: [BLOCKED] }), q.legend(...BY_WORKFLOW)),
    )
    .dataLinks([traces(q, CALLS, BY_WORKFLOW)]);
}

export function agentAlerts(q: Queries): TimeSeries {
  const by = [ATTR_COSTSPAN_LIMIT];
  const alerts = q.select(METRIC_COSTSPAN_AGENT_ALERTS, chosen(ATTRIBUTED));
  return bars(
    timeSeries(
      'Unusual runs',
      'Runs beyond twice the tokens expected of them, or past half of the calls they may make, hour by hour. They go on: a limit stops only what reaches it.',
      'No run was unusual in this time range.',
    ),
  )
    .unit(COUNT)
    .withTarget(hourly(q.increase(by, alerts, '1h', '-1h'), q.legend(...by)));
}
