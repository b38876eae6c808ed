import {
  type Attributes,
  type Context,
  context as contextApi,
  propagation,
  type Span,
  trace,
} from '@opentelemetry/api';
import type { CallObserver, LlmCall, ToolCall } from '../conventions/index.ts';
import {
  admitAttribution,
  type AttributionResolver,
  attributionResolver,
  membersFor,
  setRunScopeEndListener,
  stripBaggage,
} from './attribution/index.ts';
import { AgentLimits } from './agents/agent-limits.ts';
import { BudgetGate } from './budget-gate.ts';
import { andThen } from './budgets/maybe.ts';
import { CallBooker } from './call-booker.ts';
import { ForeignCalls } from './foreign-calls.ts';
import { CallControl } from './control/call-control.ts';
import { describeError, warnOnce } from './guard.ts';
import { CallLedger } from './ledger/call-ledger.ts';
import { CallState, uncount } from './loops/call-state.ts';
import { LoopTracker } from './loops/loop-tracker.ts';
import type { RunLimits } from './loops/run-registry.ts';
import type { Run } from './loops/run.ts';
import { nodeOf, type RecordedSpan } from './loops/span-node.ts';
import { CallMetrics } from './metrics/call-metrics.ts';
import type { MetricBounds } from './metrics/series-table.ts';
import { type OutcomeInput, OutcomeRecorder } from './outcomes/outcome-recorder.ts';
import { PriceGate } from './price-gate.ts';
import { createPricer, type Pricer } from './pricing/index.ts';
import { SpanReporter } from './span-reporter.ts';
import { WaitingRequests } from './unmetered/waiting-requests.ts';

export interface CallPipelineOptions {
  readonly metrics?: MetricBounds | undefined;
  readonly pricer?: Pricer | undefined;
  readonly attribution?: AttributionResolver | undefined;
  readonly runLimits?: RunLimits | undefined;
  /** Epoch milliseconds. */
  readonly now?: (() => number) | undefined;
}

const DEFAULT_METRIC_BOUNDS: MetricBounds = {
  dimensions: ['team', 'workflow'],
  maxValuesPerDimension: 200,
  maxSets: 1_800,
};

/**
 * What a call means, once: whose it is, where in its run it stands, what it cost; then its span
 * attributes, metrics and run totals. Calls of our own instrumentation and spans of others go the
 * same way. Works the same whether or not spans are sampled.
 */
export class CallPipeline implements CallObserver {
  readonly metrics: CallMetrics;
  readonly control: CallControl;
  readonly agents: AgentLimits;
  readonly ledger: CallLedger;
  readonly budgets: BudgetGate;
  readonly loops: LoopTracker;
  readonly pricer: Pricer;
  readonly attribution: AttributionResolver;
  readonly unseenRequests: WaitingRequests = new WaitingRequests();
  readonly #spans: SpanReporter;
  readonly #outcomes: OutcomeRecorder;
  readonly #gate: PriceGate;
  readonly #booker: CallBooker;
  readonly #foreign: ForeignCalls;
  readonly #now: () => number;

  constructor(options: CallPipelineOptions = {}) {
    const {
      pricer = createPricer(),
      attribution = attributionResolver(),
      now = Date.now,
    } = options;
    this.pricer = pricer;
    this.attribution = attribution;
    this.#now = now;
    this.metrics = new CallMetrics({
      ...(options.metrics ?? DEFAULT_METRIC_BOUNDS),
      knowsModel: (provider, model) => pricer.knows(provider, model),
      priceBookAgeSeconds: () => pricer.bookAgeSeconds(now()),
      beforeCollection: () => {
        this.loops.sweep(now());
      },
      observeMore: (observe) => {
        this.budgets.observe(observe);
      },
    });
    this.budgets = new BudgetGate(
      {
        pricer,
        now,
        onError: (error) => {
          this.#failed('budgets', error);
        },
      },
      ({ store: { kind }, guarded }) => {
        this.control.killSwitch.watch({
          pauses: (nowMs) => guarded.run((store) => store.pauses(nowMs)),
        });
        this.agents.shareThrough(
          kind === 'memory'
            ? undefined
            : { countRun: (request) => guarded.run((store) => store.countRun(request)) },
        );
      },
    );
    this.control = new CallControl({
      now,
      onError: (error) => {
        this.#failed('pauses', error);
      },
    });
    this.agents = new AgentLimits(this.metrics);
    this.loops = new LoopTracker({
      resolve: (context) => attribution.resolve(context),
      onRunFinished: (run) => {
        this.#runFinished(run);
      },
      limits: options.runLimits,
    });
    this.#gate = new PriceGate((error) => {
      this.#failed('call-ended', error);
    });
    this.ledger = new CallLedger(pricer, (message, lost) => {
      for (let row = 0; row < Math.max(1, lost); row += 1) this.internalError('ledger');
      warnOnce(`ledger ${message}`, message);
    });
    this.#booker = new CallBooker(
      pricer,
      this.#gate,
      this.loops,
      this.metrics,
      this.agents,
      this.ledger,
      this.budgets,
    );
    this.#foreign = new ForeignCalls(this.loops, this.#booker, this.metrics, attribution);
    this.#spans = new SpanReporter(this.loops, this.metrics, attribution);
    this.#outcomes = new OutcomeRecorder(this.metrics, this.loops, attribution, now);
    setRunScopeEndListener((scope) => {
      this.loops.scopeEnded(scope);
    });
  }

  callStarted(call: LlmCall, parent: Context): Context {
    try {
      call.observed = this.loops.callStarted(call, parent, this.attribution.resolve(parent));
      this.#foreign.ownCallStarted(call, nodeOf(trace.getSpan(parent))?.localRoot);
    } catch (error) {
      this.#failed('call-started', error);
    }
    try {
      return stripBaggage(parent);
    } catch (error) {
      this.#failed('baggage', error);
      // No baggage at all is the safe side: ours must not reach a provider.
      return propagation.deleteBaggage(parent);
    }
  }

  admit(call: LlmCall): Error | undefined | Promise<Error | undefined> {
    const state = call.observed;
    if (!(state instanceof CallState)) return undefined;
    const unattributed = admitAttribution(state.scope);
    if (unattributed !== undefined) return this.#refused(state, unattributed);
    // What is paused stands in the store, which may still be being opened.
    const opening = this.budgets.opening();
    return opening === undefined
      ? this.#admitNow(call, state)
      : opening.then(() => this.#admitNow(call, state));
  }

  #admitNow(call: LlmCall, state: CallState): Error | undefined | Promise<Error | undefined> {
    return andThen(this.#admitToRun(call, state), (refused) => {
      if (refused !== undefined) return this.#refused(state, refused);
      return andThen(this.#admitByBudgets(call, state), (spent) => this.#refused(state, spent));
    });
  }

  /** Budgets come last: what they hold must be given back if anything else refuses. */
  #admitByBudgets(call: LlmCall, state: CallState): Error | undefined | Promise<Error | undefined> {
    // An estimate needs prices, and an overlay may still be being read.
    const prices = this.#gate.opening();
    return prices === undefined
      ? this.budgets.admit(call, state)
      : prices.then(() => this.budgets.admit(call, state));
  }

  #admitToRun(call: LlmCall, state: CallState): Error | undefined | Promise<Error | undefined> {
    // A failure here must not keep budgets from being asked.
    const failed = (error: unknown): undefined => {
      this.#failed('admit', error);
      return undefined;
    };
    try {
      const denial = andThen(
        this.control.check(call, state),
        (forbidden) => forbidden ?? this.agents.admit(call, state),
      );
      return denial instanceof Promise ? denial.catch(failed) : denial;
    } catch (error) {
      return failed(error);
    }
  }

  /** A refused call is none of its run's at once: another may be in its place before it has ended. */
  #refused(state: CallState, denial: Error | undefined): Error | undefined {
    if (denial !== undefined) uncount(state);
    return denial;
  }

  toolStarting(tool: ToolCall, context: Context): Error | undefined {
    try {
      const scope = this.attribution.resolve(context);
      const now = this.#now();
      return this.agents.toolStarting(tool, this.loops.placeOf(context, scope, now), scope, now);
    } catch (error) {
      this.#failed('tool-starting', error);
      return undefined;
    }
  }

  retrying(call: LlmCall): Error | undefined {
    try {
      const state = call.observed;
      return state instanceof CallState ? this.agents.retrying(call, state) : undefined;
    } catch (error) {
      this.#failed('retrying', error);
      return undefined;
    }
  }

  callEnded(call: LlmCall, span: Span, attributes: Attributes): void {
    try {
      const state = this.#stateOf(call);
      if (state.ended) return;
      const shown = span.isRecording() ? attributes : undefined;
      this.#booker.end(call, state, shown, shown === undefined ? '' : span.spanContext().spanId);
    } catch (error) {
      this.#failed('call-ended', error);
      this.#booker.giveUp(call);
    }
  }

  outboundBaggage(context: Context, origin: string): string | undefined {
    try {
      return membersFor(context, origin);
    } catch (error) {
      this.#failed('baggage', error);
      return undefined;
    }
  }

  internalError(component: string): void {
    try {
      this.metrics.internalError(component);
    } catch {
      // Nothing is left to tell it to.
    }
  }

  /** A request to a provider that nobody saw, made in `context`. Never throws. */
  unmeteredRequest(host: string, context: Context): void {
    try {
      this.metrics.unmeteredRequest(this.attribution.resolve(context).values, host);
    } catch (error) {
      this.#failed('unmetered', error);
    }
  }

  /** Keeps ended calls back until `prices` (an overlay being read) has settled. Never throws. */
  holdFor(prices: Promise<void>): void {
    this.#gate.holdFor(prices);
  }

  /** A recorded span of anybody has started. Never throws. */
  spanStarted(span: RecordedSpan, parentContext: Context): void {
    try {
      this.loops.spanStarted(span, parentContext, this.#now);
    } catch (error) {
      this.#failed('span-started', error);
    }
  }

  /** It is about to end and still takes attributes. Never throws. */
  spanEnding(span: RecordedSpan): void {
    try {
      const node = nodeOf(span);
      if (node === undefined) return;
      if (node.kind !== 'own') {
        this.unseenRequests.spanEnded(node, this.#foreign.spanEnding(span, node));
      }
      this.#spans.spanEnding(span, node);
    } catch (error) {
      this.#failed('span-ending', error);
    }
  }

  /** It has ended. Never throws. */
  spanEnded(span: RecordedSpan): void {
    try {
      const node = nodeOf(span);
      if (node === undefined) return;
      this.#spans.spanEnded(span, node);
      // Where the SDK did not say that it was about to end.
      this.unseenRequests.spanEnded(node, false);
    } catch (error) {
      this.#failed('span-ended', error);
    }
  }

  /** Records a business outcome. Never throws; says in the diagnostics what was wrong with it. */
  recordOutcome(outcome: OutcomeInput, context: Context = contextApi.active()): void {
    try {
      this.#outcomes.record(outcome, context);
    } catch (error) {
      this.#failed('outcome', error);
    }
  }

  /** Text that lets an outcome be recorded later, elsewhere, for the run going on in `context`. */
  runHandle(context: Context = contextApi.active()): string {
    try {
      return this.#outcomes.handle(context);
    } catch (error) {
      this.#failed('outcome', error);
      return '';
    }
  }

  /** The run that `context` is part of, for handing it on to other services. */
  currentRun(context: Context): { readonly id: string } | undefined {
    try {
      const scope = this.attribution.resolve(context);
      const now = this.#now();
      const run = this.loops.runOf(context, scope, now);
      if (run !== undefined) this.agents.handedOn(run, scope, now);
      return run ?? scope.inboundRun;
    } catch (error) {
      this.#failed('current-run', error);
      return undefined;
    }
  }

  /** Aborts when a limit stops the run going on in `context`. */
  runSignal(context: Context = contextApi.active()): AbortSignal {
    try {
      const scope = this.attribution.resolve(context);
      const now = this.#now();
      return this.agents.signalOf(this.loops.placeOf(context, scope, now), scope, now);
    } catch (error) {
      this.#failed('run-signal', error);
      return new AbortController().signal;
    }
  }

  /** A call whose start failed or was never told still counts, for whom the context says. */
  #stateOf(call: LlmCall): CallState {
    if (call.observed instanceof CallState) return call.observed;
    const scope = this.attribution.resolve(contextApi.active());
    const state = new CallState(scope, undefined, undefined, undefined, undefined);
    call.observed = state;
    return state;
  }

  #runFinished(run: Run): void {
    this.agents.runFinished(run);
    const { totals, scope } = run;
    if (totals.calls === 0) return;
    this.metrics.runEnded({
      scope,
      costNanos: totals.pricedCalls > 0 ? totals.costNanos : undefined,
      inferenceCalls: totals.inferenceCalls,
      toolCalls: totals.toolCalls,
      tokens: totals.inputTokens + totals.outputTokens,
    });
  }

  #failed(component: string, error: unknown): void {
    this.internalError(component);
    warnOnce(component, `${component} failed and was left out: ${describeError(error)}`);
  }
}
