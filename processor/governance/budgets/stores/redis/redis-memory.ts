import type { AccountFigures, AccountSum, Charge } from '../store.ts';

/** Accounts remembered; past it those seen longest ago are forgotten. */
const MOST_ACCOUNTS = 10_000;

/**
 * What this process has last seen of the counters of the whole fleet. They only rise within a
 * period, so whoever has lost them may take these without overstating anything.
 */
export class RedisMemory {
  readonly #seen = new Map<string, AccountSum>();

  /** Figures of a rolling window add several counters up and say nothing of any one. */
  saw(charges: readonly Charge[], figures: readonly AccountFigures[]): void {
    for (const [index, charge] of charges.entries()) {
      const { budget, split, period, keepUntilMs, olderPeriods } = charge;
      const amount = figures[index]?.committed ?? 0;
      if (olderPeriods !== undefined || amount === 0) continue;
      const key = `${budget}\n${split}\n${period}`;
      this.#seen.delete(key);
      this.#seen.set(key, { budget, split, period, amount, keepUntilMs });
      if (this.#seen.size <= MOST_ACCOUNTS) continue;
      const [oldest] = this.#seen.keys();
      if (oldest !== undefined) this.#seen.delete(oldest);
    }
  }

  sums(): readonly AccountSum[] {
    return [...this.#seen.values()];
  }
}
