import type { RateName } from '../../../conventions/index.ts';
import type { Rates } from './rates.ts';

/** What a service tier does to the standard rates: a factor on all of them, or rates of its own. */
export type TierPrice = number | TierRates;

export interface TierRates {
  /** USD per million tokens; classes left out follow `otherwise`. */
  readonly rates: Rates;
  /** Factor for what `rates` leaves out. */
  readonly otherwise: number;
}

/** Tiers by the names we give them. `standard` is no entry: its factor is always 1. */
export type TierPrices = Readonly<Record<string, TierPrice>>;

/** Spellings of SDKs → our names. A name that is absent here is passed on as told. */
const TIER_NAMES: Readonly<Record<string, string>> = {
  default: 'standard',
  auto: 'standard',
  standard_only: 'standard',
  on_demand: 'standard',
  unspecified: 'standard',
  traffic_type_unspecified: 'standard',
  service_tier_unspecified: 'standard',
  service_tier_standard: 'standard',
  service_tier_flex: 'flex',
  service_tier_priority: 'priority',
  on_demand_flex: 'flex',
  on_demand_priority: 'priority',
};

export const STANDARD_TIER = 'standard';

/** `ON_DEMAND_PRIORITY` → `priority`, `default` → `standard`. An unknown tier keeps its name. */
export function serviceTierName(told: string): string {
  const name = told.trim().toLowerCase();
  return Object.hasOwn(TIER_NAMES, name) ? TIER_NAMES[name]! : name;
}

/**
 * Factors by provider. Capacity that is bought ahead (`scale`, `reserved`,
 * `provisioned_throughput`, Anthropic's `priority`) counts at list price: what it really costs is a
 * contract's business.
 *
 * @see https://developers.openai.com/api/docs/pricing (priority was renamed fast on 2026-07-30)
 * @see https://platform.claude.com/docs/en/about-claude/pricing
 * @see https://ai.google.dev/gemini-api/docs/optimization (priority: 75 to 100 % more)
 */
const PROVIDER_TIERS: Readonly<Record<string, TierPrices>> = {
  openai: { batch: 0.5, flex: 0.5, priority: 2, fast: 2, scale: 1 },
  azure: { batch: 0.5, flex: 0.5, priority: 2, fast: 2, scale: 1, provisioned_throughput: 1 },
  anthropic: { batch: 0.5, fast: 2, priority: 1 },
  google: { batch: 0.5, flex: 0.5, priority: 1.8, provisioned_throughput: 1 },
  aws: { batch: 0.5, flex: 0.5, priority: 1.75, reserved: 1 },
  groq: { batch: 0.5, flex: 1, performance: 1 },
};
const OTHER_PROVIDERS: TierPrices = { batch: 0.5 };

/** Input, cached input and output as OpenAI prints them in its priority table. */
function priority(input: number, cacheRead: number, output: number): TierPrices {
  const price: TierRates = { rates: { input, cacheRead, output }, otherwise: 2 };
  return { priority: price, fast: price };
}

/**
 * Models whose tier is not their provider's factor, by the book's model id. Azure sells the same
 * models.
 * @see https://openai.com/api-priority-processing/
 */
const OPENAI_MODEL_TIERS: Readonly<Record<string, TierPrices>> = {
  'gpt-4o': priority(4.25, 2.125, 17),
  'gpt-4o-mini': priority(0.25, 0.125, 1),
  'gpt-4.1': priority(3.5, 0.875, 14),
  'gpt-4.1-mini': priority(0.7, 0.175, 2.8),
  'gpt-4.1-nano': priority(0.2, 0.05, 0.8),
  o3: priority(3.5, 0.875, 14),
  'o3-2025-04-16': priority(3.5, 0.875, 14),
  'o4-mini': priority(2, 0.5, 8),
  'gpt-4o-2024-05-13': { priority: 1.75, fast: 1.75 },
  'gpt-5-mini': priority(0.45, 0.045, 3.6),
  'gpt-5.5': { priority: 2.5, fast: 2.5 },
};

const MODEL_TIERS: Readonly<Record<string, Readonly<Record<string, TierPrices>>>> = {
  openai: OPENAI_MODEL_TIERS,
  azure: OPENAI_MODEL_TIERS,
  // Fast mode costs twice the standard rates from Opus 4.8 on.
  // @see https://platform.claude.com/docs/en/build-with-claude/fast-mode
  anthropic: { 'claude-opus-4-6': { fast: 6 }, 'claude-opus-4-7': { fast: 6 } },
  // Reading the cache in a batch is not discounted.
  google: {
    'gemini-3.5-flash-lite': { batch: { rates: { cacheRead: 0.03 }, otherwise: 0.5 } },
  },
};

/** What a tier costs, or `undefined` when nobody told us of such a tier. */
export function tierPrice(bookId: string, modelId: string, tier: string): TierPrice | undefined {
  if (tier === STANDARD_TIER) return 1;
  const models = MODEL_TIERS[bookId];
  const ofModel =
    models !== undefined && Object.hasOwn(models, modelId) ? models[modelId] : undefined;
  if (ofModel !== undefined && Object.hasOwn(ofModel, tier)) return ofModel[tier];
  const ofProvider = Object.hasOwn(PROVIDER_TIERS, bookId)
    ? PROVIDER_TIERS[bookId]!
    : OTHER_PROVIDERS;
  return Object.hasOwn(ofProvider, tier) ? ofProvider[tier] : undefined;
}

/**
 * The factor on one rate. A tier with rates of its own gives the factor to the list's short-context
 * rate, so that a long prompt keeps the list's step.
 */
export function tierFactor(price: TierPrice, name: RateName, list: Rates): number {
  if (typeof price === 'number') return price;
  const own = price.rates[name];
  const listed = list[name];
  return own !== undefined && listed !== undefined && listed > 0 ? own / listed : price.otherwise;
}
