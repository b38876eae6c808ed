import {
  CustomVariableBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  VariableSort,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  ATTR_COSTSPAN_APPLICATION,
  ATTR_COSTSPAN_BUSINESS_PROCESS,
  ATTR_COSTSPAN_COST_CENTER,
  ATTR_COSTSPAN_POOL,
  ATTR_COSTSPAN_PROJECT,
  ATTR_COSTSPAN_REQUEST_TYPE,
  ATTR_COSTSPAN_USE_CASE,
  METRIC_COSTSPAN_CALLS,
  METRIC_GEN_AI_EXECUTE_TOOL_DURATION,
  METRIC_GEN_AI_INVOKE_AGENT_DURATION,
} from '../../conventions/index.ts';
import type { Queries } from '../queries/queries.ts';
import {
  ATTRIBUTED,
  BUDGET,
  chosen,
  ENVIRONMENT,
  EXCLUDED,
  MODEL,
  PROVIDER,
  type ScopeVariable,
  TEAM,
  WORKFLOW,
} from '../queries/scope.ts';
import { DECISION_COLOURS } from '../panels/colours.ts';
import { AGENT, DECISION, SPAN_CHOICES, TOOL } from '../panels/links.ts';
import { PROMETHEUS } from '../panels/targets.ts';

type Variable = Builder<VariableModel>;

const ALL = { selected: true, text: ['All'], value: ['$__all'] };

/** Data sources and the scope, which every dashboard has; each narrows down those after it. */
export function scopeVariables(q: Queries): readonly Variable[] {
  const narrowing = [ENVIRONMENT, TEAM, WORKFLOW, PROVIDER, MODEL];
  return [
    dataSource('datasource', 'Prometheus', 'prometheus'),
    dataSource('tempo', 'Tempo', 'tempo'),
    ...narrowing.map((variable, index) =>
      valuesOf(q, variable, q.select(METRIC_COSTSPAN_CALLS, chosen(narrowing.slice(0, index)))),
    ),
    new TextBoxVariableBuilder(EXCLUDED.name)
      .label(EXCLUDED.label)
      .description('Workflows to leave out, as a regular expression: one-offs, such as backfill-.*')
      .defaultValue(EXCLUDED.nothing)
      .current({ selected: true, text: EXCLUDED.nothing, value: EXCLUDED.nothing }),
  ];
}

export function budgetVariable(q: Queries): Variable {
  return valuesOf(q, BUDGET, q.recorded('costspan:budget_limit_usd', chosen([TEAM])));
}

/** What spans are chosen by on the dashboard of traces, which links fill in. */
export function tracedVariables(q: Queries): readonly Variable[] {
  const byLabel = [
    [AGENT, METRIC_GEN_AI_INVOKE_AGENT_DURATION],
    [TOOL, METRIC_GEN_AI_EXECUTE_TOOL_DURATION],
  ] as const;
  return [
    choice(
      'spans',
      'Spans',
      SPAN_CHOICES.map(({ title, condition }) => ({
        text: title.replace('Traces of ', ''),
        value: condition,
      })),
    ),
    ...scopeVariables(q),
    ...byLabel.map(([variable, metric]) =>
      valuesOf(q, variable, q.select(metric, chosen(ATTRIBUTED), 'count')),
    ),
    budgetVariable(q),
    choiceOfAll(DECISION, Object.keys(DECISION_COLOURS)),
  ];
}

/** Dimensions that a team may have switched on in costspan.yaml, for one more cut of the spend. */
export function dimensionVariable(q: Queries): Variable {
  const dimensions = [
    ['Pool', ATTR_COSTSPAN_POOL],
    ['Request type', ATTR_COSTSPAN_REQUEST_TYPE],
    ['Cost center', ATTR_COSTSPAN_COST_CENTER],
    ['Project', ATTR_COSTSPAN_PROJECT],
    ['Application', ATTR_COSTSPAN_APPLICATION],
    ['Use case', ATTR_COSTSPAN_USE_CASE],
    ['Business process', ATTR_COSTSPAN_BUSINESS_PROCESS],
  ] as const;
  return choice(
    'dimension',
    'Dimension',
    dimensions.map(([text, attribute]) => ({ text, value: q.label(attribute) })),
  );
}

/** Lower bounds of the tables of traces. Money has a decimal point, or Tempo would look for integers. */
export const TRACE_BOUNDS: Readonly<Record<'cost' | 'duration' | 'calls', Variable>> = {
  cost: choice(
    'min_cost',
    'Traces above USD',
    ['0.0', '0.01', '0.1', '1.0', '10.0'].map((value) => ({ text: value, value })),
    '0.01',
  ),
  duration: choice(
    'min_duration',
    'Traces longer than',
    ['1s', '5s', '10s', '30s', '1m', '5m'].map((value) => ({ text: value, value })),
    '10s',
  ),
  calls: choice(
    'min_calls',
    'Runs with more calls than',
    ['1', '5', '10', '20', '50'].map((value) => ({ text: value, value })),
    '10',
  ),
};

function dataSource(name: string, label: string, type: string): Variable {
  return new DatasourceVariableBuilder(name).label(label).type(type);
}

function valuesOf(q: Queries, variable: ScopeVariable, selector: string): Variable {
  const { name, label, attribute } = variable;
  const builder = new QueryVariableBuilder(name)
    .label(label)
    .datasource(PROMETHEUS)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    // Keeps series without the label, which a list of all values would not.
    .allValue('.*')
    .current(ALL);
  if (q.naming !== 'utf8') {
    return builder.query(`label_values(${selector}, ${q.label(attribute)})`);
  }
  // Grafana takes no quoted label in label_values. It writes a result as {costspan.team="…"} value time.
  const values = `group by (${q.label(attribute)}) (${selector})`;
  return builder.query(`query_result(${values})`).regex('/="(.*)"} /');
}

/** A choice of values that no metric has to tell. */
function choiceOfAll({ name, label }: ScopeVariable, values: readonly string[]): Variable {
  return new CustomVariableBuilder(name)
    .label(label)
    .values(values.join(', '))
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current(ALL);
}

interface Option {
  readonly text: string;
  readonly value: string;
}

function choice(
  name: string,
  label: string,
  options: readonly Option[],
  initial: string | undefined = options[0]?.value,
): Variable {
  const chosenOption = options.find(({ value }) => value === initial) ?? { text: '', value: '' };
  return new CustomVariableBuilder(name)
    .label(label)
    .values(options.map(({ text, value }) => `${text} : ${value}`).join(', '))
    .options(options.map((option) => ({ ...option, selected: option.value === initial })))
    .current({ ...chosenOption, selected: true });
}
