import { guarded } from '../core/guard.ts';
import { wrapMethod } from '../core/patch.ts';
import { asDictionary } from '../../providers/read.ts';
import { watchedFetch } from './watch-fetch.ts';

/** What version 2 of the SDK puts on a request, and nothing else. */
const HEADERS: ReadonlySet<string> = new Set([
  'Authorization',
  'Content-Type',
  'X-Wait-For-Model',
  'X-Use-Cache',
  'X-Load-Model',
]);

/** Files of copies of the SDK, as stacks name them. */
const files = new Set<string>();

/**
 * Watches what the copy of the SDK at `path` sends. All of it is one module whose functions hold each
 * other and whose clients are fixed when they are made; but they ask for the global `fetch` at each
 * request. So that is replaced, and of the few requests that look like the SDK's the caller is looked
 * up on the stack.
 */
export function watchGlobalFetch(path: string): void {
  files.add(decodeURIComponent(path.replace(/^file:\/\//, '')));
  wrapMethod(globalThis, 'fetch', (original) => {
    const send = original as typeof fetch;
    const watched = watchedFetch(send);
    return function (this: unknown, ...args: Parameters<typeof fetch>): unknown {
      const isOwn = guarded('call-start', () => isSentBySdk(args), false);
      return isOwn ? watched(...args) : (original.apply(this, args) as unknown);
    };
  });
}

function isSentBySdk([input, init]: Parameters<typeof fetch>): boolean {
  if (typeof input !== 'string' || init?.method !== 'POST') return false;
  const headers = asDictionary(init.headers);
  if (headers === undefined || !Object.keys(headers).every((name) => HEADERS.has(name))) {
    return false;
  }
  const stack = stackHere();
  return [...files].some((file) => stack.includes(file));
}

/** The callers of `fetch`; a few of ours stand before them. */
function stackHere(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 12;
  const { stack = '' } = new Error('stack');
  Error.stackTraceLimit = limit;
  return decodeURIComponent(stack.replace(/%(?![0-9a-f]{2})/gi, '%25'));
}
