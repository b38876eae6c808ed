import { freePorts } from '../grafana/collector.ts';
import { type RunningChild, startChild } from '../support/run-child.ts';
import type { FleetEnvironment } from './fleet.ts';
import { WORKER, type WorkerPlan } from './worker.ts';

/** A meter provider of the application's own, with OpenTelemetry's exporter that is scraped. */
const OWN_METRICS = `
import { metrics } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';

const exporter = new PrometheusExporter({ host: '127.0.0.1', port: Number(process.env.SCRAPED_PORT) });
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [exporter] }));
`;

const PLAN: WorkerPlan = {
  calls: Array.from({ length: 30 }, (_, index) => ({
    team: 'scraped',
    workflow: `chat-${index % 3}`,
  })),
  pauseMillis: 100,
  end: 'stay',
};

/** Where a scraped process will listen, which Prometheus has to know before. */
export async function scrapedAddress(): Promise<{
  readonly port: number;
  readonly target: string;
}> {
  const [port = 0] = await freePorts(1);
  return { port, target: `127.0.0.1:${port}` };
}

/** Starts a process that Prometheus scrapes, and that lives on when its calls are made. */
export function startScraped(port: number, env: FleetEnvironment): RunningChild {
  return startChild(WORKER, {
    files: { 'own-metrics.mjs': OWN_METRICS },
    execArgv: ['--import', './own-metrics.mjs'],
    env: { ...env, PLAN: JSON.stringify(PLAN), SCRAPED_PORT: String(port) },
    signal: AbortSignal.timeout(600_000),
  });
}
