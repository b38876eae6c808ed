import { type Context, context as contextApi } from '@opentelemetry/api';
import type { Engine } from '../engine/engine.ts';
import type { Place } from '../engine/loops/place.ts';
import type { AgentLimits } from '../governance/agents/agent-limits.ts';
import { type OutcomeInput, OutcomeRecorder } from '../governance/outcomes/outcome-recorder.ts';

export interface CurrentRunsOptions {
  readonly engine: Engine;
  readonly agents: AgentLimits;
  readonly placeOf: (context: Context) => Place;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** What an application asks and tells of the run that is going on in a context. No method throws. */
export class CurrentRuns {
  readonly #options: CurrentRunsOptions;
  readonly #outcomes: OutcomeRecorder;

  constructor(options: CurrentRunsOptions) {
    const { engine, placeOf, now } = options;
    this.#options = options;
    this.#outcomes = new OutcomeRecorder(engine.metrics, engine.loops, placeOf, now);
  }

  /** Records a business outcome; says in the diagnostics what was wrong with it. */
  recordOutcome(outcome: OutcomeInput, context: Context = contextApi.active()): void {
    this.#options.engine.guarded('outcome', undefined, () => {
      this.#outcomes.record(outcome, context);
    });
  }

  /** Text that lets an outcome be recorded later, elsewhere. */
  handle(context: Context = contextApi.active()): string {
    return this.#options.engine.guarded('outcome', '', () => this.#outcomes.handle(context));
  }

  /** The run, for handing it on to other services. */
  handedOn(context: Context): { readonly id: string } | undefined {
    const { engine, agents, placeOf, now: clock } = this.#options;
    return engine.guarded('current-run', undefined, () => {
      const place = placeOf(context);
      const now = clock();
      const run = engine.loops.runOf(place, now);
      if (run !== undefined) agents.handedOn(run, place.scope, now);
      return run ?? place.scope.inboundRun;
    });
  }

  /** Aborts when a limit stops the run. */
  signal(context: Context = contextApi.active()): AbortSignal {
    const { engine, agents, placeOf, now: clock } = this.#options;
    const signal = engine.guarded('run-signal', undefined, () => {
      const place = placeOf(context);
      const now = clock();
      return agents.signalOf(engine.loops.surroundings(place, now), place.scope, now);
    });
    return signal ?? new AbortController().signal;
  }
}
