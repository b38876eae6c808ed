import { parse } from 'yaml';
import type {
  Attribute,
  AttributeGroup,
  Conventions,
  Deprecation,
  EnumMember,
  Event,
  Metric,
  Origin,
  Reference,
  Refinement,
  SourceFile,
  UpstreamSource,
  Use,
} from './model.ts';
import { RegistryError, Shape } from './shape.ts';

const SIMPLE_TYPES = [
  'string',
  'int',
  'double',
  'boolean',
  'string[]',
  'int[]',
  'double[]',
  'boolean[]',
  'any',
] as const;

/** Keys that weaver allows on every definition, and those of our upstream list in their place. */
const DEFINITION_KEYS = ['brief', 'note', 'stability', 'deprecated', 'annotations'];
const UPSTREAM_KEYS = ['brief', 'note', 'source', 'use', 'constant', 'deprecated', 'annotations'];

interface Writable {
  sources: UpstreamSource[];
  attributes: Attribute[];
  groups: AttributeGroup[];
  metrics: Metric[];
  events: Event[];
  spanTypes: string[];
  spanRefinements: Refinement[];
  metricRefinements: Refinement[];
}

/** Whether a file is our list of upstream names, and not part of the weaver registry. */
function isUpstream(file: string): boolean {
  return file.startsWith('upstream/');
}

function commonKeys(shape: Shape): readonly string[] {
  return isUpstream(shape.file) ? UPSTREAM_KEYS : DEFINITION_KEYS;
}

function readDeprecation(shape: Shape): Deprecation | undefined {
  const deprecated = shape.map('deprecated');
  if (deprecated === undefined) {
    return undefined;
  }
  deprecated.only(['reason', 'renamed_to', 'note']);
  const reason = deprecated.oneOf('reason', ['renamed', 'obsoleted', 'uncategorized']);
  return {
    renamedTo: reason === 'renamed' ? deprecated.text('renamed_to') : undefined,
    note: reason === 'renamed' ? deprecated.optionalText('note') : deprecated.text('note'),
  };
}

interface Provenance {
  readonly origin: Origin;
  readonly use: Use;
  readonly deprecated: Deprecation | undefined;
}

function readProvenance(shape: Shape): Provenance {
  const deprecated = readDeprecation(shape);
  if (isUpstream(shape.file)) {
    const use = shape.oneOf('use', ['emit', 'read']);
    if (deprecated !== undefined && use === 'emit') {
      shape.problem('a deprecated name must have `use: read`');
    }
    return { origin: shape.oneOf('source', ['genai', 'core']), use, deprecated };
  }
  shape.oneOf('stability', ['development', 'alpha', 'beta', 'release_candidate', 'stable']);
  return {
    origin: shape.file.endsWith('/cost-proposal.yaml') ? 'proposal' : 'costspan',
    use: deprecated === undefined ? 'emit' : 'read',
    deprecated,
  };
}

function readMembers(shape: Shape): readonly EnumMember[] {
  const type = shape.map('type');
  type?.only(['members']);
  const members = type?.maps('members', ['id']) ?? [];
  if (members.length === 0) {
    shape.problem('an enum needs at least one member');
  }
  return members.map((member) => {
    member.only(['id', 'value', 'brief', 'note', 'stability', 'deprecated']);
    const id = member.text('id');
    return { id, value: member.optionalText('value') ?? id, brief: member.text('brief') };
  });
}

function readAttribute(shape: Shape): Attribute {
  shape.only(['key', 'type', 'examples', ...commonKeys(shape)]);
  const members = shape.isMap('type') ? readMembers(shape) : undefined;
  const type = members === undefined ? shape.oneOf('type', SIMPLE_TYPES) : 'string';
  const examples = shape.list('examples');
  const isText = type === 'string' || type === 'string[]';
  if (!isUpstream(shape.file) && members === undefined && isText && examples.length === 0) {
    shape.problem('`examples` is missing; text needs at least one');
  }
  return {
    file: shape.file,
    name: shape.text('key'),
    constant: shape.optionalText('constant'),
    type,
    members,
    brief: shape.text('brief'),
    note: shape.optionalText('note'),
    examples,
    ...readProvenance(shape),
  };
}

function readLevel(shape: Shape): string | undefined {
  if (!shape.has('requirement_level')) {
    return undefined;
  }
  if (!shape.isMap('requirement_level')) {
    return shape.oneOf('requirement_level', ['required', 'recommended', 'opt_in']);
  }
  const level = shape.map('requirement_level');
  level?.only(['conditionally_required', 'recommended', 'opt_in']);
  return level?.optionalText('conditionally_required') ?? level?.optionalText('recommended');
}

function readReferences(shape: Shape): readonly Reference[] {
  return shape.maps('attributes', ['ref', 'ref_group']).map((reference) => {
    reference.only(['ref', 'ref_group', 'requirement_level', 'brief', 'note', 'sampling_relevant']);
    const group = reference.optionalText('ref_group');
    return group === undefined
      ? { kind: 'attribute', name: reference.text('ref'), level: readLevel(reference) }
      : { kind: 'group', name: group, level: undefined };
  });
}

function readBoundaries(shape: Shape, annotations: Shape | undefined): readonly number[] {
  const values = annotations?.map('histogram')?.list('explicit_bucket_boundaries') ?? [];
  const numbers = values.filter((value) => typeof value === 'number' && Number.isFinite(value));
  const boundaries = numbers as number[];
  const rises = boundaries.every((value, index) => index === 0 || value > boundaries[index - 1]!);
  if (values.length === 0) {
    shape.problem('a histogram needs `annotations.histogram.explicit_bucket_boundaries`');
  } else if (numbers.length !== values.length || !rises) {
    shape.problem('the bucket boundaries must be numbers that rise');
  }
  return boundaries;
}

function readMetric(shape: Shape): Metric {
  shape.only([
    'name',
    'instrument',
    'unit',
    'attributes',
    'requirement_level',
    ...commonKeys(shape),
  ]);
  const instrument = shape.oneOf('instrument', ['counter', 'updowncounter', 'gauge', 'histogram']);
  const annotations = shape.map('annotations');
  const code = annotations?.map('code_generation');
  if (code === undefined) {
    shape.problem('`annotations.code_generation.metric_value_type` is missing');
  }
  return {
    file: shape.file,
    name: shape.text('name'),
    instrument,
    unit: shape.text('unit'),
    valueType: code?.oneOf('metric_value_type', ['int', 'double']) ?? 'double',
    boundaries: instrument === 'histogram' ? readBoundaries(shape, annotations) : undefined,
    brief: shape.text('brief'),
    note: shape.optionalText('note'),
    references: readReferences(shape),
    ...readProvenance(shape),
  };
}

function readEvent(shape: Shape): Event {
  shape.only(['name', 'attributes', 'requirement_level', ...commonKeys(shape)]);
  return {
    file: shape.file,
    name: shape.text('name'),
    brief: shape.text('brief'),
    note: shape.optionalText('note'),
    references: readReferences(shape),
    ...readProvenance(shape),
  };
}

function readGroup(shape: Shape): AttributeGroup {
  shape.only(['id', 'visibility', 'attributes', ...DEFINITION_KEYS]);
  shape.oneOf('visibility', ['public', 'internal']);
  return {
    file: shape.file,
    id: shape.text('id'),
    brief: shape.text('brief'),
    references: readReferences(shape),
  };
}

function readRefinement(shape: Shape): Refinement {
  shape.only(['id', 'ref', 'attributes', ...DEFINITION_KEYS]);
  return {
    file: shape.file,
    id: shape.text('id'),
    target: shape.text('ref'),
    brief: shape.text('brief'),
    references: readReferences(shape),
  };
}

function readSources(file: Shape): readonly UpstreamSource[] {
  const sources = file.map('sources');
  if (sources === undefined) {
    file.problem('`sources` is missing');
    return [];
  }
  return sources.keys().map((id) => {
    const source = sources.map(id) ?? sources;
    source.only(['repository', 'commit', 'tag']);
    const version = source.optionalText('commit') ?? source.text('tag');
    return { id, repository: source.text('repository'), version };
  });
}

function readSpanType(shape: Shape): string {
  shape.only(['type', 'kind', 'brief']);
  return shape.text('type');
}

function readFile(source: SourceFile, into: Writable, problems: string[]): void {
  let content: unknown;
  try {
    content = parse(source.text);
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    problems.push(`${source.path}: is not YAML: ${reason}`);
    return;
  }
  const file = new Shape(source.path, 'the file', content, problems);
  const lists = ['attributes', 'metrics', 'events'];
  if (isUpstream(source.path)) {
    file.only(['sources', 'spans', ...lists]);
    into.sources.push(...readSources(file));
    into.spanTypes.push(...file.maps('spans', ['type']).map(readSpanType));
  } else {
    const ownLists = ['attribute_groups', 'span_refinements', 'metric_refinements'];
    file.only(['file_format', ...lists, ...ownLists]);
    file.oneOf('file_format', ['definition/2']);
    into.groups.push(...file.maps('attribute_groups', ['id']).map(readGroup));
    into.spanRefinements.push(...file.maps('span_refinements', ['id']).map(readRefinement));
    into.metricRefinements.push(...file.maps('metric_refinements', ['id']).map(readRefinement));
  }
  into.attributes.push(...file.maps('attributes', ['key']).map(readAttribute));
  into.metrics.push(...file.maps('metrics', ['name']).map(readMetric));
  into.events.push(...file.maps('events', ['name']).map(readEvent));
}

/** The conventions that `files` define. Throws `RegistryError` with every mistake of shape in them. */
export function readConventions(files: readonly SourceFile[]): Conventions {
  const problems: string[] = [];
  const conventions: Writable = {
    sources: [],
    attributes: [],
    groups: [],
    metrics: [],
    events: [],
    spanTypes: [],
    spanRefinements: [],
    metricRefinements: [],
  };
  for (const file of files) {
    readFile(file, conventions, problems);
  }
  if (problems.length > 0) {
    throw new RegistryError(problems);
  }
  return conventions;
}
