import type { CallRecord } from './call-record.ts';
import { guarded } from './guard.ts';
import { defineHidden } from './patch.ts';
import { asDictionary, headerOf } from './read.ts';
import { observeRawResponse } from './record-response.ts';
import { isSdkStream, observeStream } from './record-stream.ts';

/**
 * The promise that the generated SDKs (openai, anthropic and their relatives) return: `then`
 * parses the body once, on demand, from `responsePromise` by `parseResponse`.
 */
interface ApiPromise {
  responsePromise: Promise<unknown>;
  parseResponse: (...args: unknown[]) => unknown;
  parsedPromise?: unknown;
  asResponse: () => Promise<unknown>;
  readonly _thenUnwrap?: (transform: Transform) => unknown;
  readonly _responseProps?: () => Promise<unknown>;
}

export function isApiPromise(value: unknown): value is ApiPromise {
  return (
    value instanceof Promise &&
    Reflect.get(value, 'responsePromise') instanceof Promise &&
    typeof Reflect.get(value, 'parseResponse') === 'function'
  );
}

/**
 * Learns the result where the SDK itself learns it. The caller's promise stays the SDK's own
 * object and nothing is parsed that the caller does not ask for: a `then` of ours on it would read
 * the body early and break `asResponse()`, `withResponse()` and `parse()`.
 */
export function observeApiPromise(promise: ApiPromise, record: CallRecord): void {
  const sent = promise.responsePromise;
  // Takes the original's place, so a rejection nobody handles is still reported as unhandled.
  const watched = sent.then(
    (props) => {
      record.accepted = true;
      guarded('read-headers', () => readHeaders(record, props), undefined);
      return props;
    },
    (error: unknown) => {
      record.failed(error);
      throw error;
    },
  );
  promise.responsePromise = watched;
  watchParsing(promise, record, { sent, watched });
}

interface Answer {
  /** The SDK's own promise of the response. */
  readonly sent: Promise<unknown>;
  /** Ours, which stands in its place. */
  readonly watched: Promise<unknown>;
}

function watchParsing(promise: ApiPromise, record: CallRecord, answer: Answer): void {
  const { parseResponse } = promise;
  promise.parseResponse = function (this: unknown, ...args) {
    const parsed = parseResponse.apply(this, args);
    if (!(parsed instanceof Promise)) {
      observeResult(parsed, record);
      return parsed;
    }
    return parsed.then(
      (result: unknown) => {
        observeResult(result, record);
        return result;
      },
      (error: unknown) => {
        record.failed(error);
        throw error;
      },
    );
  };
  watchRaw(promise, record);
  const { _thenUnwrap: thenUnwrap } = promise;
  if (thenUnwrap === undefined) return;

  // `parse()` helpers hand out a promise made from this one.
  defineHidden(promise, '_thenUnwrap', function (this: ApiPromise, transform: Transform) {
    const unwrapped: unknown = thenUnwrap.call(this, (...args: [unknown]) => {
      observeResult(args[0], record);
      return transform(...args);
    });
    guarded('watch-promise', () => watchUnwrapped(unwrapped, record, answer), undefined);
    return unwrapped;
  });
}

function watchUnwrapped(unwrapped: unknown, record: CallRecord, answer: Answer): void {
  if (!isApiPromise(unwrapped)) return;
  // openai 7 makes it from what it sent: then ours would be left without anyone to handle it.
  if (unwrapped.responsePromise === answer.sent) unwrapped.responsePromise = answer.watched;
  watchParsing(unwrapped, record, answer);
}

type Transform = (...args: [unknown]) => unknown;

/** Watches what hands out the response itself, for the case that nothing parses it. */
function watchRaw(promise: ApiPromise, record: CallRecord): void {
  const { asResponse, _responseProps: responseProps } = promise;
  const isParsed = (own: ApiPromise): boolean =>
    own.parsedPromise !== undefined || promise.parsedPromise !== undefined;

  defineHidden(promise, 'asResponse', function (this: ApiPromise) {
    // `withResponse` asks for both; then the parsed result tells more.
    if (isParsed(this)) return asResponse.call(this);
    guarded('prepare-request', () => record.withdraw?.(), undefined);
    const response = asResponse.call(this);
    return response.then((raw) => {
      if (!isParsed(this)) watchResponse(raw, record);
      return raw;
    });
  });

  // Anthropic's message threads parse a stream by a promise of their own.
  if (responseProps !== undefined) {
    defineHidden(promise, '_responseProps', function (this: ApiPromise) {
      return responseProps.call(this).then((props) => {
        if (record.call.stream && !isParsed(this)) {
          watchResponse(asDictionary(props)?.['response'], record);
        }
        return props;
      });
    });
  }
}

function watchResponse(raw: unknown, record: CallRecord): void {
  if (typeof raw !== 'object' || raw === null || record.ended) return;
  guarded('watch-response', () => observeRawResponse(raw, record), undefined);
}

function observeResult(result: unknown, record: CallRecord): void {
  if (record.ended || record.resultSeen) return;
  if (isSdkStream(result)) {
    record.resultSeen = true;
    guarded('watch-stream', () => observeStream(result, record), undefined);
  } else {
    record.responded(result);
  }
}

/** Reads what only the headers say: the cost that a LiteLLM proxy worked out. */
function readHeaders(record: CallRecord, props: unknown): void {
  const cost = Number(headerOf(asDictionary(props)?.['response'], COST_HEADER) ?? Number.NaN);
  if (cost >= 0 && cost < Infinity) record.call.providerCost = { amount: cost, currency: 'USD' };
}

const COST_HEADER = 'x-litellm-response-cost';
