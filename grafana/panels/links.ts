import { DashboardLinkBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  ATTR_COSTSPAN_BUDGET_DECISION,
  ATTR_COSTSPAN_PRICE_STATE,
  ATTR_COSTSPAN_RETRY_COUNT,
  ATTR_COSTSPAN_RUN_INFERENCE_CALLS,
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_USAGE_SOURCE,
  COSTSPAN_PRICE_STATE_VALUE_UNPRICED,
  COSTSPAN_USAGE_SOURCE_VALUE_ESTIMATED,
} from '../../conventions/index.ts';
import type { Queries } from '../queries/queries.ts';
import { ATTRIBUTED, MODELLED, type ScopeVariable } from '../queries/scope.ts';
import { span, spansWhere } from '../queries/traceql.ts';

/** Uids of the dashboards; links and bookmarks rest on them. */
export const DASHBOARD_UIDS = {
  overview: 'costspan-overview',
  showback: 'costspan-showback',
  agents: 'costspan-agents',
  budgets: 'costspan-budgets',
} as const;

/** Where a label of the point stands: on its series, or in its row of a table. */
type PointKind = 'series' | 'row';

/** Which spans a link goes to, besides those with the point's own labels. */
export interface SpanChoice {
  readonly title: string;
  readonly conditions: readonly string[];
  readonly scope: readonly ScopeVariable[];
}

/** Every call that was priced, or tried to be. */
export const CALLS: SpanChoice = {
  title: 'Traces of these calls',
  conditions: [`${span(ATTR_COSTSPAN_PRICE_STATE)} != nil`],
  scope: MODELLED,
};

export const FAILED_CALLS: SpanChoice = {
  title: 'Traces of failed calls',
  conditions: ['status = error', `${span(ATTR_COSTSPAN_PRICE_STATE)} != nil`],
  scope: MODELLED,
};

/** Calls that the SDK sent more than once. */
export const RETRIED_CALLS: SpanChoice = {
  title: 'Traces of retried calls',
  conditions: [`${span(ATTR_COSTSPAN_RETRY_COUNT)} > 0`],
  scope: MODELLED,
};

/** Calls whose model has no price. */
export const UNPRICED_CALLS: SpanChoice = {
  title: 'Traces of unpriced calls',
  conditions: [`${span(ATTR_COSTSPAN_PRICE_STATE)} = "${COSTSPAN_PRICE_STATE_VALUE_UNPRICED}"`],
  scope: MODELLED,
};

/** Calls that nobody answers for; a team chosen above would contradict that. */
export const UNTAGGED_CALLS: SpanChoice = {
  title: 'Traces of calls without a team',
  conditions: [`${span(ATTR_COSTSPAN_PRICE_STATE)} != nil`, `${span(ATTR_COSTSPAN_TEAM)} = nil`],
  scope: [],
};

/** Calls whose tokens were estimated. */
export const ESTIMATED_CALLS: SpanChoice = {
  title: 'Traces of estimated calls',
  conditions: [`${span(ATTR_COSTSPAN_USAGE_SOURCE)} = "${COSTSPAN_USAGE_SOURCE_VALUE_ESTIMATED}"`],
  scope: MODELLED,
};

/** Calls about which a budget had a say. */
export const DECIDED: SpanChoice = {
  title: 'Traces of these decisions',
  conditions: [`${span(ATTR_COSTSPAN_BUDGET_DECISION)} != nil`],
  scope: MODELLED,
};

/** The spans that root a run. */
export const RUNS: SpanChoice = {
  title: 'Traces of these runs',
  conditions: [`${span(ATTR_COSTSPAN_RUN_INFERENCE_CALLS)} > 0`],
  scope: ATTRIBUTED,
};

/**
 * From a point to its traces in Explore: spans of `choice` whose `attributes` are the point's labels,
 * within the time range of the dashboard. Needs no exemplars, so it works on every path.
 */
export function traces(
  q: Queries,
  choice: SpanChoice,
  attributes: readonly string[],
  kind: PointKind = 'series',
): DashboardLinkBuilder {
  const own = attributes.map((attribute) => `.${attribute} = "${label(q, attribute, kind)}"`);
  const others = choice.scope.filter(({ attribute }) => !attributes.includes(attribute));
  const query = spansWhere([...choice.conditions, ...own], others);
  const tempo = '${tempo}';
  const panes = {
    costspan: {
      datasource: tempo,
      queries: [
        {
          refId: 'A',
          datasource: { type: 'tempo', uid: tempo },
          queryType: 'traceql',
          query,
          tableType: 'spans',
          limit: 50,
        },
      ],
      range: { from: '${__from}', to: '${__to}' },
    },
  };
  const url = `/explore?schemaVersion=1&panes=${encodeAroundVariables(JSON.stringify(panes))}`;
  return new DashboardLinkBuilder(choice.title).url(url).targetBlank(true);
}

/** From a point to another dashboard, which takes over the point's label and the time range. */
export function dashboardOf(
  q: Queries,
  title: string,
  uid: string,
  { name, attribute }: ScopeVariable,
  kind: PointKind = 'series',
): DashboardLinkBuilder {
  const url = `/d/${uid}?\${__url_time_range}&\${datasource:queryparam}&\${tempo:queryparam}`;
  return new DashboardLinkBuilder(title).url(`${url}&var-${name}=${label(q, attribute, kind)}`);
}

function label(q: Queries, attribute: string, kind: PointKind): string {
  const name = q.column(attribute);
  return kind === 'row' ? `\${__data.fields['${name}']}` : `\${__field.labels['${name}']}`;
}

/** Percent-encodes `text`, but not the variables in it, which Grafana would not find then. */
function encodeAroundVariables(text: string): string {
  return text
    .split(/(\$\{[^}]+\})/)
    .map((part, index) => (index % 2 === 1 ? part : encodeURIComponent(part)))
    .join('');
}
