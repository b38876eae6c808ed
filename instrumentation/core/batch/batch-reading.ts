import { type Attributes, type Context, type Span, SpanKind } from '@opentelemetry/api';
import {
  ATTR_COSTSPAN_BATCH_ANSWERS,
  ATTR_COSTSPAN_BATCH_ID,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  type BookedAnswer,
  type CallObserver,
  LlmCall,
  OPERATION_FETCH_BATCH,
} from '../../../conventions/index.ts';
import type { BatchLine } from '../../../providers/batches/batch-line.ts';
import { CallRecord } from '../call/call-record.ts';
import { addCallAttributes } from '../call/call-attributes.ts';
import type { CallShape } from '../call/shape.ts';
import { type CallEndpoint, currentTracer } from '../call/start-call.ts';
import type { Dictionary } from '../../../providers/read.ts';
import { guarded } from '../guard.ts';
import { currentObserver } from '../observer.ts';
import { NOBODY, NO_SPAN } from './nobody.ts';
import { ReadingTotals } from './reading-totals.ts';

/** Answers of a batch are priced by this, whatever their bodies say. */
const BATCH_TIER = 'batch';

/** What is known of results before the first of them is read. */
export interface BatchResults {
  readonly endpoint: CallEndpoint;
  /** The provider's id of the batch. */
  readonly batchId: string | undefined;
  /** The model of all of its requests, where the batch names one. */
  readonly model: string | undefined;
  /** How an answer is read, by its body. */
  readonly shapeOf: (body: Dictionary) => CallShape;
}

/** What one reading came to. */
export interface ReadingSummary {
  /** Answers found, failed ones included. */
  readonly answers: number;
  /** Those of them that had not been booked before. */
  readonly booked: number;
  /** What these cost, in USD; `undefined` where none has a price. */
  readonly costUsd: number | undefined;
}

/**
 * One reading of a batch's results: hands each answer on to be booked, and stands in traces as one
 * span with what those came to that nobody had booked before. Where there are none it is no span.
 * No method throws.
 */
export class BatchReading {
  readonly #results: BatchResults;
  readonly #context: Context;
  readonly #startedMs: number;
  readonly #totals = new ReadingTotals();
  #span: Span | undefined;
  readonly #pending = new Set<Promise<void>>();
  #hasEnded = false;

  constructor(results: BatchResults, context: Context, startedMs: number = performance.now()) {
    this.#results = results;
    this.#context = context;
    this.#startedMs = startedMs;
  }

  /** Books one answer. */
  answer(line: BatchLine): void {
    guarded('batch-answer', () => this.#read(line), undefined);
  }

  /** No more will come, of this reading. Does nothing the second time. */
  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    if (this.#pending.size === 0) this.#endSpan();
  }

  /** What it has come to, once everything is booked that was read until now. */
  async summary(): Promise<ReadingSummary> {
    await Promise.all(this.#pending);
    const { answers, booked, price } = this.#totals;
    const nanos = price?.cost?.totalNanos;
    return { answers, booked, costUsd: nanos === undefined ? undefined : nanos / 1e9 };
  }

  #read(line: BatchLine): void {
    const observer = currentObserver();
    if (observer === undefined) return;
    this.#totals.answers += 1;
    const { body } = line;
    const shape = this.#results.shapeOf(body ?? NO_BODY);
    const record = new CallRecord(
      this.#callOf(line, shape.operation),
      shapeOfAnswer(shape, line),
      {},
      performance.now(),
      NO_SPAN,
      this.#observerOf(observer),
      [],
      undefined,
      undefined,
    );
    // Only then may missing counts be estimated: otherwise nobody knows what was asked.
    record.accepted = line.request !== undefined && body !== undefined;
    if (line.errorType === undefined) {
      record.responded(body);
      return;
    }
    if (body !== undefined)
      guarded('read-response', () => record.shape.readResponse(record, body), undefined);
    record.call.errorType = line.errorType;
    record.call.unbilled = record.call.usage === undefined;
    record.end(/cancel/i.test(line.errorType) ? 'aborted' : 'error');
  }

  #callOf(line: BatchLine, operation: string): LlmCall {
    const { endpoint, batchId, model } = this.#results;
    const call = new LlmCall(operation, endpoint.provider);
    call.serverAddress = endpoint.address;
    call.serverPort = endpoint.port;
    call.inferenceGeo = endpoint.place;
    call.requestModel = line.model ?? model;
    call.startTimeMs = Date.now();
    call.batch = { id: batchId, item: line.item };
    return call;
  }

  /** The end of an answer's record is where it is booked. */
  #observerOf(observer: CallObserver): CallObserver {
    return {
      ...NOBODY,
      callEnded: (call) => {
        const booked = observer.batchAnswered(call, this.#context);
        if (booked instanceof Promise) this.#bookedLater(call, booked);
        else this.#booked(call, booked);
      },
      internalError: (component) => {
        observer.internalError(component);
      },
    };
  }

  #bookedLater(call: LlmCall, booked: Promise<BookedAnswer | undefined>): void {
    const settle = async (): Promise<void> => {
      this.#booked(call, await booked);
      this.#pending.delete(settled);
      if (this.#hasEnded && this.#pending.size === 0) this.#endSpan();
    };
    const settled = settle();
    this.#pending.add(settled);
  }

  #booked(call: LlmCall, booked: BookedAnswer | undefined): void {
    if (booked === undefined) return;
    this.#span ??= this.#startSpan();
    this.#totals.add(call, booked);
  }

  #startSpan(): Span {
    const { provider, address, port } = this.#results.endpoint;
    const attributes: Attributes = {
      [ATTR_GEN_AI_OPERATION_NAME]: OPERATION_FETCH_BATCH,
      [ATTR_GEN_AI_PROVIDER_NAME]: provider,
    };
    if (address !== undefined) attributes[ATTR_SERVER_ADDRESS] = address;
    if (address !== undefined && port !== undefined) attributes[ATTR_SERVER_PORT] = port;
    return currentTracer().startSpan(
      OPERATION_FETCH_BATCH,
      { kind: SpanKind.CLIENT, attributes, startTime: this.#startedMs },
      this.#context,
    );
  }

  #endSpan(): void {
    const span = this.#span;
    if (span === undefined) return;
    this.#span = undefined;
    guarded(
      'span-end',
      () => {
        if (span.isRecording()) span.setAttributes(this.#attributes());
        span.end();
      },
      undefined,
    );
  }

  #attributes(): Attributes {
    const { answers, sum, price, attribution } = this.#totals;
    const attributes: Attributes = { ...attribution, [ATTR_COSTSPAN_BATCH_ANSWERS]: answers };
    const { batchId } = this.#results;
    if (batchId !== undefined) attributes[ATTR_COSTSPAN_BATCH_ID] = batchId;
    addCallAttributes(attributes, sum);
    if (price !== undefined) currentObserver()?.batchRead(sum, price, attributes);
    return attributes;
  }
}

const NO_BODY: Dictionary = {};

/** The shape of a call of its own, at the price of a batch. */
function shapeOfAnswer(shape: CallShape, { request }: BatchLine): CallShape {
  return {
    operation: shape.operation,
    readRequest: () => undefined,
    readResponse(record, response) {
      shape.readResponse(record, response);
      record.call.servedTier = BATCH_TIER;
    },
    ...(request !== undefined && { requestText: () => request }),
  };
}
