import { diag } from '@opentelemetry/api';
import { currentObserver } from './observer.ts';

/** A hook that fails this often is switched off for the rest of the process. */
const FAILURES_BEFORE_OFF = 10;

const failures = new Map<string, number>();

/** Whether `component` failed so often that it is no longer called. */
export function isSwitchedOff(component: string): boolean {
  return failures.size > 0 && (failures.get(component) ?? 0) >= FAILURES_BEFORE_OFF;
}

/**
 * Notes a failure of our own: logged through `diag` the first time, counted every time, and said
 * once more when the hook is switched off. Never throws, even when the logger does.
 */
export function reportFailure(component: string, error: unknown): void {
  try {
    const count = (failures.get(component) ?? 0) + 1;
    failures.set(component, count);
    currentObserver()?.internalError(component);
    if (count === 1) {
      diag.error(`costspan: ${component} failed; the call it belongs to goes on unharmed.`, error);
    } else if (count === FAILURES_BEFORE_OFF) {
      diag.error(`costspan: ${component} failed ${count} times and is switched off.`);
    }
  } catch {
    // The host comes first: a broken logger or meter must not reach it.
  }
}

/** Runs `body`, or returns `fallback` when it throws or was switched off. Never throws. */
export function guarded<T>(component: string, body: () => T, fallback: T): T {
  if (isSwitchedOff(component)) return fallback;
  try {
    return body();
  } catch (error) {
    reportFailure(component, error);
    return fallback;
  }
}

/** Forgets all failures, for tests. */
export function resetGuards(): void {
  failures.clear();
}
