import { parse } from 'yaml';
import type {
  Attribute,
  AttributeGroup,
  Conventions,
  Event,
  Metric,
  Refinement,
  SourceFile,
  UpstreamSource,
} from './model.ts';
import { readAttribute } from './registry-attribute.ts';
import { isUpstream } from './read-provenance.ts';
import { readEvent, readGroup, readMetric, readRefinement } from './read-signals.ts';
import { RegistryError, Shape } from './yaml-shape.ts';

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
  const file = new Shape(source.path, '', content, problems);
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
