import type { TokenUsage } from '../../conventions/index.ts';

/** Counts as some writer put them on a span, before it is settled which hold which others. */
export interface TokenCounts {
  input?: number | undefined;
  output?: number | undefined;
  cacheRead?: number | undefined;
  /** With any lifetime. */
  cacheWrite?: number | undefined;
  /** Of `cacheWrite`: what lives one hour. */
  cacheWrite1h?: number | undefined;
  reasoning?: number | undefined;
  /** The writer's or the provider's own sum. */
  total?: number | undefined;
  /** Known of the writer: its input holds cached tokens, or leaves them out. */
  cache?: 'inside' | 'outside' | undefined;
  /** Known of the writer: its output holds reasoning, or leaves it out. */
  thinking?: 'inside' | 'outside' | undefined;
  /** Parts of the classes that the conventions name the same way. */
  parts?: TokenUsage | undefined;
}

/**
 * The disjoint classes behind `counts`; `undefined` where nothing was counted.
 *
 * Where the numbers settle it they win over what is known of the writer, which may have changed:
 * more cached tokens than input, or a total that adds up one way only. A writer that counts no token
 * at all was told none, since no call has none.
 */
export function usageOf(counts: TokenCounts): TokenUsage | undefined {
  const { input, output, cacheRead, cacheWrite, reasoning, total } = counts;
  const sum = (input ?? 0) + (output ?? 0);
  const cached = (cacheRead ?? 0) + (cacheWrite ?? 0);
  if (sum + cached === 0) return undefined;

  const isCacheOutside = leavesOutCache(counts, cached);
  const wholeInput = isCacheOutside ? (input ?? 0) + cached : input;
  const isThinkingOutside = leavesOutThinking(counts, (wholeInput ?? 0) + (output ?? 0));

  const usage: TokenUsage = { ...counts.parts };
  usage.input = isCacheOutside || input === undefined ? input : input - cached;
  usage.cacheRead = cacheRead;
  if (cacheWrite !== undefined) {
    const oneHour = Math.min(counts.cacheWrite1h ?? 0, cacheWrite);
    usage.cacheWrite = cacheWrite - oneHour;
    if (oneHour > 0) usage.cacheWrite1h = oneHour;
  }
  usage.reasoning = reasoning;
  usage.output = isThinkingOutside || output === undefined ? output : output - (reasoning ?? 0);
  // A total of what the writer wrote down proves nothing where that leaves something out.
  if (total !== sum) usage.total = total;
  return usage;
}

function leavesOutCache(counts: TokenCounts, cached: number): boolean {
  const { input, output, reasoning, total, cache } = counts;
  if (cached === 0) return false;
  if (input === undefined || cached > input) return true;
  const whole = input + cached + (output ?? 0);
  if (total === whole || (reasoning !== undefined && total === whole + reasoning)) return true;
  return cache === 'outside';
}

/** `whole` is all input and the output as written. */
function leavesOutThinking(counts: TokenCounts, whole: number): boolean {
  const { output, reasoning, total, thinking } = counts;
  if (reasoning === undefined || reasoning === 0) return false;
  if (output === undefined || reasoning > output) return true;
  if (total === whole + reasoning) return true;
  if (total === whole) return false;
  return thinking === 'outside';
}
