import { attributeConstant, memberConstant, metricConstant } from './constant-names.ts';
import type { Attribute, Conventions, Event, Metric, Reference, Refinement } from './model.ts';

/**
 * Breaches of the naming rules, of references and of uniqueness, one sentence each.
 *
 * @see https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/general/naming.md
 */
export function checkConventions(conventions: Conventions): readonly string[] {
  return [
    ...checkNames(conventions),
    ...checkNamespaces(conventions.attributes),
    ...checkConstants(conventions),
    ...checkReferences(conventions),
    ...checkRenames(conventions.attributes),
    ...checkRenames(conventions.metrics),
    ...checkOrphans(conventions),
  ];
}

type Named = Attribute | Metric | Event;

const WORD = '[a-z][a-z0-9]*(?:_[a-z0-9]+)*';
const NAME = new RegExp(`^${WORD}(?:\\.${WORD})+$`);

function at(item: { readonly file: string; readonly name: string }, what: string): string {
  return `${item.file}: ${item.name}: ${what}.`;
}

function checkName(item: Named): readonly string[] {
  const problems: string[] = [];
  if (!NAME.test(item.name)) {
    problems.push(at(item, 'a name is lower-case words, joined by _ and separated by dots'));
  }
  if (item.origin === 'costspan' && !item.name.startsWith('costspan.')) {
    problems.push(at(item, 'a name of ours must start with `costspan.`'));
  }
  if (item.origin !== 'costspan' && item.name.startsWith('costspan.')) {
    problems.push(at(item, 'a name of ours belongs in registry/attributes.yaml or signals.yaml'));
  }
  if (item.origin === 'proposal' && !item.name.startsWith('gen_ai.')) {
    problems.push(at(item, 'the cost proposal has names in `gen_ai.` only'));
  }
  return problems;
}

function repeated(items: readonly Named[], kind: string): readonly string[] {
  const seen = new Set<string>();
  return items.flatMap((item) => {
    const again = seen.has(item.name);
    seen.add(item.name);
    return again ? [at(item, `the ${kind} is defined twice`)] : [];
  });
}

function checkNames({ attributes, metrics, events }: Conventions): readonly string[] {
  const units = metrics
    .filter((metric) => metric.origin === 'costspan' && !/^\{[A-Za-z_]+\}$/.test(metric.unit))
    .map((metric) =>
      // A unit outside braces ends up in the Prometheus name on some paths and not on others.
      at(metric, `the unit \`${metric.unit}\` must be a word in braces, such as {token}`),
    );
  return [
    ...[...attributes, ...metrics, ...events].flatMap(checkName),
    ...repeated(attributes, 'attribute'),
    ...repeated(metrics, 'metric'),
    ...repeated(events, 'event'),
    ...units,
  ];
}

/**
 * An attribute may not be the namespace of another: stores that nest by dots cannot hold both.
 * Deprecated names are exempt, since they are only read.
 */
function checkNamespaces(attributes: readonly Attribute[]): readonly string[] {
  const current = attributes.filter((attribute) => attribute.deprecated === undefined);
  const byName = new Map(current.map((attribute) => [attribute.name, attribute]));
  return current.flatMap((attribute) => {
    const parts = attribute.name.split('.');
    return parts.slice(1).flatMap((_, index) => {
      const namespace = parts.slice(0, index + 1).join('.');
      return byName.has(namespace)
        ? [at(attribute, `its namespace \`${namespace}\` is an attribute itself`)]
        : [];
    });
  });
}

/** Different names must not come to the same constant. */
function checkConstants({ attributes, metrics }: Conventions): readonly string[] {
  const takenBy = new Map<string, string>();
  const problems: string[] = [];
  const claim = (item: Named, constant: string, owner: string): void => {
    const other = takenBy.get(constant);
    if (other !== undefined && other !== owner) {
      problems.push(at(item, `the constant ${constant} is already that of \`${other}\``));
    }
    takenBy.set(constant, owner);
  };
  for (const attribute of attributes) {
    claim(attribute, attributeConstant(attribute), attribute.name);
    for (const member of attribute.members ?? []) {
      const constant = memberConstant(attribute.name, member.id);
      claim(attribute, constant, `${attribute.name}=${member.value}`);
    }
  }
  for (const metric of metrics) {
    claim(metric, metricConstant(metric.name), metric.name);
  }
  return problems;
}

interface Referring {
  readonly file: string;
  readonly references: readonly Reference[];
  /** How messages call the one that refers. */
  readonly owner: string;
}

/** Everything that mentions attributes or groups. */
function referring(conventions: Conventions): readonly Referring[] {
  const { groups, metrics, events, spanRefinements, metricRefinements } = conventions;
  const byId = [...groups, ...spanRefinements, ...metricRefinements];
  return [
    ...byId.map(({ file, references, id }) => ({ file, references, owner: id })),
    ...[...metrics, ...events].map(({ file, references, name }) => ({
      file,
      references,
      owner: name,
    })),
  ];
}

function checkTargets(
  refinements: readonly Refinement[],
  known: ReadonlySet<string>,
): readonly string[] {
  return refinements
    .filter(({ target }) => !known.has(target))
    .map(
      ({ file, id, target }) =>
        `${file}: ${id}: \`${target}\`, which it refines, is defined nowhere.`,
    );
}

function checkReferences(conventions: Conventions): readonly string[] {
  const attributes = new Set(conventions.attributes.map(({ name }) => name));
  const groups = new Set(conventions.groups.map(({ id }) => id));
  const metrics = new Set(conventions.metrics.map(({ name }) => name));
  const unknown = referring(conventions).flatMap(({ file, owner, references }) =>
    references
      .filter(({ kind, name }) => !(kind === 'group' ? groups : attributes).has(name))
      .map(({ kind, name }) => `${file}: ${owner}: the ${kind} \`${name}\` is defined nowhere.`),
  );
  return [
    ...unknown,
    ...checkTargets(conventions.spanRefinements, new Set(conventions.spanTypes)),
    ...checkTargets(conventions.metricRefinements, metrics),
  ];
}

/** A renamed name must lead to one that is current. */
function checkRenames(items: readonly Named[]): readonly string[] {
  const current = new Set(
    items.filter(({ deprecated }) => deprecated === undefined).map(({ name }) => name),
  );
  return items.flatMap((item) => {
    const renamedTo = item.deprecated?.renamedTo;
    return renamedTo === undefined || current.has(renamedTo)
      ? []
      : [at(item, `\`renamed_to\` names \`${renamedTo}\`, which is not a current name`)];
  });
}

/** An attribute of ours that no signal mentions is either forgotten or not needed. */
function checkOrphans(conventions: Conventions): readonly string[] {
  const mentioned = new Set(
    referring(conventions).flatMap(({ references }) => references.map(({ name }) => name)),
  );
  return conventions.attributes
    .filter(({ origin, name }) => origin === 'costspan' && !mentioned.has(name))
    .map((attribute) => at(attribute, 'no group or signal mentions it'));
}
