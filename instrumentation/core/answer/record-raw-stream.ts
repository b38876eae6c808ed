import type { CallRecord } from '../call/call-record.ts';
import { guarded } from '../guard.ts';
import { watchAbandoned } from '../call/open-calls.ts';
import { EventStreamReader } from './event-stream-reader.ts';
import { defineHidden } from '../patch.ts';
import { watchAbort } from './watch-abort.ts';

/**
 * Watches a streamed body that is read without the SDK's `Stream`: an application that asked for
 * `asResponse()`, or a helper of the SDK that parses the body itself. The bytes go by untouched.
 * Piping and teeing hide them from us, so there the call ends with an estimate.
 */
export function observeRawStream(body: ReadableStream<Uint8Array>, record: CallRecord): void {
  record.streamStarted();
  watchAbandoned(body, record);
  const { getReader } = body;
  defineHidden(body, 'getReader', (...args: []) => {
    const reader = getReader.apply(body, args);
    guarded(
      'watch-body',
      () => {
        observeReads(reader, 'read', 'cancel', record);
        observeRelease(reader, body, record);
      },
      undefined,
    );
    return reader;
  });
  for (const name of ['values', Symbol.asyncIterator] as const) {
    const iterate = body[name];
    defineHidden(body, name, (...args: []) => {
      const iterator = iterate.apply(body, args);
      guarded('watch-body', () => observeReads(iterator, 'next', 'return', record), undefined);
      return iterator;
    });
  }
  for (const name of ['pipeTo', 'pipeThrough', 'tee', 'cancel'] as const) {
    const method = body[name] as (...args: unknown[]) => unknown;
    defineHidden(body, name, (...args: unknown[]) => {
      record.end(name === 'cancel' ? 'aborted' : record.call.outcome);
      return method.apply(body, args);
    });
  }
  watchAbort(record.signal, record);
}

/** A reader that lets go of the body, and nobody else takes it up: the rest is not read. */
function observeRelease(reader: object, body: ReadableStream, record: CallRecord): void {
  const release: unknown = Reflect.get(reader, 'releaseLock');
  if (typeof release !== 'function') return;
  defineHidden(reader, 'releaseLock', () => {
    release.call(reader);
    queueMicrotask(() => {
      if (!body.locked) record.end(record.finished ? record.call.outcome : 'aborted');
    });
  });
}

/** The same for a reader (`read`, `cancel`) and for an iterator (`next`, `return`). */
function observeReads(
  source: object,
  readName: 'read' | 'next',
  stopName: 'cancel' | 'return',
  record: CallRecord,
): void {
  watchAbandoned(source, record);
  const read = methodOf(source, readName);
  const stop = methodOf(source, stopName);
  const events = new EventStreamReader((event) => record.chunk(event));
  if (read !== undefined) {
    defineHidden(source, readName, (...args: unknown[]) => {
      record.reads += 1;
      return read.apply(source, args).then(
        (result) => {
          guarded('read-body', () => readPiece(result, events, record), undefined);
          return result;
        },
        (error: unknown) => {
          record.failed(error);
          throw error;
        },
      );
    });
  }
  if (stop !== undefined) {
    defineHidden(source, stopName, (...args: unknown[]) => {
      record.end(record.finished ? record.call.outcome : 'aborted');
      return stop.apply(source, args);
    });
  }
}

type Read = (...args: unknown[]) => Promise<unknown>;

function methodOf(source: object, name: string): Read | undefined {
  const method: unknown = Reflect.get(source, name);
  return typeof method === 'function' ? (method as Read) : undefined;
}

function readPiece(result: unknown, events: EventStreamReader, record: CallRecord): void {
  const { done, value } = result as { done?: boolean; value?: unknown };
  if (value instanceof Uint8Array) events.write(value);
  if (done === true) record.end(record.call.outcome);
}
