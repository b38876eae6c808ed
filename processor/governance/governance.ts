import { randomUUID } from 'node:crypto';
import type { Attributes, CallPrice, LlmCall } from '../../conventions/index.ts';
import { type AdmissionStage, admissionStages, passStages } from './admission-stages.ts';
import { AgentLimits } from './agents/agent-limits.ts';
import { admitAttribution } from '../engine/attribution/required.ts';
import type { Bookkeeper } from '../engine/bookkeeper.ts';
import { BudgetGate } from './budget-gate.ts';
import type { Charged } from './budgets/reserve/charged.ts';
import { andThen } from './budgets/stores/maybe.ts';
import type { Maybe } from './budgets/stores/store.ts';
import { CallControl } from './control/call-control.ts';
import { warnOnce } from '../../conventions/warn-once.ts';
import { CallLedger } from './ledger/call-ledger.ts';
import type { AtEnd } from './ledger/ledger.ts';
import { type CallState, uncount } from '../engine/loops/call-state.ts';
import type { CallTotals } from '../engine/loops/count-call.ts';
import type { Run } from '../engine/loops/run.ts';
import type { CallMetrics } from '../engine/metrics/call-metrics.ts';
import type { PriceGate } from '../engine/price-gate.ts';
import type { Pricer } from '../engine/pricing/index.ts';

export interface GovernanceOptions {
  readonly pricer: Pricer;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Of the engine, which is made after this. */
  readonly metrics: () => CallMetrics;
  readonly prices: () => PriceGate;
  readonly failed: (component: string, error: unknown) => void;
  readonly atEnd: AtEnd;
}

/** Budgets, limits of runs, pauses and the ledger: what may be sent, and what is kept of it. */
export class Governance implements Bookkeeper {
  readonly control: CallControl;
  readonly agents: AgentLimits;
  readonly ledger: CallLedger;
  readonly budgets: BudgetGate;
  readonly #options: GovernanceOptions;
  readonly #stages: readonly AdmissionStage[];
  /** Calls that spans told of before budgets were open, as only their end is told. */
  readonly #waiting = new Set<() => void>();
  #isWaitingForEnd = false;

  constructor(options: GovernanceOptions) {
    const { pricer, now, failed } = options;
    this.#options = options;
    this.budgets = new BudgetGate(
      {
        pricer,
        now,
        onError: (error) => {
          failed('budgets', error);
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
        failed('pauses', error);
      },
    });
    this.agents = new AgentLimits({
      agentLimit: (kind, limit, scope) => {
        options.metrics().agentLimit(kind, limit, scope);
      },
      internalError: (component) => {
        options.metrics().internalError(component);
      },
    });
    this.ledger = new CallLedger(
      pricer,
      (message, lost) => {
        for (let row = 0; row < Math.max(1, lost); row += 1) {
          options.metrics().internalError('ledger');
        }
        warnOnce(`ledger ${message}`, message);
      },
      options.atEnd,
    );
    const { control, agents, budgets } = this;
    this.#stages = admissionStages({ control, agents, budgets, prices: options.prices, failed });
  }

  /** Lets the call pass (`undefined`) or says why not. Never throws and never rejects. */
  admit(call: LlmCall, state: CallState): Maybe<Error | undefined> {
    const unattributed = admitAttribution(state.scope);
    if (unattributed !== undefined) return this.#refused(state, unattributed);
    return andThen(passStages(this.#stages, call, state), (denial) => this.#refused(state, denial));
  }

  /** A refused call is none of its run's at once: another may be in its place before it has ended. */
  #refused(state: CallState, denial: Error | undefined): Error | undefined {
    if (denial !== undefined) uncount(state);
    return denial;
  }

  book(
    call: LlmCall,
    state: CallState,
    price: CallPrice,
    added: CallTotals,
    attributes: Attributes | undefined,
    spanId: string,
  ): void {
    const isCall = call.outcome !== 'blocked';
    if (isCall) {
      this.agents.callEnded(call, state, added.inputTokens + added.outputTokens, added.costNanos);
    }
    const opening = state.isForeign || call.isBatchAnswer ? this.budgets.opening() : undefined;
    if (opening === undefined) {
      this.#keep(call, state, price, attributes, spanId);
      return;
    }
    const keep = (): void => {
      if (!this.#waiting.delete(keep)) return;
      try {
        this.#keep(call, state, price, undefined, spanId);
      } catch (error) {
        this.#options.failed('call-ended', error);
      }
    };
    this.#waiting.add(keep);
    if (!this.#isWaitingForEnd) {
      this.#isWaitingForEnd = true;
      this.#options.atEnd(() => {
        this.writeNow();
      });
    }
    void opening.then(keep);
  }

  /** Charges budgets and writes the row. */
  #keep(
    call: LlmCall,
    state: CallState,
    price: CallPrice,
    attributes: Attributes | undefined,
    spanId: string,
  ): void {
    const isCall = call.outcome !== 'blocked';
    // A hold ends when the row is safe: whatever the process dies of, one of them tells of the call.
    let isKept = !isCall;
    const keep = (final: Charged): Promise<boolean> | undefined => {
      isKept = true;
      return this.ledger.append(final.id, call, price, state, final);
    };
    const charged = this.budgets.booked(call, state, price, attributes, spanId, keep);
    if (!isKept && this.ledger.isOn) {
      const id = charged?.id ?? randomUUID();
      void this.ledger.append(id, call, price, state, charged);
    }
  }

  /** Writes what waits before it returns: the process is about to end. */
  writeNow(): void {
    for (const keep of this.#waiting) keep();
    this.ledger.writeNow();
  }

  dropped(state: CallState): void {
    this.budgets.dropped(state);
  }

  holdOf(state: CallState): unknown {
    return this.budgets.holdOf(state);
  }

  takeHold(call: LlmCall, state: CallState, hold: unknown): void {
    this.budgets.takeHold(call, state, hold);
  }

  settledElsewhere(state: CallState): void {
    this.budgets.settledElsewhere(state);
  }

  runFinished(run: Run): void {
    this.agents.runFinished(run);
  }
}
