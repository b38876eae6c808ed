import { AbsentNode } from './absent-node.ts';
import { RecentMap } from './recent-map.ts';
import type { SpanNode } from './span-node.ts';

/** Traces whose spans are remembered for pieces that come later. */
const REMEMBERED_TRACES = 20_000;

interface KnownTrace {
  readonly nodes: Map<string, SpanNode>;
  /** By the ids of spans that others have named and that have not come. */
  readonly absent: Map<string, AbsentNode>;
  /** Around all of those. */
  around: AbsentNode | undefined;
}

/** What later pieces of a trace must know of the earlier ones: which spans came, and which did not. */
export class TraceMemory {
  readonly #traces = new RecentMap<KnownTrace>(REMEMBERED_TRACES);

  nodeOf(traceId: string | undefined, spanId: string | undefined): SpanNode | undefined {
    if (traceId === undefined || spanId === undefined) return undefined;
    return this.#traces.get(traceId)?.nodes.get(spanId);
  }

  /** What stands for the span `spanId`, which has not come. */
  absentOf(traceId: string, spanId: string): AbsentNode {
    const trace = this.#traceOf(traceId);
    let absent = trace.absent.get(spanId);
    if (absent === undefined) {
      // Named like the run of a trace of which nothing else is known.
      trace.around ??= new AbsentNode(undefined, traceId.slice(16));
      absent = new AbsentNode(trace.around, spanId);
      trace.absent.set(spanId, absent);
    }
    return absent;
  }

  /** The span has come. Answers what has stood for it so far, if others named it. */
  remember(traceId: string, spanId: string, node: SpanNode): AbsentNode | undefined {
    const trace = this.#traceOf(traceId);
    trace.nodes.set(spanId, node);
    const absent = trace.absent.get(spanId);
    trace.absent.delete(spanId);
    return absent;
  }

  #traceOf(traceId: string): KnownTrace {
    const trace = this.#traces.get(traceId) ?? {
      nodes: new Map(),
      absent: new Map(),
      around: undefined,
    };
    // Anew each time: a trace that goes on stays among the newest.
    this.#traces.set(traceId, trace);
    return trace;
  }
}
