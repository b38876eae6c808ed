import {
  ATTR_COSTSPAN_RUN_COST_AMOUNT,
  ATTR_COSTSPAN_RUN_INFERENCE_CALLS,
  ATTR_COSTSPAN_RUN_TOOL_CALLS,
  ATTR_COSTSPAN_WORKFLOW,
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_OPERATION_NAME,
  GEN_AI_OPERATION_NAME_VALUE_CHAT,
  GEN_AI_OPERATION_NAME_VALUE_GENERATE_CONTENT,
  GEN_AI_OPERATION_NAME_VALUE_INVOKE_AGENT,
} from '../../conventions/index.ts';
import { ATTRIBUTED } from '../queries/scope.ts';
import { span, spansWhere } from '../queries/traceql.ts';
import { type Table, table } from './common.ts';
import { SORT_BY_DURATION, spanTable } from './span-table.ts';
import { TEMPO, traceql } from './targets.ts';
import { MISSING } from './missing.ts';

const RUN_COLUMNS = [
  ATTR_COSTSPAN_RUN_COST_AMOUNT,
  ATTR_COSTSPAN_RUN_INFERENCE_CALLS,
  ATTR_COSTSPAN_RUN_TOOL_CALLS,
  ATTR_COSTSPAN_WORKFLOW,
  ATTR_GEN_AI_AGENT_NAME,
];

export function deepestRuns(): Table {
  return spanTable(
    'Deepest runs',
    'Runs with more model calls than the chosen number, the deepest first: candidates for a limit under agents in costspan.yaml.',
    MISSING.spans,
    spansWhere([`${span(ATTR_COSTSPAN_RUN_INFERENCE_CALLS)} > $min_calls`], ATTRIBUTED),
    RUN_COLUMNS,
    ATTR_COSTSPAN_RUN_INFERENCE_CALLS,
  );
}

export function dearestRuns(): Table {
  return spanTable(
    'Dearest runs',
    'Runs above the chosen amount, all their calls together, the dearest first.',
    MISSING.spans,
    spansWhere([`${span(ATTR_COSTSPAN_RUN_COST_AMOUNT)} > $min_cost`], ATTRIBUTED),
    RUN_COLUMNS,
    ATTR_COSTSPAN_RUN_COST_AMOUNT,
  );
}

export function slowestRuns(): Table {
  return spanTable(
    'Slowest runs',
    'Runs longer than the chosen time, the slowest first.',
    MISSING.spans,
    spansWhere(
      [`${span(ATTR_COSTSPAN_RUN_INFERENCE_CALLS)} > 0`, 'duration > $min_duration'],
      ATTRIBUTED,
    ),
    RUN_COLUMNS,
    SORT_BY_DURATION,
  );
}

export function runawaysOfAnyLanguage(): Table {
  const agent = `${span(ATTR_GEN_AI_OPERATION_NAME)} = "${GEN_AI_OPERATION_NAME_VALUE_INVOKE_AGENT}"`;
  const operations = [
    GEN_AI_OPERATION_NAME_VALUE_CHAT,
    GEN_AI_OPERATION_NAME_VALUE_GENERATE_CONTENT,
  ].join('|');
  const call = `${span(ATTR_GEN_AI_OPERATION_NAME)} =~ "${operations}"`;
  return table(
    'Agents with many calls, in any language',
    'Traces in which one agent made more model calls than the chosen number. Rests on the GenAI conventions alone, so services without costspan show too.',
    MISSING.spans,
  )
    .datasource(TEMPO)
    .unit('string')
    .withTarget(traceql(`{ ${agent} } >> { ${call} } | count() > $min_calls`).refId('A'));
}
