import type { CountedUnits } from './billable-units.ts';

/**
 * Tokens of one call, in classes that do not overlap. `undefined` means that the provider did not
 * report the class; it never means 0.
 *
 * `input + cacheRead + cacheWrite + cacheWrite1h` is what the conventions call
 * `gen_ai.usage.input_tokens`; `output + reasoning` is `gen_ai.usage.output_tokens`.
 */
export interface TokenUsage extends CountedUnits {
  /** The provider's own total, kept only to check the classes against. */
  total?: number | undefined;
}

/** Counts by name: `TokenUsage`, and what is like it. */
type Counts<Usage> = { readonly [Name in keyof Usage]?: number | undefined };

/** More of anything than one call can have: the number is broken. */
const MOST_OF_ANYTHING = 1e12;

/** Whether a call can have this many of anything: a number from 0 to 10^12. NaN is none. */
function isSaneCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= MOST_OF_ANYTHING;
}

/** How many counts a usage has; -1 if one of them is no number that can be. */
export function sizeOfUsage(usage: TokenUsage): number {
  let size = 0;
  for (const name in usage) {
    const count: unknown = usage[name as keyof TokenUsage];
    if (count === undefined) continue;
    if (!isSaneCount(count)) return -1;
    size += 1;
  }
  return size;
}

/** Whether every count is absent or a number that can be. */
export function isSaneUsage(usage: TokenUsage): boolean {
  return sizeOfUsage(usage) >= 0;
}

/** The usage without counts that cannot be. The same object when all is well, `undefined` when nothing is left. */
export function saneUsage(usage: TokenUsage): TokenUsage | undefined {
  if (isSaneUsage(usage)) return usage;
  const sane = Object.entries(usage).filter(([, count]) => isSaneCount(count));
  return sane.length === 0 ? undefined : Object.fromEntries(sane);
}

/** `undefined` only if both are. */
function sumOf(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : a + b;
}

/** Input tokens written to a cache, whatever its lifetime. */
export function cacheWriteTokensOf(usage: TokenUsage): number | undefined {
  return sumOf(usage.cacheWrite, usage.cacheWrite1h);
}

/** All input tokens, cached ones included. */
export function inputTokensOf(usage: TokenUsage): number | undefined {
  return sumOf(sumOf(usage.input, usage.cacheRead), cacheWriteTokensOf(usage));
}

/** All output tokens, reasoning included. */
export function outputTokensOf(usage: TokenUsage): number | undefined {
  return sumOf(usage.output, usage.reasoning);
}

/** All tokens; `undefined` where none were counted. */
export function tokensOf(usage: TokenUsage): number | undefined {
  return sumOf(inputTokensOf(usage), outputTokensOf(usage));
}

/** Whether the classes come to the total that the provider stated, if it stated one. */
export function addsUp(usage: TokenUsage): boolean {
  return usage.total === undefined || usage.total === (tokensOf(usage) ?? 0);
}

/** Whether two tellings count the same input and the same output, however they split them. */
export function countsTheSame(a: TokenUsage, b: TokenUsage): boolean {
  return inputTokensOf(a) === inputTokensOf(b) && outputTokensOf(a) === outputTokensOf(b);
}

/** The sum, count by count; what neither has stays absent. */
export function addUsage<Usage extends Counts<Usage>>(a: Usage, b: Usage | undefined): Usage {
  const sum: Record<string, number | undefined> = { ...a };
  for (const [name, count] of Object.entries<number | undefined>(b ?? {})) {
    if (count !== undefined) sum[name] = (sum[name] ?? 0) + count;
  }
  return sum as Usage;
}

/** What `now` counts beyond `before`, count by count and never below 0. */
export function usageSince<Usage extends Counts<Usage>>(
  before: Usage | undefined,
  now: Usage,
): Usage {
  const earlier: Readonly<Record<string, number | undefined>> = { ...before };
  const more: Record<string, number | undefined> = {};
  for (const [name, count] of Object.entries<number | undefined>(now)) {
    more[name] = count === undefined ? undefined : Math.max(0, count - (earlier[name] ?? 0));
  }
  return more as Usage;
}

/** Whether nothing at all was counted. */
export function countsNothing<Usage extends Counts<Usage>>(usage: Usage): boolean {
  return Object.values<number | undefined>(usage).every((count) => (count ?? 0) === 0);
}
