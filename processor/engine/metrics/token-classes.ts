import { type CallCost, cacheWriteTokensOf, type TokenUsage } from '../../../conventions/index.ts';
import type { Series } from './series.ts';

/** Adds tokens and money of one call by class. The indexes are those of `TOKEN_CLASSES`. */
export function addClasses(
  series: Series,
  usage: TokenUsage | undefined,
  cost: CallCost | undefined,
): void {
  addClass(series, 0, usage?.input, cost?.inputNanos);
  addClass(series, 1, usage?.cacheRead, cost?.cacheReadNanos);
  const written = usage === undefined ? undefined : cacheWriteTokensOf(usage);
  addClass(series, 2, written, cost?.cacheWriteNanos);
  addClass(series, 3, usage?.output, cost?.outputNanos);
  addClass(series, 4, usage?.reasoning, cost?.reasoningNanos);
  addClass(series, 5, undefined, cost?.toolsNanos);
  addClass(series, 6, undefined, cost?.unsplitNanos);
}

/** A class that is reported as 0 makes no series: most calls report several of those. */
function addClass(
  series: Series,
  index: number,
  tokens: number | undefined,
  nanos: number | undefined,
): void {
  if ((tokens === undefined || tokens === 0) && (nanos === undefined || nanos === 0)) return;
  series.addClass(index, tokens ?? 0, nanos);
}
