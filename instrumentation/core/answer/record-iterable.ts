import type { CallRecord } from '../call/call-record.ts';
import { guarded } from '../guard.ts';
import { watchAbandoned } from '../call/open-calls.ts';
import { type Method, defineHidden } from '../patch.ts';
import { watchedMethods } from './record-stream.ts';
import { signalOf, watchAbort } from './watch-abort.ts';

/**
 * Watches an async generator, an object that makes iterators, or a `ReadableStream` of chunks, whose
 * end is the end of the call. The caller keeps the SDK's own object and the SDK's own iterators;
 * their methods are replaced in place and stay as hidden as they were.
 */
export function observeIterable(stream: AsyncIterable<unknown>, record: CallRecord): void {
  watchAbandoned(stream, record);
  onFirstReader(stream, (reader, isReader) => {
    watchAbandoned(reader, record);
    const methods = watchedMethods(sourceOf(reader, isReader), record, () => record.isAborted);
    replace(reader, isReader ? 'read' : 'next', methods.next);
    replace(reader, isReader ? 'cancel' : 'return', methods.return);
    replace(reader, 'throw', methods.throw);
  });
  if (stream instanceof ReadableStream) readWhenPiped(stream, record);
  watchAbort(signalOf(stream, record), record);
}

/** Reads the chunks of a stream beside which something else tells the end of the call. */
export function observeChunks(stream: AsyncIterable<unknown>, record: CallRecord): void {
  onFirstReader(stream, (reader, isReader) => {
    const { next } = sourceOf(reader, isReader);
    replace(reader, isReader ? 'read' : 'next', (value?: undefined) =>
      next(value).then((result) => {
        if (result.done !== true && !record.ended) record.chunk(result.value);
        return result;
      }),
    );
  });
}

type Observe = (reader: object, isReader: boolean) => void;

/**
 * Calls `observe` with the iterator or stream reader that the chunks are first read by. What an
 * iterator is made of inside (a reader of the same stream) must not count them again.
 */
function onFirstReader(stream: AsyncIterable<unknown>, observe: Observe): void {
  if ('next' in stream) {
    observe(stream, false);
    return;
  }
  let taken = false;
  for (const name of [Symbol.asyncIterator, 'values', 'getReader'] as const) {
    const isReader = name === 'getReader';
    const make: unknown = Reflect.get(stream, name);
    if (typeof make !== 'function') continue;
    defineHidden(stream, name, (...args: unknown[]) => {
      const isFirst = !taken;
      taken = true;
      const reader = make.apply(stream, args) as object;
      if (isFirst) guarded('watch-stream', () => observe(reader, isReader), undefined);
      if (isReader) onRelease(reader, () => (taken = false));
      return reader;
    });
  }
}

/** A reader that lets go of the stream leaves the rest of the chunks to the next one. */
function onRelease(reader: object, released: () => void): void {
  const release: unknown = Reflect.get(reader, 'releaseLock');
  if (typeof release !== 'function') return;
  defineHidden(reader, 'releaseLock', () => {
    release.call(reader);
    released();
  });
}

/** The reader's own methods under the names of an iterator's, each answering by a promise. */
function sourceOf(reader: object, isReader: boolean): AsyncIterator<unknown> {
  const call = (name: string) => {
    const method: unknown = Reflect.get(reader, name);
    if (typeof method !== 'function') return undefined;
    return async (value?: unknown) => method.call(reader, value) as IteratorResult<unknown>;
  };
  const next = call(isReader ? 'read' : 'next');
  if (next === undefined) throw new TypeError('the stream has no method to read it by');
  const close = call(isReader ? 'cancel' : 'return');
  const raise = call('throw');
  return {
    next,
    ...(close !== undefined && { return: close }),
    ...(raise !== undefined && { throw: raise }),
  };
}

function replace(reader: object, name: string, method: Method | undefined): void {
  if (method !== undefined) defineHidden(reader, name, method);
}

/**
 * Piping and teeing read by ways of their own. They get a stream that asks this one, and only when it
 * is asked itself, so that nothing is read ahead.
 */
function readWhenPiped(stream: ReadableStream, record: CallRecord): void {
  for (const name of ['pipeTo', 'pipeThrough', 'tee'] as const) {
    const method = stream[name] as Method;
    defineHidden(stream, name, (...args: unknown[]) => {
      const source = stream.locked
        ? stream
        : guarded('watch-stream', () => readThrough(stream), stream);
      return method.apply(source, args) as unknown;
    });
  }
  const cancel = stream.cancel as Method;
  defineHidden(stream, 'cancel', (...args: unknown[]) => {
    record.end('aborted');
    return cancel.apply(stream, args) as unknown;
  });
}

function readThrough(stream: ReadableStream): ReadableStream {
  const reader = stream.getReader();
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
