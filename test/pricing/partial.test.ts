import { describe, expect, it } from 'vitest';
import type { TokenUsage } from '../../conventions/index.ts';
import { callOf, loadedPricer } from './support.ts';

const MINE = 'models: [{ provider: own, model: mine, rates: { input: 1, output: 2 } }]';
const FREE =
  'models: [{ provider: own, model: mine, rates: { input: 0, output: 0 }, iKnow: true }]';
const usage = { input: 1_000_000, output: 0 };

function own(fields: Partial<Parameters<typeof callOf>[0]>): ReturnType<typeof callOf> {
  return callOf({ provider: 'own', model: 'mine', usage, ...fields });
}

describe('a partial price', () => {
  it('names what was billed without a count, sorted and once', async () => {
    const { pricer } = await loadedPricer(MINE);
    const alsoBilled = ['file_search', 'code_interpreter', 'file_search'];
    const price = pricer.price(own({ alsoBilled }));
    expect(price).toMatchObject({
      state: 'partial',
      missing: ['code_interpreter', 'file_search'],
      cost: { totalNanos: 1e9, inputNanos: 1e9, source: 'local' },
    });
  });

  it('is the same at the list', async () => {
    const { pricer } = await loadedPricer(
      'discounts: [{ id: ours, match: { provider: openai }, from: 2026-01-01, to: 2027-01-01, multiply: 0.5 }]',
    );
    const call = callOf({
      provider: 'openai',
      model: 'gpt-4o',
      usage,
      alsoBilled: ['code_interpreter'],
    });
    const price = pricer.price(call);
    expect(price).toMatchObject({ state: 'partial', cost: { totalNanos: 1.25e9 } });
    expect(pricer.listNanos(call, price)).toBe(2.5e9);
  });

  it('names what was counted and has no rate beside it', async () => {
    const { pricer } = await loadedPricer(MINE);
    const counted = { ...usage, webSearches: 2, containerSessions: 1, cacheStorageHours: 0 };
    expect(pricer.price(own({ usage: counted, alsoBilled: ['grounding'] }))).toMatchObject({
      state: 'partial',
      missing: ['container_sessions.rate', 'grounding', 'web_searches.rate'],
    });
  });

  it('is not free because its known part is', async () => {
    const { pricer } = await loadedPricer(FREE);
    expect(pricer.price(own({})).state).toBe('free');
    expect(pricer.price(own({ alsoBilled: ['grounding'] }))).toMatchObject({
      state: 'partial',
      cost: { totalNanos: 0 },
      missing: ['grounding'],
    });
    const searched = { ...usage, webSearches: 1 };
    expect(pricer.price(own({ usage: searched }))).toMatchObject({
      state: 'partial',
      missing: ['web_searches.rate'],
    });
  });

  it('has no place where nothing of a call has a price', async () => {
    const { pricer } = await loadedPricer(MINE);
    for (const call of [
      own({ usage: undefined, alsoBilled: ['grounding'] }),
      own({ model: 'unheard-of', alsoBilled: ['grounding'] }),
    ]) {
      expect(pricer.price(call)).toMatchObject({ state: 'unpriced', missing: undefined });
    }
  });

  it('takes a stated total as whole, unless it is known to leave something out', async () => {
    const { pricer } = await loadedPricer(MINE);
    const alsoBilled = ['code_interpreter'];
    const stated = { amount: 3, currency: 'USD' };
    expect(pricer.price(own({ alsoBilled, providerCost: stated }))).toMatchObject({
      state: 'priced',
      missing: undefined,
    });
    for (const amount of [3, 0]) {
      const providerCost = { amount, currency: 'USD', leavesOut: ['upstream'] };
      expect(pricer.price(own({ alsoBilled, providerCost }))).toMatchObject({
        state: 'partial',
        cost: { totalNanos: amount * 1e9, source: 'provider' },
        missing: ['upstream'],
      });
    }
  });

  it('keeps words that are none, and too many of them, off spans', async () => {
    const { pricer } = await loadedPricer(MINE);
    const many = Array.from({ length: 100 }, (_, index) => `tool_${index}`);
    expect(pricer.price(own({ alsoBilled: many })).missing?.length).toBeLessThan(20);
    expect(pricer.price(own({ alsoBilled: ['Tool of Ann, ann@example.org'] })).missing).toEqual([
      'other',
    ]);
  });
});

describe('a usage without a price', () => {
  it('comes at most to what the dearest of its provider would', async () => {
    const { pricer } = await loadedPricer();
    const usd = (used: TokenUsage): number | undefined => {
      const nanos = pricer.usageAtDearest(
        callOf({ provider: 'openai', model: 'new', usage: used }),
      );
      return nanos === undefined ? undefined : nanos / 1e9;
    };
    expect(usd({ input: 1_000, output: 1_000 })).toBe(0.75);
    expect(usd({ input: 500, cacheRead: 500, output: 500, reasoning: 500 })).toBe(0.75);
    // Searches have a rate with other models; containers may have none with any.
    expect(usd({ input: 1_000, webSearches: 1 })).toBeGreaterThan(0.15);
    expect(usd({ pages: 3 })).toBeUndefined();
    expect(usd({})).toBeUndefined();
  });

  it('is no less than the price of any model of that provider', async () => {
    const { pricer } = await loadedPricer();
    const used = { input: 900, cacheRead: 50, output: 70, outputAudio: 60, inputAudio: 20 };
    for (const model of ['gpt-4o', 'o1-pro', 'gpt-audio', 'gpt-realtime', 'gpt-image-1.5']) {
      const call = callOf({ provider: 'openai', model, usage: used });
      const most = pricer.usageAtDearest(call) ?? 0;
      expect(most).toBeGreaterThanOrEqual(pricer.price(call).cost?.totalNanos ?? 0);
    }
  });
});
