import { type TokenUsage, UNIT_ENTRIES, type UnitFacts } from '../../../conventions/index.ts';
import type { CostSums } from './cost-sums.ts';
import type { RateCard, RateLevel } from './rate-card.ts';
import type { CountedUnit } from './rates.ts';

/** What is billed by something other than tokens, by the name of its count. */
const MEASURES: ReadonlyMap<string, UnitFacts> = new Map(
  UNIT_ENTRIES.filter(([, { withoutRate }]) => withoutRate !== undefined),
);
/** Counts that something is billed by; the others are parts of these. */
const BILLED: ReadonlySet<string> = new Set(
  UNIT_ENTRIES.filter(([, { within }]) => within === undefined).map(([unit]) => unit),
);

/** Whether the provider reported anything that can be priced; a zero counts as reported. */
export function hasBillableUsage(usage: TokenUsage): boolean {
  // As almost always.
  if (usage.input !== undefined || usage.output !== undefined) return true;
  return Object.entries(usage).some(([unit, count]) => count !== undefined && BILLED.has(unit));
}

/** What was used that the card has no rate for. */
export interface Unrated {
  /** In the plural. */
  readonly what: string;
  /** Whether the cost stands without it; else the call has no price. */
  readonly isLeftOut: boolean;
}

const INPUT_TOKENS: Unrated = { what: 'input tokens', isLeftOut: false };
const OUTPUT_TOKENS: Unrated = { what: 'output tokens', isLeftOut: false };

/**
 * Adds the cost of `usage`, in nano-USD, to `sums`.
 *
 * Long-context rates are a cliff: once the whole input, cached tokens included, exceeds a step,
 * its rates hold for every token of the call, output too.
 *
 * Returns what has no rate, if anything.
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
): Unrated | undefined {
  const { input, cacheRead, cacheWrite, cacheWrite1h, output, reasoning, total } = usage;
  let others = size;
  if (input !== undefined) others -= 1;
  if (cacheRead !== undefined) others -= 1;
  if (cacheWrite !== undefined) others -= 1;
  if (cacheWrite1h !== undefined) others -= 1;
  if (output !== undefined) others -= 1;
  if (reasoning !== undefined) others -= 1;
  if (total !== undefined) others -= 1;

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
  if (others > 0) measured.add(usage, level, card.leastAudioSeconds);
  // Transcription billed by the hour may report tokens as well; they are not what is charged.
  if (!measured.standsForTokens) {
    if (!level.isInputRated && totalInput > 0) return INPUT_TOKENS;
    if (!level.isOutputRated && written + thought > 0) return OUTPUT_TOKENS;
    if (measured.insteadOfTokens !== undefined && totalInput + written + thought === 0) {
      return measured.insteadOfTokens;
    }
  }
  if (measured.unrated?.isLeftOut === false) return measured.unrated;

  if (others === 0 || level.inputParts.length + level.outputParts.length === 0) {
    sums.input += fresh * level.input;
    sums.cacheRead += read * level.cacheRead;
    sums.output += written * level.output;
  } else {
    addInputParts(usage, level, sums);
    addOutputParts(usage, level, sums);
  }
  sums.cacheWrite += write * level.cacheWrite + write1h * level.cacheWrite1h;
  sums.reasoning += thought * level.reasoning;
  sums.input += measured.input;
  sums.output += measured.output;
  sums.tools += level.request + measured.tools;
  return measured.unrated;
}

/**
 * Fresh tokens of a part are what is left of all of it; when the provider does not split what was
 * cached, tokens of the part beyond the fresh ones must have been cached.
 */
function addInputParts(usage: TokenUsage, level: RateLevel, sums: CostSums): void {
  let fresh = usage.input ?? 0;
  let read = usage.cacheRead ?? 0;
  let freshNanos = 0;
  let readNanos = 0;
  for (const { unit, cachedUnit, freshNanos: freshRate, cachedNanos } of level.inputParts) {
    const all = usage[unit] ?? 0;
    const told = cachedUnit === undefined ? undefined : usage[cachedUnit];
    const readPart = Math.min(read, told ?? Math.max(0, all - fresh));
    const freshPart = Math.min(fresh, Math.max(0, all - readPart));
    read -= readPart;
    fresh -= freshPart;
    readNanos += readPart * cachedNanos;
    freshNanos += freshPart * freshRate;
  }
  sums.input += fresh * level.input + freshNanos;
  sums.cacheRead += read * level.cacheRead + readNanos;
}

function addOutputParts(usage: TokenUsage, level: RateLevel, sums: CostSums): void {
  let rest = usage.output ?? 0;
  let nanos = 0;
  for (const { unit, nanos: rate } of level.outputParts) {
    const part = Math.min(rest, usage[unit] ?? 0);
    rest -= part;
    nanos += part * rate;
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
  insteadOfTokens: Unrated | undefined = undefined;
  unrated: Unrated | undefined = undefined;

  reset(): void {
    this.input = 0;
    this.output = 0;
    this.tools = 0;
    this.standsForTokens = false;
    this.insteadOfTokens = undefined;
    this.unrated = undefined;
  }

  add(usage: TokenUsage, level: RateLevel, leastAudioSeconds: number): void {
    for (const unit in usage) {
      const facts = MEASURES.get(unit);
      if (facts === undefined) continue;
      let count = usage[unit as keyof TokenUsage] ?? 0;
      if (count === 0) continue;
      if (unit === 'inputAudioSeconds') count = Math.max(count, leastAudioSeconds);
      const rate = level.measures.get(unit as CountedUnit);
      if (rate === undefined) this.#missing(facts);
      else this.#charge(facts, count * rate);
    }
  }

  #charge({ class: billingClass, withoutRate }: UnitFacts, nanos: number): void {
    if (billingClass === 'input') this.input += nanos;
    else if (billingClass === 'output') this.output += nanos;
    else this.tools += nanos;
    if (withoutRate === 'tokens stand in' && nanos > 0) this.standsForTokens = true;
  }

  #missing({ withoutRate, counted, label = '' }: UnitFacts): void {
    const unrated = { what: counted ?? label, isLeftOut: withoutRate === 'left out' };
    if (withoutRate === 'tokens stand in') this.insteadOfTokens ??= unrated;
    // Without a price there is nothing to leave something out of.
    else if (this.unrated?.isLeftOut !== false) this.unrated = unrated;
  }
}

const measured = new Measured();
