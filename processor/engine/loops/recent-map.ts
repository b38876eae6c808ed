/**
 * Remembers the newest entries, at most `capacity` of them. Two generations instead of a linked
 * list: when the young one is full the old one is dropped whole, so an entry lives for between
 * half of `capacity` and `capacity` later insertions, and both reading and writing are one or two
 * lookups.
 */
export class RecentMap<Value> {
  readonly #half: number;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  constructor(capacity: number) {
    this.#half = Math.max(1, Math.ceil(capacity / 2));
  }

  get(key: string): Value | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  set(key: string, value: Value): void {
    if (this.#young.size >= this.#half && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }

  /** Entries held; one that was set again counts twice until the old generation goes. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }
}
