import {
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_TOOL_NAME,
  METRIC_GEN_AI_EXECUTE_TOOL_DURATION,
  METRIC_GEN_AI_INVOKE_AGENT_DURATION,
  METRIC_GEN_AI_INVOKE_AGENT_INFERENCE_CALLS,
} from '../../conventions/index.ts';
import type { Queries } from '../queries/queries.ts';
import { COUNT, SECONDS, type TimeSeries, timeSeries } from './common.ts';
import { RUNS, TOOLS, traces } from './links.ts';
import { range } from './targets.ts';
import { MISSING } from './missing.ts';

export function agentDuration(q: Queries): TimeSeries {
  const by = [ATTR_GEN_AI_AGENT_NAME];
  return timeSeries(
    'Duration of agents, p95',
    'Nineteen in twenty invocations of an agent are quicker.',
    MISSING.agents,
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
    MISSING.agents,
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
    MISSING.tools,
  )
    .unit(SECONDS)
    .withTarget(
      range(q.quantile(0.95, METRIC_GEN_AI_EXECUTE_TOOL_DURATION, by), q.legend(...by)).exemplar(
        true,
      ),
    )
    .dataLinks([traces(q, TOOLS, by)]);
}
