import {
  type BillableUnit,
  type PriceMatch,
  type Quantity,
  UNIT_ENTRIES,
  type UnitFacts,
} from '../conventions/index.ts';
import { suggest } from '../processor/engine/suggest.ts';
import { priceBook } from '../processor/engine/pricing/book.ts';
import { createPricer } from '../processor/engine/pricing/index.ts';
import type { Overlay } from '../processor/engine/pricing/index.ts';
import { findModel, rateCardFor } from '../processor/engine/pricing/priced-model.ts';
import { providerRules } from '../providers/book-id.ts';
import type { RateLevel } from '../processor/engine/pricing/rate-card.ts';
import { type CountedUnit, UNITS_OF_QUANTITY } from '../processor/engine/pricing/rates.ts';
import { serviceTierName, STANDARD_TIER } from '../processor/engine/pricing/service-tiers.ts';

/** What as much of a unit costs in USD as its key says. Absent: not sold, or the same as the class it belongs to. */
export type UsdRates = Readonly<Partial<Record<string, number>>>;

export interface ModelRates {
  readonly provider: string;
  readonly model: string;
  /** The listed id that `model` was found as. */
  readonly listedAs: string;
  readonly match: PriceMatch | undefined;
  readonly book: string;
  readonly tier: string;
  /** False: nobody told of such a tier, so these are the standard rates. */
  readonly isTierKnown: boolean;
  readonly at: string;
  readonly state: 'priced' | 'free' | 'unpriced';
  /** For requests up to the first step, whatever their length where there is none. */
  readonly rates: UsdRates;
  /** Rates of the whole request when its input, cache included, is longer than `aboveInputTokens`. */
  readonly steps: readonly { readonly aboveInputTokens: number; readonly rates: UsdRates }[];
}

export type ModelRatesAnswer =
  | { readonly found: ModelRates }
  /** One sentence. */
  | { readonly fault: string };

/** The rates that calls of `model` are priced with at `timeMs`, overlay included. */
export async function findModelRates(
  overlay: Overlay | undefined,
  {
    provider,
    model,
    tier,
    timeMs,
  }: { provider: string; model: string; tier: string; timeMs: number },
): Promise<ModelRatesAnswer> {
  let refusal: string | undefined;
  const pricer = createPricer({
    ...(overlay === undefined ? {} : { overlay }),
    onProblem: (message, problem) => {
      if (problem === 'overlay-refused') refusal = message;
    },
  });
  if (refusal !== undefined) return { fault: refusal };
  const { bookId } = providerRules(provider);
  const priced = findModel(priceBook, overlay, bookId, model);
  if (priced === undefined) {
    return { fault: describeUnknown(overlay, { provider, bookId, model }) };
  }
  const tierName = serviceTierName(tier);
  const { card, isTierKnown } = rateCardFor(priced, overlay, {
    tier: tierName,
    place: undefined,
    timeMs,
  });
  return {
    found: {
      provider,
      model,
      listedAs: priced.id,
      match: priced.match,
      book: pricer.book,
      tier: isTierKnown ? tierName : STANDARD_TIER,
      isTierKnown,
      at: new Date(timeMs).toISOString(),
      state: card === undefined ? 'unpriced' : card.isFree ? 'free' : 'priced',
      rates: card === undefined || card.isFree ? {} : usdRates(card.base),
      steps: (card?.steps ?? []).map(({ above, level }) => ({
        aboveInputTokens: above,
        rates: usdRates(level),
      })),
    },
  };
}

function describeUnknown(
  overlay: Overlay | undefined,
  asked: { readonly provider: string; readonly bookId: string; readonly model: string },
): string {
  const { provider, bookId, model } = asked;
  const own = (overlay?.models ?? []).filter((candidate) => candidate.provider === bookId);
  const listed = priceBook.get(bookId);
  if (listed === undefined && own.length === 0) {
    const nearest = suggest(provider, priceBook.providerIds());
    return `No prices are known for the provider "${provider}"${didYouMean(nearest)}`;
  }
  const ids = [...(listed?.models ?? []).map(({ id }) => id), ...own.flatMap(({ names }) => names)];
  const nearest = suggest(model, ids);
  const remedy = ': calls of it count as unpriced until the price overlay names it.';
  return `No price is known for "${model}" of ${provider}${nearest === undefined ? remedy : didYouMean(nearest)}`;
}

function didYouMean(name: string | undefined): string {
  return name === undefined ? '.' : `: did you mean "${name}"?`;
}

/** Nano-USD for one unit → USD for as much of it as its rate is for, without the noise of binary fractions. */
function usd(nanos: number, quantity: Quantity): number {
  return Number(((nanos * UNITS_OF_QUANTITY[quantity]) / 1e9).toPrecision(12));
}

function usdRates(level: RateLevel): UsdRates {
  const rates: Record<string, number> = {};
  for (const [unit, facts] of UNIT_ENTRIES) {
    const { rate, per } = facts;
    if (rate === undefined || per === undefined) continue;
    const nanos = nanosOf(unit, facts, level);
    if (nanos !== undefined) rates[keyOfRate(rate, per)] = usd(nanos, per);
  }
  return rates;
}

function nanosOf(
  unit: BillableUnit,
  { class: billingClass, within, isEveryCall }: UnitFacts,
  level: RateLevel,
): number | undefined {
  if (isEveryCall === true) return level.request > 0 ? level.request : undefined;
  if (within !== undefined) {
    const nanos = nanosOfPart(unit, level);
    return nanos === level[within] ? undefined : nanos;
  }
  switch (unit) {
    case 'input':
    case 'cacheRead':
    case 'cacheWrite':
    case 'cacheWrite1h':
      return level.isInputRated ? level[unit] : undefined;
    case 'output':
    case 'reasoning':
      return level.isOutputRated ? level[unit] : undefined;
    default: {
      const nanos = level.measures.get(unit as CountedUnit);
      return nanos === 0 && billingClass !== 'tools' ? undefined : nanos;
    }
  }
}

function nanosOfPart(part: BillableUnit, level: RateLevel): number | undefined {
  for (const { unit, cachedUnit, freshNanos, cachedNanos } of level.inputParts) {
    if (unit === part) return freshNanos;
    if (cachedUnit === part) return cachedNanos;
  }
  return level.outputParts.find(({ unit }) => unit === part)?.nanos;
}

/** `inputPerMillion`, `audioPerHour`. */
export function keyOfRate(rate: string, per: Quantity): string {
  const [first = ''] = per.split(' ');
  return `${rate.replace(/(?:Hours|Seconds)$/, '')}Per${first[0]!.toUpperCase()}${first.slice(1)}`;
}
