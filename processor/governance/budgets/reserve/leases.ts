import { attempt } from '../stores/maybe.ts';
import type { Reservation } from './reservation.ts';
import type { StoreAccess } from '../stores/store-access.ts';

/** Outlives a blocked event loop; a dead process's holds end after it. */
const LEASE_MS = 5 * 60_000;

/** Renews the holds of calls that take long, by one timer for all that holds no process open. */
export class Leases {
  readonly leaseMs: number;
  readonly #access: StoreAccess;
  readonly #held = new Set<Reservation>();
  #timer: NodeJS.Timeout | undefined;

  constructor(access: StoreAccess, leaseMs: number = LEASE_MS) {
    this.#access = access;
    this.leaseMs = leaseMs;
  }

  add(reservation: Reservation, nowMs: number): void {
    reservation.heldSinceMs = nowMs;
    this.#held.add(reservation);
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => {
      this.renew(Date.now());
    }, this.leaseMs / 4);
    this.#timer.unref();
  }

  remove(reservation: Reservation): void {
    this.#held.delete(reservation);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#held.clear();
  }

  /** Makes all holds anew, after the store has lost them. Never throws. */
  holdAllAgain(nowMs: number): void {
    for (const reservation of this.#held) this.#holdAgain(reservation, nowMs);
  }

  /** The call is on its way: its hold is made whatever is left of the limits. */
  #holdAgain({ id, charges }: Reservation, nowMs: number): void {
    const unlimited = charges.map((charge) => ({ ...charge, enforced: false }));
    void attempt(
      () => this.#access.reserve({ id, charges: unlimited, leaseMs: this.leaseMs, nowMs }),
      () => undefined,
      () => undefined,
    );
  }

  /** Renews what is older than half its lease. Never throws. */
  renew(nowMs: number): void {
    for (const reservation of this.#held) {
      if (nowMs - reservation.heldSinceMs < this.leaseMs / 2) continue;
      reservation.heldSinceMs = nowMs;
      const { id, charges } = reservation;
      void attempt(
        () => this.#access.renew({ id, accounts: charges, leaseMs: this.leaseMs, nowMs }),
        (isHeld) => {
          if (!isHeld) this.#holdAgain(reservation, nowMs);
        },
        // Tried again at the next turn: half a lease is left.
        () => {
          reservation.heldSinceMs = 0;
        },
      );
    }
  }
}
