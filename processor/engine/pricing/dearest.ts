import { type TokenUsage, UNIT_ENTRIES } from '../../../conventions/index.ts';
import type { Book } from './book.ts';
import type { Overlay } from './overlay.ts';
import { findModel, rateCardFor } from './priced-model.ts';
import type { RateLevel } from './rate-card.ts';
import { NUMBER_OF_UNIT, NUMBERED_UNITS } from './usage-counts.ts';

/** Nano-USD for one of each unit, as the dearest model has it. */
export interface DearestRates {
  /** Input that is read, from a cache or not: nobody bills what is cached dearer. */
  readonly read: number;
  /** Input that may be written to a cache. */
  readonly input: number;
  /** Reasoning is no less. */
  readonly output: number;
  /** By the numbers of their units: parts of the tokens, and what is no token. */
  readonly others: readonly (number | undefined)[];
}

/** What a model without a price could cost: as much as the dearest that its provider has. */
export class DearestModels {
  readonly #library: Book;
  readonly #overlay: Overlay | undefined;
  readonly #known = new Map<string, DearestRates | undefined>();

  constructor(library: Book, overlay: Overlay | undefined) {
    this.#library = library;
    this.#overlay = overlay;
  }

  /** Of the provider, else of all providers; `undefined` when the book is empty. */
  ratesOf(bookId: string, timeMs: number): DearestRates | undefined {
    const own = this.#memoised(bookId, () => this.#ofProvider(bookId, timeMs));
    return own ?? this.#memoised('', () => this.#ofAll(timeMs));
  }

  #memoised(key: string, find: () => DearestRates | undefined): DearestRates | undefined {
    if (!this.#known.has(key)) {
      if (this.#known.size > this.#library.providerIds().length + 1) this.#known.clear();
      this.#known.set(key, find());
    }
    return this.#known.get(key);
  }

  #ofAll(timeMs: number): DearestRates | undefined {
    return dearestOf(this.#library.providerIds().map((bookId) => this.#ofProvider(bookId, timeMs)));
  }

  #ofProvider(bookId: string, timeMs: number): DearestRates | undefined {
    const listed = this.#library.get(bookId)?.models.map(({ id }) => id) ?? [];
    const own = this.#overlay?.models.filter(({ provider }) => provider === bookId) ?? [];
    return dearestOf(
      [...listed, ...own.map(({ model }) => model)].flatMap((name) => {
        const model = findModel(this.#library, this.#overlay, bookId, name);
        if (model === undefined) return [];
        const circumstances = { tier: undefined, place: undefined, timeMs };
        const { card } = rateCardFor(model, this.#overlay, circumstances);
        if (card === undefined) return [];
        return [card.base, ...card.steps.map(({ level }) => level)].map(ratesOfLevel);
      }),
    );
  }
}

function ratesOfLevel(level: RateLevel): DearestRates {
  const others = [...level.measureNanos];
  for (const { unitNumber, freshNanos } of level.inputParts) others[unitNumber] = freshNanos;
  for (const { unitNumber, nanos } of level.outputParts) others[unitNumber] = nanos;
  return {
    read: level.input,
    input: Math.max(level.input, level.cacheWrite, level.cacheWrite1h),
    output: Math.max(level.output, level.reasoning),
    others,
  };
}

function most(rates: readonly number[]): number {
  return rates.reduce((a, b) => Math.max(a, b), 0);
}

function dearestOf(all: readonly (DearestRates | undefined)[]): DearestRates | undefined {
  const found = all.filter((rates) => rates !== undefined);
  if (found.length === 0) return undefined;
  return {
    read: most(found.map(({ read }) => read)),
    input: most(found.map(({ input }) => input)),
    output: most(found.map(({ output }) => output)),
    others: NUMBERED_UNITS.map((_, number) => {
      const rates = found.flatMap(({ others }) => others[number] ?? []);
      return rates.length === 0 ? undefined : most(rates);
    }),
  };
}

/**
 * What a known usage comes to at these rates, in nano-USD, not rounded. `undefined` where it counts
 * something in place of tokens that no model has a rate for.
 */
export function usageAtDearest(usage: TokenUsage, rates: DearestRates): number | undefined {
  const { input = 0, cacheRead = 0, cacheWrite = 0, cacheWrite1h = 0 } = usage;
  const { output = 0, reasoning = 0 } = usage;
  const tokens = input + cacheRead + cacheWrite + cacheWrite1h + output + reasoning;
  let nanos =
    (input + cacheRead) * rates.read +
    (cacheWrite + cacheWrite1h) * rates.input +
    (output + reasoning) * rates.output;
  for (const [unit, { within, withoutRate, cachedOf }] of UNIT_ENTRIES) {
    const count = usage[unit as keyof TokenUsage] ?? 0;
    const isOther = (within !== undefined && cachedOf === undefined) || withoutRate !== undefined;
    if (count === 0 || !isOther) continue;
    const rate = rates.others[NUMBER_OF_UNIT.get(unit)!];
    if (within !== undefined) {
      // Its tokens are counted already; what is dearer about it comes on top.
      const counted = within === 'output' ? rates.output : rates.read;
      nanos += count * Math.max(0, (rate ?? 0) - counted);
    } else if (rate !== undefined) {
      nanos += count * rate;
    } else if (tokens === 0) {
      return undefined;
    }
  }
  return nanos;
}
