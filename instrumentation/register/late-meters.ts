import { beforeEnd } from './flush.ts';

/** Where every copy of `@opentelemetry/api` 1.x keeps what is registered. */
const API: unique symbol = Symbol.for('opentelemetry.js.api.1');

type Globals = typeof globalThis & { [API]?: { readonly metrics?: unknown } | undefined };

const FIRST_LOOK_MS = 50;
const LONGEST_PAUSE_MS = 30_000;

let isLooking = false;

/**
 * Calls `look` once a meter provider is registered, where none is yet: counters that only the next
 * call would bring to it may be all that there is. Holds no process.
 */
export function whenMetersMayExist(look: () => void): void {
  if (isLooking || hasMeters()) return;
  isLooking = true;
  const guarded = (): void => {
    try {
      look();
    } catch {
      // A provider of the application that throws must not end its process from a timer of ours.
    }
  };
  beforeEnd(guarded);
  lookIn(FIRST_LOOK_MS, guarded);
}

function lookIn(millis: number, look: () => void): void {
  setTimeout(() => {
    if (hasMeters()) look();
    else lookIn(Math.min(millis * 2, LONGEST_PAUSE_MS), look);
  }, millis).unref();
}

/** What `register` stands in with counts: it follows whoever registers. */
function hasMeters(): boolean {
  return (globalThis as Globals)[API]?.metrics !== undefined;
}
