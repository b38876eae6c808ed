import type { RateName } from '../conventions/index.ts';

/**
 * What providers charge beside tokens and the price book lacks: fees of the tools that they run, of
 * the storage of caches, and of what is billed by the piece. Each states the public page that it is
 * from and the day it was read. Rates of the book and of the overlay go before these.
 */
interface Fees {
  /** Ids of providers in the price book. */
  readonly providers: readonly string[];
  /** Models that they hold for, by their listed ids in lower case; absent: all. */
  readonly models?: RegExp;
  /** USD for as much of each unit as its entry in `conventions/billable-units.ts` says. */
  readonly rates: Readonly<Partial<Record<RateName, number>>>;
  readonly source: string;
  /** ISO date. */
  readonly read: string;
}

const OPENAI = { source: 'https://developers.openai.com/api/docs/pricing', read: '2026-11-30' };
const GEMINI = { source: 'https://ai.google.dev/gemini-api/docs/pricing', read: '2026-11-30' };
const XAI = { source: 'https://docs.x.ai/developers/pricing', read: '2026-11-30' };

/** The first that has a rate for a model counts. */
const FEES: readonly Fees[] = [
  // What the preview of the search finds is free on models that do not reason, and paid by the call.
  {
    providers: ['openai'],
    models: /^(?:gpt-[5-9]|o\d)/,
    rates: { webSearches: 10, webSearchPreviews: 10, fileSearches: 2.5 },
    ...OPENAI,
  },
  // These search before each answer and count nothing.
  { providers: ['openai'], models: /-search-preview/, rates: { requests: 25 }, ...OPENAI },
  {
    providers: ['openai'],
    rates: { webSearches: 10, webSearchPreviews: 25, fileSearches: 2.5 },
    ...OPENAI,
  },
  // Every provider of Claude that has the tool takes the same for it.
  {
    providers: ['anthropic', 'google', 'azure', 'aws', 'openrouter'],
    models: /claude/,
    rates: { webSearches: 10 },
    source: 'https://platform.claude.com/docs/en/about-claude/pricing',
    read: '2026-11-30',
  },
  // Each prompt that was grounded, however many searches it took; from Gemini 3 on each search.
  {
    providers: ['google'],
    models: /^gemini-(?:[12]\b|live-2|pro\b|flash-1)/,
    rates: { webSearches: 35, mapSearches: 25, fileSearches: 2.5 },
    ...GEMINI,
  },
  {
    providers: ['google'],
    models: /^gemini/,
    rates: { webSearches: 14, mapSearches: 14, fileSearches: 2.5 },
    ...GEMINI,
  },
  {
    providers: ['x-ai'],
    rates: { webSearches: 5, codeExecutions: 5, fileSearches: 2.5 },
    ...XAI,
  },
  {
    providers: ['moonshotai'],
    rates: { webSearches: 5 },
    source: 'https://platform.kimi.ai/docs/pricing/tools',
    read: '2026-11-30',
  },
];

/** Fees of one model: USD for as much of each unit as its entry says. */
export function feesOf(bookId: string, model: string): Readonly<Partial<Record<RateName, number>>> {
  const id = model.toLowerCase();
  const rates: Partial<Record<RateName, number>> = {};
  for (const fees of FEES) {
    if (!fees.providers.includes(bookId) || fees.models?.test(id) === false) continue;
    for (const [name, rate] of Object.entries(fees.rates) as [RateName, number][]) {
      rates[name] ??= rate;
    }
  }
  return rates;
}
