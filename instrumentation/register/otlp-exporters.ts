import { context } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { OTLPMetricExporterBase } from '@opentelemetry/exporter-metrics-otlp-http';
import { type IOtlpExportDelegate, OTLPExporterBase } from '@opentelemetry/otlp-exporter-base';
import {
  convertLegacyHttpOptions,
  createOtlpHttpExportDelegate,
} from '@opentelemetry/otlp-exporter-base/node-http';
import {
  type IExporterMetricsHelper,
  type ISerializer,
  JsonLogsSerializer,
  JsonMetricsSerializer,
  JsonTraceSerializer,
  LogsExporterMetricsHelper,
  MetricsExporterMetricsHelper,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
  TraceExporterMetricsHelper,
} from '@opentelemetry/otlp-transformer';
import type { OtlpProtocol, Signal } from './telemetry-environment.ts';

/**
 * OTLP over HTTP for the three signals. Endpoint, headers, certificates, compression and timeout
 * come from the standard variables, read by the exporter base. The two encodings differ in the
 * serializer alone, so one set of parts serves both.
 */
export function otlpTraceExporter(protocol: OtlpProtocol): OTLPExporterBase<ReadableSpan[]> {
  const serializer = protocol === 'http/json' ? JsonTraceSerializer : ProtobufTraceSerializer;
  return new OTLPExporterBase(
    delegate('traces', protocol, serializer, TraceExporterMetricsHelper, 'otlp_http_span_exporter'),
  );
}

export function otlpMetricExporter(protocol: OtlpProtocol): OTLPMetricExporterBase {
  const serializer = protocol === 'http/json' ? JsonMetricsSerializer : ProtobufMetricsSerializer;
  return new OTLPMetricExporterBase(
    delegate<ResourceMetrics, unknown>(
      'metrics',
      protocol,
      serializer,
      MetricsExporterMetricsHelper,
      'otlp_http_metric_exporter',
    ),
  );
}

export function otlpLogExporter(protocol: OtlpProtocol): OTLPExporterBase<ReadableLogRecord[]> {
  const serializer = protocol === 'http/json' ? JsonLogsSerializer : ProtobufLogsSerializer;
  return new OTLPExporterBase(
    delegate('logs', protocol, serializer, LogsExporterMetricsHelper, 'otlp_http_log_exporter'),
  );
}

function delegate<Items, Response>(
  signal: Signal,
  protocol: OtlpProtocol,
  serializer: ISerializer<Items, Response>,
  metricsHelper: IExporterMetricsHelper<Items>,
  componentType: string,
): IOtlpExportDelegate<Items> {
  const contentType = protocol === 'http/json' ? 'application/json' : 'application/x-protobuf';
  const options = convertLegacyHttpOptions({}, signal.toUpperCase(), `v1/${signal}`, {
    'Content-Type': contentType,
  });
  const made = createOtlpHttpExportDelegate(
    options,
    serializer,
    componentType,
    metricsHelper,
    undefined,
  );
  delegates.push(made as unknown as HasTimeout);
  return made;
}

/**
 * True in code that an export runs, such as another instrumentation that measures its request.
 * Exporters mark their context so that their own requests are not traced.
 */
export function isExporting(): boolean {
  return isTracingSuppressed(context.active());
}

interface HasTimeout {
  /** Milliseconds for one export, its retries included. */
  _timeout: number;
}

const delegates: HasTimeout[] = [];

/**
 * Gives every export that starts from now on at most `limitMillis`, its retries included: those
 * wait on timers that hold the process, for eight seconds where there is no Collector. Returns the
 * way back. The timeout is a private field of the exporter base; without it exits only take longer.
 */
export function limitExports(limitMillis: number): () => void {
  const before = delegates.map((one) => one._timeout);
  for (const one of delegates) one._timeout = Math.min(one._timeout, limitMillis);
  return () => {
    for (const [index, timeout] of before.entries()) {
      const one = delegates[index];
      if (one !== undefined) one._timeout = timeout;
    }
  };
}
