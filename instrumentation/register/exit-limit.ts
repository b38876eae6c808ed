import process from 'node:process';

/**
 * How long an ending process may be held for its telemetry, in milliseconds:
 * `OTEL_EXPORTER_OTLP_TIMEOUT`, else 2,000. That is room for one round trip to a slow Collector, and
 * for one retry, about a second later, where there is none.
 */
export function exitLimitMillis(env: NodeJS.ProcessEnv = process.env): number {
  const asked = Number(env['OTEL_EXPORTER_OTLP_TIMEOUT']);
  return Number.isFinite(asked) && asked > 0 ? asked : 2000;
}
