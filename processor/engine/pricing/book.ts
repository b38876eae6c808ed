import type { RateName } from '../../../conventions/index.ts';
import { BOOK_TEXTS, BOOK_VERSION } from './generated/book-data.ts';
import type { MatchLogic } from './match-logic.ts';
import type { DatedCard, ListCard, Rates, RateStep } from './rates.ts';
import { UNIT_OF_RATE } from './rates.ts';

/** The price book that this package was built with, and its version. */
export const BOOK_ID: string = `genai-prices@${BOOK_VERSION}`;

/** When this version of the book was published. */
export const BOOK_PUBLISHED_MS: number = Date.UTC(2026, 8, 23, 10, 11, 4);

/** USD for each unit of the book, such as `input_mtok`; with `tiers` by the size of the input. */
export type ModelPrice = Readonly<Record<string, number | TieredPrice | undefined>>;

interface TieredPrice {
  readonly base: number;
  readonly tiers: readonly { readonly start: number; readonly price: number }[];
}

/** A price from a date on, or at a time of every day. */
interface ConditionalPrice {
  readonly constraint?:
    | { readonly type: 'start_date'; readonly start_date: string }
    | { readonly type: 'time_of_date'; readonly start_time: string; readonly end_time: string };
  readonly prices: ModelPrice;
}

export interface BookModel {
  readonly id: string;
  readonly match: MatchLogic;
  readonly prices: ModelPrice | readonly ConditionalPrice[];
}

export interface BookProvider {
  readonly id: string;
  /** Providers whose models this one also has, at their price. */
  readonly fallback_model_providers?: readonly string[];
  readonly models: readonly BookModel[];
}

/** Providers of the book, by the book's own ids. */
export interface Book {
  get(providerId: string): BookProvider | undefined;
  providerIds(): readonly string[];
}

/**
 * The pinned book. Each provider is parsed when it is first asked for: most processes use one or
 * two of some forty, and the whole book as objects takes 15 MB.
 */
class PinnedBook implements Book {
  readonly #parsed = new Map<string, BookProvider>();

  get(providerId: string): BookProvider | undefined {
    let provider = this.#parsed.get(providerId);
    if (provider === undefined && Object.hasOwn(BOOK_TEXTS, providerId)) {
      provider = JSON.parse(BOOK_TEXTS[providerId] ?? '') as BookProvider;
      this.#parsed.set(providerId, provider);
    }
    return provider;
  }

  providerIds(): readonly string[] {
    return Object.keys(BOOK_TEXTS);
  }
}

export const priceBook: Book = new PinnedBook();

/**
 * The book's names of the rates that we have units for. Others (citations, file searches) are counted by nothing we see. `@see` the book's `prices/units.yml`.
 */
const RATE_OF_UNIT: ReadonlyMap<string, RateName> = new Map(
  [...UNIT_OF_RATE.values()].flatMap(({ book = [], rate }) =>
    book.map((name) => [name, rate] as const),
  ),
);

/**
 * OpenAI's long-context rates start *above* 272,000 input tokens. Part of the book writes that as
 * 271,999, which would charge a prompt of exactly 272,000 tokens twice over.
 * @see https://developers.openai.com/api/docs/pricing
 */
function stepStart(start: number): number {
  return start === 271_999 ? 272_000 : start;
}

/** The rates of one book entry, with one step for each threshold that any rate has. */
function convertModelPrice(price: ModelPrice): ListCard {
  const starts = new Set<number>();
  for (const value of Object.values(price)) {
    if (typeof value === 'object') {
      for (const tier of value.tiers) starts.add(stepStart(tier.start));
    }
  }
  const steps: RateStep[] = [...starts]
    .toSorted((a, b) => a - b)
    .map((above) => ({ above, rates: ratesAbove(price, above) }));
  return { base: ratesAbove(price, -1), steps };
}

/** The rates that hold when the whole input is just above `threshold` tokens. */
function ratesAbove(price: ModelPrice, threshold: number): Rates {
  const rates: { -readonly [Name in RateName]?: number } = {};
  for (const [unit, value] of Object.entries(price)) {
    const name = RATE_OF_UNIT.get(unit);
    if (name === undefined || value === undefined) continue;
    if (typeof value === 'number') {
      rates[name] = value;
      continue;
    }
    let rate = value.base;
    for (const tier of value.tiers.toSorted((a, b) => a.start - b.start)) {
      if (stepStart(tier.start) <= threshold) rate = tier.price;
    }
    rates[name] = rate;
  }
  return rates;
}

const DAY_MS = 86_400_000;

/**
 * The card of a model at `timeMs`, and how long it stays the card.
 *
 * A time-of-day window belongs to the dated entry above it. The library itself takes the last
 * entry whose own condition holds, so that a window priced calls before its start date.
 *
 * @example DeepSeek V4 Pro, 02:00Z: peak rates from 2026-08-17 on, the flat rates before.
 */
export function resolvePrices(prices: BookModel['prices'], timeMs: number): DatedCard {
  if (!isConditional(prices)) {
    return { card: convertModelPrice(prices), fromMs: -Infinity, untilMs: Infinity };
  }
  const spans = spansOf(prices);
  let index = spans.length - 1;
  while (index > 0 && spans[index]!.startMs > timeMs) index -= 1;
  const span = spans[index]!;
  // A price before the first date: the book knows no earlier one.
  let fromMs = index === 0 ? -Infinity : span.startMs;
  let untilMs = spans[index + 1]?.startMs ?? Infinity;

  let price = span.price;
  const dayMs = Math.floor(timeMs / DAY_MS) * DAY_MS;
  for (const window of span.windows) {
    if (isInWindow(window, timeMs - dayMs)) price = window.price;
    for (const edge of [window.startMs, window.endMs]) {
      for (const edgeMs of [dayMs - DAY_MS + edge, dayMs + edge, dayMs + DAY_MS + edge]) {
        if (edgeMs <= timeMs) fromMs = Math.max(fromMs, edgeMs);
        else untilMs = Math.min(untilMs, edgeMs);
      }
    }
  }
  return { card: convertModelPrice(price), fromMs, untilMs };
}

function isConditional(prices: BookModel['prices']): prices is readonly ConditionalPrice[] {
  return Array.isArray(prices);
}

/** A part of every UTC day, in milliseconds since midnight; it may cross midnight. */
interface DayWindow {
  readonly startMs: number;
  readonly endMs: number;
  readonly price: ModelPrice;
}

interface PriceSpan {
  readonly startMs: number;
  readonly price: ModelPrice;
  readonly windows: DayWindow[];
}

function spansOf(prices: readonly ConditionalPrice[]): PriceSpan[] {
  const spans: PriceSpan[] = [];
  for (const { constraint, prices: price } of prices) {
    const current = spans.at(-1);
    if (constraint?.type === 'time_of_date' && current !== undefined) {
      current.windows.push({
        startMs: timeOfDayMs(constraint.start_time),
        endMs: timeOfDayMs(constraint.end_time),
        price,
      });
      continue;
    }
    const startMs =
      constraint?.type === 'start_date' ? Date.parse(constraint.start_date) : -Infinity;
    spans.push({ startMs, price, windows: [] });
  }
  return spans;
}

/** `01:00:00Z` or `09:00:00+08:00` as milliseconds since UTC midnight. */
function timeOfDayMs(time: string): number {
  const ms = Date.parse(`1970-01-02T${time}`);
  return ((ms % DAY_MS) + DAY_MS) % DAY_MS;
}

function isInWindow({ startMs, endMs }: DayWindow, timeOfDay: number): boolean {
  return endMs < startMs
    ? timeOfDay >= startMs || timeOfDay < endMs
    : timeOfDay >= startMs && timeOfDay < endMs;
}
