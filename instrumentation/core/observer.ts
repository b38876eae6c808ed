import type { CallObserver } from '../../conventions/index.ts';

let observer: CallObserver | undefined;

/** Names who hears of calls. `undefined`: calls pass through as if costspan were not there. */
export function setCallObserver(next: CallObserver | undefined): void {
  observer = next;
}

export function currentObserver(): CallObserver | undefined {
  return observer;
}
