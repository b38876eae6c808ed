import type { MetricName } from '../../conventions/index.ts';
import { type HistogramPart, labelName, type Naming, seriesName } from '../names.ts';
import { type Dialect, type Spelling, SPELLINGS } from './dialect.ts';

/** An attribute (not yet a label), how it is compared, and with what. */
export type Matcher = readonly [
  attribute: string,
  operator: '=' | '!=' | '=~' | '!~',
  value: string,
];

/** Name of what a recording rule makes: the same under every naming. */
export type RecordedName = `${string}:${string}`;

/** Writes the parts of PromQL whose spelling depends on the naming or on the server. */
export class PromQL {
  readonly naming: Naming;
  readonly dialect: Dialect;

  constructor(naming: Naming, dialect: Dialect = 'prometheus') {
    this.naming = naming;
    this.dialect = dialect;
  }

  /** What depends on the server: how much a counter grew. */
  get spelling(): Spelling {
    return SPELLINGS[this.dialect];
  }

  /** A selector of `metric`, of the `part` of a histogram. */
  select(metric: MetricName, matchers: readonly Matcher[] = [], part?: HistogramPart): string {
    return this.#selector(seriesName(this.naming, metric, part), matchers);
  }

  /** A selector of the series that a recording rule makes. */
  recorded(name: RecordedName, matchers: readonly Matcher[] = []): string {
    return this.#selector(name, matchers);
  }

  /** A selector of a series that is none of our metrics, by its name there. */
  selectSeries(series: string, matchers: readonly Matcher[] = []): string {
    return this.#selector(series, matchers);
  }

  /** One label, as it stands in `by (…)`, `on (…)` and matchers. A variable of Grafana stays. */
  label(attribute: string): string {
    if (attribute.startsWith('$')) return attribute;
    return quoteUnlessPlain(labelName(this.naming, attribute));
  }

  /** `a, b`: what goes between the parentheses of `by` and `on`. */
  labels(attributes: readonly string[]): string {
    return attributes.map((attribute) => this.label(attribute)).join(', ');
  }

  /** `sum by (…) (expression)`; without attributes `sum(expression)`. */
  sumBy(attributes: readonly string[], expression: string): string {
    return attributes.length === 0
      ? `sum(${expression})`
      : `sum by (${this.labels(attributes)}) (${expression})`;
  }

  #selector(series: string, matchers: readonly Matcher[]): string {
    const parts = matchers.map(
      ([attribute, operator, value]) => `${this.label(attribute)}${operator}"${escape(value)}"`,
    );
    const name = quoteUnlessPlain(series);
    if (name !== series) return `{${[name, ...parts].join(', ')}}`;
    return parts.length === 0 ? series : `${series}{${parts.join(', ')}}`;
  }
}

/** Names that are no legacy identifiers are written in quotes, which Prometheus 3 reads. */
function quoteUnlessPlain(name: string): string {
  return /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name) ? name : `"${name}"`;
}

function escape(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
