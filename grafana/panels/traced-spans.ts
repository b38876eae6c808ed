import {
  ATTR_COSTSPAN_BUDGET_DECISION,
  ATTR_COSTSPAN_RETRY_COUNT,
  ATTR_COSTSPAN_RUN_COST_AMOUNT,
  ATTR_COSTSPAN_RUN_INFERENCE_CALLS,
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_WORKFLOW,
  ATTR_ERROR_TYPE,
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_USAGE_COST_AMOUNT,
} from '../../conventions/index.ts';
import { span, spansWhere } from '../queries/traceql.ts';
import { COUNT, type Table, type TimeSeries, timeSeries, USD } from './common.ts';
import { TRACED } from './links.ts';
import { MISSING } from './missing.ts';
import { spanTable } from './span-table.ts';
import { TEMPO, traceql } from './targets.ts';

/** As a link or a reader chose them: the condition is the value of a variable. */
const CHOSEN = spansWhere(['${spans:raw}'], TRACED);
const COST = span(ATTR_GEN_AI_USAGE_COST_AMOUNT);

export function matching(): Table {
  return spanTable(
    'Spans',
    'Spans of the chosen kind that have the labels chosen above. The span id opens the trace. Tempo returns some that match, not the dearest of all: choose a shorter time to see the rest.',
    MISSING.spans,
    CHOSEN,
    [
      ATTR_GEN_AI_USAGE_COST_AMOUNT,
      ATTR_COSTSPAN_RUN_COST_AMOUNT,
      ATTR_COSTSPAN_RUN_INFERENCE_CALLS,
      ATTR_COSTSPAN_TEAM,
      ATTR_COSTSPAN_WORKFLOW,
      ATTR_GEN_AI_REQUEST_MODEL,
      ATTR_GEN_AI_AGENT_NAME,
      ATTR_ERROR_TYPE,
      ATTR_COSTSPAN_RETRY_COUNT,
      ATTR_COSTSPAN_BUDGET_DECISION,
    ],
    ATTR_GEN_AI_USAGE_COST_AMOUNT,
    50,
  );
}

export function howMany(): TimeSeries {
  return timeSeries('How many', 'Spans that match, by workflow, as sampled.', MISSING.spans)
    .datasource(TEMPO)
    .unit(COUNT)
    .withTarget(
      traceql(`${CHOSEN} | count_over_time() by (${span(ATTR_COSTSPAN_WORKFLOW)})`).refId('A'),
    );
}

export function whatTheyCost(): TimeSeries {
  return timeSeries(
    'What they cost',
    'Money of the calls that match, by workflow, as sampled. Runs and tools carry none of their own.',
    MISSING.spans,
  )
    .datasource(TEMPO)
    .unit(USD)
    .withTarget(
      traceql(`${CHOSEN} | sum_over_time(${COST}) by (${span(ATTR_COSTSPAN_WORKFLOW)})`).refId('A'),
    );
}
