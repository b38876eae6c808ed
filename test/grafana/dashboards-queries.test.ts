import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConventions } from '../../conventions/generator/sources.ts';
import {
  ATTR_COSTSPAN_TEAM,
  ATTR_DEPLOYMENT_ENVIRONMENT_NAME,
  type MetricName,
  METRICS,
} from '../../conventions/index.ts';
import { buildDashboards } from '../../grafana/dashboards/index.ts';
import { labelName, NAMINGS, type Naming, seriesName } from '../../grafana/names.ts';
import {
  HISTOGRAMS,
  OBSERVABLES,
  USAGE_METRICS,
} from '../../processor/engine/metrics/metric-names.ts';
import { type ListedQuery, listQueries } from '../../grafana/queries/list-queries.ts';
import { HOURS_UNTIL } from '../../grafana/queries/recorded.ts';
import { type BudgetForRules, ruleFiles } from '../../grafana/rules/index.ts';
import { unknownNames } from '../support/known-names.ts';
import { parsePromQL, parseTraceQL, type Selector } from './parse-query.ts';

const ATTRIBUTES = new Map(
  loadConventions().attributes.map((attribute) => [attribute.name, attribute]),
);

/** Series that Prometheus makes itself. */
const PROMETHEUS_SERIES = new Set([
  'ALERTS',
  // The Collector's own, of spans.
  'traces_span_metrics_duration_milliseconds_bucket',
  'traces.span.metrics.duration_milliseconds_bucket',
]);
const PROMETHEUS_LABELS = new Set(['le', 'alertname', 'alertstate', 'severity']);

/** Metrics of the registry by the series they become. */
function metricsBySeries(naming: Naming): ReadonlyMap<string, MetricName> {
  return new Map(
    Object.values(METRICS).flatMap(({ name, instrument }) => {
      const parts =
        instrument === 'histogram' ? (['bucket', 'sum', 'count'] as const) : [undefined];
      return parts.map((part) => [seriesName(naming, name, part), name] as const);
    }),
  );
}

interface Rule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** The upstream counters of what `costspan.tokens` counts in classes that do not overlap. */
const SHOWN_AS_TOKENS: ReadonlySet<string> = new Set(USAGE_METRICS);

function seriesIn(text: string): readonly string[] {
  return parsePromQL(text).selectors.map(({ series }) => series);
}

function isPromQL({ language }: ListedQuery): boolean {
  return language === 'promql';
}

function rulesOf(naming: Naming): readonly Rule[] {
  return ruleFiles({ naming, budgets: BUDGETS, source: 'a test' })
    .filter(({ path }) => path.startsWith('rules/'))
    .flatMap(({ text }) => (parse(text) as { groups: { rules: readonly Rule[] }[] }).groups)
    .flatMap((group) => group.rules)
    .filter(({ record }) => record !== undefined);
}

/** The labels that each recorded series can have, as the rules are written. */
function recordedLabels(naming: Naming): ReadonlyMap<string, ReadonlySet<string>> {
  const rules = rulesOf(naming);
  const labels = new Map<string, Set<string>>();
  const before = (): number => [...labels.values()].reduce((sum, { size }) => sum + size, 0);
  let size = -1;
  // A rule has the labels of the rules that it reads.
  while (size !== before()) {
    size = before();
    for (const { record, expr, labels: own = {} } of rules) {
      const { groupings, selectors } = parsePromQL(expr);
      const isSum = isOneSum(expr);
      const inherited = isSum
        ? []
        : selectors.flatMap(({ series }) => [...(labels.get(series) ?? [])]);
      const grouped = (isSum ? groupings.slice(0, 1) : groupings).flatMap(
        (grouping) => grouping.labels,
      );
      labels.set(
        record,
        new Set([...(labels.get(record) ?? []), ...Object.keys(own), ...grouped, ...inherited]),
      );
    }
  }
  return labels;
}

/** Whether all of an expression stands in one `sum by (…) (…)`, whose labels are then its own. */
function isOneSum(expr: string): boolean {
  const [start] = /^sum by \([^)]*\) \(/.exec(expr) ?? [];
  if (start === undefined) return false;
  let depth = 1;
  let at = start.length;
  for (; depth > 0 && at < expr.length; at += 1) {
    if (expr[at] === '(') depth += 1;
    if (expr[at] === ')') depth -= 1;
  }
  return at === expr.length;
}

/** One budget of each unit, so that every rule for budgets is written. */
const BUDGETS: readonly BudgetForRules[] = (['usd', 'tokens', 'calls'] as const).map((unit) => ({
  id: `monthly-${unit}`,
  unit,
  limit: 1,
  period: 'month',
  utcOffsetSeconds: 0,
  alertAt: [1],
  match: [
    [ATTR_COSTSPAN_TEAM, '=', 'support'],
    [ATTR_DEPLOYMENT_ENVIRONMENT_NAME, '=', 'production'],
  ],
  splitBy: [],
}));

const RECORDED = new Map(NAMINGS.map((naming) => [naming, recordedLabels(naming)]));

/** One sentence for each name or value in `text` that nothing defines. */
function problemsOf(text: string, naming: Naming): readonly string[] {
  const metrics = metricsBySeries(naming);
  const recorded = RECORDED.get(naming) ?? new Map<string, ReadonlySet<string>>();
  const attributes = new Map(
    [...ATTRIBUTES.keys()].map((name) => [labelName(naming, name), name] as const),
  );
  const { errors, selectors, groupings } = parsePromQL(text);

  const labelProblems = (labels: readonly string[], { series }: Selector): readonly string[] => {
    const ours = labels.filter((label) => !PROMETHEUS_LABELS.has(label));
    const unknown = ours.filter((label) => !attributes.has(label));
    const metric = metrics.get(series);
    const known = ours.flatMap((label) => attributes.get(label) ?? []);
    const missing = labels.filter((label) => recorded.get(series)?.has(label) === false);
    return [
      ...missing.map((label) => `${series} is recorded without the label ${label}`),
      ...unknown.map((label) => `no attribute has the label ${label}`),
      ...(metric === undefined
        ? []
        : unknownNames({ metrics: [{ name: metric, attributes: known }] })),
    ];
  };
  const valueProblems = ({ matchers }: Selector): readonly string[] =>
    matchers.flatMap(({ label, operator, value }) => {
      const members = ATTRIBUTES.get(attributes.get(label) ?? '')?.members?.map((m) => m.value);
      if (members === undefined || value === '.*') return [];
      const values = operator.includes('~') ? value.split('|') : [value];
      return values
        .filter((candidate) => !members.includes(candidate))
        .map((candidate) => `${label} is never ${candidate}`);
    });

  return [
    ...errors.map((at) => `syntax error at ${at}`),
    ...selectors
      .filter(({ series }) => !metrics.has(series) && !PROMETHEUS_SERIES.has(series))
      .filter(({ series }) => !recorded.has(series))
      .map(({ series }) => `nothing makes the series ${series}`),
    ...selectors.flatMap((selector) => [
      ...labelProblems(
        selector.matchers.map(({ label }) => label),
        selector,
      ),
      ...valueProblems(selector),
    ]),
    ...groupings.flatMap(({ labels, selectors: grouped }) =>
      grouped
        // Stands behind `unless on ()` alone, so that nothing of it is grouped.
        .filter(({ series }) => series !== HOURS_UNTIL)
        .flatMap((selector) => labelProblems(labels, selector)),
    ),
  ];
}

describe('problemsOf', () => {
  it('finds what is wrong in a query, and nothing else', () => {
    const good =
      'sum by (costspan_team) (rate(costspan_cost_usd_total{costspan_token_class="input"}[5m]))';
    expect(problemsOf(good, 'otlp')).toEqual([]);
    expect(problemsOf(`${good} +`, 'otlp')).toHaveLength(1);
    expect(problemsOf('costspan_cost_total', 'otlp')).toEqual([
      'nothing makes the series costspan_cost_total',
    ]);
    expect(problemsOf('costspan_cost_usd_total{team="a"}', 'otlp')).toEqual([
      'no attribute has the label team',
    ]);
    expect(problemsOf('costspan_cost_usd_total{costspan_token_class="inputs"}', 'otlp')).toEqual([
      'costspan_token_class is never inputs',
    ]);
    expect(problemsOf('sum by (costspan_budget_id) (costspan_cost_usd_total)', 'otlp')).toEqual([
      'the metric `costspan.cost.usd` has no attribute `costspan.budget.id` in the registry',
    ]);
    expect(problemsOf('costspan:cost_usd:month', 'otlp')).toEqual([
      'nothing makes the series costspan:cost_usd:month',
    ]);
    expect(problemsOf('costspan:cost_usd:mtd{gen_ai_request_model="a"}', 'otlp')).toEqual([
      'costspan:cost_usd:mtd is recorded without the label gen_ai_request_model',
    ]);
    expect(problemsOf('gen_ai_client_inference_duration_seconds_bucket', 'scrape')).toHaveLength(1);
    expect(problemsOf('{"costspan.cost.usd_total", "costspan.team"=~".*"}', 'utf8')).toEqual([]);
  });
});

describe.each(NAMINGS)('the queries for names by %s', (naming) => {
  const queries = listQueries(buildDashboards(naming));

  it('are found in panels, variables and annotations', () => {
    expect(queries.length).toBeGreaterThan(150);
    expect(new Set(queries.map(({ place }) => place.split(' ')[0]))).toEqual(
      new Set(['panel', 'variable', 'annotation']),
    );
    expect(queries.filter(({ text }) => text === '' || text.includes('$'))).toEqual([]);
  });

  it('use what the registry defines', () => {
    const found = queries
      .filter(({ language }) => language === 'promql')
      .flatMap(({ dashboard, place, text }) =>
        problemsOf(text, naming).map((problem) => `${dashboard}, ${place}: ${problem}: ${text}`),
      );
    expect(found).toEqual([]);
  });

  it('show every metric that is emitted, directly or in what rules make of it', () => {
    const metrics = metricsBySeries(naming);
    const rules = rulesOf(naming);
    const seen = new Set(queries.filter(isPromQL).flatMap(({ text }) => seriesIn(text)));
    // A set grows while it is gone through.
    for (const series of seen) {
      for (const { expr } of rules.filter(({ record }) => record === series)) {
        for (const below of seriesIn(expr)) seen.add(below);
      }
    }
    const shown = new Set([...seen].flatMap((series) => metrics.get(series) ?? []));
    const emitted = [...HISTOGRAMS, ...OBSERVABLES];
    expect(emitted.filter((name) => !shown.has(name) && !SHOWN_AS_TOKENS.has(name))).toEqual([]);
  });

  it('leave the bounds of histograms alone, which Prometheus 2 and 3 spell differently', () => {
    const bounds = queries
      .filter(({ language }) => language === 'promql')
      .flatMap(({ text }) => parsePromQL(text).selectors)
      .flatMap(({ matchers }) => matchers)
      .filter(({ label }) => label === 'le');
    expect(bounds).toEqual([]);
  });
});

describe('the TraceQL queries', () => {
  const queries = listQueries(buildDashboards('otlp')).filter(
    ({ language }) => language === 'traceql',
  );
  const parsed = queries.map((query) => ({ ...query, ...parseTraceQL(query.text) }));

  it('parse', () => {
    expect(parsed.length).toBeGreaterThan(10);
    expect(parsed.filter(({ errors }) => errors.length > 0)).toEqual([]);
    expect(parseTraceQL('{ span.a = }').errors).not.toEqual([]);
  });

  it('use attributes that we write', () => {
    expect(unknownNames({ attributes: parsed.flatMap(({ attributes }) => attributes) })).toEqual(
      [],
    );
  });

  it('compare money with a decimal point and counts without, as Tempo keeps them apart', () => {
    const literals: Readonly<Record<string, string>> = {
      double: 'Float',
      int: 'Integer',
      string: 'String',
    };
    const wrong = parsed
      .flatMap(({ comparisons, place }) => comparisons.map((one) => ({ ...one, place })))
      .filter(({ literal }) => literal !== 'nil')
      .filter(({ attribute, literal }) => {
        const type = ATTRIBUTES.get(attribute)?.type ?? '';
        return literals[type] !== literal;
      });
    expect(wrong).toEqual([]);
    expect(parsed.flatMap(({ comparisons }) => comparisons).length).toBeGreaterThan(20);
  });
});
