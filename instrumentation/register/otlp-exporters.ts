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
import { type Environment, text } from './environment-text.ts';
import { exportTarget } from './export-failure.ts';
import { ExportHealth } from './export-health.ts';
import { readOtlpSettings } from './otlp-settings.ts';
import { addOutbox } from './outbox.ts';
import { RejectionReader } from './rejection-reader.ts';
import type { OtlpProtocol, Signal } from './telemetry-environment.ts';
import { tellOperator } from '../../processor/node/tell-operator.ts';
import type { Unsent, UnsentLogs, UnsentMetrics, UnsentSpans } from './unsent.ts';
import { watchRequests } from './watch-requests.ts';

export { exportsEnded, limitExports } from './background-delegate.ts';
export { sendUnsent } from './outbox.ts';

type HttpAgentFactory = ReturnType<typeof convertLegacyHttpOptions>['agentFactory'];

/**
 * Requests of one signal under way at a time: room for a whole queue of spans, in batches, at the
 * exit. Where no Collector answers, this bounds what waits for retries.
 */
const MOST_EXPORTS = 8;

/**
 * OTLP over HTTP for the three signals. Endpoint, headers, compression and timeout come from the
 * standard variables as {@link readOtlpSettings} reads them, certificates by the exporter base. The
 * two encodings differ in the serializer alone, so one set of parts serves both.
 */
export function otlpTraceExporter(
  protocol: OtlpProtocol,
  unsent: UnsentSpans,
): OTLPExporterBase<ReadableSpan[]> {
  const serializer = protocol === 'http/json' ? JsonTraceSerializer : ProtobufTraceSerializer;
  return new OTLPExporterBase(
    delegate(
      'traces',
      protocol,
      serializer,
      TraceExporterMetricsHelper,
      'otlp_http_span_exporter',
      unsent,
    ),
  );
}

export function otlpMetricExporter(
  protocol: OtlpProtocol,
  unsent: UnsentMetrics,
): OTLPMetricExporterBase {
  const serializer = protocol === 'http/json' ? JsonMetricsSerializer : ProtobufMetricsSerializer;
  return new OTLPMetricExporterBase(
    delegate<ResourceMetrics, unknown>(
      'metrics',
      protocol,
      serializer,
      MetricsExporterMetricsHelper,
      'otlp_http_metric_exporter',
      unsent,
    ),
  );
}

export function otlpLogExporter(
  protocol: OtlpProtocol,
  unsent: UnsentLogs,
): OTLPExporterBase<ReadableLogRecord[]> {
  const serializer = protocol === 'http/json' ? JsonLogsSerializer : ProtobufLogsSerializer;
  return new OTLPExporterBase(
    delegate(
      'logs',
      protocol,
      serializer,
      LogsExporterMetricsHelper,
      'otlp_http_log_exporter',
      unsent,
    ),
  );
}

function delegate<Items, Response>(
  signal: Signal,
  protocol: OtlpProtocol,
  serializer: ISerializer<Items, Response>,
  metricsHelper: IExporterMetricsHelper<Items>,
  componentType: string,
  unsent: Unsent<Items>,
): IOtlpExportDelegate<Items> {
  const contentType = protocol === 'http/json' ? 'application/json' : 'application/x-protobuf';
  const settings = readOtlpSettings(process.env, signal);
  const { endpoint, compression, timeoutMillis } = settings;
  if (endpoint === undefined) throw new Error(`no address is named for ${signal}`);
  const base = convertLegacyHttpOptions(
    {
      concurrencyLimit: MOST_EXPORTS,
      url: endpoint.url,
      compression: compression as CompressionAlgorithm,
      ...(timeoutMillis !== undefined && { timeoutMillis }),
    },
    signal.toUpperCase(),
    `v1/${signal}`,
    {},
  );
  const health = new ExportHealth({
    target: exportTarget(signal, protocol, endpoint, settings),
    losesItems: signal !== 'metrics' || isDelta(process.env),
    tell: tellOperator,
    now: () => performance.now(),
  });
  // Not those that the exporter base reads: one that can't be sent fails every request.
  const headers = { ...settings.headers, 'Content-Type': contentType };
  addOutbox({
    unsent,
    health,
    target: { url: endpoint.url, headers, compression, certificates: settings.certificates },
    // A total that arrives after a later one is refused, and all beside it.
    isOrdered: signal === 'metrics',
    encode: (items: Items) => serializer.serializeRequest(items),
  });
  const agentFactory: HttpAgentFactory = async (scheme) =>
    watchRequests(releaseSockets(await base.agentFactory(scheme)), (failure) => {
      health.requestFailed(failure);
    });
  const rejections = new RejectionReader(serializer);
  return new BackgroundDelegate(
    createOtlpHttpExportDelegate(
      {
        ...base,
        headers: () => Promise.resolve({ ...headers }),
        agentFactory,
      },
      rejections,
      componentType,
      metricsHelper,
      undefined,
    ),
    {
      health,
      unsent,
      isOrdered: signal === 'metrics',
      count: (items) => (Array.isArray(items) ? items.length : 1),
      takeRejection: () => rejections.take(),
    },
  );
}

/** Whether an export that fails is lost, because the next one begins where it ended. */
function isDelta(env: Environment): boolean {
  const asked = text(env, 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE')?.toLowerCase();
  return asked === 'delta' || asked === 'lowmemory';
}

/**
 * True in code that an export runs, such as another instrumentation that measures its request.
 * Exporters mark their context so that their own requests are not traced.
 */
export function isExporting(): boolean {
  return isTracingSuppressed(context.active());
}
