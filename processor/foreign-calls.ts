import { type Attributes, context as contextApi } from '@opentelemetry/api';
import {
  ATTR_GEN_AI_USAGE_COST,
  ATTR_GEN_AI_USAGE_COST_AMOUNT,
  addsUp,
  type LlmCall,
} from '../conventions/index.ts';
import type { AttributionResolver } from './attribution/index.ts';
import type { CallBooker } from './call-booker.ts';
import type { LoopTracker } from './loops/loop-tracker.ts';
import type { RecordedSpan, SpanNode } from './loops/span-node.ts';
import type { CallMetrics } from './metrics/call-metrics.ts';
import { convertSpan } from './normalise/foreign-call.ts';
import { newestCallNames, newestStructureNames } from './normalise/newest-names.ts';
import { type Recognised, recognise } from './normalise/recognise.ts';
import { SeenCalls } from './normalise/seen-calls.ts';

/** Who tells of calls that our own instrumentation watched. */
const OURSELVES = 'costspan';

/** Books the calls that other instrumentations' spans stand for, unless they are booked already. */
export class ForeignCalls {
  readonly #loops: LoopTracker;
  readonly #booker: CallBooker;
  readonly #metrics: CallMetrics;
  readonly #attribution: AttributionResolver;
  readonly #seen = new SeenCalls();

  constructor(
    loops: LoopTracker,
    booker: CallBooker,
    metrics: CallMetrics,
    attribution: AttributionResolver,
  ) {
    this.#loops = loops;
    this.#booker = booker;
    this.#metrics = metrics;
    this.#attribution = attribution;
  }

  /** A call of ours has started inside the local root `root`. */
  ownCallStarted(call: LlmCall, root: SpanNode | undefined): void {
    this.#seen.remember(call, OURSELVES, root);
  }

  /**
   * A span of somebody else is about to end. Returns whether it is a call whose usage is in the
   * books, by this span or another one, or that failed.
   */
  spanEnding(span: RecordedSpan, node: SpanNode): boolean {
    const recognised = recognise(span);
    if (recognised === undefined) return false;
    if (recognised.kind !== 'call') {
      if (recognised.kind !== 'other') {
        span.setAttributes(newestStructureNames(span.attributes, recognised));
      }
      return false;
    }
    // Usage above a call that was seen itself is a sum of what is already booked.
    if (node.callBelow || node.insideOwnCall) return false;
    const call = convertSpan(span, recognised);
    if (call === undefined) return false;
    const root = node.parent?.localRoot;
    const { name } = recognised.vendor;
    if (this.#seen.isSecondSight(call, name, root)) return true;
    this.#seen.remember(call, name, root);
    this.#book(span, node, call, recognised);
    // A span that only at its end says that it is a call.
    if (node.kind === 'other') node.markAncestors();
    return call.usage !== undefined || call.providerCost !== undefined || call.outcome !== 'ok';
  }

  #book(span: RecordedSpan, node: SpanNode, call: LlmCall, recognised: Recognised): void {
    if (call.usage !== undefined && !addsUp(call.usage)) this.#metrics.internalError('usage-total');
    const scope = this.#attribution.resolve(node.context ?? contextApi.active());
    const state = this.#loops.foreignCallStarted(call, node, scope);
    call.observed = state;
    const attributes: Attributes = newestCallNames(span.attributes, call, recognised);
    try {
      this.#booker.end(call, state, attributes, node.spanId);
    } finally {
      this.#booker.giveUp(call);
    }
    // The older name is the beginning of the newer ones, which stores of nested documents refuse.
    if (ATTR_GEN_AI_USAGE_COST_AMOUNT in attributes) {
      Reflect.deleteProperty(span.attributes, ATTR_GEN_AI_USAGE_COST);
    }
    span.setAttributes(attributes);
  }
}
