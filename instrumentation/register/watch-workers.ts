import { subscribe } from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';
import { loadOwn } from './load-own.ts';
import { isMarked, isWorker } from './thread-marks.ts';

/** Where Node tells of each new worker, in the turn of whoever makes it. */
const CHANNEL = 'worker_threads';
/** Time for a worker to load its modules, milliseconds. */
const LOADING_MS = 5_000;

/**
 * Calls `found` with the place in the application that has started a worker without costspan, once,
 * if `mayMatter` still says so when the worker has loaded or ended. Preloads (`--import`) are
 * inherited by workers, imports of the entry file are not. Workers of libraries are their own
 * affair, but for those that run the application's code.
 */
export function watchWorkers(mayMatter: () => boolean, found: (place: string) => void): void {
  let isTold = false;
  subscribe(CHANNEL, (message) => {
    // A subscriber that throws ends the process.
    try {
      const { worker } = message as { readonly worker?: unknown };
      if (isTold || !isWorker(worker) || !mayMatter()) return;
      const place = loadOwn('worker-place').placeOfWorker(new Error('worker').stack);
      if (place === undefined) return;
      whenLoaded(worker, () => {
        if (isTold || !mayMatter()) return;
        isTold = true;
        found(place);
      });
    } catch {
      // Then nothing is said of this one.
    }
  });
}

/** Calls `then` when the worker has had time to load, or has ended, and costspan is not in it. */
function whenLoaded(worker: Worker, then: () => void): void {
  // It is -1 after the end.
  const { threadId } = worker;
  let isDone = false;
  const look = (): void => {
    if (isDone) return;
    isDone = true;
    try {
      if (!isMarked(threadId)) then();
    } catch {
      // A listener on the application's own worker must not end its process.
    }
  };
  worker.once('online', () => {
    setTimeout(look, LOADING_MS).unref();
  });
  worker.once('exit', look);
}
