import type { PriceMatch } from '../../../conventions/index.ts';
import {
  type DatedFees,
  type FeeRates,
  feesOf,
  pieceRatesOf,
  withoutFeesOfMaker,
} from '../../../providers/fees.ts';
import { withRuledRates } from '../../../providers/rate-rules.ts';
import { isStatedFree, findInBook } from './find-model.ts';
import { resolvePrices } from './book.ts';
import type { Book, BookModel } from './book.ts';
import { contractFor, scaledRates, usdPer } from './contract.ts';
import { geoFactor } from './geography.ts';
import { builtInModelTier } from './model-tier.ts';
import { fitsPattern } from './name-pattern.ts';
import type { Overlay, OverlayModel } from './overlay.ts';
import { compileRateCard } from './rate-card.ts';
import type { RateCard } from './rate-card.ts';
import type { DatedCard, ListCard, Rates } from './rates.ts';
import { RATE_NAMES } from './rates.ts';
import { STANDARD_TIER, tierPrice } from './service-tiers.ts';
import type { TierPrice } from './service-tiers.ts';

/** A model whose list rates are known, from the book or from the overlay. */
export interface PricedModel {
  readonly bookId: string;
  /** The listed id, which the tables of tiers and places use. */
  readonly id: string;
  /** Names that patterns of the overlay are held against: the listed id and the call's spelling. */
  readonly names: readonly string[];
  /** Where it runs, as far as the customer says so of a deployment. */
  readonly place?: string | undefined;
  /** Absent for what is free by its nature. */
  readonly match: PriceMatch | undefined;
  readonly source:
    | { readonly from: 'book'; readonly model: BookModel; readonly isStatedFree: boolean }
    | { readonly from: 'overlay'; readonly model: OverlayModel }
    | { readonly from: 'pieces'; readonly rates: FeeRates }
    | { readonly from: 'nature' };
}

/** Looks a model up: a deployment's true name, the overlay's models, then the book. */
export function findModel(
  book: Book,
  overlay: Overlay | undefined,
  bookId: string,
  model: string,
): PricedModel | undefined {
  const asked = model.trim().toLowerCase();
  const deployment = overlay?.deployments.find(
    ({ provider, name }) => provider === bookId && name === asked,
  );
  const name = deployment?.model.toLowerCase() ?? asked;
  const own = overlay?.models.find(
    (candidate) => candidate.provider === bookId && candidate.names.includes(name),
  );
  if (own !== undefined) {
    const names = [...own.names, asked];
    return {
      bookId,
      id: own.names[0]!,
      names,
      place: deployment?.place,
      match: 'overlay',
      source: { from: 'overlay', model: own },
    };
  }
  const found = findInBook(book, bookId, deployment?.model ?? model);
  if (found !== undefined) {
    const id = found.model.id;
    return {
      bookId,
      id,
      names: [id.toLowerCase(), name],
      place: deployment?.place,
      match: deployment === undefined ? found.match : 'overlay',
      source: { from: 'book', model: found.model, isStatedFree: isStatedFree(bookId, found.model) },
    };
  }
  const id = name.slice(name.lastIndexOf('/') + 1);
  const rates = pieceRatesOf(bookId, id);
  if (rates !== undefined) {
    const match = deployment === undefined ? 'exact' : 'overlay';
    return { bookId, id, names: [id, name], match, source: { from: 'pieces', rates } };
  }
  // Runs on the user's own machine, unless its tag says that a subscription pays.
  if (bookId === 'ollama' && !/[:-]cloud$/.test(name)) {
    return { bookId, id: name, names: [name], match: undefined, source: { from: 'nature' } };
  }
  return undefined;
}

const NOTHING: ListCard = { base: {}, steps: [] };
const ALWAYS = { fromMs: -Infinity, untilMs: Infinity };

/** List rates at a time; `undefined` when the entry states none. */
function listCard(
  model: PricedModel,
  overlay: Overlay | undefined,
  timeMs: number,
): DatedCard | undefined {
  const { source } = model;
  switch (source.from) {
    case 'nature':
      return { card: NOTHING, ...ALWAYS };
    case 'pieces':
      return { card: { base: source.rates, steps: [] }, ...ALWAYS };
    case 'overlay': {
      const fx = usdPer(overlay?.currency ?? 'USD', overlay?.fx ?? [], timeMs);
      if (fx === undefined) return undefined;
      const base = scaledRates(source.model.rates, fx.rate);
      return { card: { base, steps: [] }, fromMs: fx.fromMs, untilMs: fx.untilMs };
    }
    case 'book': {
      const dated = resolvePrices(source.model.prices, timeMs);
      const isEmpty = RATE_NAMES.every((name) => dated.card.base[name] === undefined);
      if (isEmpty) return source.isStatedFree ? { ...dated, card: NOTHING } : undefined;
      return { ...dated, card: withHouseRates(dated.card, model) };
    }
    default:
      return source satisfies never;
  }
}

/** The card with what follows from the rules of the provider. */
function withHouseRates(card: ListCard, { bookId, id }: PricedModel): ListCard {
  return {
    base: houseRates(bookId, id, card.base),
    steps: card.steps.map(({ above, rates }) => ({ above, rates: houseRates(bookId, id, rates) })),
  };
}

function houseRates(bookId: string, id: string, rates: Rates): Rates {
  return withoutFeesOfMaker(bookId, withRuledRates(bookId, id, rates));
}

/** The circumstances of a call that change its rates. */
export interface Circumstances {
  /** Our name of the service tier; `undefined` when nobody said. */
  readonly tier: string | undefined;
  readonly place: string | undefined;
  readonly timeMs: number;
}

/** A compiled card, the time it holds for, and what stands on every price made from it. */
export interface DatedRateCard {
  /** `undefined`: no rates. */
  readonly card: RateCard | undefined;
  readonly isTierKnown: boolean;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Groq bills at least ten seconds of audio. @see https://groq.com/pricing */
function leastAudioSeconds({ bookId, id }: PricedModel): number {
  return bookId === 'groq' && id.startsWith('whisper-') ? 10 : 0;
}

/** Compiles what a call of `model` costs under `circumstances`. */
export function rateCardFor(
  model: PricedModel,
  overlay: Overlay | undefined,
  { tier = STANDARD_TIER, place, timeMs }: Circumstances,
): DatedRateCard {
  const price = tierPriceFor(model, overlay, tier);
  const isTierKnown = price !== undefined;
  const list = listCard(model, overlay, timeMs);
  if (list === undefined) return { card: undefined, isTierKnown, ...ALWAYS };
  const fees = feesFor(model, timeMs);
  const contract = contractFor(
    list.card,
    {
      bookId: model.bookId,
      names: model.names,
      tier,
      tierPrice: price ?? 1,
      geoFactor: geoFactorFor(model, overlay, place),
      timeMs,
    },
    overlay,
  );
  return {
    card: compileRateCard(
      list.card,
      {
        factors: contract.factors,
        extra: contract.extra,
        fees: fees.rates,
      },
      model.match,
      leastAudioSeconds(model),
      model.source.from === 'overlay',
    ),
    isTierKnown,
    fromMs: Math.max(list.fromMs, contract.fromMs, fees.fromMs),
    untilMs: Math.min(list.untilMs, contract.untilMs, fees.untilMs),
  };
}

/** On one's own machine nobody charges for tools. */
function feesFor({ bookId, id, source }: PricedModel, timeMs: number): DatedFees {
  return source.from === 'nature' ? { rates: {}, ...ALWAYS } : feesOf(bookId, id, timeMs);
}

/** The overlay's word on the model, then on the provider, then what is built in. */
function tierPriceFor(
  { bookId, id, names, source }: PricedModel,
  overlay: Overlay | undefined,
  tier: string,
): TierPrice | undefined {
  const own = overlay?.tiers.filter(
    ({ provider, tiers }) => provider === bookId && Object.hasOwn(tiers, tier),
  );
  const ofModel = own?.find(
    ({ model }) => model !== undefined && names.some((name) => fitsPattern(model, name)),
  );
  const ofProvider = own?.find(({ model }) => model === undefined);
  const stated = (ofModel ?? ofProvider)?.tiers[tier];
  if (stated !== undefined) return stated;
  // Tables of single models hold list prices, which the overlay's rates have just replaced.
  return tierPrice(bookId, source.from === 'overlay' ? '' : id, tier);
}

function geoFactorFor(
  { bookId, id }: PricedModel,
  overlay: Overlay | undefined,
  place: string | undefined,
): number {
  const own = overlay?.geo.get(bookId);
  if (own !== undefined) return place === undefined ? 1 : (own.get(place) ?? 1);
  return geoFactor(bookId, id, place);
}

/** The class of a model in reports: the overlay's own word, else a built-in one. */
export function modelTierOf(
  bookId: string,
  model: string,
  found: PricedModel | undefined,
  overlay: Overlay | undefined,
): string | undefined {
  if (found?.source.from === 'overlay' && found.source.model.modelTier !== undefined) {
    return found.source.model.modelTier;
  }
  const names = found?.names ?? [model.toLowerCase()];
  const rule = overlay?.modelTiers.find(
    ({ provider, model: pattern }) =>
      (provider === undefined || provider === bookId) &&
      names.some((name) => fitsPattern(pattern, name)),
  );
  return rule?.modelTier ?? builtInModelTier(found?.id ?? model);
}
