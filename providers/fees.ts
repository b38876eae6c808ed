import type { RateName } from '../conventions/index.ts';

/** USD for as much of each unit as its entry in `conventions/billable-units.ts` says. */
export type FeeRates = Readonly<Partial<Record<RateName, number>>>;

/**
 * What providers charge beside tokens and the price book lacks: fees of the tools that they run, of
 * the storage of caches, and of models that are billed by the piece. Each states the public page
 * that it is from and the day it was read. Rates of the book and of the overlay go before these.
 */
export interface Fees {
  /** Ids of providers in the price book. */
  readonly providers: readonly string[];
  /** Models that they hold for, by their listed ids in lower case; absent: all. */
  readonly models?: RegExp;
  /** The same for people. */
  readonly of: string;
  readonly rates: FeeRates;
  /** The first day that they hold for, and the first that they do not, in UTC. */
  readonly from?: string;
  readonly until?: string;
  readonly source: string;
  /** ISO date. */
  readonly read: string;
}

const OPENAI = { source: 'https://developers.openai.com/api/docs/pricing', read: '2026-11-30' };
const GEMINI = { source: 'https://ai.google.dev/gemini-api/docs/pricing', read: '2026-11-30' };

/** The first that has a rate for a model counts. */
const FEES: readonly Fees[] = [
  // What the preview of the search finds is free on models that do not reason, and paid by the call.
  {
    providers: ['openai'],
    models: /^(?:gpt-[5-9]|o\d)/,
    of: 'models that reason',
    rates: { webSearches: 10, webSearchPreviews: 10, fileSearches: 2.5 },
    ...OPENAI,
  },
  // These search before each answer and count nothing.
  {
    providers: ['openai'],
    models: /-search-preview/,
    of: '`gpt-4o-search-preview` and its like, each call',
    rates: { requests: 25 },
    ...OPENAI,
  },
  {
    providers: ['openai'],
    models: /-search-api/,
    of: '`gpt-5-search-api`, each call',
    rates: { requests: 10 },
    ...OPENAI,
  },
  {
    providers: ['openai'],
    of: 'other models',
    rates: { webSearches: 10, webSearchPreviews: 25, fileSearches: 2.5 },
    ...OPENAI,
  },
  // Its searches are Bing's.
  {
    providers: ['azure'],
    of: 'models of OpenAI',
    models: /^(?!.*claude)/,
    rates: { webSearches: 14, webSearchPreviews: 14 },
    source:
      'https://github.com/microsoft/Foundry-Agent-Solution-Templates/blob/main/enterprise-knowledge-agent/docs/cost.md',
    read: '2026-11-30',
  },
  // Every provider of Claude that has the tool takes the same for it.
  {
    providers: ['anthropic', 'google', 'azure', 'aws', 'openrouter'],
    models: /claude/,
    of: 'Claude',
    rates: { webSearches: 10 },
    source: 'https://platform.claude.com/docs/en/about-claude/pricing',
    read: '2026-11-30',
  },
  // Each prompt that was grounded, however many searches it took; from Gemini 3 on each search.
  {
    providers: ['google'],
    models: /^gemini-(?:[12]\b|live-2|pro\b|flash-1)/,
    of: 'Gemini 1 and 2, each grounded prompt',
    rates: { webSearches: 35, mapSearches: 25, fileSearches: 2.5 },
    ...GEMINI,
  },
  {
    providers: ['google'],
    models: /^gemini/,
    of: 'Gemini from 3 on, each search',
    rates: { webSearches: 14, mapSearches: 14, fileSearches: 2.5 },
    ...GEMINI,
  },
  {
    providers: ['google'],
    models: /^gemini-3\.[678]-flash$/,
    of: 'Gemini 3.6 to 3.8 Flash',
    rates: { cacheStorageHours: 0.5 },
    until: '2027-01-01',
    ...GEMINI,
  },
  {
    providers: ['google'],
    models: /^gemini.*pro/,
    of: 'Gemini Pro',
    rates: { cacheStorageHours: 4.5 },
    ...GEMINI,
  },
  {
    providers: ['google'],
    models: /^gemini/,
    of: 'other Gemini',
    rates: { cacheStorageHours: 1 },
    ...GEMINI,
  },
  {
    providers: ['x-ai'],
    of: 'all models, where an answer states no cost',
    rates: { webSearches: 5, codeExecutions: 5, fileSearches: 2.5 },
    source: 'https://docs.x.ai/developers/pricing',
    read: '2026-11-30',
  },
  // Its other models search as part of the request, whose fee the book has.
  {
    providers: ['perplexity'],
    models: /^(?!.*deep-research)/,
    of: 'all but deep research, whose requests have a fee that holds the search',
    rates: { webSearches: 0 },
    source: 'https://docs.perplexity.ai/docs/getting-started/pricing',
    read: '2026-11-30',
  },
  {
    providers: ['moonshotai'],
    of: 'all models, `$web_search`',
    rates: { webSearches: 5 },
    source: 'https://platform.kimi.ai/docs/pricing/tools',
    read: '2026-11-30',
  },
];

/** Models of which the book has no entry at all, since they are billed by something else than tokens. */
const PIECES: readonly Fees[] = [
  {
    providers: ['google'],
    models: /^imagen-4.*-fast/,
    of: 'Imagen 4 Fast',
    rates: { images: 20 },
    ...GEMINI,
  },
  {
    providers: ['google'],
    models: /^imagen-4.*-ultra/,
    of: 'Imagen 4 Ultra',
    rates: { images: 60 },
    ...GEMINI,
  },
  { providers: ['google'], models: /^imagen-4/, of: 'Imagen 4', rates: { images: 40 }, ...GEMINI },
  {
    providers: ['openai', 'azure'],
    models: /^tts-1-hd/,
    of: '`tts-1-hd`',
    rates: { characters: 30 },
    ...OPENAI,
  },
  {
    providers: ['openai', 'azure'],
    models: /^tts-1/,
    of: '`tts-1`',
    rates: { characters: 15 },
    ...OPENAI,
  },
];

/** All of them, for what lists them. */
export const ALL_FEES: readonly Fees[] = [...FEES, ...PIECES];

/** Fees, and the time they hold for: `[fromMs, untilMs)`, milliseconds since the epoch. */
export interface DatedFees {
  readonly rates: FeeRates;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Fees that the book tells of a model's maker, which do not hold where Azure runs the tools. */
const FEES_OF_MAKER: ReadonlySet<string> = new Set<RateName>(['webSearches', 'fileSearches']);

/** The rates of a card without the fees of somebody else's tools. */
export function withoutFeesOfMaker<Rates extends object>(bookId: string, rates: Rates): Rates {
  if (bookId !== 'azure') return rates;
  const own = Object.entries(rates).filter(([name]) => !FEES_OF_MAKER.has(name));
  return Object.fromEntries(own) as Rates;
}

/** What one model is charged for beside tokens at a time. */
export function feesOf(bookId: string, model: string, timeMs: number): DatedFees {
  return collect(FEES, bookId, model, timeMs);
}

/** What a model costs that is billed by the piece and that the book lacks. */
export function pieceRatesOf(bookId: string, model: string): FeeRates | undefined {
  const { rates } = collect(PIECES, bookId, model, 0);
  return Object.keys(rates).length === 0 ? undefined : rates;
}

function collect(table: readonly Fees[], bookId: string, model: string, timeMs: number): DatedFees {
  const id = model.toLowerCase();
  const rates: Partial<Record<RateName, number>> = {};
  let fromMs = -Infinity;
  let untilMs = Infinity;
  for (const fees of table) {
    if (!fees.providers.includes(bookId) || fees.models?.test(id) === false) continue;
    const starts = fees.from === undefined ? -Infinity : Date.parse(fees.from);
    const ends = fees.until === undefined ? Infinity : Date.parse(fees.until);
    for (const edge of [starts, ends]) {
      if (edge <= timeMs) fromMs = Math.max(fromMs, edge);
      else untilMs = Math.min(untilMs, edge);
    }
    if (timeMs < starts || timeMs >= ends) continue;
    for (const [name, rate] of Object.entries(fees.rates) as [RateName, number][]) {
      rates[name] ??= rate;
    }
  }
  return { rates, fromMs, untilMs };
}
