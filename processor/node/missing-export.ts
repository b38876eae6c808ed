/** Where every copy of `@opentelemetry/api` 1.x keeps what is registered. */
const API: unique symbol = Symbol.for('opentelemetry.js.api.1');

type Globals = typeof globalThis & {
  [API]?: { readonly trace?: unknown; readonly metrics?: unknown } | undefined;
};

/** What a meter provider of the SDK keeps, in 2.x and 3.x. */
interface SdkProvider {
  readonly _sharedState?: { readonly metricCollectors?: readonly unknown[] } | undefined;
}

/** Where signals go, as `register` tells it. */
export type ExportStatus = Readonly<Record<'traces' | 'metrics', { readonly state: string }>>;

const LOST =
  "so costspan's metrics (costs, calls, budgets) are exported nowhere: give the set-up a metric reader (NodeSDK: metricReaders)";

/**
 * Why what costspan books reaches no exporter, in one sentence; `undefined` where it does, as far as
 * can be seen, and where `OTEL_SDK_DISABLED` says that this is meant. `status` is what `register`
 * has to say, if it is at work: then its own start line tells what the variables switch off.
 * `hasProcessor`: a span processor of ours is in use, so there are traces, registered or not.
 */
export function missingExport(
  status: ExportStatus | undefined,
  env: NodeJS.ProcessEnv,
  hasProcessor: boolean,
): string | undefined {
  if (says(env, 'OTEL_SDK_DISABLED', 'true')) return undefined;
  const api = (globalThis as Globals)[API];
  const hasTraces =
    status === undefined ? hasProcessor || api?.trace !== undefined : isJoined(status.traces);
  const hasMetrics = status === undefined ? api?.metrics !== undefined : isJoined(status.metrics);
  if (hasMetrics) {
    return hasNoReader(api?.metrics)
      ? `The application's meter provider has no metric reader, ${LOST}.`
      : undefined;
  }
  if (status !== undefined) {
    const isMeant = hasTraces && status.metrics.state === 'off';
    return isMeant && isSwitchedOff(env)
      ? `OTEL_METRICS_EXPORTER=none, ${LOST}, or take that variable out.`
      : undefined;
  }
  if (!hasTraces) {
    return 'No OpenTelemetry is set up, so the costs, metrics and spans of the calls that costspan watches are exported nowhere: import costspan/register before anything else, or register providers of your own.';
  }
  const why = isSwitchedOff(env) ? ' (OTEL_METRICS_EXPORTER=none)' : '';
  return `The application has set up OpenTelemetry for traces and none for metrics${why}, ${LOST}, or import costspan/register.`;
}

function isJoined({ state }: { readonly state: string }): boolean {
  return state === 'joined';
}

function isSwitchedOff(env: NodeJS.ProcessEnv): boolean {
  return says(env, 'OTEL_METRICS_EXPORTER', 'none');
}

function says(env: NodeJS.ProcessEnv, name: string, value: string): boolean {
  return env[name]?.trim().toLowerCase() === value;
}

function hasNoReader(provider: unknown): boolean {
  return (provider as SdkProvider | undefined)?._sharedState?.metricCollectors?.length === 0;
}
