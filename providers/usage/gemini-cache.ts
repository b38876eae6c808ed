import type { TokenUsage } from '../../conventions/index.ts';
import { type Dictionary, asCount, asDictionary, asString } from '../read.ts';

/** Until when each cache is paid, by its name: those made or changed in this process, oldest first. */
const paidUntil = new Map<string, number>();
const MOST_CACHES = 10_000;

/** What making a cache, or keeping it longer, comes to. */
export interface CacheBill {
  readonly usage: TokenUsage | undefined;
  readonly alsoBilled: readonly string[] | undefined;
}

/**
 * A cache that was made: its tokens cost what any input costs, and keeping them costs by the hour
 * until it expires. One that is deleted before is taken to be paid whole.
 *
 * @see https://ai.google.dev/gemini-api/docs/caching
 * @see https://cloud.google.com/vertex-ai/generative-ai/docs/context-cache/context-cache-overview
 */
export function billOfNewCache(cache: Dictionary): CacheBill {
  const tokens = tokensOf(cache);
  const from = timeOf(cache['createTime']);
  const until = timeOf(cache['expireTime']);
  remember(cache, until);
  if (tokens === undefined) return { usage: undefined, alsoBilled: STORAGE };
  const hours = hoursBetween(from, until);
  const usage: TokenUsage = { cacheWrite: tokens };
  if (hours === undefined) return { usage, alsoBilled: STORAGE };
  usage.cacheStorageHours = tokens * hours;
  return { usage, alsoBilled: undefined };
}

/**
 * A cache whose end was moved: the hours beyond those that are paid. Of one that another process made
 * nobody here knows how many those are. Time that is given back is no money that can be booked.
 */
export function billOfKeptCache(cache: Dictionary): CacheBill {
  const tokens = tokensOf(cache);
  const before = paidUntil.get(asString(cache['name']) ?? '');
  const until = timeOf(cache['expireTime']);
  remember(cache, until);
  const hours = hoursBetween(before, until);
  if (tokens === undefined || hours === undefined) {
    return { usage: { cacheStorageHours: 0 }, alsoBilled: STORAGE };
  }
  return { usage: { cacheStorageHours: tokens * hours }, alsoBilled: undefined };
}

const STORAGE = ['cache_storage'] as const;

function tokensOf(cache: Dictionary): number | undefined {
  return asCount(asDictionary(cache['usageMetadata'])?.['totalTokenCount']);
}

function remember(cache: Dictionary, until: number | undefined): void {
  const name = asString(cache['name']);
  if (name === undefined || until === undefined) return;
  if (paidUntil.size >= MOST_CACHES) {
    const [oldest] = paidUntil.keys();
    if (oldest !== undefined) paidUntil.delete(oldest);
  }
  paidUntil.set(name, Math.max(until, paidUntil.get(name) ?? until));
}

function timeOf(value: unknown): number | undefined {
  const time = Date.parse(asString(value) ?? '');
  return Number.isNaN(time) ? undefined : time;
}

function hoursBetween(from: number | undefined, until: number | undefined): number | undefined {
  if (from === undefined || until === undefined) return undefined;
  return Math.max(0, until - from) / 3_600_000;
}
