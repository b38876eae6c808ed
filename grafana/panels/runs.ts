import {
  ATTR_COSTSPAN_CALL_OUTCOME,
  ATTR_COSTSPAN_LIMIT,
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_WORKFLOW,
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_TOOL_NAME,
  COSTSPAN_CALL_OUTCOME_VALUE_BLOCKED,
  METRIC_COSTSPAN_AGENT_STOPS,
  METRIC_COSTSPAN_RUN_COST_USD,
  METRIC_COSTSPAN_RUN_INFERENCE_CALLS,
  METRIC_COSTSPAN_RUN_TOKENS,
  METRIC_COSTSPAN_RUN_TOOL_CALLS,
  METRIC_GEN_AI_EXECUTE_TOOL_DURATION,
  METRIC_GEN_AI_INVOKE_AGENT_DURATION,
  METRIC_GEN_AI_INVOKE_AGENT_INFERENCE_CALLS,
  type MetricName,
} from '../../conventions/index.ts';
import { type Queries, ratio } from '../queries/queries.ts';
import { ATTRIBUTED, chosen, RANGE } from '../queries/scope.ts';
import {
  bars,
  COUNT,
  type Heatmap,
  heatmap,
  limits,
  SECONDS,
  type Stat,
  stat,
  type Table,
  type TimeSeries,
  timeSeries,
  USD,
} from './common.ts';
import { joinedTable } from './joined-table.ts';
import { CALLS, RUNS, traces } from './links.ts';
import { heat, instant, range } from './targets.ts';

const BY_WORKFLOW = [ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_WORKFLOW];
const RUN_CALLS = METRIC_COSTSPAN_RUN_INFERENCE_CALLS;

export function runCount(q: Queries): Stat {
  const runs = q.select(RUN_CALLS, chosen(ATTRIBUTED), 'count');
  return stat('Runs', 'Runs that ended in the time range: agents, workflows, or jobs with a scope.')
    .unit(COUNT)
    .withTarget(instant(q.increase([], runs), 'runs'))
    .dataLinks([traces(q, RUNS, [])]);
}

export function meanCallsPerRun(q: Queries): Stat {
  return stat('Calls per run, mean', 'Model calls of a run, on average over the time range.')
    .unit(COUNT)
    .decimals(1)
    .withTarget(instant(q.mean(RUN_CALLS, []), 'calls'))
    .dataLinks([traces(q, RUNS, [])]);
}

export function worstCallsPerRun(q: Queries): Stat {
  return stat(
    'Calls per run, p99',
    'One run in a hundred makes more model calls than this. Above 50 the runaway alert fires.',
  )
    .unit(COUNT)
    .decimals(0)
    .thresholds(limits(25, 50))
    .withTarget(instant(q.quantile(0.99, RUN_CALLS, [], { window: RANGE }), 'p99'))
    .dataLinks([traces(q, RUNS, [])]);
}

export function meanCostPerRun(q: Queries): Stat {
  return stat('Cost per run, mean', 'Money of a run, on average over the time range.')
    .unit(USD)
    .withTarget(instant(q.mean(METRIC_COSTSPAN_RUN_COST_USD, []), 'cost'))
    .dataLinks([traces(q, RUNS, [])]);
}

export function worstCostPerRun(q: Queries): Stat {
  const worst = q.quantile(0.99, METRIC_COSTSPAN_RUN_COST_USD, [], { window: RANGE });
  return stat('Cost per run, p99', 'One run in a hundred costs more than this.')
    .unit(USD)
    .withTarget(instant(worst, 'p99'))
    .dataLinks([traces(q, RUNS, [])]);
}

export function stoppedRuns(q: Queries): Stat {
  const stops = q.events([], q.select(METRIC_COSTSPAN_AGENT_STOPS));
  return stat(
    'Runs stopped by a limit',
    'Runs that an agent limit ended in the time range, of all workflows.',
  )
    .unit(COUNT)
    .thresholds(limits(1, 20, ['text', 'orange', 'red']))
    .withTarget(instant(`${stops} or vector(0)`, 'stopped'));
}

export function callsPerRunHeatmap(q: Queries): Heatmap {
  return heatmap(
    'Calls per run',
    'Runs by the number of model calls they made. A second band far above the first is a loop that does not end well.',
    COUNT,
  )
    .withTarget(heat(q.buckets(RUN_CALLS)))
    .dataLinks([traces(q, RUNS, [])]);
}

export function callsPerRun(q: Queries): TimeSeries {
  return timeSeries(
    'Calls per run, p50 / p95 / p99',
    'Model calls of the runs that ended. The distance of p99 from p50 is what runaways look like.',
  )
    .unit(COUNT)
    .targets(
      [0.5, 0.95, 0.99].map((quantile) =>
        range(q.quantile(quantile, RUN_CALLS, []), `p${quantile * 100}`)
          .exemplar(true)
          .refId(`P${quantile * 100}`),
      ),
    )
    .dataLinks([traces(q, RUNS, [])]);
}

/** One of the run's histograms, by workflow, at its 95th percentile. */
function perRun(
  q: Queries,
  title: string,
  description: string,
  metric: MetricName,
  unit: string,
): TimeSeries {
  return timeSeries(title, description)
    .unit(unit)
    .withTarget(
      range(q.quantile(0.95, metric, BY_WORKFLOW), q.legend(...BY_WORKFLOW)).exemplar(true),
    )
    .dataLinks([traces(q, RUNS, BY_WORKFLOW)]);
}

export function costPerRun(q: Queries): TimeSeries {
  return perRun(
    q,
    'Cost per run, p95',
    'Nineteen runs in twenty cost less than this, by workflow.',
    METRIC_COSTSPAN_RUN_COST_USD,
    USD,
  );
}

export function toolsPerRun(q: Queries): TimeSeries {
  return perRun(
    q,
    'Tool calls per run, p95',
    'Nineteen runs in twenty make fewer tool calls than this, by workflow.',
    METRIC_COSTSPAN_RUN_TOOL_CALLS,
    COUNT,
  );
}

export function tokensPerRun(q: Queries): TimeSeries {
  return perRun(
    q,
    'Tokens per run, p95',
    'Input and output together, by workflow. Grows with the square of the loop where the whole conversation is sent again.',
    METRIC_COSTSPAN_RUN_TOKENS,
    COUNT,
  );
}

export function runsPerHour(q: Queries): TimeSeries {
  const runs = q.select(RUN_CALLS, chosen(ATTRIBUTED), 'count');
  return bars(timeSeries('Runs per hour', 'Runs that ended in each hour, by workflow.'))
    .unit(COUNT)
    .withTarget(range(q.increase(BY_WORKFLOW, runs, '1h'), q.legend(...BY_WORKFLOW)).interval('1h'))
    .dataLinks([traces(q, RUNS, BY_WORKFLOW)]);
}

export function runawayCandidates(q: Queries): Table {
  const at = (quantile: number, metric: MetricName = RUN_CALLS): string =>
    q.quantile(quantile, metric, BY_WORKFLOW, { window: RANGE });
  const runs = q.select(RUN_CALLS, chosen(ATTRIBUTED), 'count');
  return joinedTable(
    q,
    'Runaway candidates',
    'Workflows whose worst runs are far from their usual ones, over the time range. A spread above ten deserves a limit under agents in costspan.yaml.',
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
  const stops = q.select(METRIC_COSTSPAN_AGENT_STOPS);
  return bars(
    timeSeries(
      'Stopped runs by limit',
      'Which agent limit stopped runs, hour by hour. All of one kind: the limit is tight, or a loop is.',
    ),
  )
    .unit(COUNT)
    .withTarget(
      range(q.events([ATTR_COSTSPAN_LIMIT], stops, '1h'), q.legend(ATTR_COSTSPAN_LIMIT)).interval(
        '1h',
      ),
    );
}

export function blockedByWorkflow(q: Queries): TimeSeries {
  const blocked = q.calls([[ATTR_COSTSPAN_CALL_OUTCOME, '=', COSTSPAN_CALL_OUTCOME_VALUE_BLOCKED]]);
  return bars(
    timeSeries(
      'Blocked calls by workflow',
      'Calls that a budget or an agent limit refused before they were sent, hour by hour.',
    ),
  )
    .unit(COUNT)
    .withTarget(
      range(q.events(BY_WORKFLOW, blocked, '1h'), q.legend(...BY_WORKFLOW)).interval('1h'),
    )
    .dataLinks([traces(q, CALLS, BY_WORKFLOW)]);
}

export function agentDuration(q: Queries): TimeSeries {
  const by = [ATTR_GEN_AI_AGENT_NAME];
  return timeSeries(
    'Duration of agents, p95',
    'Nineteen in twenty invocations of an agent are quicker.',
  )
    .unit(SECONDS)
    .withTarget(
      range(q.quantile(0.95, METRIC_GEN_AI_INVOKE_AGENT_DURATION, by), q.legend(...by)).exemplar(
        true,
      ),
    )
    .dataLinks([traces(q, RUNS, by)]);
}

export function agentCalls(q: Queries): TimeSeries {
  const by = [ATTR_GEN_AI_AGENT_NAME];
  return timeSeries(
    'Own calls of agents, p95',
    'Model calls that an invocation of an agent made itself, without those of the agents it called.',
  )
    .unit(COUNT)
    .withTarget(
      range(q.quantile(0.95, METRIC_GEN_AI_INVOKE_AGENT_INFERENCE_CALLS, by), q.legend(...by)),
    )
    .dataLinks([traces(q, RUNS, by)]);
}

export function toolDuration(q: Queries): TimeSeries {
  const by = [ATTR_GEN_AI_TOOL_NAME];
  return timeSeries(
    'Duration of tools, p95',
    'Nineteen in twenty executions of a tool are quicker.',
  )
    .unit(SECONDS)
    .withTarget(
      range(q.quantile(0.95, METRIC_GEN_AI_EXECUTE_TOOL_DURATION, by), q.legend(...by)).exemplar(
        true,
      ),
    )
    .dataLinks([traces(q, { ...RUNS, title: 'Traces of this tool', conditions: [] }, by)]);
}
