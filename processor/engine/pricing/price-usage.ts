import { type TokenUsage, UNIT_ENTRIES, type UnitFacts } from '../../../conventions/index.ts';
import type { CostSums } from './cost-sums.ts';
import type { Missing } from './missing.ts';
import type { InputPart, RateCard, RateLevel } from './rate-card.ts';
import { bitsOf, NUMBER_OF_UNIT, NUMBERED_UNITS, UsageCounts } from './usage-counts.ts';

/** What is known of each unit, by its number. */
const FACTS: readonly UnitFacts[] = NUMBERED_UNITS.map(([, facts]) => facts);
/** What is billed by something other than tokens. */
const MEASURES = bitsOf(namesOf(({ withoutRate }) => withoutRate !== undefined));
const AUDIO_SECONDS = NUMBER_OF_UNIT.get('inputAudioSeconds')!;
/** Counts that something is billed by; the others are parts of these. */
const BILLED: ReadonlySet<string> = new Set(namesOf(({ within }) => within === undefined));

function namesOf(isMeant: (facts: UnitFacts) => boolean): string[] {
  return UNIT_ENTRIES.filter(([, facts]) => isMeant(facts)).map(([unit]) => unit);
}

/** Whether the provider reported anything that can be priced; a zero counts as reported. */
export function hasBillableUsage(usage: TokenUsage): boolean {
  // As almost always.
  if (usage.input !== undefined || usage.output !== undefined) return true;
  return Object.entries(usage).some(([unit, count]) => count !== undefined && BILLED.has(unit));
}

const INPUT_TOKENS = 'input tokens';
const OUTPUT_TOKENS = 'output tokens';

/**
 * Adds the cost of `usage`, in nano-USD, to `sums`, and to `missing` what the cost leaves out.
 *
 * Long-context rates are a cliff: once the whole input, cached tokens included, exceeds a step,
 * its rates hold for every token of the call, output too.
 *
 * Returns what has no rate and leaves the usage without a price, in the plural, if anything.
 *
 * @param size how many counts `usage` has: where those are its classes alone, nothing else is
 *   looked for.
 * @example 1,000 fresh and 9,000 cached input tokens and 500 output tokens at $2, $0.20 and $10 a
 *   million: 2,000,000 + 1,800,000 + 5,000,000 nanos, $0.0088.
 */
export function addUsageCost(
  usage: TokenUsage,
  size: number,
  card: RateCard,
  sums: CostSums,
  missing: Missing,
): string | undefined {
  const { input, cacheRead, cacheWrite, cacheWrite1h, output, reasoning, total } = usage;
  let others = size;
  if (input !== undefined) others -= 1;
  if (cacheRead !== undefined) others -= 1;
  if (cacheWrite !== undefined) others -= 1;
  if (cacheWrite1h !== undefined) others -= 1;
  if (output !== undefined) others -= 1;
  if (reasoning !== undefined) others -= 1;
  if (total !== undefined) others -= 1;
  let present = 0;
  if (others > 0) {
    counts.read(usage);
    ({ present } = counts);
  }

  const fresh = input ?? 0;
  const read = cacheRead ?? 0;
  const write = cacheWrite ?? 0;
  const write1h = cacheWrite1h ?? 0;
  const written = output ?? 0;
  const thought = reasoning ?? 0;
  const totalInput = fresh + read + write + write1h;

  let level = card.base;
  for (const step of card.steps) {
    if (totalInput > step.above) level = step.level;
  }

  measured.reset();
  if ((present & MEASURES) !== 0) measured.add(level, card.leastAudioSeconds);
  // Transcription billed by the hour may report tokens as well; they are not what is charged.
  if (!measured.standsForTokens) {
    if (!level.isInputRated && totalInput > 0) return INPUT_TOKENS;
    if (!level.isOutputRated && written + thought > 0) return OUTPUT_TOKENS;
    if (measured.insteadOfTokens !== undefined && totalInput + written + thought === 0) {
      return measured.insteadOfTokens;
    }
  }
  if (measured.withoutPrice !== undefined) return measured.withoutPrice;
  missing.unitBits |= measured.leftOutBits;

  if (level.missingClassBits !== 0) addMissingClasses(read, write, write1h, level, missing);
  if ((present & level.missingPartBits) !== 0) addMissingParts(fresh, read, level, missing);
  if ((present & level.inputPartBits) === 0) {
    sums.input += fresh * level.input;
    sums.cacheRead += read * level.cacheRead;
  } else {
    addInputParts(fresh, read, level, sums);
  }
  if ((present & level.outputPartBits) === 0) sums.output += written * level.output;
  else addOutputParts(written, level, sums);
  sums.cacheWrite += write * level.cacheWrite + write1h * level.cacheWrite1h;
  sums.reasoning += thought * level.reasoning;
  sums.input += measured.input;
  sums.output += measured.output;
  sums.tools += level.request + measured.tools;
  return undefined;
}

const CACHE_READ = NUMBER_OF_UNIT.get('cacheRead')!;
const CACHE_WRITE = NUMBER_OF_UNIT.get('cacheWrite')!;
const CACHE_WRITE_1H = NUMBER_OF_UNIT.get('cacheWrite1h')!;

function addMissingClasses(
  read: number,
  write: number,
  write1h: number,
  { missingClassBits }: RateLevel,
  missing: Missing,
): void {
  let used = 0;
  if (read > 0) used |= 1 << CACHE_READ;
  if (write > 0) used |= 1 << CACHE_WRITE;
  if (write1h > 0) used |= 1 << CACHE_WRITE_1H;
  missing.unitBits |= used & missingClassBits;
}

function addMissingParts(fresh: number, read: number, level: RateLevel, missing: Missing): void {
  for (const part of level.missingInputParts) {
    const readPart = cachedOf(part, fresh, read);
    const freshPart = Math.min(fresh, counts.of(part.unitNumber) - readPart);
    if (part.isFreshMissing && freshPart > 0) missing.addUnit(part.unitNumber);
    if (part.isCachedMissing && readPart > 0) missing.addUnit(part.cachedUnitNumber);
  }
  for (const part of level.missingOutputParts) {
    if (counts.of(part.unitNumber) > 0) missing.addUnit(part.unitNumber);
  }
}

/** How many of a part were cached: as told, else those beyond the fresh tokens. */
function cachedOf(part: InputPart, fresh: number, read: number): number {
  const cached = part.cachedUnitNumber;
  const isTold = cached >= 0 && (counts.present & (1 << cached)) !== 0;
  const all = counts.of(part.unitNumber);
  return Math.min(read, isTold ? counts.of(cached) : Math.max(0, all - fresh));
}

/** Adds what is billed beside the tokens of a model that costs nothing itself. */
export function addFees(usage: TokenUsage, card: RateCard, sums: CostSums, missing: Missing): void {
  counts.read(usage);
  if ((counts.present & MEASURES) === 0) return;
  measured.reset();
  measured.add(card.base, card.leastAudioSeconds);
  sums.tools += measured.tools;
  missing.unitBits |= measured.leftOutBits;
}

/**
 * Fresh tokens of a part are what is left of all of it; when the provider does not split what was
 * cached, tokens of the part beyond the fresh ones must have been cached.
 */
function addInputParts(fresh: number, read: number, level: RateLevel, sums: CostSums): void {
  let freshNanos = 0;
  let readNanos = 0;
  for (const part of level.inputParts) {
    if ((counts.present & part.unitBits) === 0) continue;
    const all = counts.of(part.unitNumber);
    const readPart = cachedOf(part, fresh, read);
    const freshPart = Math.min(fresh, Math.max(0, all - readPart));
    read -= readPart;
    fresh -= freshPart;
    readNanos += readPart * part.cachedNanos;
    freshNanos += freshPart * part.freshNanos;
  }
  sums.input += fresh * level.input + freshNanos;
  sums.cacheRead += read * level.cacheRead + readNanos;
}

function addOutputParts(written: number, level: RateLevel, sums: CostSums): void {
  let rest = written;
  let nanos = 0;
  for (const part of level.outputParts) {
    const count = Math.min(rest, counts.of(part.unitNumber));
    rest -= count;
    nanos += count * part.nanos;
  }
  sums.output += rest * level.output + nanos;
}

/** What of a usage is no token, in nano-USD by class. One instance is reused for every call. */
class Measured {
  input = 0;
  output = 0;
  tools = 0;
  /** Whether anything is charged that stands for tokens. */
  standsForTokens = false;
  /** Something that could have stood for them, but has no rate. */
  insteadOfTokens: string | undefined = undefined;
  /** Something without a rate that leaves the call without a price. */
  withoutPrice: string | undefined = undefined;
  /** Units without a rate that the price stands without. */
  leftOutBits = 0;

  reset(): void {
    this.input = 0;
    this.output = 0;
    this.tools = 0;
    this.standsForTokens = false;
    this.insteadOfTokens = undefined;
    this.withoutPrice = undefined;
    this.leftOutBits = 0;
  }

  add(level: RateLevel, leastAudioSeconds: number): void {
    // From the first unit of the table on, by the lowest bit that is left.
    for (let rest = counts.present & MEASURES; rest !== 0; rest &= rest - 1) {
      const number = 31 - Math.clz32(rest & -rest);
      let count = counts.of(number);
      if (count === 0) continue;
      if (number === AUDIO_SECONDS) count = Math.max(count, leastAudioSeconds);
      const rate = level.measureNanos[number];
      if (rate === undefined) this.#missing(number);
      else this.#charge(FACTS[number]!, count * rate);
    }
  }

  #charge({ class: billingClass, withoutRate }: UnitFacts, nanos: number): void {
    if (billingClass === 'input') this.input += nanos;
    else if (billingClass === 'output') this.output += nanos;
    else this.tools += nanos;
    if (withoutRate === 'tokens stand in' && nanos > 0) this.standsForTokens = true;
  }

  #missing(number: number): void {
    const { withoutRate } = FACTS[number]!;
    if (withoutRate === 'left out') this.leftOutBits |= 1 << number;
    else if (withoutRate === 'tokens stand in') this.insteadOfTokens ??= countedWord(number);
    else this.withoutPrice ??= countedWord(number);
  }
}

/** What people call several of a unit. */
export function countedWord(number: number): string {
  const { counted, label = '', per } = FACTS[number]!;
  return counted ?? (per === 'million tokens' ? `${label} tokens` : label);
}

const measured = new Measured();
/** The counts of a usage that has more than its classes. */
const counts = new UsageCounts();
