import type { CallRecord } from './call-record.ts';
import { guarded } from './guard.ts';
import { watchAbandoned } from './open-calls.ts';
import { type Method, defineHidden } from './patch.ts';
import { observeChunks, observeIterable } from './record-iterable.ts';
import { isApiPromise, observeApiPromise } from './record-promise.ts';

/** The promise of SDKs built by Fern, such as cohere: lazy, and both the data and the response. */
interface ResponsePromise extends Promise<unknown> {
  innerPromise: Promise<{ readonly data?: unknown }>;
}

/**
 * Watches what an SDK method returned and gives what the caller should get: the same object, but
 * for a native promise, which is followed by one that settles alike.
 */
export function observeResult(result: unknown, record: CallRecord): unknown {
  if (!(result instanceof Promise)) {
    answered(result, record);
    return result;
  }
  if (isApiPromise(result)) {
    observeApiPromise(result, record);
    return result;
  }
  const settled = (value: unknown): unknown => {
    answered(value, record);
    return value;
  };
  const failed = (error: unknown): never => {
    record.failed(error);
    throw error;
  };
  if (result.constructor === Promise) return result.then(settled, failed);
  if (isResponsePromise(result)) {
    // The new one takes the place of the old one: a rejection nobody handles is still reported.
    result.innerPromise = result.innerPromise.then((response) => {
      settled(response?.data);
      return response;
    }, failed);
    return result;
  }
  observeThen(result, settled, failed);
  watchAbandoned(result, record);
  return result;
}

function isResponsePromise(value: Promise<unknown>): value is ResponsePromise {
  return (value as Partial<ResponsePromise>).innerPromise instanceof Promise;
}

/**
 * A promise with methods of its own stays what it is; `await`, `catch` and `finally` all go through
 * its `then`.
 */
function observeThen(
  promise: Promise<unknown>,
  settled: (value: unknown) => unknown,
  failed: (error: unknown) => never,
): void {
  const then = promise.then as Method;
  let watched: Promise<unknown> | undefined;
  defineHidden(promise, 'then', (onFulfilled?: unknown, onRejected?: unknown) => {
    if (watched === undefined) watched = then.call(promise, settled, failed) as Promise<unknown>;
    return then.call(watched, onFulfilled, onRejected) as unknown;
  });
}

/** A call whose answer we fail to read still ends. Never throws. */
function answered(value: unknown, record: CallRecord): void {
  const isSeen = guarded('watch-result', () => observeValue(value, record), false);
  if (!isSeen) record.end(record.call.outcome);
}

/** What a call came to: a stream, a value that holds one, or the whole answer. */
function observeValue(value: unknown, record: CallRecord): boolean {
  if (record.ended || record.resultSeen) return true;
  record.accepted = true;
  const { shape } = record;
  const stream = shape.streamOf === undefined ? value : shape.streamOf(value);
  if (!isAsyncIterable(stream)) {
    record.responded(value);
    return true;
  }
  record.resultSeen = true;
  record.streamStarted();
  const whole = shape.wholeField;
  if (whole === undefined) {
    observeIterable(stream, record);
    return true;
  }
  observeChunks(stream, record);
  observeWhole(value as Record<string, unknown>, whole, record);
  return true;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** The promise of the whole answer that stands beside a stream: it settles whoever reads what. */
function observeWhole(holder: Record<string, unknown>, field: string, record: CallRecord): void {
  const whole = holder[field];
  if (!(whole instanceof Promise)) return;
  holder[field] = whole.then(
    (response: unknown) => {
      record.responded(response);
      return response;
    },
    (error: unknown) => {
      record.failed(error);
      throw error;
    },
  );
}
