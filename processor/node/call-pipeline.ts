import {
  type Attributes,
  type Context,
  context as contextApi,
  propagation,
  ROOT_CONTEXT,
  type Span,
} from '@opentelemetry/api';
import type {
  BookedAnswer,
  CallObserver,
  CallPrice,
  LlmCall,
  ToolCall,
} from '../../conventions/index.ts';
import {
  type AttributionResolver,
  attributionResolver,
  membersFor,
  setRunScopeEndListener,
  stripBaggage,
} from './attribution/index.ts';
import type { AgentLimits } from '../governance/agents/agent-limits.ts';
import type { BudgetGate } from '../governance/budget-gate.ts';
import { ContextPlace } from './context-place.ts';
import type { CallControl } from '../governance/control/call-control.ts';
import { addPriceAttributes } from '../engine/booked-attributes.ts';
import { Engine } from '../engine/engine.ts';
import { Governance } from '../governance/governance.ts';
import { describeError } from '../../conventions/error-text.ts';
import { warnOnce } from '../../conventions/warn-once.ts';
import type { CallLedger } from '../governance/ledger/call-ledger.ts';
import { CallState } from '../engine/loops/call-state.ts';
import type { LoopTracker } from '../engine/loops/loop-tracker.ts';
import type { RunLimits } from '../engine/loops/run-registry.ts';
import type { CallMetrics } from '../engine/metrics/call-metrics.ts';
import { Instruments } from './metrics/instruments.ts';
import { HISTOGRAMS, OBSERVABLES } from '../engine/metrics/metric-names.ts';
import { DEFAULT_METRIC_BOUNDS, type MetricBounds } from '../engine/metrics/series-table.ts';
import { type OutcomeInput, OutcomeRecorder } from '../governance/outcomes/outcome-recorder.ts';
import { createPricer, type Pricer } from '../engine/pricing/index.ts';
import { atProcessEnd } from './process-end.ts';
import type { RecordedSpan } from './recorded-span.ts';
import { ToldSpans } from './told-spans.ts';
import { WaitingRequests } from './unmetered/waiting-requests.ts';

export interface CallPipelineOptions {
  readonly metrics?: MetricBounds | undefined;
  readonly pricer?: Pricer | undefined;
  readonly attribution?: AttributionResolver | undefined;
  readonly runLimits?: RunLimits | undefined;
  /** Epoch milliseconds. */
  readonly now?: (() => number) | undefined;
}

/**
 * The engine in a process that has OpenTelemetry: it reads contexts and spans for it, hands its
 * metrics to the process' meter provider, and asks budgets, limits and pauses before calls are sent.
 * No method throws.
 */
export class CallPipeline implements CallObserver {
  readonly attribution: AttributionResolver;
  readonly unseenRequests: WaitingRequests = new WaitingRequests();
  readonly #engine: Engine;
  readonly #governance: Governance;
  readonly #outcomes: OutcomeRecorder;
  readonly #spans: ToldSpans;
  readonly #now: () => number;
  #firstCall: (() => void) | undefined;

  constructor(options: CallPipelineOptions = {}) {
    const {
      pricer = createPricer(),
      attribution = attributionResolver(),
      now = Date.now,
    } = options;
    this.attribution = attribution;
    this.#now = now;
    this.#governance = new Governance({
      pricer,
      now,
      metrics: () => this.#engine.metrics,
      prices: () => this.#engine.prices,
      failed: (component, error) => {
        this.#engine.failed(component, error);
      },
      atEnd: atProcessEnd,
    });
    this.#engine = new Engine({
      pricer,
      now,
      metrics: options.metrics ?? DEFAULT_METRIC_BOUNDS,
      connectMetrics: (observer) => new Instruments(HISTOGRAMS, OBSERVABLES, observer),
      observeMore: (observe) => {
        this.#governance.budgets.observe(observe);
      },
      books: this.#governance,
      currentScope: () => attribution.resolve(contextApi.active()),
      rootScope: () => attribution.resolve(ROOT_CONTEXT),
      runLimits: options.runLimits,
      onFailure: (component, error) => {
        warnOnce(component, `${component} failed and was left out: ${describeError(error)}`);
      },
    });
    this.#outcomes = new OutcomeRecorder(
      this.metrics,
      this.loops,
      (context) => this.#placeOf(context),
      now,
    );
    this.#spans = new ToldSpans({
      engine: this.#engine,
      placeOf: (context) => this.#placeOf(context),
      booked: (node, isCounted) => {
        if (node.kind !== 'own') this.unseenRequests.spanEnded(node, isCounted);
        if (isCounted) this.#callBooked();
      },
    });
    setRunScopeEndListener((scope) => {
      this.loops.scopeEnded(scope);
    });
  }

  get metrics(): CallMetrics {
    return this.#engine.metrics;
  }

  get loops(): LoopTracker {
    return this.#engine.loops;
  }

  get pricer(): Pricer {
    return this.#engine.pricer;
  }

  get control(): CallControl {
    return this.#governance.control;
  }

  get agents(): AgentLimits {
    return this.#governance.agents;
  }

  get ledger(): CallLedger {
    return this.#governance.ledger;
  }

  get budgets(): BudgetGate {
    return this.#governance.budgets;
  }

  /** Has `task`, which must not throw, run when the first call has been booked, of whoever watches. */
  onFirstCall(task: () => void): void {
    this.#firstCall = task;
  }

  #callBooked(): void {
    const task = this.#firstCall;
    this.#firstCall = undefined;
    task?.();
  }

  callStarted(call: LlmCall, parent: Context): Context {
    this.#guarded('call-started', undefined, () => {
      this.#engine.callStarted(call, this.#placeOf(parent));
    });
    try {
      return stripBaggage(parent);
    } catch (error) {
      this.#engine.failed('baggage', error);
      // No baggage at all is the safe side: ours must not reach a provider.
      return propagation.deleteBaggage(parent);
    }
  }

  admit(call: LlmCall): Error | undefined | Promise<Error | undefined> {
    const state = call.observed;
    return state instanceof CallState ? this.#governance.admit(call, state) : undefined;
  }

  admitConnection(call: LlmCall, parent: Context): Error | undefined | Promise<Error | undefined> {
    return this.#guarded('admit', undefined, () => {
      this.#engine.callConsidered(call, this.#placeOf(parent));
      const denial = this.admit(call);
      const withdraw = (): void => {
        call.endTimeMs = this.#now();
        this.#engine.callWithdrawn(call);
      };
      if (denial instanceof Promise) return denial.finally(withdraw);
      withdraw();
      return denial;
    });
  }

  toolStarting(tool: ToolCall, context: Context): Error | undefined {
    return this.#guarded('tool-starting', undefined, () => {
      const now = this.#now();
      const place = this.#placeOf(context);
      const { scope } = place;
      return this.agents.toolStarting(tool, this.loops.surroundings(place, now), scope, now);
    });
  }

  retrying(call: LlmCall): Error | undefined {
    const state = call.observed;
    if (!(state instanceof CallState)) return undefined;
    return this.#guarded('retrying', undefined, () => this.agents.retrying(call, state));
  }

  callEnded(call: LlmCall, span: Span, attributes: Attributes): void {
    this.#guarded('call-ended', undefined, () => {
      const shown = span.isRecording() ? attributes : undefined;
      this.#engine.callEnded(call, shown, shown === undefined ? '' : span.spanContext().spanId);
      this.#callBooked();
    });
  }

  batchAnswered(
    call: LlmCall,
    context: Context,
  ): BookedAnswer | undefined | Promise<BookedAnswer | undefined> {
    return this.#guarded('batch-answer', undefined, () => {
      const booked = this.#engine.batchAnswered(call, this.#placeOf(context));
      this.#callBooked();
      return booked;
    });
  }

  batchRead(sum: LlmCall, price: CallPrice, attributes: Attributes): void {
    this.#guarded('batch-read', undefined, () => {
      addPriceAttributes(attributes, sum, price, undefined);
    });
  }

  outboundBaggage(context: Context, origin: string): string | undefined {
    return this.#guarded('baggage', undefined, () => membersFor(context, origin));
  }

  internalError(component: string): void {
    this.#engine.internalError(component);
  }

  /** A request to a provider that nobody saw, made in `context`. */
  unmeteredRequest(host: string, context: Context): void {
    this.#guarded('unmetered', undefined, () => {
      this.metrics.unmeteredRequest(this.attribution.resolve(context).values, host);
    });
  }

  /** Writes what waits before it returns: the process is about to end. Never throws. */
  writeNow(): void {
    this.#guarded('ledger', undefined, () => {
      this.#governance.writeNow();
    });
  }

  /** Keeps ended calls back until `prices` (an overlay being read) has settled. */
  holdFor(prices: Promise<void>): void {
    this.#engine.prices.holdFor(prices);
  }

  /** A recorded span of anybody has started. */
  spanStarted(span: RecordedSpan, parentContext: Context): void {
    this.#guarded('span-started', undefined, () => {
      this.#spans.started(span, parentContext);
    });
  }

  /** It is about to end and still takes attributes. */
  spanEnding(span: RecordedSpan): void {
    this.#guarded('span-ending', undefined, () => {
      this.#spans.ending(span);
    });
  }

  /** It has ended. */
  spanEnded(span: RecordedSpan): void {
    this.#guarded('span-ended', undefined, () => {
      this.#spans.ended(span);
    });
  }

  /** Records a business outcome; says in the diagnostics what was wrong with it. */
  recordOutcome(outcome: OutcomeInput, context: Context = contextApi.active()): void {
    this.#guarded('outcome', undefined, () => {
      this.#outcomes.record(outcome, context);
    });
  }

  /** Text that lets an outcome be recorded later, elsewhere, for the run going on in `context`. */
  runHandle(context: Context = contextApi.active()): string {
    return this.#guarded('outcome', '', () => this.#outcomes.handle(context));
  }

  /** The run that `context` is part of, for handing it on to other services. */
  currentRun(context: Context): { readonly id: string } | undefined {
    return this.#guarded('current-run', undefined, () => {
      const place = this.#placeOf(context);
      const now = this.#now();
      const run = this.loops.runOf(place, now);
      if (run !== undefined) this.agents.handedOn(run, place.scope, now);
      return run ?? place.scope.inboundRun;
    });
  }

  /** Aborts when a limit stops the run going on in `context`. */
  runSignal(context: Context = contextApi.active()): AbortSignal {
    const signal = this.#guarded('run-signal', undefined, () => {
      const place = this.#placeOf(context);
      const now = this.#now();
      return this.agents.signalOf(this.loops.surroundings(place, now), place.scope, now);
    });
    return signal ?? new AbortController().signal;
  }

  #placeOf(context: Context): ContextPlace {
    return new ContextPlace(context, this.attribution);
  }

  #guarded<T>(component: string, fallback: T, body: () => T): T {
    try {
      return body();
    } catch (error) {
      this.#engine.failed(component, error);
      return fallback;
    }
  }
}
