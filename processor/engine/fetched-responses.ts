import {
  type Attributes,
  ATTR_COSTSPAN_RUN_ID,
  type CallPrice,
  LlmCall,
  OPERATION_FETCH_RESPONSE,
} from '../../conventions/index.ts';
import type { AttributionScope } from './attribution/attribution-scope.ts';
import type { Bookkeeper } from './bookkeeper.ts';
import { addPlaceAttributes, addPriceAttributes } from './booked-attributes.ts';
import { begunKey, type BegunResponse, BegunResponses } from './identity/begun-responses.ts';
import {
  type Claim,
  parseBeginning,
  type SharedBeginnings,
  type ToldBeginning,
  toldBeginning,
} from './identity/shared-beginnings.ts';
import { CallState } from './loops/call-state.ts';
import { addLateBill, type CallTotals } from './loops/count-call.ts';
import type { LoopTracker } from './loops/loop-tracker.ts';
import type { CallMetrics } from './metrics/call-metrics.ts';
import type { PriceGate } from './price-gate.ts';

export interface FetchedResponsesOptions {
  readonly price: (call: LlmCall) => CallPrice;
  readonly totalsOf: (call: LlmCall, price: CallPrice) => CallTotals;
  readonly gate: PriceGate;
  readonly loops: LoopTracker;
  readonly metrics: CallMetrics;
  readonly books: Bookkeeper;
  /** Where other processes are told; `undefined` where this process is alone. */
  readonly shared: () => SharedBeginnings | undefined;
  /** Whose the work is that another process began. */
  readonly scopeOf: (told: ToldBeginning) => AttributionScope | undefined;
  readonly failed: (component: string, error: unknown) => void;
}

/**
 * Background responses: begun by one call, seen over by whoever fetches them first, here or in
 * another process of the fleet. They are booked then, once, for who began them. Fetching itself is
 * no call.
 */
export class FetchedResponses {
  readonly #options: FetchedResponsesOptions;
  readonly #begun: BegunResponses;

  constructor(options: FetchedResponsesOptions) {
    this.#options = options;
    this.#begun = new BegunResponses((begun) => {
      this.#unread(begun);
    });
  }

  /** The provider goes on with the work of `call`, which is over. */
  begun(call: LlmCall, state: CallState, spanId: string): void {
    const { metrics, books } = this.#options;
    metrics.backgroundResponse('begun', state.scope);
    this.#begun.add({ call, state, spanId, isOver: false });
    const shared = this.#options.shared();
    if (shared === undefined) return;
    const runId = runIdOf(state, spanId);
    shared.begun(begunKey(call), toldBeginning(call, state.scope, runId, books.holdOf(state)));
  }

  /** A stored response was fetched. Settles when `attributes` are complete. */
  ended(
    call: LlmCall,
    state: CallState,
    attributes: Attributes | undefined,
    spanId: string,
  ): void | Promise<void> {
    const { loops, metrics, books } = this.#options;
    books.dropped(state);
    loops.callEnded(state, call, undefined);
    metrics.callEnded(call, state.scope, undefined, NO_PRICE, false);
    if (attributes !== undefined) addPlaceAttributes(attributes, state, spanId);
    if (!isOver(call) || call.responseId === undefined) return undefined;
    const known = this.#begun.take(call);
    if (known === 'over' || loops.responses.wasBooked(call.responseId)) return undefined;
    const claim = this.#options.shared()?.claim(begunKey(call), known !== undefined);
    if (!(claim instanceof Promise)) {
      this.#claimed(call, state, known, claim, attributes);
      return undefined;
    }
    return this.#whenClaimed(claim, call, state, known, attributes);
  }

  async #whenClaimed(
    claim: Promise<Claim | undefined>,
    call: LlmCall,
    state: CallState,
    known: BegunResponse | undefined,
    attributes: Attributes | undefined,
  ): Promise<void> {
    this.#claimed(call, state, known, await claim, attributes);
  }

  /** What this process began and nobody has read. */
  get unread(): number {
    return this.#begun.unread.length;
  }

  /** Gives up what has been waited for too long. `nowMs` in epoch milliseconds. */
  sweep(nowMs: number): void {
    this.#begun.sweep(nowMs);
  }

  #claimed(
    call: LlmCall,
    state: CallState,
    known: BegunResponse | undefined,
    claim: Claim | undefined,
    attributes: Attributes | undefined,
  ): void {
    const { metrics, books, failed } = this.#options;
    try {
      if (claim?.outcome === 'taken') {
        if (known !== undefined) books.settledElsewhere(known.state);
        return;
      }
      const begun = known ?? this.#begunElsewhere(call, claim);
      if (begun !== undefined) this.#bookWhenPriced(begun, call, attributes);
      // Whoever made an answer that is only stored has booked it.
      else if (call.isBackground) metrics.backgroundResponse('unknown', state.scope);
    } catch (error) {
      failed('background-response', error);
    }
  }

  /** As if it had been begun here, by what the process that began it has told. */
  #begunElsewhere(fetched: LlmCall, claim: Claim | undefined): BegunResponse | undefined {
    const told = claim?.outcome === 'claimed' ? parseBeginning(claim.told) : undefined;
    const scope = told && this.#options.scopeOf(told);
    if (told === undefined || scope === undefined) return undefined;
    const call = new LlmCall(told.operation, told.provider);
    call.requestModel = told.requestModel;
    call.requestedTier = told.requestedTier;
    call.serverAddress = told.serverAddress;
    call.serverPort = told.serverPort;
    call.inferenceGeo = told.inferenceGeo;
    call.startTimeMs = told.startTimeMs;
    call.responseId = fetched.responseId;
    const state = new CallState(scope, undefined, undefined, undefined, undefined);
    state.ended = true;
    call.observed = state;
    this.#options.books.takeHold(call, state, told.hold);
    return { call, state, spanId: '', isOver: true };
  }

  #bookWhenPriced(
    begun: BegunResponse,
    fetched: LlmCall,
    attributes: Attributes | undefined,
  ): void {
    const { gate, metrics } = this.#options;
    if (gate.isOpen()) {
      this.#book(begun, fetched, attributes);
      return;
    }
    const isWaiting = gate.wait(() => {
      this.#book(begun, fetched, undefined);
    });
    if (!isWaiting) metrics.internalError('price-book');
  }

  #book(begun: BegunResponse, fetched: LlmCall, attributes: Attributes | undefined): void {
    const { price: priceOf, totalsOf, metrics, books } = this.#options;
    const { state, spanId } = begun;
    const call = finalCall(begun.call, fetched);
    const price = priceOf(call);
    const isBilled = call.usage !== undefined || call.providerCost !== undefined;
    if (attributes !== undefined && isBilled) {
      // The span that carries the money says whose it is.
      for (const key of Object.keys(attributes)) Reflect.deleteProperty(attributes, key);
      addPlaceAttributes(attributes, state, spanId);
      attributes[ATTR_COSTSPAN_RUN_ID] = runIdOf(state, spanId);
      addPriceAttributes(attributes, call, price, undefined);
    }
    const added = totalsOf(call, price);
    books.book(lateCall(call), state, price, added, attributes, spanId);
    addLateBill(state, added);
    metrics.lateBooked(call, state.scope, price);
    metrics.backgroundResponse(isBilled ? 'booked' : 'unbilled', state.scope);
  }

  /** What was set aside for it is all that is known of its cost. */
  #unread({ call: begun, state, spanId }: BegunResponse): void {
    const { price: priceOf, totalsOf, metrics, books, failed } = this.#options;
    try {
      const call = finalCall(begun, undefined);
      const price = priceOf(call);
      books.book(lateCall(call), state, price, totalsOf(call, price), undefined, spanId);
      metrics.backgroundResponse('unread', state.scope);
    } catch (error) {
      failed('background-response', error);
    }
  }
}

/** A usage is told of what is over. */
function isOver({ fetchedOutcome, usage, usagePending }: LlmCall): boolean {
  return fetchedOutcome !== undefined || (usage !== undefined && !usagePending);
}

const NO_PRICE: CallPrice = { state: 'unpriced', book: '' };

function runIdOf({ run, scope }: CallState, spanId: string): string {
  return run?.id ?? scope.inboundRun?.id ?? spanId;
}

/** As the books take it, which have the call that began it already. */
function lateCall(call: LlmCall): LlmCall {
  const late = Object.assign(new LlmCall(OPERATION_FETCH_RESPONSE, call.provider), call);
  late.operation = OPERATION_FETCH_RESPONSE;
  return late;
}

/** The call that began a response, as it would have ended had its caller waited. */
function finalCall(begun: LlmCall, fetched: LlmCall | undefined): LlmCall {
  const call = Object.assign(new LlmCall(begun.operation, begun.provider), begun);
  call.usagePending = false;
  call.usage = fetched?.usage;
  call.usageSource = fetched?.usage === undefined ? undefined : 'provider';
  if (fetched === undefined) return call;
  call.outcome = fetched.fetchedOutcome ?? 'ok';
  call.responseModel = fetched.responseModel ?? begun.responseModel;
  call.servedTier = fetched.servedTier ?? begun.servedTier;
  call.inferenceGeo = fetched.inferenceGeo ?? begun.inferenceGeo;
  call.otherModelUsage = fetched.otherModelUsage;
  call.alsoBilled = fetched.alsoBilled;
  call.providerCost = fetched.providerCost;
  call.endTimeMs = fetched.endTimeMs;
  return call;
}
