import type { AttributeGroup, Event, Metric, Reference, Refinement } from './model.ts';
import { commonKeys, DEFINITION_KEYS, readProvenance } from './read-provenance.ts';
import type { Shape } from './yaml-shape.ts';

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

export function readMetric(shape: Shape): Metric {
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

export function readEvent(shape: Shape): Event {
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

export function readGroup(shape: Shape): AttributeGroup {
  shape.only(['id', 'visibility', 'attributes', ...DEFINITION_KEYS]);
  shape.oneOf('visibility', ['public', 'internal']);
  return {
    file: shape.file,
    id: shape.text('id'),
    brief: shape.text('brief'),
    references: readReferences(shape),
  };
}

export function readRefinement(shape: Shape): Refinement {
  shape.only(['id', 'ref', 'attributes', ...DEFINITION_KEYS]);
  return {
    file: shape.file,
    id: shape.text('id'),
    target: shape.text('ref'),
    brief: shape.text('brief'),
    references: readReferences(shape),
  };
}
