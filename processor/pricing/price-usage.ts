import type { TokenUsage } from '../../conventions/index.ts';
import type { CostSums } from './cost-sums.ts';
import type { RateCard } from './rate-card.ts';

/** Whether the provider reported anything that can be priced; a zero counts as reported. */
export function hasBillableUsage(usage: TokenUsage): boolean {
  return (
    usage.input !== undefined ||
    usage.output !== undefined ||
    usage.cacheRead !== undefined ||
    usage.cacheWrite !== undefined ||
    usage.cacheWrite1h !== undefined ||
    usage.reasoning !== undefined ||
    usage.inputAudioSeconds !== undefined ||
    usage.searchUnits !== undefined ||
    usage.inputCharacters !== undefined ||
    usage.webSearches !== undefined
  );
}

/** What was used that the card has no rate for. */
export type Unrated =
  | 'input tokens'
  | 'output tokens'
  | 'audio seconds or characters'
  | 'search units'
  | 'web searches';

/**
 * Adds the cost of `usage`, in nano-USD, to `sums`.
 *
 * Long-context rates are a cliff: once the whole input, cached tokens included, exceeds a step,
 * its rates hold for every token of the call, output too.
 *
 * Returns what has no rate. Everything but web searches then leaves the call without a price.
 *
 * @example 1,000 fresh and 9,000 cached input tokens and 500 output tokens at $2, $0.20 and $10 a
 *   million: 2,000,000 + 1,800,000 + 5,000,000 nanos, $0.0088.
 */
export function addUsageCost(
  usage: TokenUsage,
  card: RateCard,
  sums: CostSums,
): Unrated | undefined {
  const fresh = usage.input ?? 0;
  const read = usage.cacheRead ?? 0;
  const write = usage.cacheWrite ?? 0;
  const write1h = usage.cacheWrite1h ?? 0;
  const output = usage.output ?? 0;
  const reasoning = usage.reasoning ?? 0;
  const totalInput = fresh + read + write + write1h;

  let level = card.base;
  for (const step of card.steps) {
    if (totalInput > step.above) level = step.level;
  }

  const seconds = usage.inputAudioSeconds ?? 0;
  const billedSeconds = seconds > 0 ? Math.max(seconds, card.leastAudioSeconds) : 0;
  const byMeasure =
    billedSeconds * level.audioSecond + (usage.inputCharacters ?? 0) * level.character;
  // Transcription billed by the hour may report tokens as well; they are not what is charged.
  if (byMeasure === 0) {
    if (!level.isInputRated && totalInput > 0) return 'input tokens';
    if (!level.isOutputRated && output + reasoning > 0) return 'output tokens';
    const isMeasured = seconds > 0 || (usage.inputCharacters ?? 0) > 0;
    if (isMeasured && totalInput + output + reasoning === 0) return 'audio seconds or characters';
  }

  let freshNanos = fresh * level.input;
  let readNanos = read * level.cacheRead;
  let outputNanos = output * level.output;
  if (level.hasModalities) {
    // Fresh audio is what is left of all audio; when the provider does not split the cached part,
    // audio beyond the fresh tokens must have been cached.
    const audio = usage.inputAudio ?? 0;
    const image = usage.inputImage ?? 0;
    const readAudio = Math.min(read, usage.cacheReadAudio ?? Math.max(0, audio - fresh));
    const freshAudio = Math.min(fresh, Math.max(0, audio - readAudio));
    const readImage = Math.min(
      read - readAudio,
      usage.cacheReadImage ?? Math.max(0, image - (fresh - freshAudio)),
    );
    const freshImage = Math.min(fresh - freshAudio, Math.max(0, image - readImage));
    const freshVideo = Math.min(fresh - freshAudio - freshImage, usage.inputVideo ?? 0);
    freshNanos =
      (fresh - freshAudio - freshImage - freshVideo) * level.input +
      freshAudio * level.inputAudio +
      freshImage * level.inputImage +
      freshVideo * level.inputVideo;
    readNanos =
      (read - readAudio - readImage) * level.cacheRead +
      readAudio * level.cacheReadAudio +
      readImage * level.cacheReadImage;
    const outputAudio = Math.min(output, usage.outputAudio ?? 0);
    const outputImage = Math.min(output - outputAudio, usage.outputImage ?? 0);
    outputNanos =
      (output - outputAudio - outputImage) * level.output +
      outputAudio * level.outputAudio +
      outputImage * level.outputImage;
  }

  const searchUnits = usage.searchUnits ?? 0;
  if (searchUnits > 0 && level.searchUnit === undefined) return 'search units';
  const webSearches = usage.webSearches ?? 0;
  sums.input += freshNanos + byMeasure;
  sums.cacheRead += readNanos;
  sums.cacheWrite += write * level.cacheWrite + write1h * level.cacheWrite1h;
  sums.output += outputNanos;
  sums.reasoning += reasoning * level.reasoning;
  sums.tools +=
    level.request + webSearches * (level.webSearch ?? 0) + searchUnits * (level.searchUnit ?? 0);
  return webSearches > 0 && level.webSearch === undefined ? 'web searches' : undefined;
}
