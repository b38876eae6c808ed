import type { LedgerAdmission } from '../../ledger/ledger-row.ts';
import type { Reservation } from './reservation.ts';
import type { Charge } from '../stores/store.ts';

/** What a call was charged, and under which id. */
export class Charged {
  readonly id: string;
  readonly #reservation: Reservation;
  readonly #charges: readonly Charge[];

  constructor(reservation: Reservation, charges: readonly Charge[]) {
    this.id = reservation.id;
    this.#reservation = reservation;
    this.#charges = charges;
  }

  /** For its row of the ledger; made when there is one. */
  get admission(): LedgerAdmission {
    const reservation = this.#reservation;
    return {
      decision: reservation.decisionOf(reservation.decidedBy),
      override: reservation.overrides[0],
      blind: reservation.isBlind ? true : undefined,
      charges: this.#charges.map(({ budget, split, period, amount }, index) => ({
        budget,
        split: split === '' ? undefined : split,
        period,
        amount,
        unit: reservation.budgets[index]!.unit,
      })),
    };
  }
}

/** Writes down what a call was charged, before its hold ends; `undefined` where nothing does. */
export type KeepCharged = (charged: Charged) => Promise<unknown> | undefined;
