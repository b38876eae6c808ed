import type { PriceMatch } from '../../conventions/index.ts';
import type { ListCard, RateName, Rates } from './rates.ts';
import { CONTENT_RATES, RATE_NAMES } from './rates.ts';

/**
 * Rates of one level of input length, resolved: nano-USD per single token, request, search,
 * character or second, with every inherited rate filled in. The hot path only multiplies.
 */
export interface RateLevel {
  readonly isInputRated: boolean;
  readonly isOutputRated: boolean;
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly cacheWrite1h: number;
  readonly output: number;
  readonly reasoning: number;
  /** Whether any modality below differs from its parent. */
  readonly hasModalities: boolean;
  readonly inputAudio: number;
  readonly inputImage: number;
  readonly inputVideo: number;
  readonly cacheReadAudio: number;
  readonly cacheReadImage: number;
  readonly outputAudio: number;
  readonly outputImage: number;
  readonly character: number;
  readonly audioSecond: number;
  /** `undefined`: the list has no such rate, so a search has no known price. */
  readonly webSearch: number | undefined;
  readonly searchUnit: number | undefined;
  readonly request: number;
}

/** All that pricing a call of one model, tier and place needs. Immutable, memoised. */
export interface RateCard {
  readonly base: RateLevel;
  readonly steps: readonly { readonly above: number; readonly level: RateLevel }[];
  /** Every rate is 0: the book or the overlay says that the model costs nothing. */
  readonly isFree: boolean;
  readonly match: PriceMatch | undefined;
  /** Shortest audio that is billed, in seconds. */
  readonly leastAudioSeconds: number;
}

/** Factors that tiers, places and contracts put on the list's rates; an absent one is 1. */
export type RateFactors = Readonly<Partial<Record<RateName, number>>>;

/** Compiles a list card. `extra` are rates that the contract adds to what the list has. */
export function compileRateCard(
  list: ListCard,
  factors: RateFactors,
  extra: Rates,
  match: PriceMatch | undefined,
  leastAudioSeconds: number,
): RateCard {
  const base = compileLevel(list.base, factors, extra);
  const steps = list.steps.map(({ above, rates }) => ({
    above,
    level: compileLevel(rates, factors, extra),
  }));
  const isFree = [list.base, ...list.steps.map(({ rates }) => rates), extra].every((rates) =>
    RATE_NAMES.every((name) => (rates[name] ?? 0) * (factors[name] ?? 1) === 0),
  );
  return { base, steps, isFree, match, leastAudioSeconds };
}

/**
 * USD per million units as nano-USD per unit. Rounded to 12 digits, since 0.57 × 1000 is
 * 569.9999999999999 in binary.
 */
function nanosPerUnit(usd: number, units: number): number {
  return Number(((usd * 1e9) / units).toPrecision(12));
}

const MILLION = 1e6;
const THOUSAND = 1e3;
const SECONDS_PER_HOUR = 3600;

function compileLevel(list: Rates, factors: RateFactors, extra: Rates): RateLevel {
  const usd = (name: RateName): number | undefined => {
    const rate = list[name];
    return rate === undefined ? extra[name] : rate * (factors[name] ?? 1);
  };
  const perToken = (name: RateName): number | undefined => {
    const rate = usd(name);
    return rate === undefined ? undefined : nanosPerUnit(rate, MILLION);
  };
  const perThousand = (name: RateName): number | undefined => {
    const rate = usd(name);
    return rate === undefined ? undefined : nanosPerUnit(rate, THOUSAND);
  };
  const input = perToken('input') ?? 0;
  const output = perToken('output') ?? 0;
  const cacheRead = perToken('cacheRead');
  const cacheWrite = perToken('cacheWrite') ?? input;
  const inputAudio = perToken('inputAudio') ?? input;
  const inputImage = perToken('inputImage') ?? input;
  return {
    isInputRated: list.input !== undefined || extra.input !== undefined,
    isOutputRated: list.output !== undefined || extra.output !== undefined,
    input,
    cacheRead: cacheRead ?? input,
    cacheWrite,
    cacheWrite1h: perToken('cacheWrite1h') ?? cacheWrite,
    output,
    reasoning: perToken('reasoning') ?? output,
    hasModalities: MODALITY_RATES.some((name) => usd(name) !== undefined),
    inputAudio,
    inputImage,
    inputVideo: perToken('inputVideo') ?? input,
    cacheReadAudio: perToken('cacheReadAudio') ?? cacheRead ?? inputAudio,
    cacheReadImage: perToken('cacheReadImage') ?? cacheRead ?? inputImage,
    outputAudio: perToken('outputAudio') ?? output,
    outputImage: perToken('outputImage') ?? output,
    character: perToken('characters') ?? 0,
    audioSecond: nanosPerUnit(usd('audioHours') ?? 0, SECONDS_PER_HOUR),
    webSearch: perThousand('webSearches'),
    searchUnit: perThousand('searchUnits'),
    request: perThousand('requests') ?? 0,
  };
}

const MODALITY_RATES: readonly RateName[] = CONTENT_RATES.filter((name) =>
  /Audio$|Image$|Video$/.test(name),
);
