import { types } from 'node:util';
import type { CallRecord } from '../call/call-record.ts';
import { guarded } from '../guard.ts';
import { watchAbandoned } from '../call/open-calls.ts';
import { type Method, defineHidden } from '../patch.ts';
import { observeChunks, observeIterable } from './record-iterable.ts';
import { isApiPromise, observeApiPromise } from './record-promise.ts';

/** The promise of SDKs built by Fern, such as cohere: lazy, and both the data and the response. */
interface ResponsePromise extends Promise<unknown> {
  innerPromise: Promise<{ readonly data?: unknown; readonly rawResponse?: unknown }>;
}

/**
 * Watches what an SDK method returned and gives what the caller should get: the same object, but
 * for a native promise, which is followed by one that settles alike.
 */
export function observeResult(result: unknown, record: CallRecord): unknown {
  if (!(result instanceof Promise)) return answered(result, record);
  if (isApiPromise(result)) {
    observeApiPromise(result, record);
    return result;
  }
  const settled = (value: unknown): unknown => answered(value, record);
  const failed = (error: unknown): never => {
    record.failed(error);
    throw error;
  };
  if (result.constructor === Promise) return result.then(settled, failed);
  if (isResponsePromise(result)) {
    // The new one takes the place of the old one: a rejection nobody handles is still reported.
    result.innerPromise = result.innerPromise.then((response) => {
      const { shape } = record;
      guarded('read-headers', () => shape.readHeaders?.(record, response?.rawResponse), undefined);
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

/** Gives what the caller should get. A call whose answer we fail to read still ends. Never throws. */
function answered(value: unknown, record: CallRecord): unknown {
  const seen = guarded('watch-result', () => observeValue(value, record), undefined);
  if (seen !== undefined) return seen.value;
  record.end(record.call.outcome);
  return value;
}

/** What the caller gets in place of an answer: nearly always the same. */
interface Seen {
  readonly value: unknown;
}

/** What a call came to: a stream, a value that holds one, or the whole answer. */
function observeValue(value: unknown, record: CallRecord): Seen {
  if (record.ended || record.resultSeen) return { value };
  record.accepted = true;
  const { shape } = record;
  const stream = shape.streamOf === undefined ? value : shape.streamOf(value);
  if (!isAsyncIterable(stream)) {
    record.responded(value);
    return { value };
  }
  record.resultSeen = true;
  record.streamStarted();
  if (stream === value && types.isProxy(stream)) return { value: observeProxied(stream, record) };
  const whole = shape.wholeField;
  if (whole === undefined) {
    observeIterable(stream, record);
    return { value };
  }
  observeChunks(stream, record);
  observeWhole(value as Record<string, unknown>, whole, record);
  return { value };
}

/**
 * Another instrumentation's proxy before the SDK's stream. What is defined on it may not show, or may
 * show to what reads the stream inside it, so it is watched from a proxy of ours.
 */
function observeProxied(
  stream: AsyncIterable<unknown>,
  record: CallRecord,
): AsyncIterable<unknown> {
  const outer = new Proxy(stream, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (name !== Symbol.asyncIterator || typeof value !== 'function') return value;
      return (): unknown => {
        const iterator: unknown = value.call(target);
        if (isIterator(iterator) && !record.ended) {
          guarded('watch-stream', () => observeIterable(iterator, record), undefined);
        }
        return iterator;
      };
    },
  });
  watchAbandoned(outer, record);
  return outer;
}

function isIterator(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && 'next' in value;
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
