import type { Attributes } from '../../conventions/index.ts';

/** What is to become of the attributes of a span that is about to end. */
export interface SpanChange {
  readonly set: Attributes;
  readonly remove: readonly string[];
}
