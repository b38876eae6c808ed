import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CostspanEngine } from '../../processor/engine/index.ts';
import { DIALECTS } from './dialects.ts';
import { engineForVectors, type ExpectedPoint, vectorsOf } from './expected.ts';
import { DAY, type VectorSpan } from './spans.ts';
import { tracesOf, type VectorTrace } from './traces.ts';

const TRACES: readonly VectorTrace[] = DIALECTS.flatMap((dialect) => tracesOf(dialect));

/** Where a trace is cut: after which of its spans, and which of the pieces is sent once more. */
interface Cuts {
  readonly trace: number;
  readonly after: readonly boolean[];
  readonly again: readonly boolean[];
}

interface Cut {
  readonly trace: VectorTrace;
  readonly pieces: readonly (readonly VectorSpan[])[];
}

/** More than any trace has spans. */
const MOST_SPANS = 12;

const MARKS = fc.array(fc.boolean(), { minLength: MOST_SPANS, maxLength: MOST_SPANS });

/** Some traces in pieces, those of one between those of the others. */
const CUTS: fc.Arbitrary<readonly Cuts[]> = fc.uniqueArray(
  fc.record({
    trace: fc.nat({ max: TRACES.length - 1 }),
    after: MARKS,
    again: fc.array(
      fc.integer({ min: 0, max: 4 }).map((number) => number === 4),
      { minLength: MOST_SPANS, maxLength: MOST_SPANS },
    ),
  }),
  { minLength: 1, maxLength: 6, selector: ({ trace }) => trace },
);

/** Spans are exported as they end, so what ended first comes first. All traces go on at one time. */
function cutOf({ trace: number, after, again }: Cuts): Cut {
  const { spans: whole = [], title = '', calls = [] } = TRACES[number] ?? {};
  const shift = DAY - Math.min(...whole.map(({ startTime }) => startTime));
  const spans = whole.map((span) => ({
    ...span,
    startTime: span.startTime + shift,
    endTime: span.endTime + shift,
  }));
  const pieces: VectorSpan[][] = [[]];
  for (const [index, span] of spans.entries()) {
    pieces.at(-1)?.push(span);
    if (after[index] === true) pieces.push([]);
  }
  return {
    trace: { title, spans, calls },
    pieces: pieces.flatMap((piece, index) => (again[index] === true ? [piece, piece] : [piece])),
  };
}

/** By the ids of spans. */
type Sets = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

function told(engine: CostspanEngine, pieces: readonly (readonly VectorSpan[])[]): Sets {
  const sets = new Map<string, Readonly<Record<string, unknown>>>();
  for (const piece of pieces) {
    for (const { traceId, spanId, set } of engine.spans(piece)) {
      const key = `${traceId} ${spanId}`;
      const before = sets.get(key);
      // A span that comes again is answered like the first time.
      if (before !== undefined) expect(set).toEqual(before);
      sets.set(key, set);
    }
  }
  return sets;
}

/** The first pieces of all, then the second ones, and so on. */
function interleaved(cuts: readonly Cut[]): readonly (readonly VectorSpan[])[] {
  const most = Math.max(...cuts.map(({ pieces }) => pieces.length));
  return Array.from({ length: most }, (_, turn) =>
    cuts.flatMap(({ pieces }) => pieces[turn] ?? []),
  );
}

function metricsOf(engine: CostspanEngine): readonly ExpectedPoint[] {
  return vectorsOf('', [], engine).metrics;
}

/**
 * Shapes in which depth depends on what is around an agent, which comes after its calls: whether it
 * is inside another one, or in one run with calls outside of it.
 */
const KNOWN_LATE: ReadonlySet<string> = new Set([
  'agents inside an agent',
  'a workflow whose agents are in spans of the application',
]);

/** Attributes of the whole that a piece cannot know. */
const RUN_ID = 'costspan.run.id';
const RUN_DEPTH = 'costspan.run.max_loop_depth';
const LOOP_DEPTH = 'costspan.loop.depth';

/** Where what is around an agent comes late, its calls are counted with too few or too many others. */
function expectDepth(got: unknown, want: unknown, mostSpans: number | undefined): void {
  if (mostSpans === undefined || want === undefined) {
    expect(got).toBe(want);
    return;
  }
  expect(got).toBeGreaterThanOrEqual(1);
  expect(got).toBeLessThanOrEqual(mostSpans);
}

describe('a trace in pieces', () => {
  it('counts like the whole one, in money, tokens, calls and runs', () => {
    fc.assert(
      fc.property(CUTS, (chosen) => {
        const cuts = chosen.map(cutOf);
        const whole = engineForVectors();
        told(whole, [cuts.flatMap(({ trace }) => trace.spans)]);
        const cut = engineForVectors();
        told(cut, interleaved(cuts));
        expect(metricsOf(cut)).toEqual(metricsOf(whole));
      }),
      { numRuns: 300 },
    );
  });

  it('has the depths of the whole one, and its root the totals', () => {
    fc.assert(
      fc.property(CUTS, (chosen) => {
        const cuts = chosen.map(cutOf);
        const whole = engineForVectors();
        const wanted = told(whole, [cuts.flatMap(({ trace }) => trace.spans)]);
        const shown = told(engineForVectors(), interleaved(cuts));
        for (const { trace } of cuts) {
          for (const { traceId, spanId, parentSpanId } of trace.spans) {
            const key = `${traceId} ${spanId}`;
            const want = wanted.get(key);
            const got = shown.get(key);
            const isKnownLate = KNOWN_LATE.has(trace.title);
            const mostSpans = isKnownLate ? trace.spans.length : undefined;
            expectDepth(got?.[LOOP_DEPTH], want?.[LOOP_DEPTH], mostSpans);
            if (parentSpanId !== undefined) continue;
            for (const [name, value] of Object.entries(want ?? {})) {
              if (name === RUN_ID || (isKnownLate && name === RUN_DEPTH)) continue;
              expect({ name, value: got?.[name] }).toEqual({ name, value });
            }
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
