import type { RateName } from '../../../conventions/index.ts';
import type { ListCard, Rates } from './rates.ts';
import { CONTENT_RATES, RATE_CLASSES, RATES_OF_CLASS, RATE_NAMES } from './rates.ts';
import { fitsPattern } from './name-pattern.ts';
import type { Discount, FxRate, Overlay } from './overlay.ts';
import type { RateFactors } from './rate-card.ts';
import { tierFactor } from './service-tiers.ts';
import type { TierPrice } from './service-tiers.ts';

/** What turns list rates into what the customer pays, and the time it holds for. */
export interface Contract {
  readonly factors: RateFactors;
  /** Rates that only the contract states. */
  readonly extra: Rates;
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface ContractTerms {
  readonly bookId: string;
  /** Names the model goes by, lower case. */
  readonly names: readonly string[];
  /** Our name of the service tier. */
  readonly tier: string;
  readonly tierPrice: TierPrice;
  readonly geoFactor: number;
  readonly timeMs: number;
}

/**
 * Puts tier, place and discounts, in this order, on list rates.
 *
 * A `set` without a tier of its own replaces the standard rate, so that batch and priority keep
 * their proportion to it; with one, it is the rate of that tier. Beyond a long-context step it
 * keeps the list's proportion.
 */
export function contractFor(
  list: ListCard,
  terms: ContractTerms,
  overlay: Overlay | undefined,
): Contract {
  const factors: Partial<Record<RateName, number>> = {};
  for (const name of CONTENT_RATES) {
    factors[name] = tierFactor(terms.tierPrice, name, list.base) * terms.geoFactor;
  }
  const uplift: RateFactors = { ...factors };
  const extra: { -readonly [Name in RateName]?: number } = {};

  let fromMs = -Infinity;
  let untilMs = Infinity;
  const matching = (overlay?.discounts ?? []).filter((discount) => covers(discount, terms));
  for (const { fromMs: start, untilMs: end } of matching) {
    for (const edge of [start, end]) {
      if (edge <= terms.timeMs) fromMs = Math.max(fromMs, edge);
      else untilMs = Math.min(untilMs, edge);
    }
  }
  const active = matching
    .filter(({ fromMs: start, untilMs: end }) => start <= terms.timeMs && terms.timeMs < end)
    .toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0));
  for (const discount of active) {
    for (const rateClass of RATE_CLASSES) {
      if (!discount.classes.includes(rateClass)) continue;
      for (const name of RATES_OF_CLASS[rateClass]) {
        if ('multiply' in discount.change) {
          const { multiply } = discount.change;
          factors[name] = (factors[name] ?? 1) * multiply;
          const added = extra[name];
          if (added !== undefined) extra[name] = added * multiply;
          continue;
        }
        const rate = discount.change.set[name];
        if (rate === undefined) continue;
        const ownFactor = discount.tier === undefined ? (uplift[name] ?? 1) : 1;
        const listed = list.base[name];
        if (listed !== undefined && listed > 0) factors[name] = (rate / listed) * ownFactor;
        else extra[name] = rate * ownFactor;
      }
    }
  }
  return { factors, extra, fromMs, untilMs };
}

function covers({ provider, model, tier }: Discount, terms: ContractTerms): boolean {
  return (
    (provider === undefined || provider === terms.bookId) &&
    (tier === undefined || tier === terms.tier) &&
    (model === undefined || terms.names.some((name) => fitsPattern(model, name)))
  );
}

/** A rate of exchange and the time it holds for. */
export interface DatedFx {
  readonly rate: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * USD for one unit of `currency` at `timeMs`: the newest rate that had begun, else the oldest.
 * `undefined` when there is none.
 */
export function usdPer(
  currency: string,
  fx: readonly FxRate[],
  timeMs: number,
): DatedFx | undefined {
  if (currency === 'USD') return { rate: 1, fromMs: -Infinity, untilMs: Infinity };
  const known = fx
    .filter(({ from, to }) => from === currency && to === 'USD')
    .toSorted((a, b) => a.onMs - b.onMs);
  if (known.length === 0) return undefined;
  let index = known.length - 1;
  while (index > 0 && known[index]!.onMs > timeMs) index -= 1;
  return {
    rate: known[index]!.rate,
    fromMs: index === 0 ? -Infinity : known[index]!.onMs,
    untilMs: known[index + 1]?.onMs ?? Infinity,
  };
}

/** `rates` in another currency. */
export function scaledRates(rates: Rates, factor: number): Rates {
  if (factor === 1) return rates;
  const scaled: { -readonly [Name in RateName]?: number } = {};
  for (const name of RATE_NAMES) {
    const rate = rates[name];
    if (rate !== undefined) scaled[name] = rate * factor;
  }
  return scaled;
}
