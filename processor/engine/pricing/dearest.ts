import type { Book } from './book.ts';
import type { Overlay } from './overlay.ts';
import { findModel, rateCardFor } from './priced-model.ts';

/** Nano-USD per token. */
export interface DearestRates {
  readonly input: number;
  readonly output: number;
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
      [...listed, ...own.map(({ model }) => model)].map((name) => {
        const model = findModel(this.#library, this.#overlay, bookId, name);
        if (model === undefined) return undefined;
        const circumstances = { tier: undefined, place: undefined, timeMs };
        const { card } = rateCardFor(model, this.#overlay, circumstances);
        if (card === undefined) return undefined;
        const levels = [card.base, ...card.steps.map(({ level }) => level)];
        return dearestOf(
          levels.map(({ input, cacheWrite, output, reasoning }) => ({
            input: Math.max(input, cacheWrite),
            output: Math.max(output, reasoning),
          })),
        );
      }),
    );
  }
}

function dearestOf(all: readonly (DearestRates | undefined)[]): DearestRates | undefined {
  let most: DearestRates | undefined;
  for (const rates of all) {
    if (rates === undefined) continue;
    most = {
      input: Math.max(rates.input, most?.input ?? 0),
      output: Math.max(rates.output, most?.output ?? 0),
    };
  }
  return most;
}
