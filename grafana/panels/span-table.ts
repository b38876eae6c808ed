import {
  ATTR_COSTSPAN_BUDGET_DECISION,
  ATTR_COSTSPAN_BUDGET_ID,
  ATTR_COSTSPAN_RETRY_COUNT,
  ATTR_COSTSPAN_RUN_COST_AMOUNT,
  ATTR_COSTSPAN_RUN_INFERENCE_CALLS,
  ATTR_COSTSPAN_RUN_TOOL_CALLS,
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_WORKFLOW,
  ATTR_ERROR_TYPE,
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_USAGE_COST_AMOUNT,
} from '../../conventions/index.ts';
import { selecting } from '../queries/traceql.ts';
import { COUNT, type Table, table, USD } from './common.ts';
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
  [ATTR_COSTSPAN_BUDGET_DECISION]: { title: 'Decision' },
};

/** Rows are spans, each with a link to its trace; the highest `sortBy` first. */
export function spanTable(
  title: string,
  description: string,
  missing: string,
  query: string,
  attributes: readonly string[],
  sortBy: string,
  atMost = 20,
): Table {
  // Tempo's answer has every attribute as text, which would be sorted as text.
  const numbers = attributes.filter((attribute) => COLUMNS[attribute]?.unit !== undefined);
  const panel = table(title, description, missing)
    .datasource(TEMPO)
    .unit('string')
    .withTarget(traceql(selecting(query, attributes)).limit(atMost).refId('A'))
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
      { id: 'noValue', value: '–' },
      ...(unit === undefined ? [] : [{ id: 'unit', value: unit }]),
    ]);
  }
  return panel;
}

/** How Grafana calls the column of a span's length. */
export const SORT_BY_DURATION = 'Duration';
