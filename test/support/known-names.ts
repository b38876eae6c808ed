import { loadConventions } from '../../conventions/generator/sources.ts';
import type { Conventions, Reference, Use } from '../../conventions/generator/model.ts';

/** Names found on exported telemetry of ours. Spans of other instrumentations do not belong here. */
export interface ExportedNames {
  /** Keys of attributes of spans, log records and resources. */
  readonly attributes?: Iterable<string>;
  readonly metrics?: Iterable<ExportedMetric>;
  readonly events?: Iterable<string>;
}

export interface ExportedMetric {
  readonly name: string;
  readonly unit?: string | undefined;
  /** Keys of the attributes on its points. */
  readonly attributes?: Iterable<string>;
}

interface Known {
  readonly attributes: ReadonlySet<string>;
  readonly metrics: ReadonlyMap<
    string,
    { readonly unit: string; readonly attributes: ReadonlySet<string> }
  >;
  readonly events: ReadonlySet<string>;
}

/** Resource attributes that OpenTelemetry itself sets. */
const SDK_NAMESPACES = ['telemetry.', 'process.', 'host.', 'os.'];

function written<T extends { readonly use: Use }>(items: readonly T[]): readonly T[] {
  return items.filter(({ use }) => use === 'emit');
}

function know(conventions: Conventions): Known {
  const groups = new Map(conventions.groups.map(({ id, references }) => [id, references]));
  const expand = (references: readonly Reference[]): string[] =>
    references.flatMap(({ kind, name }) =>
      kind === 'group' ? expand(groups.get(name) ?? []) : [name],
    );
  return {
    attributes: new Set(written(conventions.attributes).map(({ name }) => name)),
    events: new Set(written(conventions.events).map(({ name }) => name)),
    metrics: new Map(
      written(conventions.metrics).map(({ name, unit, references }) => {
        const added = conventions.metricRefinements
          .filter(({ target }) => target === name)
          .flatMap((refinement) => refinement.references);
        return [name, { unit, attributes: new Set(expand([...references, ...added])) }];
      }),
    ),
  };
}

let known: Known | undefined;

function metricProblems(metric: ExportedMetric, { metrics }: Known): readonly string[] {
  const definition = metrics.get(metric.name);
  if (definition === undefined) {
    return [`the metric \`${metric.name}\` is in no registry, or is read only`];
  }
  const unit =
    metric.unit === undefined || metric.unit === definition.unit
      ? []
      : [`the metric \`${metric.name}\` has the unit ${metric.unit}, not ${definition.unit}`];
  const attributes = [...new Set(metric.attributes ?? [])]
    .filter((name) => !definition.attributes.has(name))
    .map((name) => `the metric \`${metric.name}\` has no attribute \`${name}\` in the registry`);
  return [...unit, ...attributes];
}

/** One sentence for each exported name that the registries do not let us write. */
export function unknownNames(exported: ExportedNames): readonly string[] {
  known ??= know(loadConventions());
  const names = known;
  return [
    ...[...new Set(exported.attributes ?? [])]
      .filter((name) => !SDK_NAMESPACES.some((namespace) => name.startsWith(namespace)))
      .filter((name) => !names.attributes.has(name))
      .map((name) => `the attribute \`${name}\` is in no registry, or is read only`),
    ...[...new Set(exported.events ?? [])]
      .filter((name) => !names.events.has(name))
      .map((name) => `the event \`${name}\` is in no registry, or is read only`),
    ...[...(exported.metrics ?? [])].flatMap((metric) => metricProblems(metric, names)),
  ];
}

/**
 * Throws when a name on telemetry of ours is in no registry: an attribute or event that is unknown
 * or only read, a metric that is unknown, has another unit, or carries an attribute that its
 * definition does not list.
 */
export function assertKnownNames(exported: ExportedNames): void {
  const problems = unknownNames(exported);
  if (problems.length > 0) {
    throw new Error(`Names that no registry knows:\n${problems.join('\n')}`);
  }
}
