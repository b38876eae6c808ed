import {
  ATTR_COSTSPAN_BUDGET_DECISION,
  ATTR_COSTSPAN_BUDGET_ID,
  ATTR_COSTSPAN_PRICE_STATE,
  ATTR_COSTSPAN_RETRY_COUNT,
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_WORKFLOW,
  ATTR_ERROR_TYPE,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_USAGE_COST_AMOUNT,
  COSTSPAN_BUDGET_DECISION_VALUE_BLOCK,
} from '../../conventions/index.ts';
import { money, span, spansWhere } from '../queries/traceql.ts';
import { type Table } from './common.ts';
import { SORT_BY_DURATION, spanTable } from './span-table.ts';
import { MISSING } from './missing.ts';

const CALL = `${span(ATTR_COSTSPAN_PRICE_STATE)} != nil`;

export function dearestCalls(): Table {
  return spanTable(
    'Dearest calls',
    'Calls above the chosen amount, the dearest first. The span id opens the trace.',
    MISSING.spans,
    spansWhere([`${span(ATTR_GEN_AI_USAGE_COST_AMOUNT)} > $min_cost`]),
    [
      ATTR_GEN_AI_USAGE_COST_AMOUNT,
      ATTR_GEN_AI_REQUEST_MODEL,
      ATTR_COSTSPAN_TEAM,
      ATTR_COSTSPAN_WORKFLOW,
    ],
    ATTR_GEN_AI_USAGE_COST_AMOUNT,
  );
}

export function slowestCalls(): Table {
  return spanTable(
    'Slowest calls',
    'Calls longer than the chosen time, the slowest first. The span id opens the trace.',
    MISSING.spans,
    spansWhere([CALL, 'duration > $min_duration']),
    [
      ATTR_GEN_AI_USAGE_COST_AMOUNT,
      ATTR_GEN_AI_REQUEST_MODEL,
      ATTR_COSTSPAN_RETRY_COUNT,
      ATTR_COSTSPAN_WORKFLOW,
    ],
    SORT_BY_DURATION,
  );
}

export function failedCalls(): Table {
  return spanTable(
    'Failed calls',
    'The newest calls that failed, with what they cost all the same.',
    MISSING.failed,
    spansWhere([CALL, 'status = error']),
    [
      ATTR_ERROR_TYPE,
      ATTR_GEN_AI_REQUEST_MODEL,
      ATTR_COSTSPAN_RETRY_COUNT,
      ATTR_GEN_AI_USAGE_COST_AMOUNT,
    ],
    'Start time',
  );
}

export function untaggedCalls(): Table {
  return spanTable(
    'Calls without a team',
    'The dearest calls that nobody answers for: the trace shows which service made them.',
    'Every call has a team in this time range.',
    `{ ${span(ATTR_GEN_AI_USAGE_COST_AMOUNT)} > ${money(0)} && ${span(ATTR_COSTSPAN_TEAM)} = nil }`,
    [ATTR_GEN_AI_USAGE_COST_AMOUNT, ATTR_GEN_AI_REQUEST_MODEL, ATTR_COSTSPAN_WORKFLOW],
    ATTR_GEN_AI_USAGE_COST_AMOUNT,
  );
}

export function blockedCalls(): Table {
  const decision = `${span(ATTR_COSTSPAN_BUDGET_DECISION)} = "${COSTSPAN_BUDGET_DECISION_VALUE_BLOCK}"`;
  return spanTable(
    'Calls that a budget blocked',
    'The newest calls that were refused before they were sent, and by which budget.',
    'No budget blocked a call in this time range.',
    spansWhere([decision]),
    [
      ATTR_COSTSPAN_BUDGET_ID,
      ATTR_COSTSPAN_TEAM,
      ATTR_COSTSPAN_WORKFLOW,
      ATTR_GEN_AI_REQUEST_MODEL,
    ],
    'Start time',
  );
}
