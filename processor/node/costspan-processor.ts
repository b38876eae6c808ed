import type { Context } from '@opentelemetry/api';
import type { CallPipeline } from './call-pipeline.ts';
import { processPipeline } from './process-pipeline.ts';
import type { RecordedSpan } from './recorded-span.ts';

/**
 * An OpenTelemetry span processor, of SDK 2.x and 3.x, that lets the pipeline see the spans of one
 * provider: agents, tools and requests give calls their place in a run, and model calls that
 * other instrumentations traced are priced. Put it before the processors that export.
 */
export class CostspanProcessor {
  readonly #pipeline: CallPipeline | undefined;

  /** Without `pipeline` it joins the one of the process. */
  constructor(pipeline?: CallPipeline) {
    this.#pipeline = pipeline;
  }

  onStart(span: RecordedSpan, parentContext: Context): void {
    this.#current().spanStarted(span, parentContext);
  }

  onEnding(span: RecordedSpan): void {
    this.#current().spanEnding(span);
  }

  // The SDK hands over the same object as before; only its type says less.
  onEnd(span: object): void {
    this.#current().spanEnded(span as RecordedSpan);
  }

  /** Nothing waits here: metrics are flushed by their own provider. */
  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }

  /** Looked up late, so that it does not matter whether the wiring or this came first. */
  #current(): CallPipeline {
    return this.#pipeline ?? processPipeline();
  }
}
