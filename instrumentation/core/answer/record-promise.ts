import type { CallRecord } from '../call/call-record.ts';
import { guarded } from '../guard.ts';
import { type Method, wrapMethod } from '../patch.ts';
import { asDictionary } from '../../../providers/read.ts';
import { CACHE_HEADER, COST_HEADER, statedCostOfHeader } from '../../../providers/stated-cost.ts';
import { headerOf } from '../sdk-values.ts';
import { observeIterable } from './record-iterable.ts';
import { observeRawResponse } from './record-response.ts';
import { isSdkStream, observeStream } from './record-stream.ts';
import { signalOf, watchAbort } from './watch-abort.ts';

/**
 * The promise that the generated SDKs (openai, anthropic and their relatives) return: `then`
 * parses the body once, on demand, from `responsePromise` by `parseResponse`.
 */
interface ApiPromise extends Promise<unknown> {
  responsePromise: Promise<unknown>;
  parseResponse: (...args: unknown[]) => unknown;
  parsedPromise?: unknown;
  _thenUnwrap?: Method;
}

export function isApiPromise(value: unknown): value is ApiPromise {
  return (
    value instanceof Promise &&
    (value as Partial<ApiPromise>).responsePromise instanceof Promise &&
    typeof (value as Partial<ApiPromise>).parseResponse === 'function'
  );
}

/** What we know of a promise that we watch. */
class Watch {
  readonly record: CallRecord;
  /** The first promise of the call, which those that `parse()` helpers hand out are made from. */
  readonly origin: ApiPromise;
  /** The SDK's own promise of the response. */
  readonly sent: Promise<unknown>;
  /** Ours, which stands in its place. */
  readonly answered: Promise<unknown>;

  constructor(
    record: CallRecord,
    origin: ApiPromise,
    sent: Promise<unknown>,
    answered: Promise<unknown>,
  ) {
    this.record = record;
    this.origin = origin;
    this.sent = sent;
    this.answered = answered;
  }
}

/** A base class whose constructor hands back the object it is given, so that fields land on it. */
const Given = function given(object: object): object {
  return object;
} as unknown as new (object: object) => object;

/**
 * Notes the watch on the SDK's own promise, in a private field: nobody else can see it, and it costs
 * a fraction of a WeakMap entry or of a method defined on each promise.
 */
class Noted extends Given {
  readonly #watch: Watch;

  constructor(promise: ApiPromise, watch: Watch) {
    super(promise);
    this.#watch = watch;
  }

  static note(promise: ApiPromise, watch: Watch): void {
    void new Noted(promise, watch);
  }

  static watchOf(promise: object): Watch | undefined {
    return #watch in promise ? promise.#watch : undefined;
  }
}

/**
 * Learns the result where the SDK itself learns it. The caller's promise stays the SDK's own
 * object and nothing is parsed that the caller does not ask for: a `then` of ours on it would read
 * the body early and break `asResponse()`, `withResponse()` and `parse()`.
 */
export function observeApiPromise(promise: ApiPromise, record: CallRecord): void {
  if (promise.parsedPromise instanceof Promise) {
    observeParsed(promise, promise.parsedPromise, record);
    return;
  }
  const sent = promise.responsePromise;
  // Takes the original's place, so a rejection nobody handles is still reported as unhandled.
  const answered = sent.then(
    (props) => {
      record.accepted = true;
      // A proxy has a host of its own; the providers themselves do not state a cost there.
      if (!record.isKnownHost) guarded('read-headers', () => readHeaders(record, props), undefined);
      // From here on an abort shows nowhere else until somebody reads.
      if (record.call.stream) guarded('watch-abort', () => watchRequest(record, props), undefined);
      return props;
    },
    (error: unknown) => {
      record.failed(error);
      throw error;
    },
  );
  promise.responsePromise = answered;
  watchParsing(promise, new Watch(record, promise, sent, answered));
}

/**
 * Another instrumentation, which wrapped the method before us, reads the body already: the caller
 * will get what that comes to. It also handles a rejection, so ours must not count as unhandled.
 */
function observeParsed(promise: ApiPromise, parsed: Promise<unknown>, record: CallRecord): void {
  const watched = parsed.then(
    (result) => {
      record.accepted = true;
      observeResult(result, record);
      return result;
    },
    (error: unknown) => {
      record.failed(error);
      throw error;
    },
  );
  watched.catch(() => undefined);
  promise.parsedPromise = watched;
}

function watchParsing(promise: ApiPromise, watch: Watch): void {
  watchClass(promise);
  Noted.note(promise, watch);
  // openai 7 gives each promise its own.
  if (Object.hasOwn(promise, '_thenUnwrap') && promise._thenUnwrap !== undefined) {
    promise._thenUnwrap = watchThenUnwrap(promise._thenUnwrap);
  }
  const { record } = watch;
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
}

const watchedClasses = new WeakSet<object>();

/** Watches what hands out the response itself, once for each class of promises. */
function watchClass(promise: ApiPromise): void {
  const prototype: unknown = Reflect.getPrototypeOf(promise);
  if (typeof prototype !== 'object' || prototype === null || watchedClasses.has(prototype)) return;
  watchedClasses.add(prototype);
  wrapMethod(prototype, 'asResponse', watchAsResponse);
  wrapMethod(prototype, '_thenUnwrap', watchThenUnwrap);
  wrapMethod(prototype, '_responseProps', watchResponseProps);
}

function isParsed(promise: ApiPromise, { origin }: Watch): boolean {
  return promise.parsedPromise !== undefined || origin.parsedPromise !== undefined;
}

function watchAsResponse(original: Method): Method {
  return function (this: ApiPromise): unknown {
    const watch = Noted.watchOf(this);
    // `withResponse` asks for both; then the parsed result tells more.
    if (watch === undefined || isParsed(this, watch)) return original.call(this);
    const { record } = watch;
    guarded('prepare-request', () => record.addition?.takeBack(), undefined);
    const response = original.call(this) as Promise<unknown>;
    return response.then((raw) => {
      if (!isParsed(this, watch)) watchResponse(raw, record);
      return raw;
    });
  };
}

type Transform = (...args: [unknown]) => unknown;

/** `parse()` helpers hand out a promise made from the first one. */
function watchThenUnwrap(original: Method): Method {
  return function (this: ApiPromise, transform: Transform): unknown {
    const watch = Noted.watchOf(this);
    if (watch === undefined) return original.call(this, transform);
    const unwrapped: unknown = original.call(this, (...args: [unknown]) => {
      observeResult(args[0], watch.record);
      return transform(...args);
    });
    guarded('watch-promise', () => watchUnwrapped(unwrapped, watch), undefined);
    return unwrapped;
  };
}

function watchUnwrapped(unwrapped: unknown, watch: Watch): void {
  if (!isApiPromise(unwrapped)) return;
  // openai 7 makes it from what it sent: then ours would be left without anyone to handle it.
  if (unwrapped.responsePromise === watch.sent) unwrapped.responsePromise = watch.answered;
  watchParsing(unwrapped, watch);
}

/** Anthropic's message threads parse a stream by a promise of their own. */
function watchResponseProps(original: Method): Method {
  return function (this: ApiPromise): unknown {
    const watch = Noted.watchOf(this);
    const response: unknown = original.call(this);
    if (watch === undefined || !(response instanceof Promise)) return response;
    return response.then((props: unknown) => {
      if (watch.record.call.stream && !isParsed(this, watch)) {
        watchResponse(asDictionary(props)?.['response'], watch.record);
      }
      return props;
    });
  };
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
  } else if (record.call.stream && result instanceof Response) {
    record.resultSeen = true;
    watchResponse(result, record);
  } else if (record.call.stream && isAsyncIterable(result)) {
    // Portkey's, whose stream is one of its own.
    record.resultSeen = true;
    record.streamStarted();
    guarded('watch-stream', () => observeIterable(result, record), undefined);
  } else {
    record.responded(result);
  }
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function watchRequest(record: CallRecord, props: unknown): void {
  const request = asDictionary(props);
  if (request !== undefined) watchAbort(signalOf(request, record), record);
}

/** Reads what only the headers say: the cost that a LiteLLM proxy worked out. */
function readHeaders(record: CallRecord, props: unknown): void {
  const response = asDictionary(props)?.['response'];
  const cost = statedCostOfHeader(
    headerOf(response, COST_HEADER),
    headerOf(response, CACHE_HEADER),
  );
  if (cost !== undefined) record.call.providerCost = cost;
}
