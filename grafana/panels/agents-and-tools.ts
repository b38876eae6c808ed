import {
  ATTR_COSTSPAN_WORKFLOW,
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_TOOL_NAME,
  METRIC_GEN_AI_EXECUTE_TOOL_DURATION,
  METRIC_GEN_AI_INVOKE_AGENT_DURATION,
  METRIC_GEN_AI_INVOKE_AGENT_INFERENCE_CALLS,
  METRIC_GEN_AI_INVOKE_AGENT_TOOL_CALLS,
  METRIC_GEN_AI_INVOKE_WORKFLOW_DURATION,
} from '../../conventions/index.ts';
import type { Queries } from '../queries/queries.ts';
import { ATTRIBUTED, chosen } from '../queries/scope.ts';
import { bars, COUNT, SECONDS, type TimeSeries, timeSeries } from './common.ts';
import { RUNS, TOOLS, traces } from './links.ts';
import { hourly, range } from './targets.ts';
import { MISSING } from './missing.ts';

export function agentDuration(q: Queries): TimeSeries {
  const by = [ATTR_GEN_AI_AGENT_NAME];
  return timeSeries(
    'Duration of agents, p95',
    'Nineteen in twenty invocations of an agent are quicker.',
    MISSING.agents,
  )
    .unit(SECONDS)
    .withTarget(range(q.quantile(0.95, METRIC_GEN_AI_INVOKE_AGENT_DURATION, by), q.legend(...by)))
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
    .withTarget(range(q.quantile(0.95, METRIC_GEN_AI_EXECUTE_TOOL_DURATION, by), q.legend(...by)))
    .dataLinks([traces(q, TOOLS, by)]);
}

export function toolCalls(q: Queries): TimeSeries {
  const by = [ATTR_GEN_AI_TOOL_NAME];
  const executions = q.select(METRIC_GEN_AI_EXECUTE_TOOL_DURATION, chosen(ATTRIBUTED), 'count');
  return bars(
    timeSeries(
      'Tool calls per hour',
      'How often each tool is called. One that outgrows all others is a loop, or a tool that does not answer what was asked.',
      MISSING.tools,
    ),
  )
    .unit(COUNT)
    .withTarget(hourly(q.increase(by, executions, '1h', '-1h'), q.legend(...by)))
    .dataLinks([traces(q, TOOLS, by)]);
}

export function toolsOfAgents(q: Queries): TimeSeries {
  const by = [ATTR_GEN_AI_AGENT_NAME];
  return timeSeries(
    'Own tool calls of agents, p95',
    'Tools that an invocation of an agent called itself, without those of the agents it called.',
    MISSING.agents,
  )
    .unit(COUNT)
    .withTarget(range(q.quantile(0.95, METRIC_GEN_AI_INVOKE_AGENT_TOOL_CALLS, by), q.legend(...by)))
    .dataLinks([traces(q, RUNS, by)]);
}

export function workflowDuration(q: Queries): TimeSeries {
  const by = [ATTR_COSTSPAN_WORKFLOW];
  return timeSeries(
    'Duration of workflows, p95',
    'Nineteen in twenty invocations of a workflow are quicker. Only frameworks that mark workflows in their traces show here.',
    'No framework marked a workflow in this time range.',
  )
    .unit(SECONDS)
    .withTarget(
      range(q.quantile(0.95, METRIC_GEN_AI_INVOKE_WORKFLOW_DURATION, by), q.legend(...by)),
    )
    .dataLinks([traces(q, RUNS, by)]);
}
