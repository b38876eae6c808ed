import {
  type CallPrice,
  sizeOfUsage,
  type LlmCall,
  type TokenUsage,
} from '../../../conventions/index.ts';
import { BOOK_ID, BOOK_PUBLISHED_MS, priceBook } from './book.ts';
import { boundNanos } from './bound-cost.ts';
import type { UsageBound } from './bound-cost.ts';
import { usdPer } from './contract.ts';
import { CostSums, MOST_NANOS, roundCost, unsplitCost } from './cost-sums.ts';
import { Missing } from './missing.ts';
import { usageAtDearest } from './dearest.ts';
import { ModelCache } from './model-cache.ts';
import type { ProviderEntry } from './model-cache.ts';
import type { ModelEntry, Variant } from './model-entry.ts';
import type { Overlay } from './overlay.ts';
import { implausibleAgainstBook } from './overlay-check.ts';
import { addFees, addUsageCost, countedWord, hasBillableUsage } from './price-usage.ts';
import { ProblemReporter } from './problems.ts';
import type { ProblemListener } from './problems.ts';

/** Turns the usage of calls into money. */
export interface Pricer {
  /**
   * Prices one ended call at the rates of its end. Pure and synchronous; never throws.
   */
  price(call: LlmCall): CallPrice;
  /**
   * What a call that was priced at `price` costs at the book's own rates, in whole nano-USD: before
   * the overlay's discounts and rates, and whatever the provider reported. `undefined` for what no
   * book lists. Never throws.
   */
  listNanos(call: LlmCall, price: CallPrice): number | undefined;
  /** Book and version: `genai-prices@0.1.8`, or `genai-prices@0.1.8+overlay:ab12cd`. */
  readonly book: string;
  /** Seconds since the book was published. */
  bookAgeSeconds(nowMs: number): number;
  /** Whether the model is in the book or the overlay, prefix guesses included. */
  knows(provider: string, model: string): boolean;
  /**
   * What a call that has not been sent may come to, in whole nano-USD, at the rates that will settle
   * it; `undefined` when its model has no price. Never throws.
   */
  bound(call: LlmCall, model: string | undefined, usage: UsageBound): number | undefined;
  /**
   * The same at the dearest rates of the call's provider, or of the whole book where the provider is
   * not in it. Never throws.
   */
  boundAtDearest(call: LlmCall, usage: UsageBound): number | undefined;
  /**
   * What the known usage of an ended call comes to at those dearest rates, for one that has no price;
   * `undefined` where nobody has a rate for what it used. Never throws.
   */
  usageAtDearest(call: LlmCall): number | undefined;
  /**
   * The most that a call with a partial price may have come to, as far as its counts tell: what has
   * no known rate at the dearest that it could have. Fees without a count are not in it. Never throws.
   */
  atMost(call: LlmCall): number | undefined;
  /** Most output tokens of a model, where the overlay says. */
  maxOutput(provider: string, model: string): number | undefined;
  /** Replaces the overlay. One that looks wrong beside the book is reported and not taken. */
  setOverlay(overlay: Overlay | undefined): void;
}

export interface PricerOptions {
  readonly overlay?: Overlay | undefined;
  /** Told what is wrong; see `PricingProblem`. */
  readonly onProblem?: ProblemListener | undefined;
}

export function createPricer(options: PricerOptions = {}): Pricer {
  return new BookPricer(options);
}

class BookPricer implements Pricer {
  readonly #problems: ProblemReporter;
  readonly #sums = new CostSums();
  readonly #missing = new Missing();
  #overlay: Overlay | undefined;
  #book = BOOK_ID;
  #models: ModelCache;
  /** Prices without what the overlay negotiated; `undefined` where that is nothing. */
  #listed: BookPricer | undefined;

  constructor({ overlay, onProblem }: PricerOptions) {
    this.#problems = new ProblemReporter(onProblem);
    this.#models = new ModelCache(priceBook, undefined, this.#book, this.#problems);
    if (overlay !== undefined) this.setOverlay(overlay);
  }

  get book(): string {
    return this.#book;
  }

  setOverlay(overlay: Overlay | undefined): void {
    try {
      if (overlay !== undefined) {
        const doubt = implausibleAgainstBook(priceBook, overlay, Date.now());
        if (doubt !== undefined) {
          this.#problems.report('overlay-refused', doubt);
          overlay = this.#overlay;
        }
      }
    } catch (error) {
      this.#problems.report('internal', `checking the price overlay failed: ${String(error)}`);
      overlay = this.#overlay;
    }
    this.#overlay = overlay;
    const mark = overlay === undefined ? '' : `+overlay:${overlay.sha256.slice(0, 6)}`;
    this.#book = `${BOOK_ID}${mark}`;
    this.#models = new ModelCache(priceBook, overlay, this.#book, this.#problems);
    // It tells nobody of problems: this one has.
    this.#listed = isNegotiated(overlay)
      ? new BookPricer({ overlay: { ...overlay, discounts: [], models: [] } })
      : undefined;
  }

  bookAgeSeconds(nowMs: number): number {
    return Math.max(0, (nowMs - BOOK_PUBLISHED_MS) / 1000);
  }

  knows(provider: string, model: string): boolean {
    try {
      const models = this.#models;
      return models.entry(models.provider(provider), model).model !== undefined;
    } catch {
      return false;
    }
  }

  bound(call: LlmCall, model: string | undefined, usage: UsageBound): number | undefined {
    try {
      const models = this.#models;
      const provider = models.provider(call.provider);
      const entry = models.entryFor(provider, undefined, model);
      const timeMs = call.startTimeMs || Date.now();
      const { card } = this.#variantFor(entry, provider, call, timeMs);
      if (card === undefined) return undefined;
      return card.isFree ? 0 : toNanos(boundNanos(usage, card));
    } catch (error) {
      this.#problems.report('internal', `estimating failed: ${String(error)}`);
      return undefined;
    }
  }

  boundAtDearest(call: LlmCall, usage: UsageBound): number | undefined {
    try {
      const models = this.#models;
      const { bookId } = models.provider(call.provider).rules;
      const rates = models.dearest(bookId, call.startTimeMs || Date.now());
      if (rates === undefined) return undefined;
      return toNanos(usage.inputTokens * rates.input + usage.outputTokens * rates.output);
    } catch (error) {
      this.#problems.report('internal', `estimating failed: ${String(error)}`);
      return undefined;
    }
  }

  usageAtDearest(call: LlmCall): number | undefined {
    try {
      const { bookId } = this.#models.provider(call.provider).rules;
      const rates = this.#models.dearest(bookId, call.endTimeMs || Date.now());
      if (rates === undefined || call.usage === undefined || !hasBillableUsage(call.usage)) {
        return undefined;
      }
      let nanos = 0;
      for (const usage of [call.usage, ...(call.otherModelUsage ?? []).map((one) => one.usage)]) {
        const more = usageAtDearest(usage, rates);
        if (more === undefined) return undefined;
        nanos += more;
      }
      return toNanos(nanos);
    } catch (error) {
      this.#problems.report('internal', `estimating failed: ${String(error)}`);
      return undefined;
    }
  }

  atMost(call: LlmCall): number | undefined {
    try {
      const models = this.#models;
      const provider = models.provider(call.provider);
      const entry = models.entryFor(provider, call.responseModel || undefined, call.requestModel);
      const timeMs = call.endTimeMs || Date.now();
      const variant = this.#variantFor(entry, provider, call, timeMs);
      return this.#sumUp(call, entry, variant, provider, timeMs, true)
        ? toNanos(this.#sums.total())
        : undefined;
    } catch (error) {
      this.#problems.report('internal', `estimating failed: ${String(error)}`);
      return undefined;
    }
  }

  maxOutput(provider: string, model: string): number | undefined {
    try {
      const models = this.#models;
      const source = models.entry(models.provider(provider), model).model?.source;
      return source?.from === 'overlay' ? source.model.maxOutput : undefined;
    } catch {
      return undefined;
    }
  }

  price(call: LlmCall): CallPrice {
    try {
      return this.#price(call, this.#models);
    } catch (error) {
      this.#problems.report('internal', `pricing failed: ${String(error)}`);
      return { state: 'unpriced', book: this.#book };
    }
  }

  listNanos(call: LlmCall, price: CallPrice): number | undefined {
    if (price.cost === undefined) return undefined;
    if (this.#listed === undefined && price.cost.source === 'local') return price.cost.totalNanos;
    try {
      const pricer: BookPricer = this.#listed ?? this;
      const listed = pricer.#price(call, pricer.#models, true);
      // What leaves out more than the price does is no list of it.
      if (listed.missing?.some((word) => price.missing?.includes(word) !== true)) return undefined;
      // A model of the customer's own has no list: it is neither its nearest relative nor for free.
      const isGuess = listed.match === 'family' && price.match !== 'family';
      const isOwn = listed.state === 'free' && price.state !== 'free';
      return isGuess || isOwn ? undefined : listed.cost?.totalNanos;
    } catch (error) {
      this.#problems.report('internal', `pricing by list failed: ${String(error)}`);
      return undefined;
    }
  }

  /** @param byRates whether a cost that the provider reported is left aside. */
  #price(call: LlmCall, models: ModelCache, byRates = false): CallPrice {
    const provider = models.provider(call.provider);
    const entry = models.entryFor(provider, call.responseModel || undefined, call.requestModel);
    const timeMs = call.endTimeMs || call.startTimeMs || Date.now();
    const variant = this.#variantFor(entry, provider, call, timeMs);
    if (call.providerCost !== undefined && !byRates) {
      const price = this.#priceAsReported(call, entry, variant, provider, timeMs);
      if (price !== undefined) return price;
    }
    const { card } = variant;
    if (card === undefined && !isOfParts(call)) return variant.unpriced;
    if (card?.isFree === true) return this.#free(call, entry, variant);
    return this.#sumUp(call, entry, variant, provider, timeMs, false)
      ? entry.price('priced', roundCost(this.#sums, 'local'), variant, this.#missing.list())
      : variant.unpriced;
  }

  /** What costs nothing, whatever its tokens; a fee beside them is due all the same. */
  #free(call: LlmCall, entry: ModelEntry, variant: Variant): CallPrice {
    this.#sums.reset();
    this.#missing.reset();
    if (entry.model?.source.from !== 'nature') {
      this.#missing.addWords(call.alsoBilled);
      if (call.usage !== undefined) {
        addFees(call.usage, variant.card!, this.#sums, this.#missing);
      }
      this.#reportLeftOut(call, entry, 0);
    }
    const total = this.#sums.total();
    return total > 0 && total <= MOST_NANOS
      ? entry.price('priced', roundCost(this.#sums, 'local'), variant, this.#missing.list())
      : entry.price('free', unsplitCost(0, 'local'), variant, this.#missing.list());
  }

  #variantFor(entry: ModelEntry, provider: ProviderEntry, call: LlmCall, timeMs: number): Variant {
    return entry.variant(
      call.servedTier ?? call.requestedTier,
      call.speed,
      call.inferenceGeo,
      provider.rules.hostMatters ? call.serverAddress : undefined,
      timeMs,
    );
  }

  /**
   * Adds the whole call up in `#sums`, and in `#missing` what they leave out; false when it has no
   * price.
   *
   * @param isDivision whether a known total is to be divided like the sums
   */
  #sumUp(
    call: LlmCall,
    entry: ModelEntry,
    variant: Variant,
    provider: ProviderEntry,
    timeMs: number,
    isDivision: boolean,
  ): boolean {
    this.#sums.reset();
    this.#missing.reset();
    this.#missing.addWords(call.alsoBilled);
    if (call.usage === undefined || !hasBillableUsage(call.usage)) return false;
    const isWhole = !isOfParts(call);
    if (isWhole && !this.#addUsage(call.usage, entry, variant, call, isDivision)) return false;
    if (call.otherModelUsage !== undefined) {
      for (const { model, usage, tool } of call.otherModelUsage) {
        const other = this.#models.entry(provider, model);
        const otherVariant = this.#variantFor(other, provider, call, timeMs);
        if (this.#addUsage(usage, other, otherVariant, call, isDivision)) continue;
        if (tool === undefined) return false;
        this.#missing.addWords([`${tool}.rate`]);
      }
    }
    return this.#sums.total() <= MOST_NANOS || this.#refuse(call);
  }

  #addUsage(
    usage: TokenUsage,
    entry: ModelEntry,
    { card }: Variant,
    call: LlmCall,
    isDivision: boolean,
  ): boolean {
    const size = sizeOfUsage(usage);
    if (size < 0) return this.#refuse(call);
    if (card === undefined) return false;
    if (isDivision) {
      // The stated cost has the money already; only its division is lost.
      return addUsageCost(usage, size, card.forDivision, this.#sums, this.#missing) === undefined;
    }
    const before = this.#missing.unitBits;
    const unrated = addUsageCost(usage, size, card, this.#sums, this.#missing);
    if (unrated !== undefined) {
      this.#reportUnrated(call, entry, unrated, 'such calls stay unpriced');
    }
    this.#reportLeftOut(call, entry, before);
    return unrated === undefined;
  }

  /** Tells of each unit that is missing and was not `before`. */
  #reportLeftOut(call: LlmCall, entry: ModelEntry, before: number): void {
    for (let rest = this.#missing.unitBits & ~before; rest !== 0; rest &= rest - 1) {
      const what = countedWord(31 - Math.clz32(rest & -rest));
      this.#reportUnrated(call, entry, what, 'they are left out of its cost');
    }
  }

  #reportUnrated(call: LlmCall, entry: ModelEntry, what: string, effect: string): void {
    this.#problems.report(
      'unrated',
      `${call.provider} model ${entry.model?.id ?? ''} has no rate for ${what}: ${effect}; add it to the price overlay`,
    );
  }

  #refuse(call: LlmCall): false {
    this.#problems.report(
      'bad-usage',
      `a response of ${call.provider} reported usage that cannot be true; the call stays unpriced`,
    );
    return false;
  }

  /** The response's own figure, divided like the local price would be. */
  #priceAsReported(
    call: LlmCall,
    entry: ModelEntry,
    variant: Variant,
    provider: ProviderEntry,
    timeMs: number,
  ): CallPrice | undefined {
    const { amount, currency } = call.providerCost!;
    const usd = usdPer(currency.toUpperCase(), this.#overlay?.fx ?? [], timeMs)?.rate;
    if (usd === undefined) {
      this.#problems.report(
        'currency',
        `${call.provider} reports costs in ${currency.slice(0, 8)}: add a rate to USD under fx in the price overlay; until then such calls stay unpriced`,
      );
      return variant.unpriced;
    }
    const totalNanos = Math.round(amount * usd * 1e9);
    if (!(totalNanos >= 0 && totalNanos <= MOST_NANOS)) {
      this.#problems.report(
        'bad-usage',
        `a response of ${call.provider} reported a cost that cannot be true`,
      );
      return undefined;
    }
    if (totalNanos === 0) {
      return entry.price('free', unsplitCost(0, 'provider'), variant, this.#leftOut(call));
    }
    const hasRates = variant.card?.isFree === false || isOfParts(call);
    const isSplit = hasRates && this.#sumUp(call, entry, variant, provider, timeMs, true);
    const localNanos = isSplit ? this.#sums.total() : 0;
    if (localNanos <= 0) {
      const cost = unsplitCost(totalNanos, 'provider');
      return entry.price('priced', cost, variant, this.#leftOut(call));
    }
    this.#sums.scale(totalNanos / localNanos);
    const cost = roundCost(this.#sums, 'provider', totalNanos);
    return entry.price('priced', cost, variant, this.#leftOut(call));
  }

  /** A stated total is whole, whatever the book lacks, unless it is known not to be. */
  #leftOut({ providerCost }: LlmCall): readonly string[] | undefined {
    this.#missing.reset();
    this.#missing.addWords(providerCost?.leavesOut);
    return this.#missing.list();
  }
}

/** Whether models within the call are billed in place of the one that it names. */
function isOfParts({ otherModelUsage }: LlmCall): boolean {
  return otherModelUsage !== undefined && otherModelUsage.some(({ isPart }) => isPart === true);
}

/** Whole nanos, rounded up; `undefined` for what no budget can hold. */
function toNanos(nanos: number): number | undefined {
  return nanos >= 0 && nanos <= MOST_NANOS ? Math.ceil(nanos) : undefined;
}

function isNegotiated(overlay: Overlay | undefined): overlay is Overlay {
  return overlay !== undefined && overlay.discounts.length + overlay.models.length > 0;
}
