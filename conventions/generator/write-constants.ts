import {
  attributeConstant,
  eventConstant,
  memberConstant,
  metricConstant,
} from './constant-names.ts';
import type { Attribute, Conventions, Deprecation, Event, Metric } from './model.ts';

const INPUTS = 'conventions/registry/*.yaml and conventions/upstream/gen-ai.yaml';

function header(conventions: Conventions): string {
  const sources = conventions.sources
    .map(({ repository, version }) => ` * ${repository} at ${version}`)
    .join('\n');
  return `/*
 * Generated from ${INPUTS}
 * by \`npm run generate\`. Do not edit.
 *
 * Upstream names:
${sources}
 */
`;
}

function comment(lines: readonly (string | undefined)[], indent = ''): string {
  const kept = lines.filter((line) => line !== undefined);
  return kept.length === 1
    ? `${indent}/** ${kept[0]} */`
    : `${indent}/**\n${kept.map((line) => `${indent} * ${line}`).join('\n')}\n${indent} */`;
}

function deprecation(deprecated: Deprecation | undefined): string | undefined {
  if (deprecated === undefined) {
    return undefined;
  }
  return deprecated.renamedTo === undefined
    ? `@deprecated Read only. ${deprecated.note ?? ''}`
    : `@deprecated Read only; now \`${deprecated.renamedTo}\`.`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function attributeLines(attribute: Attribute): string {
  const { name, brief, deprecated, members } = attribute;
  const own = [
    comment([brief, deprecation(deprecated)]),
    `export const ${attributeConstant(attribute)} = ${quote(name)} as const;`,
  ];
  const values = (members ?? []).flatMap((member) => [
    comment([member.brief]),
    `export const ${memberConstant(name, member.id)} = ${quote(member.value)} as const;`,
  ]);
  return [...own, ...values].join('\n');
}

/** `conventions/generated/attributes.ts`: a constant for each attribute and each well-known value. */
export function writeAttributes(conventions: Conventions): string {
  const attributes = conventions.attributes.map(attributeLines);
  return `${header(conventions)}\n${attributes.join('\n\n')}\n`;
}

/** `conventions/generated/events.ts`: a constant for each event name. */
export function writeEvents(conventions: Conventions): string {
  const events = conventions.events.map(
    ({ name, brief }: Event) =>
      `${comment([brief])}\nexport const ${eventConstant(name)} = ${quote(name)} as const;`,
  );
  return `${header(conventions)}\n${events.join('\n\n')}\n`;
}

function metricEntry(metric: Metric): string {
  const fields = [
    `name: ${metricConstant(metric.name)},`,
    `instrument: ${quote(metric.instrument)},`,
    `unit: ${quote(metric.unit)},`,
    `description: ${quote(metric.brief)},`,
    `valueType: ${quote(metric.valueType)},`,
    ...(metric.boundaries === undefined ? [] : [`boundaries: [${metric.boundaries.join(', ')}],`]),
  ];
  return `  [${metricConstant(metric.name)}]: {\n    ${fields.join('\n    ')}\n  },`;
}

const METRIC_TYPES = `export interface MetricDefinition {
  readonly name: MetricName;
  readonly instrument: 'counter' | 'updowncounter' | 'gauge' | 'histogram';
  readonly unit: string;
  readonly description: string;
  /** \`int\`: whole numbers only. */
  readonly valueType: 'int' | 'double';
  /** Upper bounds of the buckets; of histograms only, and of every one of them. */
  readonly boundaries?: readonly number[] | undefined;
}`;

/**
 * `conventions/generated/metrics.ts`: a constant for each metric name, and `METRICS` with unit, text,
 * kind and buckets of those that we emit.
 */
export function writeMetrics(conventions: Conventions): string {
  const emitted = conventions.metrics.filter((metric) => metric.use === 'emit');
  const constants = conventions.metrics.map(
    ({ name, brief, deprecated }) =>
      `${comment([brief, deprecation(deprecated)])}\nexport const ${metricConstant(name)} = ${quote(name)} as const;`,
  );
  const names = emitted.map(({ name }) => `  | typeof ${metricConstant(name)}`);
  return `${header(conventions)}
${constants.join('\n\n')}

/** The metrics that we emit. */
export type MetricName =
${names.join('\n')};

${METRIC_TYPES}

/** Unit, description, kind and buckets of every metric that we emit, by its name. */
export const METRICS: Readonly<Record<MetricName, MetricDefinition>> = {
${emitted.map(metricEntry).join('\n')}
};
`;
}
