import { innermostFrame } from '../../processor/node/unmetered/caller-frame.ts';

/** Packages whose workers run modules of the application. */
const POOLS =
  /[\\/]node_modules[\\/](?:piscina|tinypool|workerpool|poolifier|threads|jest-worker)[\\/]/u;

/**
 * Where the application has started the worker that `stack` leads to; `undefined` for a worker that
 * a library, or we, have started for themselves.
 */
export function placeOfWorker(stack: unknown): string | undefined {
  if (typeof stack !== 'string') return undefined;
  // Further in is only who listens.
  const caller = stack.slice(Math.max(0, stack.indexOf('new Worker (node:')));
  const frame = innermostFrame(caller, (place) => !POOLS.test(place));
  return frame?.isApplication === true ? frame.place : undefined;
}
