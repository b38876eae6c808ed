import {
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_WORKFLOW,
  METRIC_COSTSPAN_AGENT_STOPS,
  METRIC_COSTSPAN_RUN_COST_USD,
  METRIC_COSTSPAN_RUN_INFERENCE_CALLS,
  METRIC_COSTSPAN_RUN_TOKENS,
  METRIC_COSTSPAN_RUN_TOOL_CALLS,
  type MetricName,
} from '../../conventions/index.ts';
import type { Queries } from '../queries/queries.ts';
import { ATTRIBUTED, chosen, RANGE } from '../queries/scope.ts';
import {
  bars,
  COMPARED,
  COUNT,
  type Heatmap,
  heatmap,
  limits,
  type Stat,
  stat,
  type TimeSeries,
  timeSeries,
  USD,
} from './common.ts';
import { RUNS, traces } from './links.ts';
import { heat, hourly, instant, range } from './targets.ts';
import { MISSING } from './missing.ts';

const BY_WORKFLOW = [ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_WORKFLOW];
const RUN_CALLS = METRIC_COSTSPAN_RUN_INFERENCE_CALLS;

export function runCount(q: Queries): Stat {
  const runs = q.select(RUN_CALLS, chosen(ATTRIBUTED), 'count');
  return stat(
    'Runs',
    'Runs that ended in the time range: agents, workflows, or jobs with a scope.',
    MISSING.runs,
  )
    .unit(COUNT)
    .withTarget(instant(q.increase([], runs), 'runs'))
    .dataLinks([traces(q, RUNS, [])]);
}

export function meanCallsPerRun(q: Queries): Stat {
  return stat(
    'Calls per run',
    'Model calls of a run, on average over the time range.',
    MISSING.runs,
  )
    .unit(COUNT)
    .decimals(1)
    .withTarget(instant(q.mean(RUN_CALLS, []), 'calls'))
    .dataLinks([traces(q, RUNS, [])]);
}

export function worstCallsPerRun(q: Queries): Stat {
  const worst = q.quantile(0.99, RUN_CALLS, BY_WORKFLOW, { window: RANGE });
  return stat(
    'Worst calls per run',
    'One run in a hundred makes more model calls than this, in the workflow where that is most. Above 50 the runaway alert fires.',
    MISSING.runs,
  )
    .unit(COUNT)
    .decimals(0)
    .thresholds(limits(25, 50, ['text', 'orange', 'red']))
    .withTarget(instant(`max(${worst})`, 'p99'))
    .dataLinks([traces(q, RUNS, [])]);
}

export function meanCostPerRun(q: Queries): Stat {
  return stat('Cost per run', 'Money of a run, on average over the time range.', MISSING.runs)
    .unit(USD)
    .withTarget(instant(q.mean(METRIC_COSTSPAN_RUN_COST_USD, []), 'cost'))
    .dataLinks([traces(q, RUNS, [])]);
}

export function worstCostPerRun(q: Queries): Stat {
  const worst = q.quantile(0.99, METRIC_COSTSPAN_RUN_COST_USD, BY_WORKFLOW, { window: RANGE });
  return stat(
    'Worst cost per run',
    'One run in a hundred costs more than this, in the workflow where that is most.',
    MISSING.runs,
  )
    .unit(USD)
    .withTarget(instant(`max(${worst})`, 'p99'))
    .dataLinks([traces(q, RUNS, [])]);
}

export function stoppedRuns(q: Queries): Stat {
  const stops = q.events([], q.select(METRIC_COSTSPAN_AGENT_STOPS, chosen(ATTRIBUTED)));
  return stat('Stopped runs', 'Runs that an agent limit ended in the time range.', MISSING.runs)
    .unit(COUNT)
    .thresholds(limits(1, 20, ['text', 'orange', 'red']))
    .decimals(0)
    .withTarget(instant(`${stops} or vector(0)`, 'stopped'));
}

export function callsPerRunHeatmap(q: Queries): Heatmap {
  return heatmap(
    'Runs by calls',
    'Runs by the number of model calls they made. A second band far above the first is a loop that does not end well.',
    COUNT,
    MISSING.runs,
  )
    .withTarget(heat(q.buckets(RUN_CALLS)))
    .dataLinks([traces(q, RUNS, [])]);
}

export function callsPerRun(q: Queries): TimeSeries {
  const name = q.legend(...BY_WORKFLOW);
  return timeSeries(
    'Calls per run, p99 and p95',
    'Model calls of the runs that ended: solid p99, dashed p95. The distance between them is what runaways look like.',
    MISSING.runs,
  )
    .unit(COUNT)
    .withTarget(range(q.quantile(0.99, RUN_CALLS, BY_WORKFLOW), name).refId('P99'))
    .withTarget(range(q.quantile(0.95, RUN_CALLS, BY_WORKFLOW), name).refId('P95'))
    .overrideByQuery('P95', [...COMPARED])
    .dataLinks([traces(q, RUNS, BY_WORKFLOW)]);
}

/** One of the run's histograms, by workflow, at its 95th percentile. */
function perRun(
  q: Queries,
  title: string,
  description: string,
  missing: string,
  metric: MetricName,
  unit: string,
): TimeSeries {
  return timeSeries(title, description, missing)
    .unit(unit)
    .withTarget(range(q.quantile(0.95, metric, BY_WORKFLOW), q.legend(...BY_WORKFLOW)))
    .dataLinks([traces(q, RUNS, BY_WORKFLOW)]);
}

export function costPerRun(q: Queries): TimeSeries {
  return perRun(
    q,
    'Cost per run, p95',
    'Nineteen runs in twenty cost less than this, by workflow.',
    MISSING.runs,
    METRIC_COSTSPAN_RUN_COST_USD,
    USD,
  );
}

export function toolsPerRun(q: Queries): TimeSeries {
  return perRun(
    q,
    'Tool calls per run, p95',
    'Nineteen runs in twenty make fewer tool calls than this, by workflow.',
    MISSING.runs,
    METRIC_COSTSPAN_RUN_TOOL_CALLS,
    COUNT,
  );
}

export function tokensPerRun(q: Queries): TimeSeries {
  return perRun(
    q,
    'Tokens per run, p95',
    'Input and output together, by workflow. Grows with the square of the loop where the whole conversation is sent again.',
    MISSING.runs,
    METRIC_COSTSPAN_RUN_TOKENS,
    COUNT,
  );
}

export function runsPerHour(q: Queries): TimeSeries {
  const runs = q.select(RUN_CALLS, chosen(ATTRIBUTED), 'count');
  return bars(
    timeSeries('Runs per hour', 'Runs that ended in each hour, by workflow.', MISSING.runs),
  )
    .unit(COUNT)
    .withTarget(hourly(q.increase(BY_WORKFLOW, runs, '1h', '-1h'), q.legend(...BY_WORKFLOW)))
    .dataLinks([traces(q, RUNS, BY_WORKFLOW)]);
}
