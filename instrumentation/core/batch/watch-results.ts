import type { Context } from '@opentelemetry/api';
import type { CallObserver } from '../../../conventions/index.ts';
import { LlmCall, OPERATION_FETCH_BATCH } from '../../../conventions/index.ts';
import { observeIterable } from '../answer/record-iterable.ts';
import { CallRecord } from '../call/call-record.ts';
import { watchAbandoned } from '../call/open-calls.ts';
import type { CallShape } from '../call/shape.ts';
import { guarded } from '../guard.ts';
import { type Method, defineHidden, readerOf } from '../patch.ts';
import type { BatchResults } from './batch-reading.ts';
import { drain } from './drain.ts';
import { NOBODY, NO_SPAN } from './nobody.ts';
import { readingFailed, ResultLines } from './result-lines.ts';

/** What is read, and where and when that was asked for. */
export interface ResultsAsked {
  readonly results: BatchResults;
  /** Whether it is known to be a batch's results; otherwise its first line tells. */
  readonly isKnown: boolean;
  /** Where it was asked for. */
  readonly context: Context;
  /** On the clock of `performance.now()`. */
  readonly startedMs: number;
}

/** Reads along wherever `content` is read: a `Response`, or what the SDK has made of one. */
export function watchResults(content: unknown, asked: ResultsAsked): void {
  if (typeof content === 'object' && content !== null && 'body' in content) {
    watchResponse(content, asked);
  } else if (content instanceof ReadableStream) watchBody(content, asked);
  else if (isAsyncIterable(content)) watchIterable(content, asked);
  else if (content !== undefined && content !== null) wholeRead(content, asked);
}

const watchedResponses = new WeakSet<object>();

/**
 * Reads along as somebody reads a `Response` of any making that may hold results of a batch: whole,
 * as a stream, or in part. Nothing is read that they do not read, and they get the same.
 */
function watchResponse(response: object, asked: ResultsAsked): void {
  if (watchedResponses.has(response)) return;
  watchedResponses.add(response);
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
  for (const name of ['json', 'text', 'arrayBuffer', 'bytes', 'blob', 'buffer'] as const) {
    const method: unknown = Reflect.get(response, name);
    if (typeof method !== 'function') continue;
    defineHidden(response, name, (...args: unknown[]) => {
      const body: unknown = within(() => method.apply(response, args));
      if (!(body instanceof Promise)) return body;
      return body.then((value: unknown) => {
        guarded('batch-results', () => wholeRead(value, asked), undefined);
        return value;
      });
    });
  }
  const clone: unknown = Reflect.get(response, 'clone');
  if (typeof clone === 'function') {
    defineHidden(response, 'clone', (...args: unknown[]) => {
      const copy: unknown = within(() => clone.apply(response, args));
      if (typeof copy === 'object' && copy !== null) {
        guarded('batch-results', () => watchResponse(copy, asked), undefined);
      }
      return copy;
    });
  }
  const readBody = readerOf(response, 'body');
  Reflect.defineProperty(response, 'body', {
    configurable: true,
    enumerable: false,
    get() {
      const body = readBody();
      if (!inside) guarded('batch-results', () => watchBody(body, asked), undefined);
      return body;
    },
  });
}

/** Results that somebody has read whole, in whatever form. */
function wholeRead(value: unknown, asked: ResultsAsked): void {
  const lines = linesOf(asked);
  if (typeof value === 'string') {
    feedAll(value, lines);
  } else if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    // Decoded at once: the bytes are the reader's own, who may hand them on or change them.
    feedAll(new TextDecoder().decode(value), lines);
  } else if (isBlob(value)) {
    void feedBlob(value, lines);
  } else {
    // `json()` of a single line.
    lines.line(value);
    lines.end(true);
  }
}

/** Older SDKs bring a `Blob` of their own. */
function isBlob(value: unknown): value is { text(): Promise<string> } {
  return typeof value === 'object' && value !== null && 'text' in value && 'size' in value;
}

async function feedBlob(blob: { text(): Promise<string> }, lines: ResultLines): Promise<void> {
  try {
    feedAll(await blob.text(), lines);
  } catch (error) {
    readingFailed(error);
  }
}

const SLICE_CHARACTERS = 64 * 1024;

/** Takes a whole text, which may be hundreds of megabytes. */
function feedAll(text: string, lines: ResultLines): void {
  let offset = 0;
  drain(
    () => {
      lines.write(text.slice(offset, offset + SLICE_CHARACTERS));
      offset += SLICE_CHARACTERS;
      return offset < text.length && !lines.isOther;
    },
    () => {
      lines.end(true);
    },
    readingFailed,
  );
}

function linesOf({ results, isKnown, context: asked, startedMs }: ResultsAsked): ResultLines {
  return new ResultLines(results, isKnown, asked, startedMs);
}

const watchedBodies = new WeakSet<object>();

function watchBody(body: unknown, asked: ResultsAsked): void {
  if (typeof body !== 'object' || body === null || watchedBodies.has(body)) return;
  watchedBodies.add(body);
  const lines = linesOf(asked);
  const record = readingRecord(
    asked.results.endpoint.provider,
    (piece) => {
      if (typeof piece === 'string' || piece instanceof Uint8Array) lines.write(piece);
    },
    (isWhole) => {
      lines.end(isWhole);
    },
  );
  if (body instanceof ReadableStream) {
    record.streamStarted();
    observeIterable(body, record);
  } else watchNodeStream(body, record);
}

/** Streams of Node's own kind, as older SDKs hand out: whoever reads them, each piece is emitted. */
function watchNodeStream(stream: object, record: CallRecord): void {
  const emit: unknown = Reflect.get(stream, 'emit');
  if (typeof emit !== 'function') {
    record.discard();
    return;
  }
  record.streamStarted();
  watchAbandoned(stream, record);
  defineHidden(stream, 'emit', (...args: unknown[]) => {
    const [event, piece] = args;
    if (event === 'data') record.chunk(piece);
    else if (event === 'end') record.end('ok');
    else if (event === 'close') record.end('aborted');
    return (emit as Method).apply(stream, args);
  });
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** Reads along as somebody iterates over answers that the SDK has parsed. */
function watchIterable(answers: AsyncIterable<unknown>, asked: ResultsAsked): void {
  const lines = linesOf(asked);
  const record = readingRecord(
    asked.results.endpoint.provider,
    (answer) => {
      lines.line(answer);
    },
    (isWhole) => {
      lines.end(isWhole);
    },
  );
  record.streamStarted();
  observeIterable(answers, record);
}

/** A record by which a stream is watched, and which is no call itself. */
function readingRecord(
  provider: string,
  onPiece: (piece: unknown) => void,
  onEnd: (isWhole: boolean) => void,
): CallRecord {
  const shape: CallShape = {
    operation: OPERATION_FETCH_BATCH,
    readRequest: () => undefined,
    readResponse: () => undefined,
    readChunk: (_, piece) => {
      onPiece(piece);
    },
  };
  const observer: CallObserver = {
    ...NOBODY,
    callEnded: ({ outcome }) => {
      onEnd(outcome === 'ok');
    },
  };
  const call = new LlmCall(OPERATION_FETCH_BATCH, provider);
  return new CallRecord(
    call,
    shape,
    {},
    performance.now(),
    NO_SPAN,
    observer,
    [],
    undefined,
    undefined,
  );
}
