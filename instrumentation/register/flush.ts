import process from 'node:process';
import { isMainThread } from 'node:worker_threads';
import { exitLimitMillis } from './exit-limit.ts';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * Each flush brings `beforeExit` again. Where something measures our exports and so always has
 * news, the process must end all the same.
 */
const MOST_EXIT_FLUSHES = 20;

export interface Flushable {
  readonly ownsProviders: boolean;
  /** Whether anything happened since the last flush. */
  readonly hasNews: boolean;
  flush(): Promise<void>;
}

let flushed: Flushable | undefined;

const endTasks = new Set<() => void>();

/** Has `task` run before a signal ends the process, after open calls were booked. It must not throw. */
export function beforeEnd(task: () => void): void {
  endTasks.add(task);
}

/**
 * Sends what is left when the process ends by itself or by a signal. Calls that are still open then
 * will never end: `endCalls` books them.
 *
 * A signal keeps its meaning. Our listener steps aside before anybody else's runs, so that
 * libraries which count listeners see the count they would see without us. Where nobody else
 * listens, the same signal is raised again after the flush and ends the process as it would have;
 * where the application listens, the signal is its business and we only flush.
 *
 * Nothing can be sent from `process.exit()`: it ends the process without another turn.
 */
export function flushAtExit(telemetry: Flushable, endCalls: () => void): void {
  const closeCalls = (): void => {
    endCalls();
    for (const task of endTasks) task();
  };
  flushed = telemetry;
  let flushesLeft = MOST_EXIT_FLUSHES;
  process.on('beforeExit', () => {
    closeCalls();
    if (!telemetry.ownsProviders || flushesLeft === 0) return;
    // The first one sends whatever a signal's flush came too early for.
    if (flushesLeft < MOST_EXIT_FLUSHES && !telemetry.hasNews) return;
    flushesLeft -= 1;
    void withinLimit(telemetry.flush());
  });
  // Workers get no signals.
  if (!isMainThread) return;
  for (const signal of SIGNALS) listen(signal, telemetry, closeCalls);
}

function listen(signal: NodeJS.Signals, telemetry: Flushable, closeCalls: () => void): void {
  const onSignal = (): void => {
    process.removeListener(signal, onSignal);
    const othersListen = process.listenerCount(signal) > 0;
    if (!othersListen) closeCalls();
    const finish = (): void => {
      if (othersListen) process.prependListener(signal, onSignal);
      else {
        // What came while the rest was sent.
        closeCalls();
        process.kill(process.pid, signal);
      }
    };
    if (telemetry.ownsProviders) void withinLimit(telemetry.flush()).then(finish);
    else finish();
  };
  process.prependListener(signal, onSignal);
}

/**
 * Sends everything that `costspan/register` holds and resolves when it is sent, or after two
 * seconds (`OTEL_EXPORTER_OTLP_TIMEOUT`) if the Collector does not answer. For `process.exit()`,
 * which sends nothing, and for functions that are frozen after their answer. Providers that the
 * application registered itself are its own to flush. Never rejects.
 */
export async function flushTelemetry(): Promise<void> {
  if (flushed?.ownsProviders === true) await withinLimit(flushed.flush());
}

/** Settles with `work` or after the limit, whichever is first. `work` must not reject. */
async function withinLimit(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, exitLimitMillis());
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
