import { type Context, isSpanContextValid, type Span, trace } from '@opentelemetry/api';
import type { AttributionResolver, AttributionScope } from './attribution/index.ts';
import type { Place } from '../engine/loops/place.ts';
import type { SpanNode } from '../engine/loops/span-node.ts';
import { nodeOf } from './recorded-span.ts';

/** What is around code that runs in a `Context`. */
export class ContextPlace implements Place {
  readonly node: SpanNode | undefined;
  readonly #context: Context;
  readonly #span: Span | undefined;
  readonly #attribution: AttributionResolver;

  constructor(context: Context, attribution: AttributionResolver) {
    this.#context = context;
    this.#span = trace.getSpan(context);
    this.#attribution = attribution;
    this.node = nodeOf(this.#span);
  }

  get traceId(): string | undefined {
    const context = this.#span?.spanContext();
    return context !== undefined && isSpanContextValid(context) ? context.traceId : undefined;
  }

  get isInsideLocalSpan(): boolean {
    // One that was recorded here; looking through the ids of the others takes longer.
    if (this.node !== undefined) return true;
    const context = this.#span?.spanContext();
    return context !== undefined && context.isRemote !== true && isSpanContextValid(context);
  }

  get scope(): AttributionScope {
    return this.#attribution.resolve(this.#context);
  }
}
