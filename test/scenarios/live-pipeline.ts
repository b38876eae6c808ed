import { context, metrics, propagation, trace, type Tracer } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

import { anthropic } from '../../instrumentation/anthropic/index.ts';
import { setCallObserver } from '../../instrumentation/core/index.ts';
import type { SdkInstrumentation } from '../../instrumentation/core/sdk.ts';
import { openai } from '../../instrumentation/openai/index.ts';
import {
  type CallPipeline,
  createCallPipeline,
  CostspanProcessor,
  setProcessPipeline,
} from '../../processor/index.ts';
import { assertKnownNames } from '../support/known-names.ts';
import { type OtlpSink, startOtlpSink } from '../support/otlp-sink.ts';

const WATCHED: Readonly<Record<string, SdkInstrumentation>> = { openai, anthropic };

/** Everything real between an SDK and a Collector, in this process: nothing is told, all arrives. */
export interface LivePipeline {
  readonly sink: OtlpSink;
  readonly pipeline: CallPipeline;
  readonly tracer: Tracer;
  /** Sends everything that there is to the sink. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

export async function startLivePipeline(): Promise<LivePipeline> {
  const sink = await startOtlpSink();
  const pipeline = createCallPipeline();
  setProcessPipeline(pipeline);
  setCallObserver(pipeline.calls);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const tracerProvider = new TracerProvider({
    spanProcessors: [
      new CostspanProcessor(),
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({ url: `${sink.url}/v1/traces` }),
      }),
    ],
  });
  const meterProvider = new MeterProvider({
    readers: [
      new PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter({ url: `${sink.url}/v1/metrics` }),
        exportIntervalMillis: 3_600_000,
      }),
    ],
  });
  trace.setGlobalTracerProvider(tracerProvider);
  metrics.setGlobalMeterProvider(meterProvider);
  return {
    sink,
    pipeline,
    tracer: tracerProvider.getTracer('app'),
    flush: async () => {
      await tracerProvider.forceFlush();
      await meterProvider.forceFlush();
    },
    stop: async () => {
      setCallObserver(undefined);
      setProcessPipeline(undefined);
      await tracerProvider.shutdown();
      await meterProvider.shutdown();
      for (const api of [trace, metrics, context, propagation]) api.disable();
      await sink.close();
    },
  };
}

/** Watches one copy of an SDK, as a module hook would. */
export function watchCopy(
  sdk: 'openai' | 'anthropic',
  specifier: string,
  moduleExports: unknown,
): void {
  WATCHED[sdk]?.patch({
    packageName: sdk === 'openai' ? 'openai' : '@anthropic-ai/sdk',
    version: undefined,
    path: `/node_modules/${specifier}`,
    format: 'esm',
    moduleExports,
  });
}

/** Throws when anything of ours that reached the sink has a name that no registry lets us write. */
export function assertKnownTelemetry({ spans, logs, metrics: arrived }: OtlpSink): void {
  const own = spans.filter(({ scope }) => scope.name === 'costspan');
  assertKnownNames({
    attributes: [
      ...own.flatMap(({ attributes }) => Object.keys(attributes)),
      ...own.flatMap(({ events }) => events.flatMap((event) => Object.keys(event.attributes))),
      ...logs.flatMap(({ attributes }) => Object.keys(attributes)),
    ],
    events: logs.map(({ eventName }) => eventName),
    metrics: [...arrived.values()]
      .filter(({ scope }) => scope.name === 'costspan')
      .map(({ name, unit, points }) => ({
        name,
        unit,
        attributes: points.flatMap(({ attributes }) => Object.keys(attributes)),
      })),
  });
}
