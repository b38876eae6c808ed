import { type Attributes, type Span, SpanStatusCode } from '@opentelemetry/api';
import {
  ATTR_ERROR_TYPE,
  addsUp,
  type CallObserver,
  type CallOutcome,
  type LlmCall,
  OPERATION_FETCH_RESPONSE,
  type TokenUsage,
} from '../../../conventions/index.ts';
import type { Addition } from './addition.ts';
import { learnShape } from './attribute-shapes.ts';
import { addCallAttributes } from './call-attributes.ts';
import { guarded, reportFailure } from '../guard.ts';
import { callClosed, callOpened } from './open-calls.ts';
import { type Dictionary, asCount, asDictionary } from '../../../providers/read.ts';
import { estimateTokens, textLength } from '../sdk-values.ts';
import { isUnbilledError } from './refusal.ts';
import { settledReasons } from './finish-reasons.ts';
import type { CallShape } from './shape.ts';
import { COSTSPAN_ERROR } from '../../../conventions/costspan-error.ts';

/**
 * One call of an SDK from start to end: its normal form, its span, and what is still needed to
 * complete both. Ends exactly once, whichever of completion, error, abort, early `break` or
 * abandonment comes first. No method throws.
 */
export class CallRecord {
  readonly call: LlmCall;
  readonly shape: CallShape;
  /** Attributes for the span, collected until the end and set at once. */
  readonly attributes: Attributes;
  /** Those of the observer, apart: past about twenty keys an object becomes a slow hash table. */
  readonly #meaning: Attributes = {};
  /** On the clock of `performance.now()`, milliseconds. */
  readonly startedMs: number;
  /** The enclosing call, when this one was made inside another SDK's call. */
  readonly outer: CallRecord | undefined;

  /** The stop that the user configured, or the wait for it; `undefined` lets the call pass. */
  gate: Error | undefined | Promise<Error | undefined> = undefined;
  /** The host belongs to a provider; `false` for proxies and servers of the user's own. */
  isKnownHost = false;
  /** We asked for the usage chunk, so the application must not see it. */
  usageRequested = false;
  /** What we added to the request, until a server refuses it. */
  addition: Addition | undefined = undefined;
  /** The server's latest refusal is about what we added. */
  additionRefused = false;
  /** Text characters of the request, where the provider's usage may not come. */
  requestCharacters = 0;
  /** Text characters received in chunks. */
  outputCharacters = 0;
  /** Choices or messages whose end has not been seen. */
  finished = false;
  /** True once a successful response (headers) has arrived: from then on tokens may be billed. */
  accepted = false;
  /** True once a stream is watched, which derived promises hand out again. */
  resultSeen = false;
  /** Whether a request has left this machine; `undefined` where that cannot be seen. */
  left: boolean | undefined = undefined;
  /** The latest attempt surely cost nothing. */
  attemptUnbilled = false;
  /** The signal by which the caller may end the call, for SDKs whose errors do not tell. */
  signal: AbortSignal | undefined = undefined;
  /** An id that came beside the answer, for one that has none of its own. */
  answerId: string | undefined = undefined;
  /** How often somebody has asked for more of a stream. */
  reads = 0;
  /** What cuts the stream off when it aborts, by whomever. */
  streamSignal: AbortSignal | undefined = undefined;
  /** Run once, when the record ends. */
  onEnd: (() => void) | undefined = undefined;
  /** Requests sent so far, for SDKs whose retries show nowhere else; `undefined`: not counted. */
  requests: number | undefined = undefined;
  /** Scratch of the shape, for what it must remember between chunks. */
  scratch: unknown = undefined;

  readonly #span: Span;
  readonly #observer: CallObserver;
  #args: readonly unknown[] | undefined;
  #client: unknown;
  #ended = false;
  #awaitsJob = false;

  constructor(
    call: LlmCall,
    shape: CallShape,
    attributes: Attributes,
    startedMs: number,
    span: Span,
    observer: CallObserver,
    args: readonly unknown[],
    client: unknown,
    outer: CallRecord | undefined,
  ) {
    this.call = call;
    this.shape = shape;
    this.attributes = attributes;
    this.startedMs = startedMs;
    this.outer = outer;
    this.#span = span;
    this.#observer = observer;
    this.#args = args;
    this.#client = client;
    callOpened(this);
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Whether the caller ended the call by a signal. */
  get isAborted(): boolean {
    return this.signal?.aborted === true;
  }

  /** The response is a stream: from here on only lengths of the request are kept. */
  streamStarted(): void {
    this.call.stream = true;
    this.#measureRequest();
  }

  /** Reads one chunk. */
  chunk(value: unknown): void {
    const call = this.call;
    if (call.chunks === 0) {
      call.timeToFirstChunkSeconds = (performance.now() - this.startedMs) / 1000;
    }
    call.chunks += 1;
    try {
      this.shape.readChunk?.(this, value);
    } catch (error) {
      reportFailure('read-chunk', error);
    }
  }

  /** The whole response is there. */
  responded(response: unknown): void {
    if (this.#ended || this.#awaitsJob) return;
    guarded('read-response', () => this.shape.readResponse(this, response), undefined);
    this.answered();
  }

  /** The response has been read to its end, whatever could be seen of it. */
  answered(): void {
    if (!this.#awaitsJob) this.end(this.call.outcome);
  }

  /** The response is a job that goes on, whose end ends the call: see `job/jobs.ts`. */
  awaitJob(): void {
    this.#awaitsJob = true;
    this.call.usagePending = true;
    // What was sent may be large, and a job may be long.
    this.#measureRequest();
    this.#args = undefined;
  }

  /** The call failed with `error`, which the caller gets unchanged. */
  failed(error: unknown): void {
    if (this.#ended) return;
    const { outcome, errorType } = guarded('read-error', () => classifyError(error), UNKNOWN_ERROR);
    this.call.errorType = errorType;
    this.call.unbilled = guarded('read-error', () => this.#isUnbilled(error), false);
    this.call.isUnanswered = guarded('read-error', () => isUnanswered(error), true);
    // One that is refused only as a retry has been sent before.
    const wasSent = this.call.retries > 0;
    const denied = (error === this.gate || isDenial(error)) && !wasSent;
    this.end(denied ? 'blocked' : this.isAborted ? 'aborted' : outcome);
  }

  /** The error that keeps the call from being sent once more, if any. */
  retrying(): Error | undefined {
    return guarded('retrying', () => this.#observer.retrying(this.call), undefined);
  }

  /** Ends the record. Does nothing the second time. */
  end(outcome: CallOutcome): void {
    if (this.#ended) return;
    this.#ended = true;
    callClosed(this);
    this.onEnd?.();
    const endedMs = performance.now();
    // That nobody here has seen the end of a job does not end it.
    const isUnseen = outcome === 'aborted' && this.call.usagePending && !this.isAborted;
    const told = isUnseen ? 'ok' : outcome;
    const booked = guarded('call-end', () => this.#book(told, endedMs), undefined);
    this.#args = undefined;
    this.#client = undefined;
    const endSpan = (): void => {
      guarded('span-end', () => this.#endSpan(endedMs), undefined);
    };
    if (booked instanceof Promise) booked.then(endSpan, endSpan);
    else endSpan();
  }

  /** Lets go of a call that could not be set up; the SDK makes it unwatched. */
  discard(): void {
    if (this.#ended) return;
    this.#ended = true;
    callClosed(this);
    guarded('span-end', () => this.#span.end(), undefined);
  }

  #book(outcome: CallOutcome, endedMs: number): void | Promise<void> {
    const { call } = this;
    call.outcome = outcome;
    call.endTimeMs = call.startTimeMs + (endedMs - this.startedMs);
    this.#settleUsage();
    const isWhole =
      outcome === 'ok' && (!call.stream || this.finished || call.usageSource === 'provider');
    call.finishReasons = settledReasons(call.finishReasons, isWhole);
    call.responseId ??= this.answerId;
    const isFetched = call.operation === OPERATION_FETCH_RESPONSE;
    if (this.outer !== undefined && call.usage !== undefined && !isFetched) {
      this.outer.call.bookedInside = true;
    }
    return this.#observer.callEnded(call, this.#span, this.#meaning);
  }

  #endSpan(endedMs: number): void {
    const { call, attributes } = this;
    const span = this.#span;
    const isShown = span.isRecording();
    if (isShown) {
      addCallAttributes(attributes, call);
      if (call.errorType !== undefined) {
        attributes[ATTR_ERROR_TYPE] = call.errorType;
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.setAttributes(attributes);
      span.setAttributes(this.#meaning);
    }
    span.end(endedMs);
    if (isShown) learnShape(span);
  }

  /** A request that never left costs nothing, and neither does one that was refused. */
  #isUnbilled(error: unknown): boolean {
    if (this.accepted) return false;
    return this.left === false || this.attemptUnbilled || isUnbilledError(error);
  }

  /** Says where the usage came from; estimates it when tokens were surely spent but none were told. */
  #settleUsage(): void {
    const { call } = this;
    if (call.usage !== undefined) {
      // A stream that broke off after it told its input: only the output has to be guessed.
      if (call.stream && call.usage.output === undefined && this.outputCharacters > 0) {
        call.usage.output = estimateTokens(this.outputCharacters);
        call.usage.total = undefined;
        call.usageSource = 'estimated';
      }
      this.#completeInput(call.usage);
      call.usageSource ??= 'provider';
      if (!addsUp(call.usage)) this.#observer.internalError('usage-total');
      return;
    }
    if (!this.accepted || call.usagePending || this.shape.requestText === undefined) return;
    this.#measureRequest();
    if (this.requestCharacters === 0 && this.outputCharacters === 0) return;
    call.usage = { input: estimateTokens(this.requestCharacters) };
    // Embeddings have no output to count.
    if (call.operation !== 'embeddings') call.usage.output = estimateTokens(this.outputCharacters);
    call.usageSource = 'estimated';
  }

  /** Some servers count their answer alone; without its input a call would look too cheap. */
  #completeInput(usage: TokenUsage): void {
    const isPart = usage.output !== undefined && usage.input === undefined;
    if (!isPart || this.shape.requestText === undefined) return;
    this.#measureRequest();
    if (this.requestCharacters === 0) return;
    usage.input = estimateTokens(this.requestCharacters);
    usage.total = undefined;
    this.call.usageSource = 'estimated';
  }

  #measureRequest(): void {
    const args = this.#args;
    if (args === undefined || this.requestCharacters > 0) return;
    this.#args = undefined;
    guarded(
      'estimate',
      () => {
        this.requestCharacters = textLength(this.shape.requestText?.(args, this.#client));
      },
      undefined,
    );
  }
}

export interface ErrorClass {
  readonly outcome: CallOutcome;
  readonly errorType: string;
}

const UNKNOWN_ERROR: ErrorClass = { outcome: 'error', errorType: '_OTHER' };

/** A denial thrown by the observer carries this marker; it survives two copies of the package. */
function isDenial(error: unknown): boolean {
  return typeof error === 'object' && error !== null && COSTSPAN_ERROR in error;
}

/**
 * `error.type`: the class of the error, as SDKs name them after what went wrong
 * (`RateLimitError`), else the HTTP status.
 * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/error/
 */
export function classifyError(error: unknown): ErrorClass {
  if (typeof error !== 'object' || error === null) return UNKNOWN_ERROR;
  const name = error.constructor?.name;
  const ownName: unknown = Reflect.get(error, 'name');
  // What `fetch` throws is one class; its name says what it is.
  const errorType =
    [name === 'DOMException' ? undefined : name, ownName].find(isTellingName) ??
    statusOf(error as Dictionary)?.toString() ??
    '_OTHER';
  const aborted = ABORTS.has(name) || (typeof ownName === 'string' && ABORTS.has(ownName));
  return { outcome: aborted ? 'aborted' : 'error', errorType };
}

/** What SDKs throw when the caller's own signal ended the call. */
const ABORTS: ReadonlySet<string> = new Set([
  'APIUserAbortError',
  'AbortError',
  'RequestAbortedError',
]);

function isTellingName(name: unknown): name is string {
  return (
    typeof name === 'string' && name !== 'Error' && /^[A-Z]\w{0,80}(?:Error|Exception)$/.test(name)
  );
}

/** Whether no status came with `error`, so that nobody knows what became of the request. */
function isUnanswered(error: unknown): boolean {
  return typeof error !== 'object' || error === null || statusOf(error as Dictionary) === undefined;
}

/** The HTTP status, as the SDKs spell it. */
function statusOf(error: Dictionary): number | undefined {
  return (
    asCount(error['status']) ??
    asCount(error['statusCode']) ??
    asCount(error['status_code']) ??
    asCount(asDictionary(error['$metadata'])?.['httpStatusCode'])
  );
}
