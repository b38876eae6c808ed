import type { Charge, Crossing } from './store.ts';

interface Hold {
  readonly amount: number;
  readonly expiresMs: number;
}

/** One account of the memory store: what is spent, and what is held by whom until when. */
export class MemoryAccount {
  committed = 0;
  held = 0;
  keepUntilMs: number;
  /** Spent on each UTC day. */
  readonly days: Map<string, number> = new Map();
  /** What each ledger says the account has spent at least. */
  readonly raised: Map<string, number> = new Map();
  readonly #holds = new Map<string, Hold>();
  /** Thresholds that were told, by alert period. */
  readonly #told = new Set<string>();
  /** No hold ends before. */
  #nextExpiryMs = Infinity;

  constructor(keepUntilMs: number) {
    this.keepUntilMs = keepUntilMs;
  }

  has(id: string): boolean {
    return this.#holds.has(id);
  }

  heldBy(id: string): number {
    return this.#holds.get(id)?.amount ?? 0;
  }

  hold(id: string, amount: number, expiresMs: number): void {
    this.drop(id);
    this.#holds.set(id, { amount, expiresMs });
    this.held += amount;
    if (expiresMs < this.#nextExpiryMs) this.#nextExpiryMs = expiresMs;
  }

  drop(id: string): boolean {
    const hold = this.#holds.get(id);
    if (hold === undefined) return false;
    this.#holds.delete(id);
    this.held -= hold.amount;
    return true;
  }

  renew(id: string, expiresMs: number): boolean {
    const hold = this.#holds.get(id);
    if (hold === undefined) return false;
    this.#holds.set(id, { amount: hold.amount, expiresMs });
    return true;
  }

  /** Drops the holds that have expired. */
  expire(nowMs: number): void {
    if (nowMs < this.#nextExpiryMs) return;
    let next = Infinity;
    for (const [id, { expiresMs }] of this.#holds) {
      if (expiresMs <= nowMs) this.drop(id);
      else if (expiresMs < next) next = expiresMs;
    }
    this.#nextExpiryMs = next;
  }

  spend(amount: number, nowMs: number): void {
    this.committed += amount;
    const day = utcDay(nowMs);
    this.days.set(day, (this.days.get(day) ?? 0) + amount);
  }

  /** Notes the thresholds up to `reached` that nobody has been told of, and returns them. */
  cross(charge: Charge, index: number, reached: number, into: Crossing[]): void {
    for (const threshold of charge.thresholds) {
      if (reached < threshold) continue;
      const key = `${charge.alertPeriod ?? charge.period}\n${threshold}`;
      if (this.#told.has(key)) continue;
      this.#told.add(key);
      into.push({ charge: index, threshold });
    }
  }
}

const DAY_MS = 86_400_000;
let lastDay = { number: NaN, name: '' };

/** Such as `2026-11-26`; worked out once a day. */
function utcDay(nowMs: number): string {
  const number = Math.floor(nowMs / DAY_MS);
  if (number !== lastDay.number) {
    lastDay = { number, name: new Date(nowMs).toISOString().slice(0, 10) };
  }
  return lastDay.name;
}
