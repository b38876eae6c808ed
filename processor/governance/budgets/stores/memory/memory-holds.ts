import type { MemoryAccount } from './memory-account.ts';
import type { Charge } from '../store.ts';

/** What a call holds in one account. */
export interface Hold {
  readonly account: MemoryAccount;
  readonly amount: number;
  expiresMs: number;
}

/** The holds of the memory store, by the id of their call. */
export class MemoryHolds {
  readonly #calls = new Map<string, Hold[]>();
  /** No hold ends before. */
  #nextExpiryMs = Infinity;

  /** What the call holds; `undefined` for nothing. */
  of(id: string): readonly Hold[] | undefined {
    return this.#calls.get(id);
  }

  /** Holds each charge in its account, in place of what the call held there. */
  hold(
    id: string,
    accounts: readonly MemoryAccount[],
    charges: readonly Charge[],
    expiresMs: number,
  ): void {
    let holds = this.#calls.get(id);
    if (holds !== undefined) for (const account of accounts) this.drop(id, account);
    holds ??= [];
    for (let index = 0; index < accounts.length; index += 1) {
      const account = accounts[index]!;
      const { amount } = charges[index]!;
      account.held += amount;
      holds.push({ account, amount, expiresMs });
    }
    this.#calls.set(id, holds);
    if (expiresMs < this.#nextExpiryMs) this.#nextExpiryMs = expiresMs;
  }

  drop(id: string, account: MemoryAccount): void {
    const holds = this.#calls.get(id);
    if (holds !== undefined) this.#drop(id, holds, (hold) => hold.account === account);
  }

  /** Drops all that the call holds. False when that is nothing. */
  dropAll(id: string): boolean {
    const holds = this.#calls.get(id);
    if (holds === undefined) return false;
    for (const { account, amount } of holds) account.held -= amount;
    this.#calls.delete(id);
    return true;
  }

  renew(id: string, account: MemoryAccount, expiresMs: number): boolean {
    const hold = holdIn(this.#calls.get(id), account);
    if (hold === undefined) return false;
    hold.expiresMs = expiresMs;
    return true;
  }

  /** Drops the holds that have expired. */
  expire(nowMs: number): void {
    if (nowMs < this.#nextExpiryMs) return;
    let next = Infinity;
    for (const [id, holds] of this.#calls) {
      this.#drop(id, holds, ({ expiresMs }) => expiresMs <= nowMs);
      for (const { expiresMs } of holds) next = Math.min(next, expiresMs);
    }
    this.#nextExpiryMs = next;
  }

  #drop(id: string, holds: Hold[], which: (hold: Hold) => boolean): void {
    for (let index = holds.length - 1; index >= 0; index -= 1) {
      const hold = holds[index]!;
      if (!which(hold)) continue;
      hold.account.held -= hold.amount;
      holds.splice(index, 1);
    }
    if (holds.length === 0) this.#calls.delete(id);
  }
}

export function holdIn<Found extends Hold>(
  holds: readonly Found[] | undefined,
  account: MemoryAccount,
): Found | undefined {
  return holds?.find((hold) => hold.account === account);
}
