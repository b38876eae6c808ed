import { type Context, context as contextApi, ROOT_CONTEXT } from '@opentelemetry/api';
import {
  type AttributionResolver,
  attributionResolver,
  setRunScopeEndListener,
} from './attribution/index.ts';
import { ContextPlace } from './context-place.ts';
import { CurrentRuns } from './current-runs.ts';
import { Engine } from '../engine/engine.ts';
import { Governance } from '../governance/governance.ts';
import { describeError } from '../../conventions/error-text.ts';
import { warnOnce } from '../../conventions/warn-once.ts';
import type { RunLimits } from '../engine/loops/run-registry.ts';
import { Instruments } from './metrics/instruments.ts';
import { HISTOGRAMS, OBSERVABLES } from '../engine/metrics/metric-names.ts';
import { DEFAULT_METRIC_BOUNDS, type MetricBounds } from '../engine/metrics/series-table.ts';
import { createPricer, type Pricer } from '../engine/pricing/index.ts';
import { atProcessEnd } from './process-end.ts';
import { ToldSpans } from './told-spans.ts';
import { WaitingRequests } from './unmetered/waiting-requests.ts';
import { WatchedCalls } from './watched-calls.ts';

export interface CallPipelineOptions {
  readonly metrics?: MetricBounds | undefined;
  readonly pricer?: Pricer | undefined;
  readonly attribution?: AttributionResolver | undefined;
  readonly runLimits?: RunLimits | undefined;
  /** Epoch milliseconds. */
  readonly now?: (() => number) | undefined;
}

/**
 * The parts that a call passes in a process that has OpenTelemetry, each knowing of the next only
 * what it is handed here: `calls` and `spans` are told of what happens, `governance` says what may
 * be sent and keeps its books, `engine` knows what it means, and `runs` answers the application.
 */
export interface CallPipeline {
  readonly attribution: AttributionResolver;
  readonly engine: Engine;
  readonly governance: Governance;
  readonly calls: WatchedCalls;
  readonly spans: ToldSpans;
  readonly runs: CurrentRuns;
  /** Requests to providers that something may yet turn out to have watched. */
  readonly unseenRequests: WaitingRequests;
  /** Has `task`, which must not throw, run when the first call has been booked, of whoever watches. */
  onFirstCall(task: () => void): void;
}

export function createCallPipeline(options: CallPipelineOptions = {}): CallPipeline {
  const { pricer = createPricer(), attribution = attributionResolver(), now = Date.now } = options;
  const unseenRequests = new WaitingRequests();
  let firstCall: (() => void) | undefined;

  const placeOf = (context: Context): ContextPlace => new ContextPlace(context, attribution);
  const booked = (): void => {
    const task = firstCall;
    firstCall = undefined;
    task?.();
  };

  const governance: Governance = new Governance({
    pricer,
    now,
    metrics: () => engine.metrics,
    prices: () => engine.prices,
    failed: (component, error) => {
      engine.failed(component, error);
    },
    atEnd: atProcessEnd,
  });
  const engine = new Engine({
    pricer,
    now,
    metrics: options.metrics ?? DEFAULT_METRIC_BOUNDS,
    connectMetrics: (observer) => new Instruments(HISTOGRAMS, OBSERVABLES, observer),
    observeMore: (observe) => {
      governance.budgets.observe(observe);
    },
    books: governance,
    currentScope: () => attribution.resolve(contextApi.active()),
    rootScope: () => attribution.resolve(ROOT_CONTEXT),
    runLimits: options.runLimits,
    beginnings: () => governance.budgets.beginnings,
    scopeOf: (told) => attribution.restore(told),
    onFailure: (component, error) => {
      warnOnce(component, `${component} failed and was left out: ${describeError(error)}`);
    },
  });
  const calls = new WatchedCalls({ engine, governance, placeOf, booked, now });
  const spans = new ToldSpans({
    engine,
    placeOf,
    booked: (node, isCounted) => {
      if (node.kind !== 'own') unseenRequests.spanEnded(node, isCounted);
      if (isCounted) booked();
    },
  });
  const runs = new CurrentRuns({ engine, agents: governance.agents, placeOf, now });
  setRunScopeEndListener((scope) => {
    engine.loops.scopeEnded(scope);
  });
  const onFirstCall = (task: () => void): void => {
    firstCall = task;
  };
  return { attribution, engine, governance, calls, spans, runs, unseenRequests, onFirstCall };
}
