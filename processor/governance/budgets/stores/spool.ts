import type { Charge, HoldRequest, SettleRequest } from './store.ts';

/** What could not be told to the store while it was away. */
export type Spooled =
  | { readonly kind: 'settle'; readonly request: SettleRequest }
  | { readonly kind: 'release'; readonly request: HoldRequest };

/** Past so many, settlements are added up: their sum is never lost. */
const MOST_SPOOLED = 10_000;

/** Keeps what the store has to be told, in order and bounded. */
export class Spool {
  #entries: Spooled[] = [];
  #merged = 0;
  readonly #prefix: string;

  /** @param prefix of the ids of added up settlements, unique to this process. */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  get size(): number {
    return this.#entries.length;
  }

  add(entry: Spooled): void {
    this.#entries.push(entry);
    if (this.#entries.length > MOST_SPOOLED) this.#merge();
  }

  peek(): Spooled | undefined {
    return this.#entries[0];
  }

  /** Takes out what {@link peek} gave, once the store has it. */
  shift(): void {
    this.#entries.shift();
  }

  /** Adds all settlements up, one sum for each account. Holds that are not released expire. */
  #merge(): void {
    const sums = new Map<string, Charge>();
    let nowMs = 0;
    for (const entry of this.#entries) {
      if (entry.kind !== 'settle') continue;
      nowMs = Math.max(nowMs, entry.request.nowMs);
      for (const charge of entry.request.charges) {
        const key = `${charge.budget}\n${charge.split}\n${charge.period}`;
        const amount = charge.amount + (sums.get(key)?.amount ?? 0);
        sums.set(key, { ...charge, amount });
      }
    }
    this.#merged += 1;
    const id = `${this.#prefix}-sum-${this.#merged}`;
    const request = { id, charges: [...sums.values()], nowMs };
    this.#entries = [{ kind: 'settle', request }];
  }
}
