import type { SpanNode } from '../../engine/loops/span-node.ts';

/** Runs when a request turns out to have been seen by nobody. Must not throw. */
export type Unseen = () => void;

/** Tracers of those that tell only at its end that a span is a call. */
const WRITERS =
  /openinference|traceloop|openlit|genkit|^gen_ai$|^ai$|anthropic|vertex\.agent|instrumentation[-.](?:openai|bedrock|aws-sdk|google|cohere|langchain)/;

/** Past this a request counts at once; a span that never ends must not keep requests for ever. */
const MOST_WAITING = 1_000;

/**
 * Requests made inside a span of another instrumentation that may turn out to be a model call. Only
 * its end tells whether it is booked, or carries no usage and is worth nothing.
 */
export class WaitingRequests {
  readonly #bySpan = new Map<SpanNode, Unseen[]>();
  #count = 0;

  /** Lets `unseen` wait for the innermost span from `node` outwards that may be booked. */
  add(node: SpanNode | undefined, unseen: Unseen): void {
    const candidate = this.#count < MOST_WAITING ? candidateAround(node) : undefined;
    if (candidate === undefined) {
      unseen();
      return;
    }
    const waiting = this.#bySpan.get(candidate);
    if (waiting === undefined) this.#bySpan.set(candidate, [unseen]);
    else waiting.push(unseen);
    this.#count += 1;
  }

  /** The span has ended; `isBooked` when it was a call whose usage is in the books. */
  spanEnded(node: SpanNode, isBooked: boolean): void {
    // What every span of the application comes to.
    if (this.#count === 0) return;
    const waiting = this.#bySpan.get(node);
    if (waiting === undefined) return;
    this.#bySpan.delete(node);
    this.#count -= waiting.length;
    if (isBooked) return;
    for (const unseen of waiting) this.add(node.parent, unseen);
  }

  /** Nothing will be booked any more. */
  giveUp(): void {
    const all = [...this.#bySpan.values()].flat();
    this.#bySpan.clear();
    this.#count = 0;
    for (const unseen of all) unseen();
  }
}

function candidateAround(from: SpanNode | undefined): SpanNode | undefined {
  let node = from;
  while (node !== undefined) {
    const { kind, scope, ended } = node;
    const mayBeCall =
      kind === 'call' || (kind === 'other' && scope !== undefined && WRITERS.test(scope));
    if (mayBeCall && !ended) return node;
    node = node.parent;
  }
  return undefined;
}
