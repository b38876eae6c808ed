import type { TokenUsage } from '../../conventions/index.ts';

/** More tokens than any call can have: the number is broken. */
const MAX_TOKENS = 1e12;
/** More money than any call can cost, in nano-USD: a million dollars. */
const MAX_CALL_NANOS = 1e15;
/** A year. No call takes longer. */
const MAX_SECONDS = 31_536_000;

/** `undefined` only if both are. */
export function sumOf(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : a + b;
}

/** All input tokens, cached ones included. */
export function inputTokensOf(usage: TokenUsage): number | undefined {
  return sumOf(sumOf(usage.input, usage.cacheRead), sumOf(usage.cacheWrite, usage.cacheWrite1h));
}

/** All output tokens, reasoning included. */
export function outputTokensOf(usage: TokenUsage): number | undefined {
  return sumOf(usage.output, usage.reasoning);
}

/**
 * The usage without numbers that cannot be: NaN, infinite, negative, or beyond 10^12. The same
 * object when all is well, `undefined` when nothing is left.
 */
export function saneUsage(usage: TokenUsage): TokenUsage | undefined {
  for (const key in usage) {
    const value: unknown = usage[key as keyof TokenUsage];
    if (value !== undefined && !isCount(value)) return withoutBroken(usage);
  }
  return usage;
}

function withoutBroken(usage: TokenUsage): TokenUsage | undefined {
  const kept: TokenUsage = {};
  let isEmpty = true;
  for (const [key, value] of Object.entries(usage)) {
    if (!isCount(value)) continue;
    kept[key as keyof TokenUsage] = value;
    isEmpty = false;
  }
  return isEmpty ? undefined : kept;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= MAX_TOKENS;
}

/** True for a duration that can go on a histogram. NaN fails every comparison. */
export function isDuration(seconds: number | undefined): seconds is number {
  return seconds !== undefined && seconds >= 0 && seconds <= MAX_SECONDS;
}

/** True for money of one call. */
export function isMoney(nanos: number): boolean {
  return nanos >= 0 && nanos <= MAX_CALL_NANOS;
}
