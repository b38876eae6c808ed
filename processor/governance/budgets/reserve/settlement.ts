import {
  type CallPrice,
  inputTokensOf,
  type LlmCall,
  outputTokensOf,
  tokensOf,
} from '../../../../conventions/index.ts';
import { CallState } from '../../../engine/loops/call-state.ts';
import type { Calibration } from './calibration.ts';
import type { CompiledBudget } from '../scope/compiled-budget.ts';
import type { Leases } from './leases.ts';
import type { OutageAllowance } from '../stores/outage.ts';
import { type Reservation, reservationOf } from './reservation.ts';
import type { StoreAccess } from '../stores/store-access.ts';
import type { Charge } from '../stores/store.ts';
import type { BudgetTelemetry } from '../reporting/budget-telemetry.ts';

const NO_CHARGES: readonly Charge[] = [];

/** Turns holds into what calls came to, once each. */
export class Settlement {
  readonly #access: StoreAccess;
  readonly #telemetry: BudgetTelemetry;
  readonly #leases: Leases;
  readonly #allowance: OutageAllowance;
  readonly #calibration: Calibration;
  readonly #now: () => number;

  constructor(
    access: StoreAccess,
    telemetry: BudgetTelemetry,
    leases: Leases,
    allowance: OutageAllowance,
    calibration: Calibration,
    now: () => number,
  ) {
    this.#access = access;
    this.#telemetry = telemetry;
    this.#leases = leases;
    this.#allowance = allowance;
    this.#calibration = calibration;
    this.#now = now;
  }

  /** Whether a call around this one holds what it may come to. */
  isCovered(call: LlmCall): boolean {
    return liveReservation(call.outer) !== undefined;
  }

  /** The hold that stands for a call that made none itself. */
  coveringReservation(call: LlmCall): Reservation | undefined {
    return liveReservation(call.outer);
  }

  /** Charges what the call came to, and ends its hold. */
  booked(
    call: LlmCall,
    reservation: Reservation,
    price: CallPrice,
    keep: (charges: readonly Charge[]) => Promise<unknown> | undefined,
  ): readonly Charge[] {
    if (reservation.ended) return NO_CHARGES;
    // Its work goes on, and so does its hold.
    if (call.usagePending && call.responseId !== undefined) return NO_CHARGES;
    if (call.unbilled && call.billableAttempts === 0) {
      return this.dropped(reservation);
    }
    this.#learn(call, reservation);
    const charges = reservation.charges.map((charge, index) => ({
      ...charge,
      amount: actualAmount(reservation.budgets[index]!, charge, call, reservation, price),
    }));
    this.#end(reservation);
    if (reservation.isBlind) this.#allowance.correct(reservation.charges, charges);
    const settle = (): void => {
      void this.#access.settle({ id: reservation.id, charges, nowMs: this.#now() }, (result) => {
        this.#telemetry.seen(reservation.budgets, charges, result.figures);
        this.#telemetry.crossed(reservation, result.crossed, result.figures);
      });
    };
    const kept = keep(charges);
    // What is held in memory dies with the process anyway.
    if (kept === undefined || this.#access.store.kind === 'memory') settle();
    else void kept.then(settle);
    return charges;
  }

  /** Gives everything back: the request never left, was refused unbilled, or was denied. */
  dropped(reservation: Reservation): readonly Charge[] {
    if (reservation.ended) return NO_CHARGES;
    const isDenied = reservation.isDenied;
    this.#end(reservation);
    if (reservation.isBlind) {
      this.#allowance.correct(
        reservation.charges,
        reservation.charges.map((charge) => ({ ...charge, amount: 0 })),
      );
    }
    const { id, charges } = reservation;
    if (!isDenied) void this.#access.release({ id, accounts: charges, nowMs: this.#now() });
    return NO_CHARGES;
  }

  /** Another process has settled it. */
  settledElsewhere(reservation: Reservation): void {
    if (!reservation.ended) this.#end(reservation);
  }

  #end(reservation: Reservation): void {
    reservation.ended = true;
    this.#leases.remove(reservation);
  }

  #learn(call: LlmCall, { estimate }: Reservation): void {
    const { usage } = call;
    if (usage === undefined || call.usageSource === 'estimated') return;
    this.#calibration.observe(
      estimate.calibrationKey,
      estimate.plainBytes,
      inputTokensOf(usage),
      call.outcome === 'ok' ? outputTokensOf(usage) : undefined,
    );
  }
}

function liveReservation(call: LlmCall | undefined): Reservation | undefined {
  for (let outer = call; outer !== undefined; outer = outer.outer) {
    const state = outer.observed;
    const reservation = state instanceof CallState ? reservationOf(state) : undefined;
    if (reservation !== undefined && !reservation.ended) return reservation;
  }
  return undefined;
}

/**
 * What the call came to in the unit of `budget`. Never nothing for what the provider may bill: a
 * failure counts with its input, an answer without a known usage with what was reserved. A hard
 * budget counts what was left early at what it reserved, as an estimate is no upper bound.
 */
function actualAmount(
  budget: CompiledBudget,
  reserved: Charge,
  call: LlmCall,
  { estimate, heldSinceMs, isBlind }: Reservation,
  price: CallPrice,
): number {
  if (budget.unit === 'calls') return 1;
  // What never held was over when it was told.
  if (budget.isFirm && (heldSinceMs > 0 || isBlind) && isLeftEarly(call)) {
    const most = reserved.amount * (1 + call.billableAttempts);
    return Math.max(most, boundOfKnown(budget, call, estimate, price));
  }
  const isUsd = budget.unit === 'usd';
  const known = isUsd ? knownUsd(budget, estimate, price) : call.usage && tokensOf(call.usage);
  // As almost always.
  if (known !== undefined && call.billableAttempts === 0 && !call.unbilled) return known;
  const input = isUsd ? estimate.inputUsd(false) : estimate.likely.inputTokens;
  const perAttempt = input ?? reserved.amount;
  const retried = perAttempt * call.billableAttempts;
  if (call.unbilled) return retried;
  if (known !== undefined) return known + retried;
  if (call.outcome === 'ok') return reserved.amount + retried;
  return Math.max(1, perAttempt) + retried;
}

/** Whether the provider may have gone on with the call, and told nobody what it came to. */
function isLeftEarly({ outcome, usage, usageSource, unbilled, isUnanswered }: LlmCall): boolean {
  if (unbilled) return false;
  if (outcome === 'error' && usage === undefined) return isUnanswered;
  return outcome !== 'ok' && (usage === undefined || usageSource === 'estimated');
}

function boundOfKnown(
  budget: CompiledBudget,
  call: LlmCall,
  estimate: Reservation['estimate'],
  price: CallPrice,
): number {
  if (budget.unit === 'usd') return knownUsd(budget, estimate, price) ?? 0;
  return call.usage === undefined ? 0 : (tokensOf(call.usage) ?? 0);
}

/**
 * The price. Of a partial one its known part, and of a hard budget no less than what was counted can
 * have come to; without any, the usage at the dearest rates where the budget assumes them.
 */
function knownUsd(
  { isFirm, config }: CompiledBudget,
  estimate: Reservation['estimate'],
  { cost, state }: CallPrice,
): number | undefined {
  if (cost === undefined) {
    return config.unknownModel === 'assume-dearest' ? estimate.usedAtDearest() : undefined;
  }
  if (state !== 'partial' || !isFirm || cost.source === 'provider') return cost.totalNanos;
  return Math.max(cost.totalNanos, estimate.usedAtMost() ?? 0);
}
