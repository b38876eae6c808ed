import { readLedger } from '../../processor/governance/ledger/index.ts';
import type { Servers } from '../register/harness.ts';
import { type ChildOptions, type ChildResult, startChild } from '../support/run-child.ts';

export interface Line {
  readonly links: Readonly<Record<string, string>>;
  readonly tracing: string;
}

const BASE = '@opentelemetry/sdk-trace-base';
const OLD = `import { BasicTracerProvider as Provider, BatchSpanProcessor as Batch } from '${BASE}';
  const batch = (exporter) => new Batch(exporter);`;
const NEW = `import { TracerProvider as Provider, BatchSpanProcessor as Batch } from '@opentelemetry/sdk-trace';
  const batch = (exporter) => new Batch({ exporter });`;
/** Versions of the SDK's traces, old and new. */
export const SDKS: Readonly<Record<string, Line>> = {
  '2.0': { links: { [BASE]: 'otel20-trace' }, tracing: OLD },
  '2.2': { links: { [BASE]: 'otel22-trace' }, tracing: OLD },
  '2.x': { links: { [BASE]: 'otel2-trace' }, tracing: OLD },
  '3.x': { links: {}, tracing: NEW },
};

/** An application with an OpenTelemetry set-up of its own, of which one part is ours. */
export function setUp({ tracing }: Line): string {
  return `${tracing}
  import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
  import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
  import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
  import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
  import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
  import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
  import { context, logs, metrics, propagation, trace } from '@opentelemetry/api';
  import { CostspanProcessor, costspanInstrumentations, withAttribution } from 'costspan';
  const start = (...more) => {
    const tracers = new Provider({ spanProcessors: [...more, new CostspanProcessor(), batch(new OTLPTraceExporter())] });
    const meters = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter(), exportIntervalMillis: 1e6 })] });
    const loggers = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() })] });
    trace.setGlobalTracerProvider(tracers);
    metrics.setGlobalMeterProvider(meters);
    logs.setGlobalLoggerProvider(loggers);
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    return async () => { for (const one of [tracers, meters, loggers]) await one.shutdown(); };
  };
  /** A call that another instrumentation traces. */
  const told = (model = 'gpt-4o', more = {}) => {
    const span = trace.getTracer('somebody').startSpan('chat ' + model, { attributes: {
      'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': model } });
    span.setAttributes({ 'gen_ai.usage.input_tokens': 1000, 'gen_ai.usage.output_tokens': 500, ...more });
    span.end();
    return span.attributes;
  };
  const agent = (work) => trace.getTracer('somebody').startActiveSpan('invoke_agent a',
    { attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'a' } },
    (span) => { try { work(); } finally { span.end(); } });
  const baggage = (entries) => propagation.setBaggage(context.active(), propagation.createBaggage(
    Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, { value }]))));`;
}

/** A configuration with something of everything that concerns spans of others. */
export const FILES: Readonly<Record<'costspan.yaml' | 'prices.yaml', string>> = {
  'costspan.yaml': `
attribution:
  defaults: { costCenter: cc-100, team: nobody }
  inbound: [workflow]
pricing: { overlay: ./prices.yaml }
metrics: { dimensions: [team, workflow, costCenter] }
ledger: { mode: file, folder: ./rows }
budgets:
  - { id: small, match: { team: support }, limitUsd: 0.01, period: month, mode: soft, alertAt: [0.5] }
agents:
  - { match: { team: support }, maxInferenceCalls: 2 }
`,
  'prices.yaml': `
version: 1
models:
  - { provider: openai, model: our-own, rates: { input: 1, output: 2 } }
`,
};

/** Runs a file of an application against the servers. */
export function run(servers: Servers, file: string, options: ChildOptions): Promise<ChildResult> {
  return startChild(file, { ...options, env: { ...servers.env, ...options.env } }).done;
}

/** Of each row: the budgets that it is charged to, and its price in nano-USD. */
export async function rowsIn(folder: string): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const { attribution, charges, cost } of readLedger(folder)) {
    if (attribution.team === 'support')
      rows.push([...(charges ?? []).map(({ budget }) => budget), cost?.totalNanos]);
  }
  return rows;
}
