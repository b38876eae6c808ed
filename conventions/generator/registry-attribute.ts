import type { Attribute, EnumMember } from './model.ts';
import { commonKeys, isUpstream, readProvenance } from './read-provenance.ts';
import type { Shape } from './yaml-shape.ts';

const SIMPLE_TYPES = [
  'int',
  'string',
  'double',
  'boolean',
  'string[]',
  'int[]',
  'double[]',
  'boolean[]',
  'any',
] as const;

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

export function readAttribute(shape: Shape): Attribute {
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
