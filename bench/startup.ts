/** The three applications whose start-up CPU is compared; each runs in a process of its own. */
const REPORT = `process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  process.stdout.write(JSON.stringify((user + system) / 1000) + '\\n');
});`;

/** OpenTelemetry's SDK with OTLP exporters for traces and metrics, set up by hand. */
const BARE = `
import { metrics, trace } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
trace.setGlobalTracerProvider(new TracerProvider({
  spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
}));
metrics.setGlobalMeterProvider(new MeterProvider({
  readers: [new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter() })],
}));
setImmediate(() => process.exit());`;

export const STARTUP_APPS: Readonly<Record<string, string>> = {
  empty: REPORT,
  'bare exporters and SDK': `${REPORT}${BARE}`,
  'costspan/register': `${REPORT}await import('costspan/register');`,
  openai: `${REPORT}await import('openai');`,
  'openai, bare exporters and SDK': `${REPORT}await import('openai');${BARE}`,
  'openai and costspan/register': `${REPORT}await import('costspan/register'); await import('openai');`,
};
