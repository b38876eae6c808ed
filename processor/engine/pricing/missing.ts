import { NUMBERED_UNITS } from './usage-counts.ts';

/** More words than any call has; what is beyond them adds nothing to knowing that some are missing. */
const MOST_WORDS = 16;
const WORD = /^[a-z][a-z0-9_]{0,39}(?:\.[a-z0-9_]{1,20})?$/;
/** Stands for words that nobody should put on a span. */
const OTHER = 'other';

/** The word for each unit that was counted and has no known rate: `cacheRead` → `cache_read.rate`. */
const RATE_WORDS: readonly string[] = NUMBERED_UNITS.map(
  ([unit]) => `${unit.replaceAll(/[A-Z]|\d+/g, (part) => `_${part.toLowerCase()}`)}.rate`,
);

/** What the price of one call leaves out. One instance is reused for every call. */
export class Missing {
  /** Units that were counted and have no known rate. */
  unitBits = 0;
  readonly #words = new Set<string>();

  reset(): void {
    this.unitBits = 0;
    if (this.#words.size > 0) this.#words.clear();
  }

  /** By the number of the unit. */
  addUnit(number: number): void {
    this.unitBits |= 1 << number;
  }

  addWords(words: readonly string[] | undefined): void {
    if (words === undefined) return;
    for (const word of words) {
      if (this.#words.size < MOST_WORDS) this.#words.add(WORD.test(word) ? word : OTHER);
    }
  }

  /** Sorted, without repeats; `undefined` where nothing is missing. */
  list(): readonly string[] | undefined {
    if (this.unitBits === 0 && this.#words.size === 0) return undefined;
    const rates = RATE_WORDS.filter((_, number) => (this.unitBits & (1 << number)) !== 0);
    return [...new Set([...this.#words, ...rates])].toSorted();
  }
}
