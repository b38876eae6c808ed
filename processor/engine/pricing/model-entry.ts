import type { CallCost, CallPrice } from '../../../conventions/index.ts';
import type { Overlay } from './overlay.ts';
import type { PricedModel } from './priced-model.ts';
import { modelTierOf, rateCardFor } from './priced-model.ts';
import type { ProblemReporter } from './problems.ts';
import type { RateCard } from './rate-card.ts';
import { serviceTierName } from './service-tiers.ts';
import { placeOf } from './geography.ts';

/** What of a call chooses among the cards of one model, as told and not yet interpreted. */
export interface Told {
  readonly tier: string | undefined;
  readonly speed: string | undefined;
  readonly geo: string | undefined;
  readonly host: string | undefined;
}

/** A memoised card: valid for calls told the same, in `[fromMs, untilMs)`. */
export interface Variant {
  readonly tier: string | undefined;
  readonly speed: string | undefined;
  readonly geo: string | undefined;
  readonly host: string | undefined;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly card: RateCard | undefined;
  readonly tierName: string | undefined;
  /** Shared by all calls without a price. */
  readonly unpriced: CallPrice;
}

/** Cards kept for one model; a hostile server could name a new tier in every response. */
const MOST_VARIANTS = 24;

/** One model name of one provider, with the cards made for it so far. */
export class ModelEntry {
  readonly model: PricedModel | undefined;
  readonly modelTier: string | undefined;
  readonly #bookId: string;
  readonly #name: string;
  readonly #book: string;
  readonly #overlay: Overlay | undefined;
  readonly #problems: ProblemReporter;
  #variants: Variant[] = [];

  constructor(
    model: PricedModel | undefined,
    bookId: string,
    name: string,
    book: string,
    overlay: Overlay | undefined,
    problems: ProblemReporter,
  ) {
    this.model = model;
    this.modelTier = modelTierOf(bookId, name, model, overlay);
    this.#bookId = bookId;
    this.#name = name;
    this.#book = book;
    this.#overlay = overlay;
    this.#problems = problems;
  }

  /** The card for a call; a few comparisons once it was made. */
  variant(
    tier: string | undefined,
    speed: string | undefined,
    geo: string | undefined,
    host: string | undefined,
    timeMs: number,
  ): Variant {
    for (const variant of this.#variants) {
      if (
        variant.tier === tier &&
        variant.speed === speed &&
        variant.geo === geo &&
        variant.host === host &&
        timeMs >= variant.fromMs &&
        timeMs < variant.untilMs
      ) {
        return variant;
      }
    }
    const variant = this.#compile({ tier, speed, geo, host }, timeMs);
    if (this.#variants.length >= MOST_VARIANTS) this.#variants = [];
    this.#variants.push(variant);
    return variant;
  }

  /** A price made from `variant`; a lower bound where anything is missing. */
  price(
    state: 'priced' | 'free',
    cost: CallCost,
    { card, tierName }: Variant,
    missing: readonly string[] | undefined,
  ): CallPrice {
    return {
      state: missing === undefined ? state : 'partial',
      cost,
      missing,
      book: this.#book,
      match: card?.match,
      tier: tierName,
      modelTier: this.modelTier,
    };
  }

  #compile(told: Told, timeMs: number): Variant {
    const isFast = told.speed?.toLowerCase() === 'fast';
    const tierName = isFast
      ? 'fast'
      : told.tier === undefined || told.tier === ''
        ? undefined
        : serviceTierName(told.tier);
    const place = placeOf(told.geo, told.host, this.model?.place);
    const dated =
      this.model === undefined
        ? { card: undefined, isTierKnown: true, fromMs: -Infinity, untilMs: Infinity }
        : rateCardFor(this.model, this.#overlay, { tier: tierName, place, timeMs });
    if (!dated.isTierKnown) {
      this.#problems.report(
        'unknown-tier',
        `no price is known for service tier "${shorten(tierName ?? '')}" of ${this.#bookId}: calls are priced as standard; add it under tiers in the price overlay`,
      );
    }
    if (dated.card?.match === 'family' && !dated.card.isFree) {
      this.#problems.report(
        'family-guess',
        `${this.#bookId} model "${shorten(this.#name)}" is not in the price book and is priced as its nearest relative ${this.model?.id ?? ''}: add it to the price overlay`,
      );
    }
    const shown = dated.isTierKnown || isFast ? tierName : shorten(told.tier ?? '');
    return {
      ...told,
      fromMs: dated.fromMs,
      untilMs: dated.untilMs,
      card: dated.card,
      tierName: shown,
      unpriced: {
        state: 'unpriced',
        cost: undefined,
        missing: undefined,
        book: this.#book,
        match: dated.card?.match,
        tier: shown,
        modelTier: this.modelTier,
      },
    };
  }
}

function shorten(text: string): string {
  return text.length > 64 ? `${text.slice(0, 63)}…` : text;
}
