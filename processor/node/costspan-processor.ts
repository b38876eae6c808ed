import type { Context } from '@opentelemetry/api';
import { describeError } from '../../conventions/error-text.ts';
import type { CallPipeline } from './call-pipeline.ts';
import type { RecordedSpan } from './recorded-span.ts';
import { pipelineOfSpans, startForProcessor } from './start-process.ts';
import { tellOperator } from './tell-operator.ts';

/**
 * An OpenTelemetry span processor, of SDK 2.x and 3.x, that lets the pipeline see the spans of one
 * provider: agents, tools and requests give calls their place in a run, and model calls that
 * other instrumentations traced are priced. Put it before the processors that export.
 *
 * Alone it reads `costspan.yaml` and does everything that concerns spans of others; with
 * `costspan/register` or `costspanInstrumentations()`, which also watch calls and refuse them, it is
 * part of the same. Versions of the SDK before 2.3.0 tell of a span only once it has ended: then
 * what it puts on spans is seen by the processors after it.
 */
export class CostspanProcessor {
  readonly #pipeline: CallPipeline | undefined;

  /** Without `pipeline` it joins the one of the process, or starts it. Never throws. */
  constructor(pipeline?: CallPipeline) {
    this.#pipeline = pipeline;
    if (pipeline !== undefined) return;
    try {
      startForProcessor();
    } catch (error) {
      tellOperator(`costspan.yaml is not followed: ${describeError(error)}.`);
    }
  }

  onStart(span: RecordedSpan, parentContext: Context): void {
    this.#current()?.spans.started(span, parentContext);
  }

  onEnding(span: RecordedSpan): void {
    this.#current()?.spans.ending(span);
  }

  // The SDK hands over the same object as before; only its type says less.
  onEnd(span: object): void {
    this.#current()?.spans.ended(span as RecordedSpan);
  }

  /** Nothing waits here: metrics are flushed by their own provider. */
  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }

  /** Looked up late, so that it does not matter whether the wiring or this came first. */
  #current(): CallPipeline | undefined {
    return this.#pipeline ?? pipelineOfSpans();
  }
}
