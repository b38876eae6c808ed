import { randomBytes } from 'node:crypto';
import type { Attributes } from '@opentelemetry/api';
import {
  type CallPrice,
  type LlmCall,
  OPERATION_CREATE_BATCH,
  OPERATION_FETCH_RESPONSE,
} from '../../../conventions/index.ts';
import { answerKey } from '../../engine/batches/batch-memory.ts';
import type { AttributionScope } from '../../engine/attribution/attribution-scope.ts';
import type { ResolvedBudget } from '../config/index.ts';
import type { CallState } from '../../engine/loops/call-state.ts';
import type { AgentFrame } from '../../engine/loops/totals.ts';
import type { Pricer } from '../../engine/pricing/index.ts';
import { Admission } from './reserve/admission.ts';
import { Calibration } from './reserve/calibration.ts';
import { Charged, type KeepCharged } from './reserve/charged.ts';
import { type ChargePlan, planCharges } from './reserve/charges.ts';
import { CompiledBudget } from './scope/compiled-budget.ts';
import { CallEstimate } from './reserve/estimate.ts';
import { parseHold, type ToldHold } from './reserve/told-hold.ts';
import type { BudgetHooks } from './reporting/hooks.ts';
import { Leases } from './reserve/leases.ts';
import type { CallFacts } from './scope/match.ts';
import type { LedgerSums } from './stores/rebuild.ts';
import { Reservation, reservationOf } from './reserve/reservation.ts';
import { Settlement } from './reserve/settlement.ts';
import { StoreAccess } from './stores/store-access.ts';
import type { BudgetStore, Maybe } from './stores/store.ts';
import { BudgetTelemetry } from './reporting/budget-telemetry.ts';

export interface BudgetsOptions {
  readonly store: BudgetStore;
  readonly pricer: Pricer;
  readonly hooks?: BudgetHooks | undefined;
  /** Epoch milliseconds. */
  readonly now?: (() => number) | undefined;
  /** How long a hold lasts without being renewed, milliseconds. */
  readonly leaseMs?: number | undefined;
  /** Longest wait for the store, milliseconds. */
  readonly deadlineMs?: number | undefined;
  /** What the ledger knows of the current periods; counters that were lost are raised to it. */
  readonly ledgerSums?: ((budgets: readonly CompiledBudget[]) => Promise<LedgerSums>) | undefined;
  /** A failure of our own, counted and told. */
  readonly onError: (error: unknown) => void;
}

/** What was planned for the calls of one attribution. */
class Plans {
  readonly byKey: Map<string, ChargePlan> = new Map();
  latest: LatestPlan | undefined = undefined;
}

/** Calls come in rows: most are like the one before. */
interface LatestPlan {
  readonly provider: string;
  readonly model: string | undefined;
  readonly agent: AgentFrame | undefined;
  readonly plan: ChargePlan;
}

/** Plans remembered for each attribution: one for each model that its calls ask. */
const MOST_PLANS = 500;

/**
 * The budgets of this process: every call reserves what it may come to before it is sent, and
 * settles what it came to afterwards. A call that no budget matches costs one look-up.
 */
export class Budgets {
  readonly telemetry: BudgetTelemetry;
  readonly access: StoreAccess;
  readonly #options: BudgetsOptions;
  readonly #calibration = new Calibration();
  readonly #admission: Admission;
  readonly #settlement: Settlement;
  readonly #idPrefix: string = randomBytes(9).toString('base64url');
  #nextId = 0;
  #budgets: readonly CompiledBudget[] = [];
  #plans = new WeakMap<AttributionScope, Plans>();

  constructor(options: BudgetsOptions) {
    this.#options = options;
    const { store, hooks = {}, now = Date.now, leaseMs, deadlineMs, onError } = options;
    this.access = new StoreAccess({ store, now, deadlineMs, idPrefix: this.#idPrefix, onError });
    this.telemetry = new BudgetTelemetry(this.access, hooks, now);
    const leases = new Leases(this.access, leaseMs);
    store.onEmptied?.(async () => {
      this.access.audit('store-emptied', {});
      await this.rebuild();
      // Not waited for: what holds them waits for this.
      leases.holdAllAgain(now());
    });
    this.#admission = new Admission(this.access, this.telemetry, leases, hooks, now);
    this.#settlement = new Settlement(
      this.access,
      this.telemetry,
      leases,
      this.#admission.allowance,
      this.#calibration,
      now,
    );
  }

  /** Takes the budgets of a configuration; they hold for the next call on. */
  configure(budgets: readonly ResolvedBudget[]): void {
    const before = new Map(this.#budgets.map((budget) => [budget.id, budget]));
    this.#budgets = budgets.map((config) => new CompiledBudget(config));
    this.#plans = new WeakMap();
    this.telemetry.configure(this.#budgets);
    for (const budget of this.#budgets) {
      const old = before.get(budget.id);
      if (old !== undefined && old.limit !== budget.limit) this.access.auditLimit(old, budget);
    }
  }

  /** Raises counters to what the ledger knows, as after a restart. Never rejects. */
  async rebuild(): Promise<void> {
    try {
      const found = await this.#options.ledgerSums?.(this.#budgets);
      if (found === undefined || found.sums.length === 0) return;
      await this.access.store.raiseCommitted(found.source, found.sums);
    } catch (error) {
      this.#options.onError(error);
    }
  }

  get budgets(): readonly CompiledBudget[] {
    return this.#budgets;
  }

  /** Lets the call pass (`undefined`) or says why not. Never throws and never rejects. */
  admit(call: LlmCall, state: CallState): Maybe<Error | undefined> {
    try {
      if (!this.#isBudgeted(call)) return undefined;
      const plan = this.#planOf(call, state);
      if (plan.budgets.length === 0) return undefined;
      const reservation = this.#reservationFor(call, state);
      state.reservation = reservation;
      const answer = this.#admission.admit({
        call,
        reservation,
        plan,
        planFor: (model) => this.#planOf(call, state, model),
        runId: this.#runIdOf(state, reservation),
        scope: state.scope,
      });
      if (!(answer instanceof Promise)) return answer;
      return answer.catch((error: unknown) => this.#failed(error, state));
    } catch (error) {
      return this.#failed(error, state);
    }
  }

  /**
   * The call is over and was booked at `price`. Adds the decision to `attributes`, where its span
   * still takes them. Returns what it was charged; `keep` writes that down first. Never throws.
   */
  booked(
    call: LlmCall,
    state: CallState,
    price: CallPrice,
    attributes: Attributes | undefined,
    spanId: string,
    keep: KeepCharged = () => undefined,
  ): Charged | undefined {
    try {
      const reservation = reservationOf(state) ?? this.#withoutHold(call, state, spanId);
      if (reservation === undefined) return undefined;
      const charges =
        call.outcome === 'blocked' || call.operation === OPERATION_CREATE_BATCH
          ? this.#settlement.dropped(reservation)
          : this.#settlement.booked(call, reservation, price, (final) =>
              keep(new Charged(reservation, final)),
            );
      this.telemetry.decided(reservation, attributes);
      return new Charged(reservation, charges);
    } catch (error) {
      this.#options.onError(error);
      return undefined;
    }
  }

  /** The call turned out not to count: another one inside it, or seen before, stands for it. */
  dropped(state: CallState): void {
    try {
      const reservation = reservationOf(state);
      if (reservation !== undefined) this.#settlement.dropped(reservation);
    } catch (error) {
      this.#options.onError(error);
    }
  }

  /** What the call holds, for another process that may settle it; `undefined` for nothing. */
  holdOf(state: CallState): ToldHold | undefined {
    const reservation = reservationOf(state);
    if (reservation === undefined || reservation.ended) return undefined;
    return { id: reservation.id, charges: reservation.charges };
  }

  /** Takes over what a call that another process began holds, to settle it. Never throws. */
  takeHold(call: LlmCall, state: CallState, hold: unknown): void {
    try {
      const told = parseHold(hold);
      if (told === undefined) return;
      const reservation = this.#reservationFor(call, state, told.id);
      const pairs = told.charges.flatMap((charge) => {
        const budget = this.#budgets.find(({ id }) => id === charge.budget);
        return budget === undefined ? [] : [{ budget, charge }];
      });
      reservation.budgets = pairs.map(({ budget }) => budget);
      reservation.charges = pairs.map(({ charge }) => charge);
      reservation.heldSinceMs = call.startTimeMs;
      if (pairs.length > 0) state.reservation = reservation;
    } catch (error) {
      this.#options.onError(error);
    }
  }

  /** Another process has settled what the call holds. */
  settledElsewhere(state: CallState): void {
    const reservation = reservationOf(state);
    if (reservation !== undefined) this.#settlement.settledElsewhere(reservation);
  }

  /** Fetching a stored response is free, and what is inside a budgeted call is held there. */
  #isBudgeted(call: LlmCall): boolean {
    if (this.#budgets.length === 0 || call.operation === OPERATION_FETCH_RESPONSE) return false;
    return !this.#settlement.isCovered(call);
  }

  /** Calls that never reserved count all the same: other instrumentations' spans, batches' answers. */
  #withoutHold(call: LlmCall, state: CallState, spanId: string): Reservation | undefined {
    if (this.#budgets.length === 0 || call.outcome === 'blocked') return undefined;
    const covering = this.#settlement.coveringReservation(call);
    if (covering !== undefined) return covering;
    if (call.operation === OPERATION_CREATE_BATCH) return undefined;
    const isLate = state.isForeign || call.isBatchAnswer;
    if (isLate && call.usage === undefined && call.providerCost === undefined) return undefined;
    const plan = this.#planOf(call, state);
    if (plan.budgets.length === 0) return undefined;
    const id = isLate ? this.#lateId(call, spanId) : undefined;
    const reservation = this.#reservationFor(call, state, id);
    this.#admission.chargeWithoutHold(reservation, plan, this.#runIdOf(state, reservation));
    return reservation;
  }

  /** The id of a call told late is the same wherever it is told, so that a shared store charges once. */
  #lateId(call: LlmCall, spanId: string): string {
    const answer = call.isBatchAnswer ? answerKey(call) : undefined;
    // Whether a span tells of a call anew is settled by now, and its response's id may be everybody's.
    return answer ?? (spanId === '' ? this.#newId() : spanId);
  }

  #reservationFor(call: LlmCall, state: CallState, id: string = this.#newId()): Reservation {
    const { workflow } = state.scope.values;
    const estimate = new CallEstimate(call, workflow, this.#options.pricer, this.#calibration);
    return new Reservation(id, estimate);
  }

  #newId(): string {
    this.#nextId += 1;
    return `${this.#idPrefix}-${this.#nextId}`;
  }

  #runIdOf({ run, scope }: CallState, { id }: Reservation): string {
    return run?.id ?? scope.inboundRun?.id ?? id;
  }

  #planOf(
    call: LlmCall,
    { scope, agent }: CallState,
    model: string | undefined = call.requestModel,
  ): ChargePlan {
    let plans = this.#plans.get(scope);
    if (plans === undefined) {
      plans = new Plans();
      this.#plans.set(scope, plans);
    }
    const { latest } = plans;
    if (latest?.provider === call.provider && latest.model === model && latest.agent === agent) {
      return latest.plan;
    }
    const plan = this.#findPlan(plans, call.provider, model, agent, scope);
    plans.latest = { provider: call.provider, model, agent, plan };
    return plan;
  }

  #findPlan(
    { byKey }: Plans,
    provider: string,
    model: string | undefined,
    agent: AgentFrame | undefined,
    scope: AttributionScope,
  ): ChargePlan {
    const agents = agentsOf(agent);
    const key = `${provider}\n${model ?? ''}\n${agents.join('\n')}`;
    let plan = byKey.get(key);
    if (plan === undefined) {
      const asked = { agent: agents[0], agents, provider, model };
      const facts = factsOf(scope, asked, true);
      const verified = scope.inboundVerified ? facts : factsOf(scope, asked, false);
      plan = planCharges(this.#budgets, facts, verified);
      if (byKey.size >= MOST_PLANS) byKey.clear();
      byKey.set(key, plan);
    }
    return plan;
  }

  /** A failure of ours: what holds without the store holds now. */
  #failed(error: unknown, state: CallState): Error | undefined {
    this.#options.onError(error);
    const reservation = reservationOf(state);
    if (reservation === undefined) return undefined;
    return this.#admission.withoutStore(reservation, this.#runIdOf(state, reservation), error);
  }
}

/** Names of the agents around a call, the nearest first. */
function agentsOf(nearest: AgentFrame | undefined): readonly string[] {
  const names: string[] = [];
  for (let frame = nearest; frame !== undefined; frame = frame.parent) {
    if (frame.name !== undefined) names.push(frame.name);
  }
  return names;
}

/** What `match` may look at. Claims of strangers are left out unless `believesClaims`. */
function factsOf(
  { values, sources }: AttributionScope,
  asked: CallFacts,
  believesClaims: boolean,
): CallFacts {
  const facts: Record<string, string | undefined> = { ...values };
  if (!believesClaims) {
    for (const [key, source] of Object.entries(sources)) {
      if (source === 'baggage') facts[key] = undefined;
    }
  }
  return { ...facts, ...asked };
}
