import type { RunScope } from '../../engine/attribution/run-scope.ts';

let endListener: ((run: RunScope) => void) | undefined;

/** Hears of every run that ends. One listener for the process; `undefined` takes it away. */
export function setRunScopeEndListener(listener: ((run: RunScope) => void) | undefined): void {
  endListener = listener;
}

/** Ends a run; called once for each. Never throws. */
export function endRunScope(run: RunScope): void {
  run.ended = true;
  for (const listener of [endListener, run.onEnd]) {
    try {
      listener?.(run);
    } catch {
      // Whoever listens answers for its own failures; the host's result stands.
    }
  }
}
