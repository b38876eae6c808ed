import type { InputSpan } from './host-data.ts';

/** The start or the end of a span. */
export interface SpanEvent {
  readonly span: InputSpan;
  readonly isStart: boolean;
}

/** At one time: ends of what began before, then starts, then ends of what takes no time. */
const ENDS_BEFORE = 0;
const STARTS = 1;
const ENDS_AT_ONCE = 2;

interface Timed extends SpanEvent {
  readonly time: number;
  readonly phase: number;
  /** How far inside of others of the piece: outer spans start first and end last. */
  readonly rank: number;
}

/** The starts and ends of `spans` as they happened. A span that ends before it starts takes no time. */
export function inOrder(spans: readonly InputSpan[]): readonly SpanEvent[] {
  const ranks = ranksOf(spans);
  const events: Timed[] = [];
  for (const span of spans) {
    const depth = ranks.get(span) ?? 0;
    const { startTime } = span;
    const endTime = Math.max(startTime, span.endTime);
    const phase = endTime === startTime ? ENDS_AT_ONCE : ENDS_BEFORE;
    events.push({ span, isStart: true, time: startTime, phase: STARTS, rank: depth });
    events.push({ span, isStart: false, time: endTime, phase, rank: -depth });
  }
  return events.toSorted((a, b) => a.time - b.time || a.phase - b.phase || a.rank - b.rank);
}

/** How many spans of the piece are around each. A parent that is its own descendant is nobody's. */
function ranksOf(spans: readonly InputSpan[]): ReadonlyMap<InputSpan, number> {
  const byId = new Map(spans.map((span) => [span.traceId + span.spanId, span]));
  const ranks = new Map<InputSpan, number>();
  for (const span of spans) {
    const path = new Set<InputSpan>();
    let around: InputSpan | undefined = span;
    while (around !== undefined && !ranks.has(around) && !path.has(around)) {
      path.add(around);
      const { traceId, parentSpanId }: InputSpan = around;
      around = parentSpanId === undefined ? undefined : byId.get(traceId + parentSpanId);
    }
    let rank = around === undefined ? 0 : (ranks.get(around) ?? -1) + 1;
    for (const inner of [...path].toReversed()) {
      ranks.set(inner, rank);
      rank += 1;
    }
  }
  return ranks;
}
