import { watchProcessEnd } from '../../processor/node/process-end.ts';
import { exitLimitMillis, HoldTime, withinLimit } from './exit-limit.ts';
import type { UnsentReason } from './tell-unsent.ts';

/**
 * Each flush brings `beforeExit` again. Where something measures our exports and so always has
 * news, the process must end all the same.
 */
const MOST_EXIT_FLUSHES = 20;

/**
 * An application that listens to a signal often ends within a few milliseconds, and then everything
 * is sent once, at its end. Only where it takes longer is it worth to send ahead.
 */
const SEND_AHEAD_AFTER_MS = 250;

export interface Flushable {
  readonly ownsProviders: boolean;
  /** Whether anything happened since the last flush. */
  readonly hasNews: boolean;
  /** Whether {@link sendNow} can send what {@link flush} would. */
  readonly canSendNow: boolean;
  /** Resolves when everything is sent or has failed. Never rejects. */
  flush(limitMillis: number): Promise<void>;
  /** Sends before it returns, and tells of what is left then. Never throws. */
  sendNow(limitMillis: number, engine: EndingEngine): void;
}

/** What the engine knows of calls at the end of the process. None of it may throw. */
export interface EndingEngine {
  /** Calls that no metric reader has asked for since they were booked. */
  callsUncollected(): number;
  tellUnsent(calls: number, reason: UnsentReason): void;
}

let flushed: Flushable | undefined;
let engine: EndingEngine | undefined;

const endTasks = new Set<() => void>();

/** Has `task` run before the process ends, after open calls were booked. It must not throw. */
export function beforeEnd(task: () => void): void {
  endTasks.add(task);
}

/** Without an engine there are no calls, and nothing to send. */
export function askAtEnd(ending: EndingEngine): void {
  engine = ending;
}

/**
 * Sends what is left, however the process ends. Calls that are still open then will never end:
 * `endCalls` books them. Where the loop still turns, the process waits while it is sent as always:
 * at `beforeExit`, and at a signal that nobody listens to, which is raised again after. Where it
 * turns no more (`process.exit()`, an uncaught error, a signal that the process raises itself), it is
 * sent before the process goes on to its end. Both together hold it no longer than the limit.
 */
export function flushAtExit(telemetry: Flushable, endCalls: () => void): void {
  flushed = telemetry;
  const time = new HoldTime();
  let flushesLeft = MOST_EXIT_FLUSHES;
  let sendAhead: NodeJS.Timeout | undefined;
  const closeCalls = (): void => {
    endCalls();
    for (const task of endTasks) task();
  };
  const flush = (): Promise<void> => {
    const limit = time.leftMillis;
    return limit > 0 ? time.during(telemetry.flush(limit), limit) : Promise.resolve();
  };
  watchProcessEnd({
    beforeExit() {
      closeCalls();
      if (!telemetry.ownsProviders || flushesLeft === 0) return;
      // The first one sends whatever a signal's flush came too early for.
      if (flushesLeft < MOST_EXIT_FLUSHES && !telemetry.hasNews) return;
      flushesLeft -= 1;
      void flush();
    },
    signalHeard() {
      sendAhead ??= setTimeout(() => {
        sendAhead = undefined;
        if (telemetry.ownsProviders) void telemetry.flush(exitLimitMillis());
      }, SEND_AHEAD_AFTER_MS).unref();
    },
    async signalUnheard() {
      closeCalls();
      if (telemetry.ownsProviders) await flush();
    },
    get canEndAtOnce() {
      return telemetry.canSendNow;
    },
    lastMoment() {
      // What came while the rest was sent.
      closeCalls();
      const ending = engine;
      if (ending === undefined) return;
      time.while((limit) => {
        telemetry.sendNow(limit, ending);
      });
    },
  });
}

/**
 * Sends everything that `costspan/register` holds and resolves when it is sent, or after two
 * seconds (`OTEL_EXPORTER_OTLP_TIMEOUT`) if the Collector does not answer. For functions that are
 * frozen after their answer, and before `process.exit()` where exports need the loop, such as those
 * over gRPC. Providers that the application registered itself are its own to flush. Never rejects.
 */
export async function flushTelemetry(): Promise<void> {
  const limit = exitLimitMillis();
  if (flushed?.ownsProviders === true) await withinLimit(flushed.flush(limit), limit);
}
