import type { LlmCall } from '../../../../conventions/index.ts';
import type { AttributionScope } from '../../../engine/attribution/attribution-scope.ts';
import type { MatchConfig } from '../../config/index.ts';
import { type ChargePlan, chargeOf, estimatedAmount } from './charges.ts';
import { contended, exceeded, unavailable, unpriced } from './denials.ts';
import { chooseModel, lowerOutput } from './easing.ts';
import { StoreUnavailableError } from '../stores/guarded-store.ts';
import type { BudgetHooks } from '../reporting/hooks.ts';
import type { Leases } from './leases.ts';
import { attempt } from '../stores/maybe.ts';
import { OutageAllowance } from '../stores/outage.ts';
import type { BudgetDecision, Reservation } from './reservation.ts';
import type { StoreAccess } from '../stores/store-access.ts';
import type { AccountFigures, Charge, Maybe, ReserveResult } from '../stores/store.ts';
import type { BudgetTelemetry } from '../reporting/budget-telemetry.ts';

/** A call that asks to be admitted. */
export interface AdmissionRequest {
  readonly call: LlmCall;
  readonly reservation: Reservation;
  /** The budgets that match it. */
  readonly plan: ChargePlan;
  /** The budgets that match it with another model. */
  readonly planFor: (model: string) => ChargePlan;
  readonly runId: string;
  readonly scope: AttributionScope;
}

type Answer = Maybe<Error | undefined>;

/** One call's way through admission. */
interface Attempt {
  readonly request: AdmissionRequest;
  /** That of the request, or of a cheaper model. */
  plan: ChargePlan;
  readonly startedMs: number;
  /** Ways out of a denial that were tried. */
  hasDowngraded: boolean;
  hasClamped: boolean;
  hasWaited: boolean;
  /** The budget that lets the call pass beyond its limit, because it went to a cheaper model. */
  lenient: string | undefined;
}

const SHORTEST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 500;

/** Decides whether calls may be sent: reserves in all budgets at once, and eases or denies. */
export class Admission {
  readonly allowance: OutageAllowance = new OutageAllowance();
  readonly #access: StoreAccess;
  readonly #telemetry: BudgetTelemetry;
  readonly #leases: Leases;
  readonly #hooks: BudgetHooks;
  readonly #now: () => number;

  constructor(
    access: StoreAccess,
    telemetry: BudgetTelemetry,
    leases: Leases,
    hooks: BudgetHooks,
    now: () => number,
  ) {
    this.#access = access;
    this.#telemetry = telemetry;
    this.#leases = leases;
    this.#hooks = hooks;
    this.#now = now;
  }

  admit(request: AdmissionRequest): Answer {
    return this.#try({
      request,
      plan: request.plan,
      startedMs: this.#now(),
      hasDowngraded: false,
      hasClamped: false,
      hasWaited: false,
      lenient: undefined,
    });
  }

  /** Charges for a call that is known only now that it is over. */
  chargeWithoutHold(reservation: Reservation, plan: ChargePlan, runId: string): void {
    const nowMs = this.#now();
    const charges = plan.budgets.map((budget, index) => {
      const amount = estimatedAmount(budget, reservation.estimate) ?? 0;
      return chargeOf(budget, plan.splits[index]!, amount, nowMs, runId);
    });
    reservation.take(plan, charges);
  }

  /** What holds where the store, or a part of ours, fails: each budget's own policy. */
  withoutStore(reservation: Reservation, runId: string, cause: unknown): Error | undefined {
    const { budgets, charges } = reservation;
    const refusing = this.allowance.take(budgets, charges);
    if (refusing === undefined) {
      reservation.isBlind = true;
      return undefined;
    }
    reservation.decide(refusing, 'block');
    // The store may have made the hold though its answer did not come.
    const wasAsked = !(cause instanceof StoreUnavailableError) || cause.wasAsked;
    if (wasAsked)
      void this.#access.release({ id: reservation.id, accounts: charges, nowMs: this.#now() });
    const budget = budgets[refusing]!;
    const period = budget.periodAt(this.#now(), runId);
    return unavailable(budget, charges[refusing]!, period, cause);
  }

  #try(tried: Attempt): Answer {
    const { plan, lenient } = tried;
    const { reservation, runId, call } = tried.request;
    const nowMs = this.#now();
    const charges: Charge[] = [];
    let denial: Error | undefined;
    let refusing = 0;
    for (let index = 0; index < plan.budgets.length; index += 1) {
      const budget = plan.budgets[index]!;
      const amount = estimatedAmount(budget, reservation.estimate);
      const charge = chargeOf(budget, plan.splits[index]!, amount ?? 0, nowMs, runId);
      charges.push(budget.id === lenient ? { ...charge, enforced: false } : charge);
      if (amount === undefined && charge.enforced && denial === undefined) {
        const period = budget.periodAt(nowMs, runId);
        denial = unpriced(budget, charge, period, call.requestModel);
        refusing = index;
      }
    }
    reservation.take(plan, charges);
    if (denial !== undefined) {
      reservation.decide(refusing, 'block');
      return denial;
    }
    const { id } = reservation;
    return attempt(
      () => this.#access.reserve({ id, charges, leaseMs: this.#leases.leaseMs, nowMs }),
      (result) => this.#judge(tried, result),
      (error) => this.withoutStore(reservation, runId, error),
    );
  }

  #judge(tried: Attempt, result: ReserveResult): Answer {
    const { reservation } = tried.request;
    this.#telemetry.seen(reservation.budgets, reservation.charges, result.figures);
    this.#telemetry.crossed(reservation, result.crossed, result.figures);
    if (result.deniedBy !== undefined) return this.#ease(tried, result, result.deniedBy);
    this.#leases.add(reservation, this.#now());
    reservation.overrides = result.overrides;
    reservation.decidedBy = tightest(reservation.charges, result.figures);
    this.#markAdmitted(tried, result);
    return undefined;
  }

  #markAdmitted(tried: Attempt, { figures, overrides }: ReserveResult): void {
    const { reservation } = tried.request;
    const { budgets, charges } = reservation;
    for (let index = 0; index < charges.length; index += 1) {
      const charge = charges[index]!;
      const { committed, held, extra } = figures[index]!;
      const total = committed + held + charge.amount;
      if (budgets[index]!.id === tried.lenient) reservation.decide(index, 'downgrade');
      else if (!charge.enforced && total > charge.limit + extra) reservation.decide(index, 'alert');
      else if (overrides.length > 0 && charge.enforced && extra > 0 && total > charge.limit) {
        reservation.decide(index, 'override');
      } else if (this.#telemetry.takePendingAlert(charge)) reservation.decide(index, 'alert');
    }
    const eased: BudgetDecision | undefined = tried.hasDowngraded
      ? 'downgrade'
      : tried.hasWaited
        ? 'throttle'
        : undefined;
    if (eased !== undefined) reservation.decide(reservation.easedBy, eased);
  }

  /** Looks for a way to let a denied call pass after all, as its budget is configured. */
  #ease(tried: Attempt, result: ReserveResult, deniedBy: number): Answer {
    const { reservation, call, runId, scope, planFor } = tried.request;
    const budget = reservation.budgets[deniedBy]!;
    const charge = reservation.charges[deniedBy]!;
    const figures = result.figures[deniedBy]!;
    const { action, maxWaitMs, clampMaxTokens } = budget.config;

    if (action === 'downgrade' && !tried.hasDowngraded) {
      const model = chooseModel(budget, call, scope, this.#hooks);
      if (model !== undefined) {
        tried.hasDowngraded = true;
        reservation.easedBy = deniedBy;
        reservation.downgradedFrom = call.requestModel;
        call.sendModel = model;
        reservation.estimate.changed();
        tried.plan = planFor(model);
        // Only a hard budget holds against the cheaper model too.
        if (!budget.isFirm) tried.lenient = budget.id;
        return this.#try(tried);
      }
    }
    if (
      clampMaxTokens &&
      !tried.hasClamped &&
      lowerOutput(call, reservation, budget, charge, figures)
    ) {
      tried.hasClamped = true;
      return this.#try(tried);
    }
    const waitedMs = this.#now() - tried.startedMs;
    const mayWait = result.outcome === 'contended' || action === 'throttle';
    if (mayWait && waitedMs < maxWaitMs) {
      tried.hasWaited = true;
      reservation.easedBy = deniedBy;
      return this.#tryLater(tried, maxWaitMs - waitedMs);
    }

    this.#undoEasing(tried.request);
    reservation.decide(deniedBy, 'block');
    const period = budget.periodAt(this.#now(), runId);
    if (action === 'kill' && result.outcome === 'exhausted')
      this.#pause(budget.config.match, budget.id);
    return result.outcome === 'contended'
      ? contended(budget, charge, period, figures)
      : exceeded(budget, charge, period, figures);
  }

  /** A call that is refused is told of as the application made it. */
  #undoEasing({ call, reservation }: AdmissionRequest): void {
    call.sendModel = undefined;
    call.sendMaxOutputTokens = undefined;
    reservation.downgradedFrom = undefined;
  }

  async #tryLater(tried: Attempt, mostMs: number): Promise<Error | undefined> {
    const jittered = SHORTEST_WAIT_MS + Math.random() * (LONGEST_WAIT_MS - SHORTEST_WAIT_MS);
    await delay(Math.min(mostMs, jittered));
    return this.#try(tried);
  }

  /** `action: kill`: everything that the budget matches stays off until somebody resumes it. */
  #pause(match: MatchConfig, budget: string): void {
    const scope: Record<string, string> = {};
    for (const [key, value] of Object.entries(match)) {
      if (typeof value === 'string') scope[key] = value;
    }
    if (Object.keys(scope).length === 0) return;
    const reason = `budget ${budget} is spent`;
    const pause = {
      id: `budget-${budget}`,
      scope,
      reason,
      actor: 'costspan',
      createdMs: this.#now(),
    };
    void attempt(
      () => this.#access.guarded.run((store) => store.pause(pause)),
      () => {
        this.#access.audit('pause', { budget, reason });
      },
      () => undefined,
    );
  }
}

/** Index of the charge whose budget has the least left, as a share of its limit. */
function tightest(charges: readonly Charge[], figures: readonly AccountFigures[]): number {
  let best = 0;
  let least = Infinity;
  for (let index = 0; index < charges.length; index += 1) {
    const { limit, amount } = charges[index]!;
    const { committed, held, extra } = figures[index]!;
    const left = 1 - (committed + held + amount) / Math.max(1, limit + extra);
    if (left < least) {
      least = left;
      best = index;
    }
  }
  return best;
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
