/**
 * What `import … from 'costspan'` gives in an edge runtime (export condition `edge-light`), which
 * has no `node:` modules to watch calls with. Everything that an application writes for Node goes on
 * as if costspan were not there, and one line says so; what would have to act and cannot rejects.
 */
import type { Context, TextMapGetter, TextMapSetter } from '@opentelemetry/api';
import type * as Costspan from './index.ts';
import { EDGE_SENTENCE, sayOnEdge } from './edge-sentence.ts';

export { ModelNotAllowedError } from './processor/governance/control/model-not-allowed-error.ts';
export { AttributionRequiredError } from './processor/engine/attribution/required.ts';
export {
  AgentLimitError,
  BudgetContendedError,
  BudgetExceededError,
  BudgetStoreUnavailableError,
  PausedError,
} from './processor/governance/budgets/budget-errors.ts';

export const instrument: typeof Costspan.instrument = (client) => {
  sayOnEdge();
  return client;
};

export const withAttribution: typeof Costspan.withAttribution = (_attribution, fn) => {
  sayOnEdge();
  return fn();
};

export const recordGenAiSpans: typeof Costspan.recordGenAiSpans = (inner) => {
  sayOnEdge();
  return inner;
};

export const costspanInstrumentations: typeof Costspan.costspanInstrumentations = () => {
  sayOnEdge();
  return [];
};

export const recordOutcome: typeof Costspan.recordOutcome = () => sayOnEdge();
export const configureBudgets: typeof Costspan.configureBudgets = () => sayOnEdge();

export const onEscalate: typeof Costspan.onEscalate = () => {
  sayOnEdge();
  return () => undefined;
};

/** Never aborts. */
export const currentRunSignal: typeof Costspan.currentRunSignal = () =>
  new AbortController().signal;
export const currentRunHandle: typeof Costspan.currentRunHandle = () => '';
export const attributionBaggage: typeof Costspan.attributionBaggage = () => undefined;
export const flushTelemetry: typeof Costspan.flushTelemetry = () => Promise.resolve();

/** Reads nothing and books nothing. */
export const recordBatchResults: typeof Costspan.recordBatchResults = () => {
  sayOnEdge();
  return Promise.resolve({ answers: 0, booked: 0, costUsd: undefined });
};

function refuse(): Promise<never> {
  return Promise.reject(new Error(EDGE_SENTENCE));
}

export const pauseCalls: typeof Costspan.pauseCalls = refuse;
export const resumeCalls: typeof Costspan.resumeCalls = refuse;
export const overrideBudget: typeof Costspan.overrideBudget = refuse;

/** Does nothing with any span. */
export class CostspanProcessor {
  constructor() {
    sayOnEdge();
  }

  onStart(): void {}

  onEnding(): void {}

  onEnd(): void {}

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

/** The propagator that it was given, by another name. */
export class CostspanPropagator {
  readonly #inner: Costspan.CostspanPropagatorOptions['inner'];

  constructor(options: Costspan.CostspanPropagatorOptions) {
    sayOnEdge();
    this.#inner = options.inner;
  }

  inject<Carrier>(ctx: Context, carrier: Carrier, setter: TextMapSetter<Carrier>): void {
    this.#inner.inject(ctx, carrier, setter);
  }

  extract<Carrier>(ctx: Context, carrier: Carrier, getter: TextMapGetter<Carrier>): Context {
    return this.#inner.extract(ctx, carrier, getter);
  }

  fields(): string[] {
    return this.#inner.fields();
  }
}
