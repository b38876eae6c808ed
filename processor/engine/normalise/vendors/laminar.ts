import type { SpanKind, SpanVendor } from '../vendor.ts';
import { callOperation, CONVENTION_FIELDS } from './conventions.ts';

const KINDS: ReadonlyMap<unknown, SpanKind> = new Map([
  ['LLM', 'call'],
  // Answered from its own cache: no provider was asked.
  ['CACHED', 'other'],
  ['TOOL', 'tool'],
]);

/**
 * Laminar: the conventions, with a kind of its own.
 *
 * @see https://github.com/lmnr-ai/lmnr-ts
 */
export const laminar: SpanVendor = {
  name: 'Laminar',
  classify: ({ attributes }) => KINDS.get(attributes['lmnr.span.type']),
  operationOf: ({ attributes }) => callOperation(attributes),
  fields: CONVENTION_FIELDS,
};
