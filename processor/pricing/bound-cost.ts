import type { RateCard, RateLevel } from './rate-card.ts';

/** What a call may use at most, or is expected to. */
export interface UsageBound {
  /** All input tokens, cached ones included. */
  readonly inputTokens: number;
  /** Of all choices together, reasoning included. */
  readonly outputTokens: number;
  /** UTF-8 bytes of the request, no fewer than its characters. */
  readonly bytes: number;
  readonly webSearches: number;
  /** The request asks for its input to be written to a cache. */
  readonly asksForCache: boolean;
  /** Images, audio or files are part of the input. */
  readonly hasAttachments: boolean;
  /** A true upper bound: every class of tokens counts as the dearest it could be. */
  readonly isFirm: boolean;
}

/** Longest audio that is reckoned with where it is billed by the second and unmeasured. */
const FIRM_AUDIO_SECONDS = 4 * 3600;
const LIKELY_AUDIO_SECONDS = 300;

/**
 * What `bound` comes to at the rates of `card`, in nano-USD, not rounded: at the dearest level of
 * long-context rates that the input may reach. The rates are those that settle the call.
 */
export function boundNanos(bound: UsageBound, card: RateCard): number {
  let most = levelNanos(bound, card.base);
  for (const { above, level } of card.steps) {
    if (bound.inputTokens > above) {
      const nanos = levelNanos(bound, level);
      // A bound may lie below the step as well; an expectation lies where it lies.
      most = bound.isFirm ? Math.max(most, nanos) : nanos;
    }
  }
  return most;
}

function levelNanos(bound: UsageBound, level: RateLevel): number {
  const output = bound.isFirm
    ? Math.max(level.output, level.reasoning, level.outputAudio, level.outputImage)
    : level.output;
  const seconds =
    level.audioSecond === 0 ? 0 : bound.isFirm ? FIRM_AUDIO_SECONDS : LIKELY_AUDIO_SECONDS;
  return (
    bound.inputTokens * inputRate(bound, level) +
    bound.outputTokens * output +
    bound.bytes * level.character +
    (bound.hasAttachments ? seconds * level.audioSecond : 0) +
    bound.webSearches * (level.webSearch ?? 0) +
    (level.searchUnit ?? 0) +
    level.request
  );
}

function inputRate({ asksForCache, hasAttachments, isFirm }: UsageBound, level: RateLevel): number {
  if (!isFirm) return asksForCache ? Math.max(level.input, level.cacheWrite) : level.input;
  const text = asksForCache
    ? Math.max(level.input, level.cacheWrite, level.cacheWrite1h)
    : level.input;
  return hasAttachments
    ? Math.max(text, level.inputAudio, level.inputImage, level.inputVideo)
    : text;
}
