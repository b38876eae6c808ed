import process from 'node:process';
import { LONGEST_TIMER_MS } from './number-variables.ts';

/** Most that a process is held with its loop standing still, whatever the environment asks for. */
const MOST_BLOCKED_MILLIS = 2000;

/**
 * How long an ending process may be held for its telemetry, in milliseconds:
 * `OTEL_EXPORTER_OTLP_TIMEOUT`, else 2,000. That is room for one round trip to a slow Collector, and
 * for one retry, about a second later, where there is none.
 */
export function exitLimitMillis(env: NodeJS.ProcessEnv = process.env): number {
  const asked = Number(env['OTEL_EXPORTER_OTLP_TIMEOUT']);
  return asked > 0 && asked <= LONGEST_TIMER_MS ? asked : 2000;
}

/** Settles with `work` or after `limitMillis`, whichever is first. `work` must not reject. */
export async function withinLimit(work: Promise<void>, limitMillis: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMillis);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}

/** The time for which the end of a process is held, over everything that holds it. */
export class HoldTime {
  #spentMillis = 0;

  /** In milliseconds; 0 when the process has waited long enough. */
  get leftMillis(): number {
    return Math.max(0, exitLimitMillis() - this.#spentMillis);
  }

  /** Waits for `work`, but for no longer than `limitMillis`. */
  async during(work: Promise<void>, limitMillis: number): Promise<void> {
    const began = performance.now();
    await withinLimit(work, limitMillis);
    this.#spentMillis += performance.now() - began;
  }

  /** Runs `work`, which is told how many milliseconds it may take. */
  while(work: (limitMillis: number) => void): void {
    const began = performance.now();
    const most = MOST_BLOCKED_MILLIS - this.#spentMillis;
    work(Math.max(0, Math.min(this.leftMillis, most)));
    this.#spentMillis += performance.now() - began;
  }
}
