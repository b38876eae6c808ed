import {
  type Attributes,
  type Context,
  context,
  metrics,
  propagation,
  type Sampler,
  type Span,
  SpanKind,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  AlwaysOnSampler,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { LlmCall } from '../../conventions/index.ts';
import {
  AttributionResolver,
  setAttributionResolver,
} from '../../processor/node/attribution/index.ts';
import {
  type CallPipeline,
  createCallPipeline,
  type CallPipelineOptions,
  CostspanProcessor,
  recordGenAiSpans,
  setProcessPipeline,
} from '../../processor/index.ts';

export interface Point {
  readonly attributes: Attributes;
  /** Of a sum or gauge; of a histogram its sum. */
  readonly value: number;
  /** Of a histogram. */
  readonly count: number | undefined;
}

export interface Harness {
  readonly pipeline: CallPipeline;
  /** The application's own tracer. */
  readonly tracer: Tracer;
  /** That of another instrumentation. */
  readonly tracerOf: (scope: string) => Tracer;
  readonly spans: () => readonly ReadableSpan[];
  readonly span: (name: string) => ReadableSpan;
  /** Everything exported so far, by metric name. */
  readonly collect: () => Promise<ReadonlyMap<string, readonly Point[]>>;
  readonly stop: () => Promise<void>;
}

/** A process with real OpenTelemetry SDKs, as `register` sets it up. */
export function startHarness(
  options: CallPipelineOptions & {
    readonly sampler?: Sampler;
    readonly wrapSampler?: boolean;
  } = {},
): Harness {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const resolver = new AttributionResolver();
  setAttributionResolver(resolver);
  const pipeline = createCallPipeline({ attribution: resolver, ...options });
  setProcessPipeline(pipeline);
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({
    exporter: metricExporter,
    exportIntervalMillis: 3_600_000,
    exportTimeoutMillis: 30_000,
  });
  const meterProvider = new MeterProvider({ readers: [reader] });
  metrics.setGlobalMeterProvider(meterProvider);
  const spanExporter = new InMemorySpanExporter();
  const { sampler = new AlwaysOnSampler(), wrapSampler = true } = options;
  const tracerProvider = new TracerProvider({
    sampler: wrapSampler ? recordGenAiSpans(sampler) : sampler,
    spanProcessors: [new CostspanProcessor(), new SimpleSpanProcessor({ exporter: spanExporter })],
  });
  trace.setGlobalTracerProvider(tracerProvider);
  return {
    pipeline,
    tracer: tracerProvider.getTracer('app'),
    tracerOf: (scope) => tracerProvider.getTracer(scope),
    spans: () => spanExporter.getFinishedSpans(),
    span: (name) => {
      const found = spanExporter.getFinishedSpans().find((span) => span.name === name);
      if (found === undefined) throw new Error(`no span ${name}`);
      return found;
    },
    collect: async () => {
      metricExporter.reset();
      await meterProvider.forceFlush();
      return pointsOf(metricExporter);
    },
    stop: async () => {
      pipeline.engine.metrics.close();
      setProcessPipeline(undefined);
      metrics.disable();
      trace.disable();
      context.disable();
      propagation.disable();
      await meterProvider.shutdown();
      await tracerProvider.shutdown();
    },
  };
}

function pointsOf(exporter: InMemoryMetricExporter): Map<string, Point[]> {
  const points = new Map<string, Point[]>();
  for (const { scopeMetrics } of exporter.getMetrics()) {
    for (const { metrics: list } of scopeMetrics) {
      for (const { descriptor, dataPoints } of list) {
        // The zero at which a series begins has its value behind it.
        const latest = new Map<string, Point>();
        for (const { attributes, value } of dataPoints) {
          latest.set(
            JSON.stringify(attributes),
            typeof value === 'number'
              ? { attributes, value, count: undefined }
              : { attributes, value: value.sum ?? 0, count: value.count },
          );
        }
        points.set(descriptor.name, [...latest.values()]);
      }
    }
  }
  return points;
}

/** Sum of the points of one metric whose attributes contain `attributes`. */
export function total(
  points: ReadonlyMap<string, readonly Point[]>,
  name: string,
  attributes: Attributes = {},
): number {
  let sum = 0;
  for (const point of points.get(name) ?? []) {
    if (matches(point.attributes, attributes)) sum += point.value;
  }
  return sum;
}

/** Recordings of a histogram. */
export function recordings(
  points: ReadonlyMap<string, readonly Point[]>,
  name: string,
  attributes: Attributes = {},
): number {
  let sum = 0;
  for (const point of points.get(name) ?? []) {
    if (matches(point.attributes, attributes)) sum += point.count ?? 0;
  }
  return sum;
}

function matches(actual: Attributes, wanted: Attributes): boolean {
  return Object.entries(wanted).every(([key, value]) => actual[key] === value);
}

let lastId = 0;

export type CallInput = Partial<Omit<LlmCall, 'observed'>>;

/** A call that has started, as our instrumentation makes one. */
export interface StartedCall {
  readonly call: LlmCall;
  readonly span: Span;
  /** The context that the SDK runs in. */
  readonly inside: Context;
  readonly end: (response?: CallInput) => Attributes;
}

const PLAIN: CallInput = {
  usage: { input: 1_000, output: 500 },
  usageSource: 'provider',
  responseModel: 'gpt-4o-2024-08-06',
};

/** Starts a call in `parent` the way the instrumentation does: span, then `callStarted`. */
export function startCall(
  { pipeline }: Harness,
  request: CallInput = {},
  parent: Context = context.active(),
): StartedCall {
  const call = new LlmCall(request.operation ?? 'chat', request.provider ?? 'openai');
  call.startTimeMs = Date.now();
  call.requestModel = 'gpt-4o';
  Object.assign(call, request);
  const span = trace
    .getTracer('costspan')
    .startSpan(
      `${call.operation} ${call.requestModel}`,
      { kind: SpanKind.CLIENT, attributes: { 'gen_ai.operation.name': call.operation } },
      parent,
    );
  const sdkContext = pipeline.calls.callStarted(call, parent);
  return {
    call,
    span,
    inside: trace.setSpan(sdkContext, span),
    end: (response = PLAIN) => {
      lastId += 1;
      call.responseId = `chatcmpl-${lastId}`;
      call.endTimeMs = call.startTimeMs + 800;
      Object.assign(call, response);
      const attributes: Attributes = {};
      void pipeline.calls.callEnded(call, span, attributes);
      span.setAttributes(attributes);
      span.end();
      return attributes;
    },
  };
}

/** A whole call in the active context; the attributes that went on its span. */
export function makeCall(
  harness: Harness,
  request: CallInput = {},
  response?: CallInput,
): Attributes {
  return startCall(harness, request).end(response);
}

/** Runs `fn` inside a span of the application. */
export function inSpan<T>(
  { tracer }: Harness,
  name: string,
  fn: (span: Span) => T,
  attributes: Attributes = {},
): T {
  return tracer.startActiveSpan(name, { attributes }, (span) => {
    try {
      return fn(span);
    } finally {
      span.end();
    }
  });
}
