import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ConsoleSpanExporter,
  ParentBasedSampler,
  type Sampler,
  SimpleSpanProcessor,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { CostspanProcessor, recordGenAiSpans } from '../../processor/index.ts';
import { defined, envNumber } from './env-number.ts';
import { otlpTraceExporter } from './otlp-exporters.ts';
import { ownResource } from './own-resource.ts';
import type { TelemetryEnvironment } from './telemetry-environment.ts';
import { type BatchBounds, UnsentSpans } from './unsent.ts';

/** The tracer provider that costspan starts when the application has none. */
export function startOwnTraces(environment: TelemetryEnvironment): TracerProvider {
  const { exporters, protocol } = environment.signals.traces;
  const spanProcessors: SpanProcessor[] = [new CostspanProcessor()];
  for (const exporter of exporters) {
    if (exporter === 'console') {
      spanProcessors.push(new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() }));
      continue;
    }
    const options = batchOptions();
    const unsent = new UnsentSpans(options);
    spanProcessors.push(
      unsent,
      new BatchSpanProcessor({ exporter: otlpTraceExporter(protocol, unsent), ...options }),
    );
  }
  return new TracerProvider({
    resource: ownResource(environment.detectors),
    sampler: recordGenAiSpans(samplerFromEnvironment()),
    spanLimits: spanLimits(),
    spanProcessors,
  });
}

/**
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#general-sdk-configuration
 */
export function samplerFromEnvironment(): Sampler {
  const asked = process.env['OTEL_TRACES_SAMPLER']?.trim() || 'parentbased_always_on';
  switch (asked.toLowerCase()) {
    case 'always_on':
      return new AlwaysOnSampler();
    case 'always_off':
      return new AlwaysOffSampler();
    case 'traceidratio':
      return ratioSampler();
    case 'parentbased_always_off':
      return new ParentBasedSampler({ root: new AlwaysOffSampler() });
    case 'parentbased_traceidratio':
      return new ParentBasedSampler({ root: ratioSampler() });
    default:
    // Also for what is no sampler: the start line tells of that.
  }
  return new ParentBasedSampler({ root: new AlwaysOnSampler() });
}

function ratioSampler(): Sampler {
  return new TraceIdRatioBasedSampler(envNumber('OTEL_TRACES_SAMPLER_ARG') ?? 1);
}

function batchOptions(): BatchBounds {
  return defined({
    scheduledDelayMillis: envNumber('OTEL_BSP_SCHEDULE_DELAY'),
    exportTimeoutMillis: envNumber('OTEL_BSP_EXPORT_TIMEOUT'),
    maxQueueSize: envNumber('OTEL_BSP_MAX_QUEUE_SIZE'),
    maxExportBatchSize: envNumber('OTEL_BSP_MAX_EXPORT_BATCH_SIZE'),
  });
}

function spanLimits(): object {
  return defined({
    attributeCountLimit:
      envNumber('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT') ?? envNumber('OTEL_ATTRIBUTE_COUNT_LIMIT'),
    attributeValueLengthLimit:
      envNumber('OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT') ??
      envNumber('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT'),
    eventCountLimit: envNumber('OTEL_SPAN_EVENT_COUNT_LIMIT'),
    linkCountLimit: envNumber('OTEL_SPAN_LINK_COUNT_LIMIT'),
    attributePerEventCountLimit: envNumber('OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT'),
    attributePerLinkCountLimit: envNumber('OTEL_LINK_ATTRIBUTE_COUNT_LIMIT'),
  });
}
