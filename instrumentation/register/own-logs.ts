import {
  BatchLogRecordProcessor,
  ConsoleLogRecordExporter,
  LoggerProvider,
  type LogRecordProcessor,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import { defined, envNumber } from './env-number.ts';
import { otlpLogExporter } from './otlp-exporters.ts';
import { ownResource } from './own-resource.ts';
import type { TelemetryEnvironment } from './telemetry-environment.ts';
import { UnsentLogs } from './unsent.ts';

/** The logger provider that costspan starts at the first log event when the application has none. */
export function startOwnLogs(environment: TelemetryEnvironment): LoggerProvider {
  const { exporters, protocol } = environment.signals.logs;
  const batch = defined({
    scheduledDelayMillis: envNumber('OTEL_BLRP_SCHEDULE_DELAY'),
    exportTimeoutMillis: envNumber('OTEL_BLRP_EXPORT_TIMEOUT'),
    maxQueueSize: envNumber('OTEL_BLRP_MAX_QUEUE_SIZE'),
    maxExportBatchSize: envNumber('OTEL_BLRP_MAX_EXPORT_BATCH_SIZE'),
  });
  const processors: LogRecordProcessor[] = [];
  for (const exporter of exporters) {
    if (exporter === 'console') {
      processors.push(new SimpleLogRecordProcessor({ exporter: new ConsoleLogRecordExporter() }));
      continue;
    }
    const unsent = new UnsentLogs(batch);
    processors.push(
      unsent,
      new BatchLogRecordProcessor({ exporter: otlpLogExporter(protocol, unsent), ...batch }),
    );
  }
  return new LoggerProvider({ resource: ownResource(environment.detectors), processors });
}
