import {
  type Attributes,
  type BookedAnswer,
  type LlmCall,
  OPERATION_CREATE_BATCH,
} from '../../conventions/index.ts';
import type { AttributionScope } from './attribution/attribution-scope.ts';
import { BatchMemory } from './batches/batch-memory.ts';
import { type Bookkeeper, NO_BOOKS } from './bookkeeper.ts';
import { CallBooker } from './call-booker.ts';
import { type ForeignEnd, ForeignCalls } from './foreign-calls.ts';
import { KnownCalls } from './identity/known-calls.ts';
import type { AbsentNode } from './loops/absent-node.ts';
import type { SharedBeginnings, ToldBeginning } from './identity/shared-beginnings.ts';
import { CallState } from './loops/call-state.ts';
import { LoopTracker } from './loops/loop-tracker.ts';
import type { Place } from './loops/place.ts';
import type { RunLimits } from './loops/run-registry.ts';
import type { Run } from './loops/run.ts';
import type { SpanNode } from './loops/span-node.ts';
import type { SpanIds } from './loops/span-structure.ts';
import { CallMetrics } from './metrics/call-metrics.ts';
import type { MetricSink, Observe, Observer } from './metrics/metric-sink.ts';
import type { MetricBounds } from './metrics/series-table.ts';
import type { EndedSpan } from './normalise/foreign-call.ts';
import type { SpanLook } from './normalise/vendor.ts';
import { PriceGate } from './price-gate.ts';
import type { Pricer } from './pricing/index.ts';
import type { SpanChange } from './span-change.ts';
import { SpanReporter } from './span-reporter.ts';

export interface EngineOptions {
  readonly pricer: Pricer;
  readonly metrics: MetricBounds;
  /** Makes the place where metrics go. */
  readonly connectMetrics: (observer: Observer) => MetricSink;
  /** Hands over figures that the host keeps. */
  readonly observeMore?: ((observe: Observe) => void) | undefined;
  /** What the host keeps of calls beside their metrics. */
  readonly books?: Bookkeeper | undefined;
  /** Whose the work is that goes on now, for a span whose start told nothing of it. */
  readonly currentScope: () => AttributionScope;
  /** Whose the work is that nothing is around. */
  readonly rootScope: () => AttributionScope;
  readonly runLimits?: RunLimits | undefined;
  /** Where the processes of a fleet tell each other of background responses; asked each time. */
  readonly beginnings?: (() => SharedBeginnings | undefined) | undefined;
  /** Whose the work is that another process began. */
  readonly scopeOf?: ((told: ToldBeginning) => AttributionScope | undefined) | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Told of a failure of ours, which is counted already. */
  readonly onFailure: (component: string, error: unknown) => void;
}

/** What the end of a span comes to. */
export interface SpanEnd {
  /** What is to become of its attributes, one after the other. */
  readonly changes: readonly SpanChange[];
  /** It is a call whose usage is in the books, by this span or another one, or that failed. */
  readonly isCounted: boolean;
}

/**
 * What a call means, once: whose it is, where in its run it stands, what it cost; then its span
 * attributes, metrics and run totals. Calls that were watched and spans of others go the same way,
 * in whatever process they are told: nothing here knows OpenTelemetry's SDK, Node or what is
 * configured where. No method throws.
 */
export class Engine {
  readonly pricer: Pricer;
  readonly metrics: CallMetrics;
  readonly loops: LoopTracker;
  /** Settles when calls can be priced; `undefined` when they can be now. */
  readonly prices: PriceGate;
  readonly #booker: CallBooker;
  readonly #foreign: ForeignCalls;
  readonly #spans: SpanReporter;
  readonly #batches = new BatchMemory();
  readonly #options: EngineOptions;

  constructor(options: EngineOptions) {
    const { pricer, now, books = NO_BOOKS } = options;
    this.#options = options;
    this.pricer = pricer;
    this.metrics = new CallMetrics({
      ...options.metrics,
      knowsModel: (provider, model) => pricer.knows(provider, model),
      priceBookAgeSeconds: () => pricer.bookAgeSeconds(now()),
      connect: options.connectMetrics,
      beforeCollection: () => {
        this.loops.sweep(now());
        this.#booker.fetched.sweep(now());
      },
      observeMore: options.observeMore,
    });
    this.loops = new LoopTracker({
      onRunFinished: (run) => {
        books.runFinished(run);
        this.#runFinished(run);
      },
      limits: options.runLimits,
    });
    this.prices = new PriceGate((error) => {
      this.failed('call-ended', error);
    });
    const { loops, metrics } = this;
    const known = new KnownCalls();
    this.#booker = new CallBooker(pricer, this.prices, loops, metrics, books, known, {
      shared: () => options.beginnings?.(),
      scopeOf: (told) => options.scopeOf?.(told),
      failed: (component, error) => {
        this.failed(component, error);
      },
    });
    const { currentScope } = options;
    this.#foreign = new ForeignCalls(loops, this.#booker, metrics, known, currentScope);
    this.#spans = new SpanReporter(this.loops, this.metrics, options.rootScope);
  }

  /** A call is about to be made in `place`. */
  callStarted(call: LlmCall, place: Place): void {
    try {
      const state = this.loops.callStarted(call, place);
      call.observed = state;
      this.#foreign.ownCallStarted(call, state, place.node?.localRoot);
    } catch (error) {
      this.failed('call-started', error);
    }
  }

  /**
   * It is over. Adds to `attributes`, those of its span, what it was and cost; they are `undefined`
   * where the span takes none. Settles when they are complete, where other processes must be asked;
   * never rejects.
   */
  callEnded(
    call: LlmCall,
    attributes: Attributes | undefined,
    spanId: string,
  ): void | Promise<void> {
    try {
      const state = this.#stateOf(call);
      if (call.operation === OPERATION_CREATE_BATCH) {
        this.#batches.created(call, state.scope, state.run?.id ?? state.scope.inboundRun?.id);
      }
      return state.ended ? undefined : this.#booker.end(call, state, attributes, spanId);
    } catch (error) {
      this.failed('call-ended', error);
      this.#booker.giveUp(call);
      return undefined;
    }
  }

  /** Background responses that were begun here and that nobody has seen over. */
  get unreadResponses(): number {
    return this.#booker.fetched.unread;
  }

  /** It is asked whether a call could be made in `place`; {@link callWithdrawn} has to follow, or the end of the call. */
  callConsidered(call: LlmCall, place: Place): void {
    try {
      call.observed = this.loops.callStarted(call, place);
    } catch (error) {
      this.failed('call-started', error);
    }
  }

  /** Nothing is to be left of a call that was only considered. */
  callWithdrawn(call: LlmCall): void {
    call.endTimeMs = this.#options.now();
    this.#booker.giveUp(call);
  }

  /**
   * An answer of a batch has been read in `place`. Books it for whoever created the batch, or for who
   * reads it where nobody knows; `undefined` when that was done before, or failed.
   */
  batchAnswered(
    call: LlmCall,
    place: Place,
  ): BookedAnswer | undefined | Promise<BookedAnswer | undefined> {
    if (this.prices.isOpen()) return this.#answer(call, place.scope);
    return new Promise((resolve) => {
      const isWaiting = this.prices.wait(() => {
        resolve(this.#answer(call, place.scope));
      });
      if (isWaiting) return;
      this.internalError('price-book');
      resolve(undefined);
    });
  }

  #answer(call: LlmCall, reader: AttributionScope): BookedAnswer | undefined {
    try {
      if (!this.#batches.isNew(call)) return undefined;
      const scope = this.#batches.creatorOf(call.provider, call.batch?.id) ?? reader;
      return { price: this.#booker.answer(call, scope), attribution: scope.spanAttributes };
    } catch (error) {
      this.failed('batch-answer', error);
      return undefined;
    }
  }

  /** A span of anybody has started. The answer stands for it from now on. */
  spanStarted(span: SpanLook, ids: SpanIds, place: Place): SpanNode | undefined {
    try {
      return this.loops.spanStarted(span, ids, place, this.#options.now);
    } catch (error) {
      this.failed('span-started', error);
      return undefined;
    }
  }

  /** The span `node` has come after spans inside it, for which `absent` has stood. */
  spanArrived(node: SpanNode, absent: AbsentNode, scope: AttributionScope, now: number): void {
    try {
      this.loops.spanArrived(node, absent, scope, now);
    } catch (error) {
      this.failed('span-arrived', error);
    }
  }

  /** It is about to end. */
  spanEnding(span: EndedSpan, node: SpanNode): SpanEnd {
    const changes: SpanChange[] = [];
    let isCounted = false;
    try {
      const end = this.#ending(span, node);
      if (end?.change !== undefined) changes.push(end.change);
      isCounted = end?.isCounted === true;
      const totals = this.#spans.spanEnding(node);
      if (totals !== undefined) changes.push({ set: totals, remove: [] });
    } catch (error) {
      this.failed('span-ending', error);
    }
    return { changes, isCounted };
  }

  #ending(span: EndedSpan, node: SpanNode): ForeignEnd | undefined {
    if (node.kind !== 'own') return this.#foreign.spanEnding(span, node);
    // A call that is watched here is told by itself.
    if (node.openCall === undefined) this.#foreign.ownSpanEnding(span, node);
    return undefined;
  }

  /** It has ended. */
  spanEnded(span: EndedSpan, traceId: string, node: SpanNode): void {
    try {
      this.#spans.spanEnded(span, traceId, node);
    } catch (error) {
      this.failed('span-ended', error);
    }
  }

  /** Runs a part of the host's; a failure in it is counted and comes to `fallback`. */
  guarded<T>(component: string, fallback: T, body: () => T): T {
    try {
      return body();
    } catch (error) {
      this.failed(component, error);
      return fallback;
    }
  }

  /** Counts a failure of ours, and tells the host. */
  failed(component: string, error: unknown): void {
    this.internalError(component);
    try {
      this.#options.onFailure(component, error);
    } catch {
      // A listener that throws is its host's own affair.
    }
  }

  /** Counts a failure of ours that has been told. */
  internalError(component: string): void {
    try {
      this.metrics.internalError(component);
    } catch {
      // Nothing is left to tell it to.
    }
  }

  /** A call whose start failed or was never told still counts, for who works now. */
  #stateOf(call: LlmCall): CallState {
    if (call.observed instanceof CallState) return call.observed;
    const scope = this.#options.currentScope();
    const state = new CallState(scope, undefined, undefined, undefined, undefined);
    call.observed = state;
    return state;
  }

  #runFinished({ totals, scope }: Run): void {
    if (totals.calls === 0) return;
    this.metrics.runEnded({
      scope,
      costNanos: totals.pricedCalls > 0 ? totals.costNanos : undefined,
      inferenceCalls: totals.inferenceCalls,
      toolCalls: totals.toolCalls,
      tokens: totals.inputTokens + totals.outputTokens,
    });
  }
}
