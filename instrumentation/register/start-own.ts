import type { OwnProviders, SignalType } from './api-providers.ts';
import { ownApiVersion } from './global-api.ts';
import { loadOwn } from './load-own.ts';
import type { TelemetryEnvironment } from './telemetry-environment.ts';

/** The OpenTelemetry SDK that costspan brings needs API 1.10; joining an older one does not. */
const OLDEST_API_MINOR = 10;

/**
 * Starts our provider of one signal and puts it among `own`. `revision` grows with every
 * measurement. Throws what starting throws.
 */
export function startOwn(
  type: SignalType,
  environment: TelemetryEnvironment,
  own: OwnProviders,
  revision: () => number,
): void {
  const version = ownApiVersion();
  if (Number(version.split('.')[1]) < OLDEST_API_MINOR) {
    throw new Error(
      `@opentelemetry/api ${version} is too old, install 1.10 or newer or register your own provider`,
    );
  }
  if (type === 'trace') own.trace = loadOwn('own-traces').startOwnTraces(environment);
  else if (type === 'metrics') {
    own.metrics = loadOwn('own-metrics').startOwnMetrics(environment, revision);
  } else own.logs = loadOwn('own-logs').startOwnLogs(environment);
}
