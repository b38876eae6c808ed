import type { CallRecord } from '../call/call-record.ts';
import { guarded } from '../guard.ts';
import { watchAbandoned } from '../call/open-calls.ts';
import { signalOf, watchAbort } from './watch-abort.ts';

/** The stream objects of the generated SDKs: one function makes the iterator behind everything. */
interface SdkStream {
  iterator: () => AsyncIterator<unknown>;
  readonly controller?: AbortController;
}

export function isSdkStream(value: unknown): value is SdkStream {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, 'iterator') === 'function' &&
    Symbol.asyncIterator in value
  );
}

/**
 * Watches a stream from within: the caller keeps the SDK's own stream object, and `for await`,
 * `tee`, `toReadableStream` and the helpers all read through its `iterator`.
 */
export function observeStream(stream: SdkStream, record: CallRecord): void {
  record.streamStarted();
  const createIterator = stream.iterator;
  const { controller } = stream;
  let watched = false;
  stream.iterator = function iterator(this: unknown) {
    const chunks = createIterator.call(this);
    // A second iterator is the SDK's own error to raise; the first one has the chunks.
    if (!watched) {
      watched = true;
      guarded('watch-stream', () => observeIterator(chunks, record, controller), undefined);
    }
    return chunks;
  };
  watchAbandoned(stream, record);
  watchAbort(signalOf(stream, record), record);
}

/** Replaces the methods of the SDK's own iterator, which stays the object that the caller sees. */
function observeIterator(
  chunks: AsyncIterator<unknown>,
  record: CallRecord,
  controller: AbortController | undefined,
): void {
  watchAbandoned(chunks, record);
  Object.assign(
    chunks,
    watchedMethods(chunks, record, () => controller?.signal.aborted === true),
  );
}

/**
 * The methods to read `chunks` by, so that the record sees each chunk and the end. `next` adds one
 * reaction to the promise that the SDK makes anyway.
 */
export function watchedMethods(
  chunks: AsyncIterator<unknown>,
  record: CallRecord,
  wasAborted: () => boolean,
): AsyncIterator<unknown> {
  const { next, return: close, throw: raise } = chunks;

  const failed = (error: unknown): never => {
    record.failed(error);
    throw error;
  };
  const received = (
    result: IteratorResult<unknown>,
  ): IteratorResult<unknown> | Promise<IteratorResult<unknown>> => {
    if (result.done === true) {
      // An abort ends the SDK's iterator without an error.
      record.end(!record.finished && wasAborted() ? 'aborted' : record.call.outcome);
      return result;
    }
    record.chunk(result.value);
    return record.usageRequested && hides(record, result.value)
      ? next.call(chunks).then(received, failed)
      : result;
  };

  const methods: AsyncIterator<unknown> = {
    next: (value?: undefined) => {
      record.reads += 1;
      return next.call(chunks, value).then(received, failed);
    },
  };
  if (close !== undefined) {
    methods.return = (value?: unknown) => {
      record.end(record.finished ? record.call.outcome : 'aborted');
      return close.call(chunks, value);
    };
  }
  if (raise !== undefined) {
    methods.throw = (error?: unknown) => {
      record.end('aborted');
      return raise.call(chunks, error);
    };
  }
  return methods;
}

function hides(record: CallRecord, chunk: unknown): boolean {
  return guarded('hide-chunk', () => record.shape.hides?.(record, chunk) ?? false, false);
}
