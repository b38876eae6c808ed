import { calcPrice, waitForUpdate } from '@pydantic/genai-prices';
import type { MatchLogic, ModelInfo, Usage } from '@pydantic/genai-prices';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type RateName, type TokenUsage, UNIT_ENTRIES } from '../../conventions/index.ts';
import { feesOf } from '../../providers/fees.ts';
import { withRuledRates } from '../../providers/rate-rules.ts';
import { resolvePrices } from '../../processor/engine/pricing/book.ts';
import type { Pricer } from '../../processor/engine/pricing/index.ts';
import { callOf, loadedPricer, TODAY } from './support.ts';

/**
 * The library is the oracle for every model that it lists. Left out are only its defects, each of
 * which has a test of its own in `book-defects.test.ts`.
 */
let pricer: Pricer;
/** Every model under a name by which the library finds it; some of its ids are for itself alone. */
let models: { readonly provider: string; readonly name: string }[];
beforeAll(async () => {
  ({ pricer } = await loadedPricer());
  models = ((await waitForUpdate()) ?? []).flatMap(({ id: provider, models: listed }) =>
    listed.flatMap((model) => {
      const name = [model.id, ...literals(model.match)].find(
        (candidate) => calcPrice({}, candidate, { providerId: provider })?.model === model,
      );
      return name === undefined ? [] : [{ provider, name }];
    }),
  );
});

function literals(logic: MatchLogic): string[] {
  if ('or' in logic) return logic.or.flatMap(literals);
  if ('and' in logic) return logic.and.flatMap(literals);
  return 'regex' in logic ? [] : Object.values(logic as Record<string, string>);
}

const count = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: 3000 }),
  fc.integer({ min: 1, max: 2_000_000 }),
);
/** Shares of a class that are audio, image and video; together at most all of it. */
const share = fc.integer({ min: 0, max: 33 });

function part(whole: number, percent: number): number {
  return Math.floor((whole * percent) / 100);
}

const usages = fc
  .record({
    input: count,
    cacheRead: count,
    cacheWrite: count,
    cacheWrite1h: count,
    output: count,
    reasoning: count,
    webSearches: fc.integer({ min: 0, max: 5 }),
    audio: share,
    image: share,
    video: share,
  })
  .map(({ audio, image, video, ...usage }): TokenUsage => {
    const cacheReadAudio = part(usage.cacheRead, audio);
    const cacheReadImage = part(usage.cacheRead, image);
    return {
      ...usage,
      cacheReadAudio,
      cacheReadImage,
      inputAudio: part(usage.input, audio) + cacheReadAudio,
      inputImage: part(usage.input, image) + cacheReadImage,
      inputVideo: part(usage.input, video),
      outputAudio: part(usage.output, audio),
      outputImage: part(usage.output, image),
    };
  });

function libraryUsage(usage: TokenUsage): Usage {
  const write1h = usage.cacheWrite1h ?? 0;
  const write = (usage.cacheWrite ?? 0) + write1h;
  return {
    input_tokens: (usage.input ?? 0) + (usage.cacheRead ?? 0) + write,
    cache_read_tokens: usage.cacheRead,
    cache_write_tokens: write,
    cache_write_1h_tokens: write1h,
    output_tokens: (usage.output ?? 0) + (usage.reasoning ?? 0),
    output_reasoning_tokens: usage.reasoning,
    input_audio_tokens: usage.inputAudio,
    input_image_tokens: usage.inputImage,
    input_video_tokens: usage.inputVideo,
    cache_audio_read_tokens: usage.cacheReadAudio,
    cache_image_read_tokens: usage.cacheReadImage,
    output_audio_tokens: usage.outputAudio,
    output_image_tokens: usage.outputImage,
    web_searches: usage.webSearches,
  };
}

/** Defects and gaps of the book that make its own figure wrong for this model and usage. */
function isKnownDefect(
  bookId: string,
  model: ModelInfo,
  usage: TokenUsage,
  input: number,
): boolean {
  const card = resolvePrices(model.prices, TODAY).card.base;
  const fees = feesOf(bookId, model.id, TODAY).rates;
  const isClaude = model.id.toLowerCase().includes('claude');
  return (
    input === 272_000 ||
    (isClaude && card.cacheWrite1h === undefined && (usage.cacheWrite1h ?? 0) > 0) ||
    fees.requests !== undefined ||
    (card.webSearches === undefined && fees.webSearches !== undefined && !!usage.webSearches)
  );
}

/** Whether a rule of the provider, which the library does not know, sets the rate of something used. */
function isRuled(bookId: string, { id, prices }: ModelInfo, usage: TokenUsage): boolean {
  const { base } = resolvePrices(prices, TODAY).card;
  const ruled = withRuledRates(bookId, id, base);
  const fallback: typeof base = { cacheRead: base.input, inputAudio: base.input };
  return UNIT_ENTRIES.some(([unit, { rate }]) => {
    const name = rate as RateName;
    if (rate === undefined || unit === 'requests' || ruled[name] === base[name]) return false;
    return ruled[name] !== fallback[name] && (usage[unit] ?? 0) > 0;
  });
}

describe('price', () => {
  it("equals the library's calcPrice for every model of the book, on any usage", () => {
    let compared = 0;
    fc.assert(
      fc.property(usages, fc.integer({ min: 0, max: 23 }), (usage, hour) => {
        const endTimeMs = TODAY + hour * 3_600_000;
        const theirs = libraryUsage(usage);
        for (const { provider, name } of models) {
          const expected = calcPrice(theirs, name, {
            providerId: provider,
            timestamp: new Date(endTimeMs),
          });
          if (expected === null) throw new Error(`${name} is not found`);
          if (isKnownDefect(provider, expected.model, usage, theirs['input_tokens'] ?? 0)) continue;
          if (isRuled(provider, expected.model, usage)) continue;
          const { cost, state, missing } = pricer.price(
            callOf({ provider, model: name, usage, endTimeMs }),
          );
          const { base } = resolvePrices(expected.model.prices, endTimeMs).card;
          // A model without any rate has no price for a call of nothing either.
          const isRated =
            (base.input !== undefined || base.output !== undefined) &&
            (base.input !== undefined || theirs['input_tokens'] === 0) &&
            (base.output !== undefined || theirs['output_tokens'] === 0);
          // The library says 0 for what it has no rate for; we say that there is no price.
          if (state === 'unpriced' && !isRated) continue;
          const nanos = expected.total_price * 1e9;
          // The library charges what was read from a cache like other input where its rate is unknown.
          if (missing?.some((word) => word.startsWith('cache_read')) === true) {
            expect(cost?.totalNanos).toBeLessThanOrEqual(nanos + 1);
            continue;
          }
          const difference = Math.abs((cost?.totalNanos ?? Number.NaN) - nanos);
          if (!(difference <= 0.501 + nanos * 1e-12)) {
            throw new Error(
              `${provider} ${name}: ${cost?.totalNanos} instead of ${nanos} (${state})`,
            );
          }
          compared += 1;
        }
      }),
      { numRuns: 24 },
    );
    expect(models.length).toBeGreaterThan(1600);
    expect(compared).toBeGreaterThan(5_000);
  });
});
