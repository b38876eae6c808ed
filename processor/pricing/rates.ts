/**
 * List rates of one model, in USD: per million tokens or characters, per thousand requests and
 * searches, per hour of audio. An absent rate is inherited where the comment says so; it never
 * means 0.
 */
export interface Rates {
  readonly input?: number | undefined;
  readonly output?: number | undefined;
  /** Absent: the input rate. */
  readonly cacheRead?: number | undefined;
  /** Absent: the input rate. */
  readonly cacheWrite?: number | undefined;
  /** Writes that live one hour. Absent: the rate of `cacheWrite`. */
  readonly cacheWrite1h?: number | undefined;
  /** Absent: the output rate. */
  readonly reasoning?: number | undefined;
  /** Absent: the input rate; likewise for images and video. */
  readonly inputAudio?: number | undefined;
  readonly inputImage?: number | undefined;
  readonly inputVideo?: number | undefined;
  /** Absent: the cache read rate, else the rate of the modality. */
  readonly cacheReadAudio?: number | undefined;
  readonly cacheReadImage?: number | undefined;
  /** Absent: the output rate. */
  readonly outputAudio?: number | undefined;
  readonly outputImage?: number | undefined;
  /** Per million characters of text sent. */
  readonly characters?: number | undefined;
  /** Per hour of audio sent. */
  readonly audioHours?: number | undefined;
  /** Per thousand web searches that the provider ran. */
  readonly webSearches?: number | undefined;
  /** Per thousand rerank search units. */
  readonly searchUnits?: number | undefined;
  /** Per thousand requests, once a call. */
  readonly requests?: number | undefined;
}

export type RateName = keyof Rates;

/** Classes that a discount can name. */
export type RateClass = 'input' | 'cacheRead' | 'cacheWrite' | 'output' | 'reasoning' | 'tools';

/** Which rates a class covers. */
export const RATES_OF_CLASS: Readonly<Record<RateClass, readonly RateName[]>> = {
  input: ['input', 'inputAudio', 'inputImage', 'inputVideo', 'characters', 'audioHours'],
  cacheRead: ['cacheRead', 'cacheReadAudio', 'cacheReadImage'],
  cacheWrite: ['cacheWrite', 'cacheWrite1h'],
  output: ['output', 'outputAudio', 'outputImage'],
  reasoning: ['reasoning'],
  tools: ['webSearches', 'searchUnits', 'requests'],
};

export const RATE_CLASSES: readonly RateClass[] = [
  'input',
  'cacheRead',
  'cacheWrite',
  'output',
  'reasoning',
  'tools',
];

/** Charged one by one: service tiers and geography leave these alone. */
const TOOL_RATES: readonly RateName[] = RATES_OF_CLASS.tools;

/** Everything that service tiers and geography scale. */
export const CONTENT_RATES: readonly RateName[] = RATE_CLASSES.filter(
  (rateClass) => rateClass !== 'tools',
).flatMap((rateClass) => RATES_OF_CLASS[rateClass]);

export const RATE_NAMES: readonly RateName[] = [...CONTENT_RATES, ...TOOL_RATES];

/** Rates from a threshold on: they hold for the whole call once its whole input exceeds `above`. */
export interface RateStep {
  /** Input tokens, cached ones included. */
  readonly above: number;
  readonly rates: Rates;
}

/** What a price list says of one model at one time. */
export interface ListCard {
  readonly base: Rates;
  /** By rising threshold. */
  readonly steps: readonly RateStep[];
}

/** A list card and the time it holds for: `[fromMs, untilMs)`, milliseconds since the epoch. */
export interface DatedCard {
  readonly card: ListCard;
  readonly fromMs: number;
  readonly untilMs: number;
}
