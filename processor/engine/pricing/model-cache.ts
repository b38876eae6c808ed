import type { Book } from './book.ts';
import { DearestModels } from './dearest.ts';
import type { DearestRates } from './dearest.ts';
import { MAX_MODEL_ID_LENGTH } from './match-logic.ts';
import { ModelEntry } from './model-entry.ts';
import type { Overlay } from './overlay.ts';
import { type PricedModel, findModel } from './priced-model.ts';
import type { ProblemReporter } from './problems.ts';
import { providerRules } from '../../../providers/book-id.ts';
import type { ProviderRules } from '../../../providers/book-id.ts';
import { knownProvider } from '../../../providers/names.ts';

/** Model names kept with their cards. Past this all are forgotten and found again when needed. */
const MOST_MODELS = 2000;

export interface ProviderEntry {
  readonly rules: ProviderRules;
  readonly models: Map<string, ModelEntry>;
}

/** What was found for the model names of calls, so that the book is searched once for each. */
export class ModelCache {
  readonly #library: Book;
  readonly #overlay: Overlay | undefined;
  readonly #book: string;
  readonly #problems: ProblemReporter;
  #providers = new Map<string, ProviderEntry>();
  #modelCount = 0;
  #dearest: DearestModels | undefined;

  /** @param book the book's id, for the prices made from it. */
  constructor(
    library: Book,
    overlay: Overlay | undefined,
    book: string,
    problems: ProblemReporter,
  ) {
    this.#library = library;
    this.#overlay = overlay;
    this.#book = book;
    this.#problems = problems;
  }

  provider(name: string): ProviderEntry {
    let entry = this.#providers.get(name);
    if (entry === undefined) {
      entry = { rules: providerRules(name), models: new Map() };
      if (this.#providers.size >= MOST_MODELS) this.#forget();
      if (name.length <= MAX_MODEL_ID_LENGTH) this.#providers.set(name, entry);
    }
    return entry;
  }

  /**
   * The model that decides the price: the one that answered, else the one asked for; an overlay's
   * word on either comes first.
   */
  entryFor(
    provider: ProviderEntry,
    response: string | undefined,
    request: string | undefined,
  ): ModelEntry {
    const { decides } = provider.rules;
    // An Azure deployment may be named after a model that it does not run: a guess at best.
    if (decides === 'response-only' && response === undefined) {
      return this.entry(provider, request ?? '', true);
    }
    const first = decides === 'request' ? (request ?? response) : (response ?? request);
    const second = decides === 'request' ? response : request;
    const found = this.entry(provider, first ?? '');
    if (second === undefined || second === first) return found;
    const isSettled = found.model !== undefined && this.#overlay === undefined;
    if (isSettled || found.model?.match === 'overlay') return found;
    const other = this.entry(provider, second);
    if (other.model?.match === 'overlay') return other;
    if (decides === 'response-only') return found;
    return found.model === undefined && other.model !== undefined ? other : found;
  }

  /** @param isGuess whether the name is no proof of the model, so that a match is at most family. */
  entry(provider: ProviderEntry, model: string, isGuess = false): ModelEntry {
    const key = isGuess ? `?${model}` : model;
    let entry = provider.models.get(key);
    if (entry !== undefined) return entry;
    const { bookId } = provider.rules;
    const found =
      findModel(this.#library, this.#overlay, bookId, model) ??
      (provider.rules.relaysAtListPrice ? this.#madeByOther(bookId, model) : undefined);
    const isSure = !isGuess || found === undefined || found.match === 'overlay';
    entry = new ModelEntry(
      isSure ? found : { ...found, match: 'family' },
      bookId,
      model,
      this.#book,
      this.#overlay,
      this.#problems,
    );
    if (this.#modelCount >= MOST_MODELS) this.#forget();
    if (model.length <= MAX_MODEL_ID_LENGTH) {
      provider.models.set(key, entry);
      this.#modelCount += 1;
    }
    return entry;
  }

  /** A model of whom `provider/model` names, as the relay of that id sells it. */
  #madeByOther(bookId: string, model: string): PricedModel | undefined {
    const slash = model.indexOf('/');
    const maker = slash <= 0 ? undefined : knownProvider(model.slice(0, slash));
    if (maker === undefined) return undefined;
    const id = model.slice(slash + 1);
    const found = findModel(this.#library, undefined, providerRules(maker).bookId, id);
    return found?.match === 'exact'
      ? { ...found, bookId, match: 'alias' }
      : found && { ...found, bookId };
  }

  /** The dearest rates of a provider, of the whole book where it is not in it. */
  dearest(bookId: string, timeMs: number): DearestRates | undefined {
    this.#dearest ??= new DearestModels(this.#library, this.#overlay);
    return this.#dearest.ratesOf(bookId, timeMs);
  }

  #forget(): void {
    for (const { models } of this.#providers.values()) models.clear();
    this.#providers = new Map();
    this.#modelCount = 0;
  }
}
