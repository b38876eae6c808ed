import type { ToldSpan } from './told.ts';

/** The start or the end of a span. */
export interface SpanEvent {
  readonly span: ToldSpan;
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
export function inOrder(spans: readonly ToldSpan[]): readonly SpanEvent[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const events: Timed[] = [];
  for (const span of spans) {
    const depth = depthOf(span, byId);
    const { startTime } = span;
    const endTime = Math.max(startTime, span.endTime);
    const phase = endTime === startTime ? ENDS_AT_ONCE : ENDS_BEFORE;
    events.push({ span, isStart: true, time: startTime, phase: STARTS, rank: depth });
    events.push({ span, isStart: false, time: endTime, phase, rank: -depth });
  }
  return events.toSorted((a, b) => a.time - b.time || a.phase - b.phase || a.rank - b.rank);
}

/** A parent that is its own descendant is nobody's. */
function depthOf(span: ToldSpan, byId: ReadonlyMap<string, ToldSpan>): number {
  let depth = 0;
  let parent = parentOf(span, byId);
  while (parent !== undefined && depth < byId.size) {
    depth += 1;
    parent = parentOf(parent, byId);
  }
  return depth;
}

function parentOf(
  { parentSpanId }: ToldSpan,
  byId: ReadonlyMap<string, ToldSpan>,
): ToldSpan | undefined {
  return parentSpanId === undefined ? undefined : byId.get(parentSpanId);
}
