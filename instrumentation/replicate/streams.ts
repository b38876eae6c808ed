import { AsyncLocalStorage } from 'node:async_hooks';

import type { CallRecord } from '../core/call/call-record.ts';
import { guarded } from '../core/guard.ts';
import { type Method, defineHidden } from '../core/patch.ts';

/** One stream that is being read, and the call of its prediction once that is made. */
export interface StreamOfPrediction {
  record: CallRecord | undefined;
}

const current = new AsyncLocalStorage<StreamOfPrediction>();

/** The stream whose prediction the running code asks for. */
export function currentStream(): StreamOfPrediction | undefined {
  return current.getStore();
}

/**
 * `stream` makes a prediction when its first event is asked for, and then reads its events past the
 * method that all requests go through.
 */
export function watchStream(original: Method): Method {
  return function (this: unknown, ...args: unknown[]): unknown {
    const events: unknown = original.apply(this, args);
    guarded('watch-stream', () => watchEvents(events as AsyncGenerator), undefined);
    return events;
  };
}

function watchEvents(events: AsyncGenerator): void {
  const stream: StreamOfPrediction = { record: undefined };
  for (const name of ['next', 'return', 'throw'] as const) {
    const method = events[name] as Method;
    defineHidden(events, name, (...args: unknown[]) => {
      const result = current.run(stream, () => method.apply(events, args)) as Promise<
        IteratorResult<unknown>
      >;
      return result.then(
        (seen) => {
          guarded('read-chunk', () => saw(stream, seen, name), undefined);
          return seen;
        },
        (error: unknown) => {
          stopWaiting(stream)?.failed(error);
          throw error;
        },
      );
    });
  }
}

function saw(
  stream: StreamOfPrediction,
  { done, value }: IteratorResult<unknown>,
  name: 'next' | 'return' | 'throw',
): void {
  if (done !== true) {
    stream.record?.chunk(value);
    return;
  }
  const record = stopWaiting(stream);
  record?.end(name === 'next' ? record.call.outcome : 'aborted');
}

/** The prediction's own end is not asked for: what was read has to tell what it came to. */
function stopWaiting({ record }: StreamOfPrediction): CallRecord | undefined {
  if (record !== undefined && !record.ended) record.call.usagePending = false;
  return record;
}
