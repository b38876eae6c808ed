import {
  ATTR_COSTSPAN_CALL_GUESSED,
  ATTR_COSTSPAN_CALL_STRUCTURE,
  ATTR_COSTSPAN_PRICE_BOOK,
  ATTR_GEN_AI_USAGE_COST,
  ATTR_GEN_AI_USAGE_COST_AMOUNT,
  addsUp,
  type Attributes,
  type LlmCall,
  OPERATION_FETCH_RESPONSE,
} from '../../conventions/index.ts';
import type { AttributionScope } from './attribution/attribution-scope.ts';
import type { CallBooker } from './call-booker.ts';
import { type KnownCalls, type Teller, TOLD, WATCHED } from './identity/known-calls.ts';
import type { CallState } from './loops/call-state.ts';
import type { LoopTracker } from './loops/loop-tracker.ts';
import type { SpanNode } from './loops/span-node.ts';
import type { CallMetrics } from './metrics/call-metrics.ts';
import { convertSpan, type EndedSpan } from './normalise/foreign-call.ts';
import { newestCallNames, newestStructureNames } from './normalise/newest-names.ts';
import { type Recognised, recognise } from './normalise/recognise.ts';
import type { SpanChange } from './span-change.ts';

/** What the end of somebody else's span comes to. */
export interface ForeignEnd {
  /** How its attributes change, if they do. */
  readonly change: SpanChange | undefined;
  /** It is a call whose usage is in the books, by this span or another one, or that failed. */
  readonly isCounted: boolean;
}

/** Books the calls that other instrumentations' spans stand for, unless they are booked already. */
export class ForeignCalls {
  readonly #loops: LoopTracker;
  readonly #booker: CallBooker;
  readonly #metrics: CallMetrics;
  readonly #currentScope: () => AttributionScope;
  readonly #known: KnownCalls;

  /** @param currentScope whose the work is that ends a span whose start told nothing. */
  constructor(
    loops: LoopTracker,
    booker: CallBooker,
    metrics: CallMetrics,
    known: KnownCalls,
    currentScope: () => AttributionScope,
  ) {
    this.#loops = loops;
    this.#booker = booker;
    this.#metrics = metrics;
    this.#known = known;
    this.#currentScope = currentScope;
  }

  /** A call of ours has started inside the local root `root`. */
  ownCallStarted(call: LlmCall, state: CallState, root: SpanNode | undefined): void {
    // Asking for an answer that was made before is no call.
    if (call.operation === OPERATION_FETCH_RESPONSE) return;
    const by = call.isTold ? TOLD : WATCHED;
    const teller = { by, root, isPlaced: root !== undefined, service: undefined };
    state.known = this.#known.add(call, teller);
  }

  /** A span of ours ends that was made elsewhere: its call is in other books. */
  ownSpanEnding(span: EndedSpan, node: SpanNode): void {
    const recognised = recognise(span);
    const call = recognised && convertSpan(span, recognised);
    if (call !== undefined) this.#noteBookedElsewhere(span, node, call);
  }

  #noteBookedElsewhere(span: EndedSpan, node: SpanNode, call: LlmCall): void {
    const teller = tellerOf(span, node, WATCHED);
    if (this.#known.retold(call, teller) === undefined) this.#known.add(call, teller);
  }

  /** A span of somebody else is about to end; `undefined` where it says nothing of models. */
  spanEnding(span: EndedSpan, node: SpanNode): ForeignEnd | undefined {
    const recognised = recognise(span);
    if (recognised === undefined || recognised.kind === 'other') return undefined;
    if (recognised.kind !== 'call') {
      const set = newestStructureNames(span.attributes, recognised);
      return { change: { set, remove: [] }, isCounted: false };
    }
    // Booked where it was made, by another process of ours: its money is in those books.
    const isBooked = span.attributes[ATTR_COSTSPAN_PRICE_BOOK] !== undefined;
    if (isBooked || span.attributes[ATTR_COSTSPAN_CALL_STRUCTURE] === true) {
      if (node.kind === 'other') node.markAncestors();
      const told = isBooked ? convertSpan(span, recognised) : undefined;
      if (told !== undefined) this.#noteBookedElsewhere(span, node, told);
      return { change: undefined, isCounted: true };
    }
    // Usage above a call that was seen itself is a sum of what is already booked.
    if (node.callBelow || node.insideOwnCall) return undefined;
    const call = convertSpan(span, recognised);
    if (call === undefined) return undefined;
    const teller = tellerOf(span, node, recognised.vendor.name);
    if (this.#known.retold(call, teller) !== undefined) {
      const set = { [ATTR_COSTSPAN_CALL_STRUCTURE]: true };
      return { change: { set, remove: [] }, isCounted: true };
    }
    this.#known.add(call, teller);
    const attributes = this.#book(span, node, call, recognised);
    // A span that only at its end says that it is a call.
    if (node.kind === 'other') node.markAncestors();
    // The older name is the beginning of the newer ones, which stores of nested documents refuse.
    const isRenamed = ATTR_GEN_AI_USAGE_COST_AMOUNT in attributes;
    return {
      change: { set: attributes, remove: isRenamed ? [ATTR_GEN_AI_USAGE_COST] : [] },
      isCounted:
        call.usage !== undefined || call.providerCost !== undefined || call.outcome !== 'ok',
    };
  }

  #book(span: EndedSpan, node: SpanNode, call: LlmCall, recognised: Recognised): Attributes {
    if (call.usage !== undefined && !addsUp(call.usage)) this.#metrics.internalError('usage-total');
    const scope = node.place?.scope ?? this.#currentScope();
    const state = this.#loops.foreignCallStarted(call, node, scope);
    call.observed = state;
    const attributes: Attributes = newestCallNames(span.attributes, call, recognised);
    if (recognised.isGuess) attributes[ATTR_COSTSPAN_CALL_GUESSED] = true;
    try {
      void this.#booker.end(call, state, attributes, node.spanId);
    } finally {
      this.#booker.giveUp(call);
    }
    return attributes;
  }
}

/** @param vendor who wrote the span, where it does not name its scope. */
function tellerOf(span: EndedSpan, node: SpanNode, vendor: string): Teller {
  return {
    by: node.scope ?? vendor,
    root: node.parent?.localRoot,
    isPlaced: isPlaced(node),
    service: span.service,
  };
}

/** Whether anything around it is of another writer than itself. */
function isPlaced(node: SpanNode): boolean {
  for (let around = node.parent; around !== undefined; around = around.parent) {
    if (around.scope !== node.scope) return true;
  }
  return false;
}
