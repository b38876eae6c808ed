import { MemoryAccount } from './memory-account.ts';
import type { AccountSum } from '../store.ts';

/** Accounts kept before those that are over are forgotten. */
const ACCOUNTS_BEFORE_SWEEP = 10_000;

type Splits = Map<string, MemoryAccount>;

/**
 * The accounts of the memory store by budget, period and split. Maps in maps, since every call
 * looks its accounts up and would have to build a joined key for each.
 */
export class MemoryAccounts {
  readonly #budgets = new Map<string, Map<string, Splits>>();
  #size = 0;
  #sweepAt = ACCOUNTS_BEFORE_SWEEP;

  find(budget: string, period: string, split: string): MemoryAccount | undefined {
    return this.#budgets.get(budget)?.get(period)?.get(split);
  }

  /** The account, made where there is none. */
  open({ budget, period, split, keepUntilMs }: AccountSum, nowMs: number): MemoryAccount {
    const found = this.find(budget, period, split) ?? this.#create(budget, period, split, nowMs);
    if (keepUntilMs > found.keepUntilMs) found.keepUntilMs = keepUntilMs;
    return found;
  }

  /** The splits of a budget that have spent in `period`, fullest first, at most `most`. */
  splits(budget: string, period: string, most: number): readonly string[] {
    return [...(this.#budgets.get(budget)?.get(period) ?? [])]
      .filter(([split]) => split !== '')
      .toSorted(([, a], [, b]) => b.committed - a.committed)
      .slice(0, most)
      .map(([split]) => split);
  }

  #create(budget: string, period: string, split: string, nowMs: number): MemoryAccount {
    if (this.#size >= this.#sweepAt) this.#sweep(nowMs);
    let periods = this.#budgets.get(budget);
    if (periods === undefined) {
      periods = new Map();
      this.#budgets.set(budget, periods);
    }
    let splits = periods.get(period);
    if (splits === undefined) {
      splits = new Map();
      periods.set(period, splits);
    }
    const created = new MemoryAccount(0);
    splits.set(split, created);
    this.#size += 1;
    return created;
  }

  /** Forgets accounts whose period is long over. */
  #sweep(nowMs: number): void {
    for (const [budget, periods] of this.#budgets) {
      for (const [period, splits] of periods) {
        for (const [split, { keepUntilMs }] of splits) {
          if (keepUntilMs > nowMs) continue;
          splits.delete(split);
          this.#size -= 1;
        }
        if (splits.size === 0) periods.delete(period);
      }
      if (periods.size === 0) this.#budgets.delete(budget);
    }
    this.#sweepAt = Math.max(ACCOUNTS_BEFORE_SWEEP, 2 * this.#size);
  }
}
