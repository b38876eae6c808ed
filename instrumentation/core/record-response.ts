import type { CallRecord } from './call-record.ts';
import { guarded } from './guard.ts';
import { defineHidden } from './patch.ts';
import { asDictionary } from './read.ts';
import { observeRawStream } from './record-raw-stream.ts';

/** The ways to read a whole body, and whether what they give is JSON already. */
const BODY_METHODS = ['json', 'text', 'arrayBuffer', 'bytes', 'blob', 'buffer'] as const;

/**
 * Watches a raw `Response` that the caller asked for instead of the parsed result. `json()`,
 * `text()` and reading the body of a stream show the usage; a body read in any other way ends the
 * call without one, since reading it twice is not ours to do.
 */
export function observeRawResponse(response: object, record: CallRecord): void {
  for (const name of BODY_METHODS) {
    const method: unknown = Reflect.get(response, name);
    if (typeof method !== 'function') continue;
    defineHidden(response, name, (...args: unknown[]) => {
      const body: unknown = method.apply(response, args);
      if (!(body instanceof Promise)) return body;
      return body.then(
        (value: unknown) => {
          record.responded(guarded('read-body', () => parsed(name, value), undefined));
          return value;
        },
        (error: unknown) => {
          record.failed(error);
          throw error;
        },
      );
    });
  }
  const body: unknown = Reflect.get(response, 'body');
  let watched = false;
  Reflect.defineProperty(response, 'body', {
    configurable: true,
    enumerable: false,
    get() {
      if (!watched) {
        watched = true;
        if (record.call.stream && isEventStream(response) && body instanceof ReadableStream) {
          guarded('watch-body', () => observeRawStream(body, record), undefined);
        } else {
          record.end(record.call.outcome);
        }
      }
      return body;
    },
  });
}

function isEventStream(response: object): boolean {
  const headers = asDictionary(response)?.['headers'];
  return (
    headers instanceof Headers &&
    headers.get('content-type')?.includes('text/event-stream') === true
  );
}

function parsed(method: string, value: unknown): unknown {
  if (method === 'json') return value;
  return method === 'text' && typeof value === 'string' ? JSON.parse(value) : undefined;
}
