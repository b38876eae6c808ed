import {
  ATTR_COSTSPAN_BUDGET_DECISION,
  ATTR_COSTSPAN_BUDGET_ID,
  ATTR_COSTSPAN_LOOP_DEPTH,
  ATTR_COSTSPAN_PRICE_BOOK,
  ATTR_COSTSPAN_PRICE_MATCH,
  ATTR_COSTSPAN_PRICE_STATE,
  ATTR_COSTSPAN_RETRY_COUNT,
  ATTR_COSTSPAN_RUN_COST_AMOUNT,
  ATTR_COSTSPAN_RUN_INFERENCE_CALLS,
  ATTR_COSTSPAN_RUN_TOOL_CALLS,
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_WORKFLOW,
  ATTR_ERROR_TYPE,
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_RESPONSE_MODEL,
  ATTR_GEN_AI_USAGE_COST_AMOUNT,
  COSTSPAN_BUDGET_DECISION_VALUE_BLOCK,
  COSTSPAN_PRICE_MATCH_VALUE_FAMILY,
  GEN_AI_OPERATION_NAME_VALUE_CHAT,
  GEN_AI_OPERATION_NAME_VALUE_GENERATE_CONTENT,
  GEN_AI_OPERATION_NAME_VALUE_INVOKE_AGENT,
} from '../../conventions/index.ts';
import { ATTRIBUTED } from '../queries/scope.ts';
import { money, selecting, span, spansWhere } from '../queries/traceql.ts';
import { COUNT, type Table, table, type TimeSeries, timeSeries, USD } from './common.ts';
import { TEMPO, traceql } from './targets.ts';

/** How the attributes of spans are called and shown as columns. */
const COLUMNS: Readonly<Record<string, { readonly title: string; readonly unit?: string }>> = {
  [ATTR_GEN_AI_USAGE_COST_AMOUNT]: { title: 'Cost', unit: USD },
  [ATTR_COSTSPAN_RUN_COST_AMOUNT]: { title: 'Cost of the run', unit: USD },
  [ATTR_COSTSPAN_RUN_INFERENCE_CALLS]: { title: 'Calls', unit: COUNT },
  [ATTR_COSTSPAN_RUN_TOOL_CALLS]: { title: 'Tools', unit: COUNT },
  [ATTR_COSTSPAN_RETRY_COUNT]: { title: 'Retries', unit: COUNT },
  [ATTR_COSTSPAN_TEAM]: { title: 'Team' },
  [ATTR_COSTSPAN_WORKFLOW]: { title: 'Workflow' },
  [ATTR_GEN_AI_REQUEST_MODEL]: { title: 'Model' },
  [ATTR_GEN_AI_AGENT_NAME]: { title: 'Agent' },
  [ATTR_ERROR_TYPE]: { title: 'Error' },
  [ATTR_COSTSPAN_BUDGET_ID]: { title: 'Budget' },
};

/** Rows are spans, each with a link to its trace; the highest `sortBy` first. */
function spanTable(
  title: string,
  description: string,
  query: string,
  attributes: readonly string[],
  sortBy: string,
): Table {
  // Tempo's answer has every attribute as text, which would be sorted as text.
  const numbers = attributes.filter((attribute) => COLUMNS[attribute]?.unit !== undefined);
  const panel = table(title, description)
    .datasource(TEMPO)
    .unit('string')
    .withTarget(traceql(selecting(query, attributes)).refId('A'))
    .withTransformation({
      id: 'convertFieldType',
      options: {
        conversions: numbers.map((targetField) => ({ targetField, destinationType: 'number' })),
        fields: {},
      },
    })
    .withTransformation({
      id: 'sortBy',
      options: { fields: {}, sort: [{ field: sortBy, desc: true }] },
    });
  for (const attribute of attributes) {
    const { title: displayName, unit } = COLUMNS[attribute] ?? { title: attribute };
    panel.overrideByName(attribute, [
      { id: 'displayName', value: displayName },
      ...(unit === undefined ? [] : [{ id: 'unit', value: unit }]),
    ]);
  }
  return panel;
}

const SORT_BY_DURATION = 'Duration';
const CALL = `${span(ATTR_COSTSPAN_PRICE_STATE)} != nil`;

export function dearestCalls(): Table {
  return spanTable(
    'Dearest calls',
    'Calls above the chosen amount, the dearest first. The span id opens the trace.',
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
    `{ ${span(ATTR_GEN_AI_USAGE_COST_AMOUNT)} > ${money(0)} && ${span(ATTR_COSTSPAN_TEAM)} = nil }`,
    [ATTR_GEN_AI_USAGE_COST_AMOUNT, ATTR_GEN_AI_REQUEST_MODEL, ATTR_COSTSPAN_WORKFLOW],
    ATTR_GEN_AI_USAGE_COST_AMOUNT,
  );
}

export function failedMoney(): TimeSeries {
  const query = spansWhere(['status = error', `${span(ATTR_GEN_AI_USAGE_COST_AMOUNT)} != nil`]);
  return timeSeries(
    'Money on failed calls',
    'What calls that ended in an error cost all the same, by workflow, from traces: with sampling it is a part of the truth.',
  )
    .datasource(TEMPO)
    .unit(USD)
    .withTarget(
      traceql(
        `${query} | sum_over_time(${span(ATTR_GEN_AI_USAGE_COST_AMOUNT)}) by (${span(ATTR_COSTSPAN_WORKFLOW)})`,
      ).refId('A'),
    );
}

export function guessedPrices(): TimeSeries {
  const match = `${span(ATTR_COSTSPAN_PRICE_MATCH)} = "${COSTSPAN_PRICE_MATCH_VALUE_FAMILY}"`;
  return timeSeries(
    'Calls at a guessed price',
    'Calls whose model is in the price book only by the beginning of its name, by model. Confirm them in the price overlay.',
  )
    .datasource(TEMPO)
    .unit(COUNT)
    .withTarget(
      traceql(
        `${spansWhere([match])} | count_over_time() by (${span(ATTR_GEN_AI_RESPONSE_MODEL)})`,
      ).refId('A'),
    );
}

export function priceBooks(): TimeSeries {
  return timeSeries(
    'Calls by price book',
    'A new line is a new price book or overlay. Compare its start with a step of the unit prices. From traces.',
  )
    .datasource(TEMPO)
    .unit(COUNT)
    .withTarget(
      traceql(
        `${spansWhere([`${span(ATTR_COSTSPAN_PRICE_BOOK)} != nil`])} | count_over_time() by (${span(ATTR_COSTSPAN_PRICE_BOOK)})`,
      ).refId('A'),
    );
}

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
    spansWhere([`${span(ATTR_COSTSPAN_RUN_INFERENCE_CALLS)} > $min_calls`], ATTRIBUTED),
    RUN_COLUMNS,
    ATTR_COSTSPAN_RUN_INFERENCE_CALLS,
  );
}

export function dearestRuns(): Table {
  return spanTable(
    'Dearest runs',
    'Runs above the chosen amount, all their calls together, the dearest first.',
    spansWhere([`${span(ATTR_COSTSPAN_RUN_COST_AMOUNT)} > $min_cost`], ATTRIBUTED),
    RUN_COLUMNS,
    ATTR_COSTSPAN_RUN_COST_AMOUNT,
  );
}

export function slowestRuns(): Table {
  return spanTable(
    'Slowest runs',
    'Runs longer than the chosen time, the slowest first.',
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
  )
    .datasource(TEMPO)
    .unit('string')
    .withTarget(traceql(`{ ${agent} } >> { ${call} } | count() > $min_calls`).refId('A'));
}

export function loopDepth(): TimeSeries {
  const query = spansWhere([`${span(ATTR_COSTSPAN_LOOP_DEPTH)} > 0`]);
  return timeSeries(
    'Greatest loop depth',
    'The deepest model call of a run at each moment, by workflow, while runs are still going. From traces.',
  )
    .datasource(TEMPO)
    .unit(COUNT)
    .withTarget(
      traceql(
        `${query} | max_over_time(${span(ATTR_COSTSPAN_LOOP_DEPTH)}) by (${span(ATTR_COSTSPAN_WORKFLOW)})`,
      ).refId('A'),
    );
}

export function blockedCalls(): Table {
  const decision = `${span(ATTR_COSTSPAN_BUDGET_DECISION)} = "${COSTSPAN_BUDGET_DECISION_VALUE_BLOCK}"`;
  return spanTable(
    'Calls that a budget blocked',
    'The newest calls that were refused before they were sent, and by which budget.',
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
