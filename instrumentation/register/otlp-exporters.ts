import process from 'node:process';
import { context } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { OTLPMetricExporterBase } from '@opentelemetry/exporter-metrics-otlp-http';
import {
  type CompressionAlgorithm,
  type IOtlpExportDelegate,
  OTLPExporterBase,
} from '@opentelemetry/otlp-exporter-base';
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
import { BackgroundDelegate, releaseSockets } from './background-delegate.ts';
import { readOtlpSettings } from './otlp-settings.ts';
import type { OtlpProtocol, Signal } from './telemetry-environment.ts';

export { exportsEnded, limitExports } from './background-delegate.ts';

type HttpAgentFactory = ReturnType<typeof convertLegacyHttpOptions>['agentFactory'];

/**
 * Requests of one signal under way at a time: room for a whole queue of spans, in batches, at the
 * exit. Where no Collector answers, this bounds what waits for retries.
 */
const MOST_EXPORTS = 8;

/**
 * OTLP over HTTP for the three signals. Endpoint, headers, compression and timeout come from the
 * standard variables as {@link readOtlpSettings} reads them, certificates by the exporter base. The two encodings differ in the
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
  const { endpoint, headers, compression, timeoutMillis } = readOtlpSettings(process.env, signal);
  const base = convertLegacyHttpOptions(
    {
      concurrencyLimit: MOST_EXPORTS,
      compression: compression as CompressionAlgorithm,
      ...(endpoint !== undefined && { url: endpoint.url }),
      ...(timeoutMillis !== undefined && { timeoutMillis }),
    },
    signal.toUpperCase(),
    `v1/${signal}`,
    {},
  );
  // Not those that the exporter base reads from the environment: one that can't be sent fails all.
  const options = {
    ...base,
    headers: () => Promise.resolve({ ...headers, 'Content-Type': contentType }),
  };
  const agentFactory: HttpAgentFactory = async (scheme) =>
    releaseSockets(await options.agentFactory(scheme));
  return new BackgroundDelegate(
    createOtlpHttpExportDelegate(
      { ...options, agentFactory },
      serializer,
      componentType,
      metricsHelper,
      undefined,
    ),
  );
}

/**
 * True in code that an export runs, such as another instrumentation that measures its request.
 * Exporters mark their context so that their own requests are not traced.
 */
export function isExporting(): boolean {
  return isTracingSuppressed(context.active());
}
