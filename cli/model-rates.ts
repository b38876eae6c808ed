import type { PriceMatch } from '../conventions/index.ts';
import { suggest } from '../processor/suggest.ts';
import { priceBook } from '../processor/pricing/book.ts';
import { createPricer } from '../processor/pricing/index.ts';
import type { Overlay } from '../processor/pricing/index.ts';
import { findModel, rateCardFor } from '../processor/pricing/priced-model.ts';
import { providerRules } from '../providers/book-id.ts';
import type { RateLevel } from '../processor/pricing/rate-card.ts';
import { serviceTierName, STANDARD_TIER } from '../processor/pricing/service-tiers.ts';

/** What one unit costs in USD. Absent: not sold, or the same as the class it belongs to. */
export interface UsdRates {
  readonly inputPerMillion?: number;
  readonly cacheReadPerMillion?: number;
  readonly cacheWritePerMillion?: number;
  readonly cacheWrite1hPerMillion?: number;
  readonly outputPerMillion?: number;
  readonly reasoningPerMillion?: number;
  readonly inputAudioPerMillion?: number;
  readonly inputImagePerMillion?: number;
  readonly inputVideoPerMillion?: number;
  readonly cacheReadAudioPerMillion?: number;
  readonly outputAudioPerMillion?: number;
  readonly outputImagePerMillion?: number;
  readonly charactersPerMillion?: number;
  readonly audioPerHour?: number;
  readonly webSearchesPerThousand?: number;
  readonly searchUnitsPerThousand?: number;
  readonly requestsPerThousand?: number;
}

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

/** Nano-USD a unit → USD per `units`, without the noise of binary fractions. */
function usd(nanos: number, units: number): number {
  return Number(((nanos * units) / 1e9).toPrecision(12));
}

const MILLION = 1e6;
const THOUSAND = 1e3;
const SECONDS_PER_HOUR = 3600;

function usdRates(level: RateLevel): UsdRates {
  const { input, output, cacheRead, webSearch, searchUnit } = level;
  const perMillion = (nanos: number) => usd(nanos, MILLION);
  const unless = (nanos: number, usual: number) =>
    level.hasModalities && nanos !== usual ? perMillion(nanos) : undefined;
  const rates: { [Name in keyof UsdRates]: UsdRates[Name] | undefined } = {
    ...(level.isInputRated && {
      inputPerMillion: perMillion(input),
      cacheReadPerMillion: perMillion(cacheRead),
      cacheWritePerMillion: perMillion(level.cacheWrite),
      cacheWrite1hPerMillion: perMillion(level.cacheWrite1h),
    }),
    ...(level.isOutputRated && {
      outputPerMillion: perMillion(output),
      reasoningPerMillion: perMillion(level.reasoning),
    }),
    inputAudioPerMillion: unless(level.inputAudio, input),
    inputImagePerMillion: unless(level.inputImage, input),
    inputVideoPerMillion: unless(level.inputVideo, input),
    cacheReadAudioPerMillion: unless(level.cacheReadAudio, cacheRead),
    outputAudioPerMillion: unless(level.outputAudio, output),
    outputImagePerMillion: unless(level.outputImage, output),
    charactersPerMillion: level.character > 0 ? perMillion(level.character) : undefined,
    audioPerHour: level.audioSecond > 0 ? usd(level.audioSecond, SECONDS_PER_HOUR) : undefined,
    webSearchesPerThousand: webSearch === undefined ? undefined : usd(webSearch, THOUSAND),
    searchUnitsPerThousand: searchUnit === undefined ? undefined : usd(searchUnit, THOUSAND),
    requestsPerThousand: level.request > 0 ? usd(level.request, THOUSAND) : undefined,
  };
  return Object.fromEntries(Object.entries(rates).filter(([, rate]) => rate !== undefined));
}
