import { type Context, context, createContextKey, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

import type { CallObserver } from '../../conventions/call-observer.ts';
import type { LlmCall } from '../../conventions/llm-call.ts';
import { setCallObserver } from '../../instrumentation/core/observer.ts';
import { type OtlpSink, type SinkSpan, startOtlpSink } from '../support/otlp-sink.ts';

/** Under this key a test says who makes a call. */
export const CALLER_KEY: symbol = createContextKey('caller');

/** What one ended call told its observer. */
export interface RecordedCall {
  readonly call: LlmCall;
  readonly caller: unknown;
  readonly spanId: string;
}

/** A real tracer provider that exports to a sink over OTLP, and an observer that keeps each call. */
export class Recorder {
  readonly calls: RecordedCall[] = [];
  readonly internalErrors: string[] = [];
  readonly sink: OtlpSink;
  readonly #provider: TracerProvider;
  readonly #callers = new WeakMap<LlmCall, unknown>();

  constructor(sink: OtlpSink) {
    this.sink = sink;
    this.#provider = new TracerProvider({
      spanProcessors: [
        new BatchSpanProcessor({
          exporter: new OTLPTraceExporter({ url: `${sink.url}/v1/traces` }),
        }),
      ],
    });
    trace.setGlobalTracerProvider(this.#provider);
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  }

  readonly observer: CallObserver = {
    callStarted: (call: LlmCall, parent: Context): Context => {
      this.#callers.set(call, parent.getValue(CALLER_KEY));
      return parent;
    },
    admit: () => undefined,
    admitConnection: () => undefined,
    toolStarting: () => undefined,
    batchAnswered: () => undefined,
    batchRead: () => undefined,
    outboundBaggage: () => undefined,
    retrying: () => undefined,
    callEnded: (call, span) => {
      const caller = this.#callers.get(call);
      const { spanId } = span.spanContext();
      this.calls.push({
        call: structuredClone(Object.assign({}, call)),
        caller,
        spanId,
      });
    },
    internalError: (component) => {
      this.internalErrors.push(component);
    },
  };

  async start(observer: CallObserver = this.observer): Promise<void> {
    await this.#provider.forceFlush();
    this.clear();
    setCallObserver(observer);
  }

  stop(): void {
    setCallObserver(undefined);
  }

  clear(): void {
    this.calls.length = 0;
    this.internalErrors.length = 0;
    this.sink.clear();
  }

  /** Every span ended so far, decoded from what was exported. */
  async spans(): Promise<readonly SinkSpan[]> {
    await this.#provider.forceFlush();
    return this.sink.spans;
  }

  async close(): Promise<void> {
    this.stop();
    await this.#provider.shutdown();
    await this.sink.close();
  }
}

export async function startRecorder(): Promise<Recorder> {
  return new Recorder(await startOtlpSink());
}
