import { DashboardLinkBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  ATTR_COSTSPAN_BUDGET_DECISION,
  ATTR_COSTSPAN_PRICE_STATE,
  ATTR_COSTSPAN_RETRY_COUNT,
  ATTR_COSTSPAN_RUN_INFERENCE_CALLS,
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_USAGE_SOURCE,
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_TOOL_NAME,
  COSTSPAN_PRICE_STATE_VALUE_PARTIAL,
  COSTSPAN_PRICE_STATE_VALUE_UNPRICED,
  COSTSPAN_USAGE_SOURCE_VALUE_ESTIMATED,
} from '../../conventions/index.ts';
import type { Queries } from '../queries/queries.ts';
import {
  ATTRIBUTED,
  BUDGET,
  ENVIRONMENT,
  MODEL,
  MODELLED,
  PROVIDER,
  type ScopeVariable,
  TEAM,
  WORKFLOW,
} from '../queries/scope.ts';
import { span } from '../queries/traceql.ts';
import { DASHBOARD_UIDS } from './boards.ts';

export { DASHBOARD_UIDS } from './boards.ts';

/** Where a label of the point stands: on its series, or in its row of a table. */
type PointKind = 'series' | 'row';

/** Which spans a link goes to, besides those with the point's own labels. */
export interface SpanChoice {
  /** Of the link, and of the choice on the dashboard of traces. */
  readonly title: string;
  /** TraceQL, without `{`, commas and a colon between blanks: it is a value of a variable. */
  readonly condition: string;
  /** Variables that the spans obey where the point has no such label. */
  readonly scope: readonly ScopeVariable[];
}

/** Every call that was priced, or tried to be. */
export const CALLS: SpanChoice = {
  title: 'Traces of these calls',
  condition: `${span(ATTR_COSTSPAN_PRICE_STATE)} != nil`,
  scope: MODELLED,
};

export const FAILED_CALLS: SpanChoice = {
  title: 'Traces of failed calls',
  condition: `status = error && ${span(ATTR_COSTSPAN_PRICE_STATE)} != nil`,
  scope: MODELLED,
};

/** Calls that the SDK sent more than once. */
export const RETRIED_CALLS: SpanChoice = {
  title: 'Traces of retried calls',
  condition: `${span(ATTR_COSTSPAN_RETRY_COUNT)} > 0`,
  scope: MODELLED,
};

/** Calls whose model has no price. */
export const UNPRICED_CALLS: SpanChoice = {
  title: 'Traces of unpriced calls',
  condition: `${span(ATTR_COSTSPAN_PRICE_STATE)} = "${COSTSPAN_PRICE_STATE_VALUE_UNPRICED}"`,
  scope: MODELLED,
};

/** Calls whose amount leaves something out; `costspan.cost.missing` says what. */
export const PARTIAL_CALLS: SpanChoice = {
  title: 'Traces of partly priced calls',
  condition: `${span(ATTR_COSTSPAN_PRICE_STATE)} = "${COSTSPAN_PRICE_STATE_VALUE_PARTIAL}"`,
  scope: MODELLED,
};

/** Calls that nobody answers for; a team chosen above would contradict that. */
export const UNTAGGED_CALLS: SpanChoice = {
  title: 'Traces of calls without a team',
  condition: `${span(ATTR_COSTSPAN_PRICE_STATE)} != nil && ${span(ATTR_COSTSPAN_TEAM)} = nil`,
  scope: [],
};

/** Calls whose tokens were estimated. */
export const ESTIMATED_CALLS: SpanChoice = {
  title: 'Traces of estimated calls',
  condition: `${span(ATTR_COSTSPAN_USAGE_SOURCE)} = "${COSTSPAN_USAGE_SOURCE_VALUE_ESTIMATED}"`,
  scope: MODELLED,
};

/** Calls about which a budget had a say. */
export const DECIDED: SpanChoice = {
  title: 'Traces of these decisions',
  condition: `${span(ATTR_COSTSPAN_BUDGET_DECISION)} != nil`,
  scope: MODELLED,
};

/** The spans that root a run. */
export const RUNS: SpanChoice = {
  title: 'Traces of these runs',
  condition: `${span(ATTR_COSTSPAN_RUN_INFERENCE_CALLS)} > 0`,
  scope: ATTRIBUTED,
};

export const TOOLS: SpanChoice = {
  title: 'Traces of this tool',
  condition: `${span(ATTR_GEN_AI_TOOL_NAME)} != nil`,
  scope: ATTRIBUTED,
};

/** What the dashboard of traces can be asked for. */
export const SPAN_CHOICES: readonly SpanChoice[] = [
  CALLS,
  FAILED_CALLS,
  RETRIED_CALLS,
  UNPRICED_CALLS,
  UNTAGGED_CALLS,
  ESTIMATED_CALLS,
  DECIDED,
  RUNS,
  TOOLS,
];

export const AGENT: ScopeVariable = {
  name: 'agent',
  label: 'Agent',
  attribute: ATTR_GEN_AI_AGENT_NAME,
};
export const TOOL: ScopeVariable = {
  name: 'tool',
  label: 'Tool',
  attribute: ATTR_GEN_AI_TOOL_NAME,
};
export const DECISION: ScopeVariable = {
  name: 'decision',
  label: 'Decision',
  attribute: ATTR_COSTSPAN_BUDGET_DECISION,
};

/** What spans are chosen by on the dashboard of traces. */
export const TRACED: readonly ScopeVariable[] = [
  ENVIRONMENT,
  TEAM,
  WORKFLOW,
  PROVIDER,
  MODEL,
  AGENT,
  TOOL,
  BUDGET,
  DECISION,
];

/**
 * From a point to its traces: to the dashboard that lists spans of `choice` whose `attributes` are
 * the point's labels, within the time range. Needs no exemplars, so it works on every path.
 *
 * Explore would need the label inside of TraceQL inside of JSON inside of an address, and Grafana
 * escapes a label for one of them only: a quote in it would break the JSON. As the value of a
 * variable a label is percent-encoded, and Grafana escapes it for TraceQL there.
 */
export function traces(
  q: Queries,
  choice: SpanChoice,
  attributes: readonly string[],
  kind: PointKind = 'series',
): DashboardLinkBuilder {
  const values = TRACED.flatMap((variable) => {
    if (attributes.includes(variable.attribute)) return [own(q, variable, kind)];
    return choice.scope.includes(variable) ? [`\${${variable.name}:queryparam}`] : [];
  });
  const spans = `var-spans=${encodeURIComponent(choice.condition)}`;
  const url = `/d/${DASHBOARD_UIDS.traces}?${[...CARRIED, spans, ...values].join('&')}`;
  return new DashboardLinkBuilder(choice.title).url(url).targetBlank(true);
}

/** What every link takes along: the time range and the data sources. */
const CARRIED = ['${__url_time_range}', '${datasource:queryparam}', '${tempo:queryparam}'];

/** From a point to another dashboard, which takes over the point's label and the time range. */
export function dashboardOf(
  q: Queries,
  title: string,
  uid: string,
  variable: ScopeVariable,
  kind: PointKind = 'series',
): DashboardLinkBuilder {
  const query = [...CARRIED, own(q, variable, kind)].join('&');
  return new DashboardLinkBuilder(title).url(`/d/${uid}?${query}`);
}

/**
 * The point's own label as the value of a variable. Without a format Grafana would encode it as a
 * whole address, which leaves `&`, `#` and `+` as they are.
 */
function own(q: Queries, { name, attribute }: ScopeVariable, kind: PointKind): string {
  const label = q.column(attribute);
  const path = kind === 'row' ? `__data.fields['${label}']` : `__field.labels['${label}']`;
  return `var-${name}=\${${path}:percentencode}`;
}
