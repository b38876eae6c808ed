import type { CallFacts, FactName } from './facts.ts';

export type AttributeValue = string | number | boolean | readonly string[];
export type SpanAttributes = Readonly<Record<string, AttributeValue>>;

/** How a writer words a call. */
export interface WrittenSpan {
  readonly name: string;
  readonly scopeName: string;
  readonly attributes: SpanAttributes;
  /** The kind of the span as OTLP numbers it; 3, a client, where it is left out. */
  readonly kind?: number;
}

/** One writer of spans: an instrumentation, a gateway, a framework or an assistant. */
export interface Writer {
  /** Name of its file of vectors. */
  readonly name: string;
  readonly calls: readonly FactName[];
  readonly write: (facts: CallFacts) => WrittenSpan;
  /**
   * What the words leave of the facts, where they leave less than all: what it is priced by.
   * `undefined` where its span is no call of its own.
   */
  readonly tells?: (facts: CallFacts) => CallFacts | undefined;
}

/** Attributes without those that are not there. */
export function attributesOf(
  all: Readonly<Record<string, AttributeValue | undefined>>,
): SpanAttributes {
  return Object.fromEntries(
    Object.entries(all).filter(
      (entry): entry is [string, AttributeValue] => entry[1] !== undefined,
    ),
  );
}

/** `undefined` for a class without tokens, which most writers leave out then. */
export function some(tokens: number | undefined): number | undefined {
  return tokens === 0 ? undefined : tokens;
}
