import type { Charge, Crossing } from '../store.ts';

/** One account of the memory store: what is spent and what is held. */
export class MemoryAccount {
  committed = 0;
  held = 0;
  keepUntilMs: number;
  /** Spent on each UTC day. */
  readonly days: Map<string, number> = new Map();
  /** What each ledger says the account has spent at least. */
  readonly raised: Map<string, number> = new Map();
  /** Thresholds that were told, by alert period. */
  readonly #told = new Map<string, Set<number>>();

  constructor(keepUntilMs: number) {
    this.keepUntilMs = keepUntilMs;
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
      const told = this.#toldIn(charge.alertPeriod ?? charge.period);
      if (told.has(threshold)) continue;
      told.add(threshold);
      into.push({ charge: index, threshold });
    }
  }

  #toldIn(alertPeriod: string): Set<number> {
    let told = this.#told.get(alertPeriod);
    if (told === undefined) {
      told = new Set();
      this.#told.set(alertPeriod, told);
    }
    return told;
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
