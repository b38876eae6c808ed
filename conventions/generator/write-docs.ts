import type { Attribute, Conventions, Metric, Reference } from './model.ts';

const INTRODUCTION = `# Telemetry

Every name that Costspan writes, and every older spelling that it reads. Constants for all of them
are exported from \`costspan/conventions\`.

Names of our own start with \`costspan.\`. The \`gen_ai.*\` names are those of the newest OpenTelemetry
GenAI conventions, pinned below, and the cost names of upstream's open proposal. Money in names
that end in \`usd\` is US dollars. An attribute without a value is absent, never 0 or empty.
`;

/** A cell of a table: one line, with pipes kept from ending it. */
function cell(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').trim();
}

function row(cells: readonly string[]): string {
  return `| ${cells.map(cell).join(' | ')} |`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}

function typeOf({ type, members }: Attribute): string {
  return members === undefined ? type : members.map(({ value }) => code(value)).join(', ');
}

function meaning({ brief, note }: { readonly brief: string; readonly note?: string | undefined }) {
  return note === undefined ? brief : `${brief} ${note}`;
}

function level(reference: Reference): string {
  return reference.level?.replace('opt_in', 'if configured') ?? '';
}

function groupSection(conventions: Conventions, id: string, title: string): string {
  const byName = new Map(conventions.attributes.map((item) => [item.name, item]));
  const group = conventions.groups.find((candidate) => candidate.id === id);
  const rows = (group?.references ?? []).flatMap((reference) => {
    const attribute = byName.get(reference.name);
    return attribute === undefined
      ? []
      : [[code(attribute.name), typeOf(attribute), level(reference), meaning(attribute)]];
  });
  return `### ${title}\n\n${group?.brief ?? ''}\n\n${table(['Attribute', 'Type', 'When', 'Meaning'], rows)}\n`;
}

/** Named groups stand for their attributes, so that a row stays readable. */
const GROUP_WORDS: ReadonlyMap<string, string> = new Map([
  ['costspan.dimensions', 'dimensions'],
  ['costspan.model', 'model'],
]);

function referenceWords(references: readonly Reference[]): string {
  return references
    .map(({ kind, name }) => (kind === 'group' ? (GROUP_WORDS.get(name) ?? name) : code(name)))
    .join(', ');
}

function metricRow(metric: Metric, extra: readonly Reference[]): readonly string[] {
  return [
    code(metric.name),
    metric.instrument,
    code(metric.unit),
    referenceWords([...metric.references, ...extra]),
    meaning(metric),
  ];
}

const METRIC_HEAD = ['Metric', 'Instrument', 'Unit', 'Attributes', 'Meaning'];

function metricSections(conventions: Conventions): string {
  const extra = new Map(conventions.metricRefinements.map((r) => [r.target, r.references]));
  const emitted = conventions.metrics.filter(({ use }) => use === 'emit');
  const rows = (own: boolean) =>
    emitted
      .filter(({ origin }) => (origin === 'costspan') === own)
      .map((metric) => metricRow(metric, extra.get(metric.name) ?? []));
  const buckets = emitted.flatMap(({ name, boundaries }) =>
    boundaries === undefined ? [] : [[code(name), boundaries.join(', ')]],
  );
  return `## Metrics

\`dimensions\` are those of the table after the metrics; \`model\` is \`gen_ai.provider.name\`,
\`gen_ai.request.model\` and \`gen_ai.operation.name\`. A dimension without a value is \`unassigned\`; past
its cap it is \`other\`. Ids of users, runs, calls and conversations are never on metrics. Metrics do
not depend on the sampler.

### Ours

${table(METRIC_HEAD, rows(true))}

### Upstream's

${table(METRIC_HEAD, rows(false))}

### Buckets of the histograms

${table(['Metric', 'Upper bounds'], buckets)}

${groupSection(conventions, 'costspan.dimensions', 'Dimensions')}
### Values on metrics only

${onlyOnMetrics(conventions)}
`;
}

/** Our attributes that appear in no group, which are those that metrics mention one by one. */
function onlyOnMetrics({ attributes, groups, metrics }: Conventions): string {
  const grouped = new Set(groups.flatMap(({ references }) => references.map(({ name }) => name)));
  const onMetrics = new Set(
    metrics.flatMap(({ references }) => references.map(({ name }) => name)),
  );
  const rows = attributes
    .filter(({ origin, name }) => origin === 'costspan' && onMetrics.has(name))
    .filter(({ name }) => !grouped.has(name) && !name.startsWith('costspan.outcome.'))
    .map((attribute) => [code(attribute.name), typeOf(attribute), meaning(attribute)]);
  return table(['Attribute', 'Type', 'Meaning'], rows);
}

function eventSection(conventions: Conventions): string {
  const byName = new Map(conventions.attributes.map((item) => [item.name, item]));
  return conventions.events
    .filter(({ origin }) => origin === 'costspan')
    .map((event) => {
      const rows = event.references.flatMap((reference) => {
        const attribute = byName.get(reference.name);
        return attribute === undefined
          ? []
          : [[code(attribute.name), typeOf(attribute), level(reference), meaning(attribute)]];
      });
      return `### ${code(event.name)}\n\n${meaning(event)} It also carries the attribution attributes.\n\n${table(['Attribute', 'Type', 'When', 'Meaning'], rows)}\n`;
    })
    .join('\n');
}

function upstreamSection(conventions: Conventions): string {
  const upstream = conventions.attributes.filter(
    ({ origin }) => origin === 'genai' || origin === 'core',
  );
  const written = upstream
    .filter(({ use }) => use === 'emit')
    .map((attribute) => [code(attribute.name), attribute.type, attribute.brief]);
  const old = [...conventions.attributes, ...conventions.metrics]
    .filter(({ deprecated }) => deprecated !== undefined)
    .map(({ name, brief, deprecated }) => [
      code(name),
      deprecated?.renamedTo === undefined ? '' : code(deprecated.renamedTo),
      deprecated?.renamedTo === undefined ? meaning({ brief, note: deprecated?.note }) : brief,
    ]);
  const sources = conventions.sources
    .map(({ repository, version }) => `- <${repository}> at \`${version}\``)
    .join('\n');
  return `## Upstream names

From:

${sources}

### Written

${table(['Attribute', 'Type', 'Meaning'], written)}

### Read, never written

${table(['Old name', 'Now', 'What it is'], old)}
`;
}

/** `docs/telemetry.md`. */
export function writeDocs(conventions: Conventions): string {
  return [
    '<!-- Generated from conventions/registry/*.yaml and conventions/upstream/gen-ai.yaml by `npm run generate`. Do not edit. -->\n',
    INTRODUCTION,
    '## Spans\n',
    groupSection(conventions, 'costspan.price', 'Price'),
    groupSection(conventions, 'costspan.attribution', 'Attribution'),
    groupSection(conventions, 'costspan.position', 'Place in the run'),
    groupSection(conventions, 'costspan.decision', 'Budgets'),
    groupSection(conventions, 'costspan.batch', 'Batches'),
    groupSection(conventions, 'costspan.run', 'Runs'),
    metricSections(conventions),
    '## Events\n',
    eventSection(conventions),
    upstreamSection(conventions),
  ].join('\n');
}
