import type { RateName } from '../../../conventions/index.ts';
import { resolvePrices } from './book.ts';
import type { Book } from './book.ts';
import { usdPer } from './contract.ts';
import { findInBook } from './find-model.ts';
import type { Overlay } from './overlay.ts';

/** Rates that differ more than this from the book's are taken for a slip of the pen. */
const MOST_CHANGE = 5;

/**
 * What makes an overlay look wrong beside the book: a listed model whose rate moves more than
 * fivefold. `undefined` when nothing does, or when the entry says `iKnow: true`.
 */
export function implausibleAgainstBook(
  book: Book,
  overlay: Overlay,
  timeMs: number,
): string | undefined {
  for (const model of overlay.models) {
    const found = findInBook(book, model.provider, model.model);
    const usd = usdPer(overlay.currency, overlay.fx, timeMs)?.rate;
    if (found === undefined || found.match === 'family' || model.isConfirmed || usd === undefined) {
      continue;
    }
    if (model.capacity !== undefined) continue;
    const listed = resolvePrices(found.model.prices, timeMs).card.base;
    for (const name of ['input', 'output'] satisfies RateName[]) {
      const before = listed[name];
      const after = model.rates[name];
      if (before === undefined || before === 0 || after === undefined) continue;
      const change = (after * usd) / before;
      if (change > MOST_CHANGE || change < 1 / MOST_CHANGE) {
        return `${overlay.file}: the ${name} rate of ${model.provider} ${model.model} is ${after}, but the price book lists ${before}: mend the rate, or add iKnow: true to the model`;
      }
    }
  }
  return undefined;
}
