import {
  type Attributes,
  context,
  metrics,
  type Context,
  ROOT_CONTEXT,
  type Span,
  trace,
  TraceFlags,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { AttributionResolver } from '../../processor/node/attribution/index.ts';
import { createCallPipeline, CostspanProcessor } from '../../processor/index.ts';
import { ASKED_AT, type ExpectedPoint, pointOf, rounded } from './expected.ts';
import type { VectorSpan } from './spans.ts';

/** A Node process whose tracers make the spans of vectors. */
export interface NodeHost {
  /** Has the spans started and ended as they were; their attributes in the end, by their ids. */
  readonly replay: (spans: readonly VectorSpan[]) => ReadonlyMap<string, Attributes>;
  readonly metrics: () => Promise<readonly ExpectedPoint[]>;
  readonly stop: () => Promise<void>;
}

/** OTLP counts kinds from 1, the API from 0. */
const OTLP_KIND = 1;

export function startNodeHost(): NodeHost {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const meterProvider = new MeterProvider({
    readers: [
      new PeriodicExportingMetricReader({
        exporter: metricExporter,
        exportIntervalMillis: 3_600_000,
        exportTimeoutMillis: 30_000,
      }),
    ],
  });
  metrics.setGlobalMeterProvider(meterProvider);
  const pipeline = createCallPipeline({
    attribution: new AttributionResolver(),
    now: () => ASKED_AT,
  });
  const spanExporter = new InMemorySpanExporter();
  let next: VectorSpan | undefined;
  const tracerProvider = new TracerProvider({
    idGenerator: {
      generateTraceId: () => next?.traceId ?? '',
      generateSpanId: () => next?.spanId ?? '',
    },
    spanProcessors: [
      new CostspanProcessor(pipeline),
      new SimpleSpanProcessor({ exporter: spanExporter }),
    ],
  });

  function start(span: VectorSpan, open: ReadonlyMap<string, Span>): Span {
    next = span;
    return tracerProvider.getTracer(span.scopeName).startSpan(
      span.name,
      {
        kind: span.kind - OTLP_KIND,
        attributes: { ...span.attributes },
        startTime: span.startTime,
      },
      contextAround(span, open),
    );
  }

  return {
    replay: (spans) => {
      spanExporter.reset();
      const open = new Map<string, Span>();
      const events = spans.flatMap((span) => [
        { time: span.startTime, span, isStart: true },
        { time: span.endTime, span, isStart: false },
      ]);
      for (const { span, isStart } of events.toSorted((a, b) => a.time - b.time)) {
        if (isStart) {
          open.set(span.spanId, start(span, open));
        } else {
          const ending = open.get(span.spanId);
          if (span.status !== undefined) ending?.setStatus({ code: span.status.code });
          ending?.end(span.endTime);
        }
      }
      return new Map(
        spanExporter
          .getFinishedSpans()
          .map((span) => [span.spanContext().spanId, { ...span.attributes }]),
      );
    },
    metrics: async () => {
      // Runs that fell silent are found as the first round begins, maybe after histograms were read.
      await meterProvider.forceFlush();
      metricExporter.reset();
      await meterProvider.forceFlush();
      return pointsOf(metricExporter);
    },
    stop: async () => {
      pipeline.engine.metrics.close();
      metrics.disable();
      context.disable();
      await meterProvider.shutdown();
      await tracerProvider.shutdown();
    },
  };
}

/** A parent that is not among the spans is in another process. */
function contextAround(
  { traceId, parentSpanId }: VectorSpan,
  open: ReadonlyMap<string, Span>,
): Context {
  if (parentSpanId === undefined) return ROOT_CONTEXT;
  const parent = open.get(parentSpanId);
  if (parent !== undefined) return trace.setSpan(ROOT_CONTEXT, parent);
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId: parentSpanId,
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
  });
}

function pointsOf(exporter: InMemoryMetricExporter): readonly ExpectedPoint[] {
  const points: ExpectedPoint[] = [];
  for (const { scopeMetrics } of exporter.getMetrics()) {
    for (const { metrics: list } of scopeMetrics) {
      for (const { descriptor, dataPoints } of list) {
        // The zero at which a series begins has its value behind it.
        const latest = new Map<string, ExpectedPoint>();
        for (const { attributes, value } of dataPoints) {
          latest.set(JSON.stringify(attributes), told(descriptor.name, attributes, value));
        }
        points.push(...latest.values());
      }
    }
  }
  return points;
}

function told(name: string, attributes: Attributes, value: unknown): ExpectedPoint {
  if (typeof value === 'number') return { name, attributes, value: rounded(value) };
  const { buckets, ...rest } = value as {
    readonly count: number;
    readonly sum?: number;
    readonly min?: number;
    readonly max?: number;
    readonly buckets: { readonly boundaries: number[]; readonly counts: number[] };
  };
  const { sum, min, max, count } = rest;
  const histogram = { count, sum, min, max, ...buckets };
  return pointOf({
    name,
    unit: '',
    instrument: 'histogram',
    attributes,
    value: undefined,
    histogram,
  });
}
