import { METRIC_COSTSPAN_PRICE_BOOK_AGE_SECONDS } from '../../conventions/index.ts';
import type { MetricPoint, SpanResult, InputSpan } from '../../processor/engine/index.ts';
import { type CostspanEngine, createEngine } from '../../processor/engine/index.ts';
import { type Dialect, DIALECTS } from './dialects.ts';
import { callsOf, DAY, type VectorSpan, WRITERS } from './spans.ts';
import { tracesOf } from './traces.ts';
import type { Writer } from './writer.ts';

/** A set of spans, one after the other, and what every host must make of them. */
export interface Vectors {
  /** Of its file, without the ending. */
  readonly name: string;
  /** Told to one engine, a piece after the other. */
  readonly pieces: readonly Piece[];
  /** What that engine counts in the end. */
  readonly metrics: readonly ExpectedPoint[];
}

export interface Piece {
  readonly title: string;
  readonly spans: readonly VectorSpan[];
  readonly answers: readonly ExpectedAnswer[];
}

/** By the span's id, without those to which nothing happens. */
export interface ExpectedAnswer {
  readonly spanId: string;
  readonly set: Readonly<Record<string, unknown>>;
  readonly remove: readonly string[];
}

/** A {@link MetricPoint}, its buckets as far as something is in them. */
export interface ExpectedPoint {
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly value?: number;
  readonly histogram?: {
    readonly count: number;
    readonly sum: number;
    readonly min: number;
    readonly max: number;
    /** How many are in the bucket of an upper bound, the last one `null`. */
    readonly buckets: readonly (readonly [bound: number | null, count: number])[];
  };
}

/** Hosts take this for the present when they are asked for metrics. */
export const ASKED_AT: number = DAY + 86_400_000;

/** Sums of money in binary fractions differ in their last digits by the order of adding up. */
export function rounded(value: number): number {
  return Number(value.toPrecision(12));
}

export function engineForVectors(): CostspanEngine {
  return createEngine({ now: () => ASKED_AT });
}

/** The same set for the same spans, in the order of their ids. */
function answersOf(answers: readonly SpanResult[]): readonly ExpectedAnswer[] {
  return answers
    .filter(({ set, remove }) => Object.keys(set).length > 0 || remove.length > 0)
    .map(({ spanId, set, remove }) => ({ spanId, set, remove }))
    .toSorted((a, b) => (a.spanId < b.spanId ? -1 : 1));
}

export function pointOf({ name, attributes, value, histogram }: MetricPoint): ExpectedPoint {
  if (histogram === undefined) return { name, attributes, value: rounded(value ?? 0) };
  const { count, sum = 0, min = 0, max = 0, boundaries, counts } = histogram;
  const buckets = counts
    .map((inside, index) => [boundaries[index] ?? null, inside] as const)
    .filter(([, inside]) => inside > 0);
  return {
    name,
    attributes,
    histogram: { count, sum: rounded(sum), min: rounded(min), max: rounded(max), buckets },
  };
}

/** In an order that does not depend on the host, without the age of the price book. */
export function inOrder(points: readonly ExpectedPoint[]): readonly ExpectedPoint[] {
  const ofSpans = points.filter(({ name }) => name !== METRIC_COSTSPAN_PRICE_BOOK_AGE_SECONDS);
  const keyed = ofSpans.map((point) => {
    const attributes = Object.fromEntries(
      Object.entries(point.attributes).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    );
    return { key: `${point.name} ${JSON.stringify(attributes)}`, point: { ...point, attributes } };
  });
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ point }) => point);
}

/** What the engine makes of pieces. */
export function vectorsOf(
  name: string,
  told: readonly Omit<Piece, 'answers'>[],
  engine: CostspanEngine = engineForVectors(),
): Vectors {
  const pieces = told.map(({ title, spans }) => ({
    title,
    spans,
    answers: answersOf(engine.spans(spans satisfies readonly InputSpan[])),
  }));
  return { name, pieces, metrics: inOrder(engine.collect().map(pointOf)) };
}

export function vectorsOfWriter(writer: Writer): Vectors {
  const told = callsOf(writer).map(({ span, title }) => ({ title, spans: [span] }));
  return vectorsOf(`spans/${writer.name}`, told);
}

export function vectorsOfDialect(dialect: Dialect): Vectors {
  return vectorsOf(`traces/${dialect.name}`, tracesOf(dialect));
}

export function allVectors(): readonly Vectors[] {
  return [...WRITERS.map(vectorsOfWriter), ...DIALECTS.map(vectorsOfDialect)];
}
