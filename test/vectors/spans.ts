import { type CallFacts, factsOf } from './facts.ts';
import type { SpanAttributes, Writer } from './writer.ts';
import { CONVENTIONAL } from './writers/conventional.ts';
import { OWN_WORDS } from './writers/own-words.ts';
import { PLATFORMS } from './writers/platforms.ts';

/** A span as it comes over the wire: what an engine takes, and what a tracer can be made to make. */
export interface VectorSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** As OTLP numbers it. */
  readonly kind: number;
  readonly scopeName: string;
  readonly attributes: SpanAttributes;
  /** Milliseconds since the epoch. */
  readonly startTime: number;
  readonly endTime: number;
  readonly status?: { readonly code: number };
}

/** A call that a writer told of, and what its words leave of it. */
export interface WrittenCall {
  /** Of the facts. */
  readonly title: string;
  readonly span: VectorSpan;
  /** What it is to be priced by; `undefined` where it is not to be priced here, or not by the book. */
  readonly told: CallFacts | undefined;
}

/** 1 October 2026, noon: every vector happens on that day. */
export const DAY: number = Date.UTC(2026, 9, 1, 12);

const CLIENT = 3;
const ERROR = 2;

export const WRITERS: readonly Writer[] = [...CONVENTIONAL, ...OWN_WORDS, ...PLATFORMS];

/** Hexadecimal, of `digits` digits: the same for the same numbers, different for others. */
export function idOf(digits: 16 | 32, ...numbers: readonly number[]): string {
  const text = numbers.map((number) => (number + 1).toString(16).padStart(4, '0')).join('');
  // The second half of a trace's id names runs, which must not look like the span's.
  return digits === 16 ? text.padStart(16, 'a') : text.padStart(16, 'c').padStart(32, 'b');
}

/** One span for each call that a writer tells, each in a trace of its own. */
export function callsOf(writer: Writer): readonly WrittenCall[] {
  const place = WRITERS.indexOf(writer);
  return writer.calls.map((name, index) => {
    const facts = factsOf(name);
    const { kind = CLIENT, ...written } = writer.write(facts);
    const startTime = DAY + index * 10_000;
    const span: VectorSpan = {
      traceId: idOf(32, place, index),
      spanId: idOf(16, place, index),
      ...written,
      kind,
      startTime,
      endTime: startTime + facts.durationMs,
      ...(facts.errorType === undefined ? {} : { status: { code: ERROR } }),
    };
    const told = writer.tells === undefined ? facts : writer.tells(facts);
    return { title: facts.title, span, told };
  });
}
