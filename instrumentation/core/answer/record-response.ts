import type { CallRecord } from '../call/call-record.ts';
import { EventStreamReader } from './event-stream-reader.ts';
import { guarded } from '../guard.ts';
import { watchAbandoned } from '../call/open-calls.ts';
import { defineHidden, readerOf } from '../patch.ts';
import { headerOf } from '../sdk-values.ts';
import { observeRawStream } from './record-raw-stream.ts';
import { watchAbort } from './watch-abort.ts';

/** The ways to read a whole body, and whether what they give is JSON already. */
const BODY_METHODS = ['json', 'text', 'arrayBuffer', 'bytes', 'blob', 'buffer'] as const;

/**
 * Watches a raw `Response` that the caller asked for instead of the parsed result. `json()`,
 * `text()` and reading the body of a stream show the usage; a body read in any other way ends the
 * call without one, since reading it twice is not ours to do.
 */
export function observeRawResponse(response: object, record: CallRecord): void {
  watchAbandoned(response, record);
  if (record.call.stream) watchAbort(record.signal, record);
  // The `fetch` that older SDKs bring reads its own `body` in these methods.
  let inside = false;
  const within = <T>(read: () => T): T => {
    const outer = inside;
    inside = true;
    try {
      return read();
    } finally {
      inside = outer;
    }
  };
  for (const name of BODY_METHODS) {
    const method: unknown = Reflect.get(response, name);
    if (typeof method !== 'function') continue;
    defineHidden(response, name, (...args: unknown[]) => {
      record.reads += 1;
      const body: unknown = within(() => method.apply(response, args));
      if (!(body instanceof Promise)) return body;
      return body.then(
        (value: unknown) => {
          guarded('read-body', () => readBody(name, value, response, record), undefined);
          record.answered();
          return value;
        },
        (error: unknown) => {
          record.failed(error);
          throw error;
        },
      );
    });
  }
  const clone: unknown = Reflect.get(response, 'clone');
  if (typeof clone === 'function') {
    defineHidden(response, 'clone', (...args: unknown[]) => {
      const copy: unknown = within(() => clone.apply(response, args));
      if (typeof copy === 'object' && copy !== null) {
        guarded('watch-response', () => observeRawResponse(copy, record), undefined);
      }
      return copy;
    });
  }
  const readBodyProperty = readerOf(response, 'body');
  Reflect.defineProperty(response, 'body', {
    configurable: true,
    enumerable: false,
    get() {
      const body = readBodyProperty();
      if (!inside) guarded('watch-body', () => bodyTaken(body, response, record), undefined);
      return body;
    },
  });
}

const watchedBodies = new WeakSet<object>();

function bodyTaken(body: unknown, response: object, record: CallRecord): void {
  if (!(body instanceof ReadableStream) || !record.call.stream || !isEventStream(response)) {
    // The `fetch` that older SDKs bring takes the body to cut it off.
    record.end(record.streamSignal?.aborted === true ? 'aborted' : record.call.outcome);
  } else if (!watchedBodies.has(body)) {
    watchedBodies.add(body);
    observeRawStream(body, record);
  }
}

function isEventStream(response: object): boolean {
  return headerOf(response, 'content-type')?.includes('text/event-stream') === true;
}

function readBody(method: string, value: unknown, response: object, record: CallRecord): void {
  if (method === 'json') {
    record.responded(value);
  } else if (method === 'text' && typeof value === 'string') {
    if (isEventStream(response)) {
      record.streamStarted();
      new EventStreamReader((event) => record.chunk(event)).write(Buffer.from(value));
    } else {
      record.responded(parsed(value));
    }
  }
}

/** A body that is no JSON is for its reader to find out. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
