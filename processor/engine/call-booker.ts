import {
  ATTR_COSTSPAN_CALL_STRUCTURE,
  type Attributes,
  type CallPrice,
  inputTokensOf,
  type LlmCall,
  OPERATION_CREATE_BATCH,
  OPERATION_FETCH_RESPONSE,
  outputTokensOf,
  saneUsage,
} from '../../conventions/index.ts';
import type { AttributionScope } from './attribution/attribution-scope.ts';
import type { Bookkeeper } from './bookkeeper.ts';
import { addPlaceAttributes, addPriceAttributes } from './booked-attributes.ts';
import { FetchedResponses, type FetchedResponsesOptions } from './fetched-responses.ts';
import type { KnownCalls } from './identity/known-calls.ts';
import { CallState } from './loops/call-state.ts';
import { isInference, type LoopTracker } from './loops/loop-tracker.ts';
import type { CallTotals } from './loops/count-call.ts';
import type { CallMetrics } from './metrics/call-metrics.ts';
import { isMoney } from './metrics/plausible.ts';
import type { PriceGate } from './price-gate.ts';
import { unsplitCost } from './pricing/cost-sums.ts';
import type { Pricer } from './pricing/index.ts';

/** More retries or tool calls than any call can have: the number is broken. */
const MAX_COUNT = 1e6;

/**
 * Books ended calls: price, span attributes, run totals and metrics, each call once. A call
 * that another call around or inside it stands for is left without money.
 */
export class CallBooker {
  readonly #pricer: Pricer;
  readonly #gate: PriceGate;
  readonly #loops: LoopTracker;
  readonly #metrics: CallMetrics;
  readonly #books: Bookkeeper;
  readonly #known: KnownCalls;
  readonly #fetched: FetchedResponses;

  constructor(
    pricer: Pricer,
    gate: PriceGate,
    loops: LoopTracker,
    metrics: CallMetrics,
    books: Bookkeeper,
    known: KnownCalls,
    beginnings: Pick<FetchedResponsesOptions, 'shared' | 'scopeOf' | 'failed'>,
  ) {
    this.#pricer = pricer;
    this.#gate = gate;
    this.#loops = loops;
    this.#metrics = metrics;
    this.#books = books;
    this.#known = known;
    const price = (call: LlmCall): CallPrice => this.#price(call);
    const own = { price, totalsOf: addedBy, gate, loops, metrics, books };
    this.#fetched = new FetchedResponses({ ...own, ...beginnings });
  }

  /** Background responses that were begun here. */
  get fetched(): FetchedResponses {
    return this.#fetched;
  }

  /** Lets the run go on without a call that could not be booked. */
  giveUp(call: LlmCall): void {
    try {
      const state = call.observed;
      if (state instanceof CallState && !state.ended) this.#drop(call, state);
    } catch {
      // Told already.
    }
  }

  /** Ends a call. `attributes` are those of its span; `undefined` where it does not record. */
  end(
    call: LlmCall,
    state: CallState,
    attributes: Attributes | undefined,
    spanId: string,
  ): void | Promise<void> {
    this.#removeBroken(call);
    if (call.operation === OPERATION_FETCH_RESPONSE) {
      return this.#fetched.ended(call, state, attributes, spanId);
    }
    if (attributes !== undefined) addPlaceAttributes(attributes, state, spanId);
    if (this.#isStructure(call, state)) {
      if (attributes !== undefined) attributes[ATTR_COSTSPAN_CALL_STRUCTURE] = true;
      this.#drop(call, state);
      return undefined;
    }
    if (this.#gate.isOpen()) this.#book(call, state, attributes, spanId);
    else this.#wait(call, state, spanId);
    const goesOn = call.usagePending && call.responseId !== undefined;
    if (goesOn && call.outcome !== 'blocked') this.#fetched.begun(call, state, spanId);
    return undefined;
  }

  /** Ends a call that does not count. */
  #drop(call: LlmCall, state: CallState): void {
    this.#books.dropped(state);
    this.#loops.callEnded(state, call, undefined);
  }

  /** Books an answer of a batch, which has no span and is a step of no run, and gives its price. */
  answer(call: LlmCall, scope: AttributionScope): CallPrice {
    this.#removeBroken(call);
    const state = new CallState(scope, undefined, undefined, undefined, undefined);
    state.ended = true;
    call.observed = state;
    const price = this.#price(call);
    this.#books.book(call, state, price, addedBy(call, price), undefined, '');
    this.#metrics.callEnded(call, scope, call.usage, price, isInference(call.operation));
    return price;
  }

  /** Takes out numbers that cannot be, and counts that there were some. */
  #removeBroken(call: LlmCall): void {
    if (call.usage !== undefined) {
      const usage = saneUsage(call.usage);
      if (usage !== call.usage) this.#metrics.internalError('usage');
      call.usage = usage;
    }
    if (!isCount(call.retries)) {
      call.retries = 0;
      this.#metrics.internalError('retries');
    }
    if (call.toolCalls !== undefined && !isCount(call.toolCalls)) {
      call.toolCalls = undefined;
      this.#metrics.internalError('tool-calls');
    }
  }

  /** The span ends now, without a price; metrics and run totals get theirs. */
  #wait(call: LlmCall, state: CallState, spanId: string): void {
    const isWaiting = this.#gate.wait(() => {
      this.#book(call, state, undefined, spanId);
    });
    if (isWaiting) {
      state.ended = true;
      return;
    }
    this.#metrics.internalError('price-book');
    this.#drop(call, state);
  }

  /** Whether a call inside this one, or one that was told before it, carries its money. */
  #isStructure(call: LlmCall, { known }: CallState): boolean {
    if (known === undefined) return call.bookedInside;
    // A refused call is nobody else's, but its refusal may be told of.
    const isOwn = !call.bookedInside && call.outcome !== 'blocked';
    const told = this.#known.ended(known, call, isOwn);
    return call.bookedInside || told !== undefined;
  }

  #book(call: LlmCall, state: CallState, attributes: Attributes | undefined, spanId: string): void {
    const { usage } = call;
    const price = this.#price(call);
    if (attributes !== undefined) addPriceAttributes(attributes, call, price, state.depth);
    const isCall = call.outcome !== 'blocked';
    const added = addedBy(call, price);
    // Before the loop tracker: the run may be over with this call.
    this.#books.book(call, state, price, added, attributes, spanId);
    this.#loops.callEnded(state, call, isCall ? added : undefined);
    this.#metrics.callEnded(call, state.scope, usage, price, isInference(call.operation));
  }

  #price(call: LlmCall): CallPrice {
    // Each answer is billed, and the batch itself is not.
    if (call.operation === OPERATION_CREATE_BATCH) {
      return { state: 'free', cost: unsplitCost(0, 'local'), book: this.#pricer.book };
    }
    const price = this.#pricer.price(call);
    if (price.cost === undefined || isMoney(price.cost.totalNanos)) return price;
    this.#metrics.internalError('price');
    return { ...price, state: 'unpriced', cost: undefined, missing: undefined };
  }
}

function addedBy({ usage }: LlmCall, price: CallPrice): CallTotals {
  return {
    costNanos: price.cost?.totalNanos,
    inputTokens: usage === undefined ? 0 : (inputTokensOf(usage) ?? 0),
    outputTokens: usage === undefined ? 0 : (outputTokensOf(usage) ?? 0),
  };
}

/** NaN fails every comparison. */
function isCount(value: number): boolean {
  return value >= 0 && value <= MAX_COUNT;
}
