import type { ResolvedConfig } from '../../processor/governance/config/index.ts';
import { createPricer } from '../../processor/engine/pricing/index.ts';
import { loadOverlay } from '../load-overlay.ts';
import { check } from './check.ts';
import type { Check } from './check.ts';

/** Providers change prices about monthly; an older book is worth a look. */
const OLD_BOOK_DAYS = 45;
const SECONDS_PER_DAY = 86_400;

export interface PriceBookFacts {
  /** Such as `genai-prices@0.1.8+overlay:ab12cd`. */
  readonly book: string;
  /** Whole days since it was published. */
  readonly ageDays: number;
  readonly overlay: string | undefined;
  readonly problems: readonly string[];
}

export async function readPriceBook(config: ResolvedConfig, now: number): Promise<PriceBookFacts> {
  const problems: string[] = [];
  const { overlay, fault } = await loadOverlay(config);
  if (fault !== undefined) problems.push(fault);
  const pricer = createPricer({
    ...(overlay === undefined ? {} : { overlay }),
    onProblem: (message) => problems.push(message),
  });
  return {
    book: pricer.book,
    ageDays: Math.floor(pricer.bookAgeSeconds(now) / SECONDS_PER_DAY),
    overlay: config.pricing.overlay,
    problems,
  };
}

export function checkPriceBook({ book, ageDays, problems }: PriceBookFacts): Check[] {
  const checks = problems.map((problem) => check('Prices', 'fail', problem));
  const age = `${book}, ${ageDays} days old`;
  return [
    ...checks,
    ageDays > OLD_BOOK_DAYS
      ? check('Price book', 'warn', `${age}. Prices may have changed: update costspan.`)
      : check('Price book', 'ok', age),
  ];
}
