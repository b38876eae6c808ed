/** Share of the slots that may be taken before there are twice as many. */
const FULLEST = 0.5;
const FEWEST_SLOTS = 1_024;

/**
 * Remembers the newest keys, at least `capacity` of them and at most twice as many, by 64 bits of
 * each: 16 bytes a key where a set of text takes a hundred. Two keys of a million that are taken for
 * one another are a chance of 1 in 30 million.
 *
 * Two generations: when the young one is full the old one is dropped whole.
 */
export class SeenKeys {
  readonly #capacity: number;
  #young = new Generation();
  #old = new Generation();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Notes `key`; false when it was known. */
  add(key: string): boolean {
    const [high, low] = hash(key);
    if (this.#old.has(high, low) || !this.#young.add(high, low)) return false;
    if (this.#young.size >= this.#capacity) {
      this.#old = this.#young;
      this.#young = new Generation();
    }
    return true;
  }
}

/** A set of pairs of 32 bits, by open addressing; the pair of zeros marks a free slot. */
class Generation {
  size = 0;
  #slots = new Uint32Array(0);

  has(high: number, low: number): boolean {
    return this.size > 0 && this.#find(high, low) < 0;
  }

  add(high: number, low: number): boolean {
    if (this.size + 1 > (this.#slots.length / 2) * FULLEST) this.#grow();
    const free = this.#find(high, low);
    if (free < 0) return false;
    this.#put(free, high, low);
    this.size += 1;
    return true;
  }

  /** Index of the free slot where the pair belongs; negative when it is there. */
  #find(high: number, low: number): number {
    const slots = this.#slots;
    const mask = slots.length / 2 - 1;
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const foundHigh = slots[2 * slot]!;
      const foundLow = slots[2 * slot + 1]!;
      if (foundHigh === 0 && foundLow === 0) return slot;
      if (foundHigh === high && foundLow === low) return -1;
    }
  }

  #put(slot: number, high: number, low: number): void {
    this.#slots[2 * slot] = high;
    this.#slots[2 * slot + 1] = low;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Uint32Array(Math.max(2 * FEWEST_SLOTS, before.length * 2));
    for (let index = 0; index < before.length; index += 2) {
      const high = before[index]!;
      const low = before[index + 1]!;
      if (high !== 0 || low !== 0) this.#put(this.#find(high, low), high, low);
    }
  }
}

/** 64 bits of `text`, never all zero: two multiplicative hashes that are mixed at the end. */
function hash(text: string): readonly [number, number] {
  let first = 0xdeadbeef;
  let second = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    first = Math.imul(first ^ code, 0x9e3779b1);
    second = Math.imul(second ^ code, 0x5f356495);
  }
  first =
    Math.imul(first ^ (first >>> 16), 0x85ebca6b) ^ Math.imul(second ^ (second >>> 13), 0xc2b2ae35);
  second =
    Math.imul(second ^ (second >>> 16), 0x85ebca6b) ^ Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  return [first >>> 0, (second | 1) >>> 0];
}
