import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallCost, TokenUsage } from '../../conventions/index.ts';
import { createPricer } from '../../processor/engine/pricing/index.ts';
import { callOf, loadedPricer, MILLION } from './support.ts';

function partSum(cost: CallCost): number {
  return (
    cost.inputNanos +
    cost.cacheReadNanos +
    cost.cacheWriteNanos +
    cost.outputNanos +
    cost.reasoningNanos +
    cost.toolsNanos +
    cost.unsplitNanos
  );
}

const openai = { provider: 'openai', model: 'gpt-4o' };

describe('price states', () => {
  it.each<[string, TokenUsage | undefined]>([
    ['no usage', undefined],
    ['empty usage', {}],
    ['a total alone', { total: 30 }],
  ])('unpriced without a cost: %s', async (_, usage) => {
    const { pricer } = await loadedPricer();
    const price = pricer.price(callOf({ ...openai, usage }));
    expect(price.state).toBe('unpriced');
    expect(price.cost).toBeUndefined();
    expect(price.match).toBe('exact');
  });

  it('is priced at 0 when the provider reported no tokens at all', async () => {
    const { pricer } = await loadedPricer();
    const price = pricer.price(callOf({ ...openai, usage: { input: 0, output: 0 } }));
    expect([price.state, price.cost?.totalNanos]).toEqual(['priced', 0]);
  });

  it('is unpriced, not 0, for what a model has no rate for', async () => {
    const { pricer, problems } = await loadedPricer();
    const state = (model: string, usage: TokenUsage): string =>
      pricer.price(callOf({ provider: 'openai', model, usage })).state;
    expect(state('text-embedding-3-small', { input: 5, output: 5 })).toBe('unpriced');
    expect(state('whisper-1', { input: 5 })).toBe('unpriced');
    expect(state('gpt-4o-mini-tts', { inputCharacters: 900 })).toBe('unpriced');
    expect(state('gpt-4o', { searchUnits: 1 })).toBe('unpriced');
    expect(problems.map(({ problem }) => problem)).toEqual(Array(4).fill('unrated'));
  });

  it('leaves web searches without a rate out, and says so', async () => {
    const { pricer, problems } = await loadedPricer();
    const usage = { input: MILLION / 10, webSearches: 2 };
    const price = pricer.price(callOf({ provider: 'cohere', model: 'command-r-08-2024', usage }));
    expect(price).toMatchObject({ state: 'partial', missing: ['web_searches.rate'] });
    expect(price.cost?.totalNanos).toBe(0.015e9);
    expect(problems.map(({ problem }) => problem)).toEqual(['unrated']);
  });

  it('is unpriced when an advisor model within the call is unknown', async () => {
    const { pricer } = await loadedPricer();
    const otherModelUsage = [{ model: 'claude-unheard-of', usage: { input: 1 } }];
    const call = callOf({
      provider: 'anthropic',
      model: 'claude-sonnet-5',
      usage: { input: 1 },
      otherModelUsage,
    });
    expect(pricer.price(call).state).toBe('unpriced');
  });
});

describe('bad usage', () => {
  it.each([
    ['negative', -1],
    ['NaN', Number.NaN],
    ['infinite', Infinity],
    ['absurd', 1e13],
    ['text', '12' as unknown as number],
    ['null', null as unknown as number],
  ])('is unpriced and told every time: %s', async (_, value) => {
    const { pricer, problems } = await loadedPricer();
    for (const name of ['input', 'cacheRead', 'output', 'outputAudio', 'webSearches']) {
      const call = callOf({ ...openai, usage: { input: 1, output: 1, [name]: value } });
      expect(pricer.price(call).state).toBe('unpriced');
    }
    expect(problems.map(({ problem }) => problem)).toEqual(Array(5).fill('bad-usage'));
  });

  it('is refused beyond what integers can hold', async () => {
    const { pricer, problems } = await loadedPricer();
    const call = callOf({ provider: 'openai', model: 'o1-pro', usage: { output: 1e12 } });
    expect(pricer.price(call).state).toBe('unpriced');
    expect(problems[0]?.problem).toBe('bad-usage');
  });

  it('never makes price throw, nor a cost that is no whole number', async () => {
    const { pricer } = await loadedPricer();
    const anything = fc.oneof(
      fc.anything(),
      fc.constantFrom('openai', 'anthropic', 'gpt-4o', 'claude-opus-5-5', 'USD', 5, -1),
    );
    fc.assert(
      fc.property(
        fc.record({
          provider: anything,
          responseModel: anything,
          requestModel: anything,
          servedTier: anything,
          speed: anything,
          inferenceGeo: anything,
          usage: fc.oneof(anything, fc.record({ input: anything, output: anything })),
          providerCost: fc.oneof(anything, fc.record({ amount: anything, currency: anything })),
          otherModelUsage: anything,
          alsoBilled: anything,
          endTimeMs: anything,
        }),
        (fields) => {
          const call = Object.assign(callOf(openai), fields);
          const { cost, state, missing } = pricer.price(call);
          expect(['priced', 'partial', 'free', 'unpriced']).toContain(state);
          expect(missing === undefined).toBe(state !== 'partial');
          if (cost !== undefined) {
            expect(Number.isSafeInteger(cost.totalNanos)).toBe(true);
            expect(partSum(cost)).toBe(cost.totalNanos);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('survives a listener that throws', async () => {
    const pricer = createPricer({
      onProblem: () => {
        throw new Error('listener');
      },
    });
    expect(pricer.price(callOf({ ...openai, usage: { input: -1 } })).state).toBe('unpriced');
  });
});

describe('a cost in the response', () => {
  const usage = { input: 1000, output: 100 };

  it('wins, divided like the local price', async () => {
    const { pricer } = await loadedPricer();
    // Local: 0.0025 + 0.001; reported: twice that.
    const call = callOf({ ...openai, usage, providerCost: { amount: 0.007, currency: 'USD' } });
    expect(pricer.price(call)).toMatchObject({
      state: 'priced',
      match: 'exact',
      cost: {
        totalNanos: 7e6,
        inputNanos: 5e6,
        outputNanos: 2e6,
        unsplitNanos: 0,
        source: 'provider',
      },
    });
  });

  it('is unsplit for a model without rates and for a call without usage', async () => {
    const { pricer } = await loadedPricer();
    const providerCost = { amount: 0.25, currency: 'usd' };
    for (const call of [
      callOf({ provider: 'vercel', model: 'acme-1', usage, providerCost }),
      callOf({ ...openai, providerCost }),
      callOf({ ...openai, usage: { input: Number.NaN }, providerCost }),
    ]) {
      const { cost, state } = pricer.price(call);
      expect([state, cost?.totalNanos, cost?.unsplitNanos]).toEqual(['priced', 25e7, 25e7]);
    }
  });

  it('is free when it is 0', async () => {
    const { pricer } = await loadedPricer();
    const call = callOf({ ...openai, usage, providerCost: { amount: 0, currency: 'USD' } });
    expect(pricer.price(call)).toMatchObject({
      state: 'free',
      cost: { totalNanos: 0, source: 'provider' },
    });
  });

  it('is passed over when it cannot be true', async () => {
    const { pricer, problems } = await loadedPricer();
    for (const amount of [-1, Number.NaN, Infinity, 1e9]) {
      const call = callOf({ ...openai, usage, providerCost: { amount, currency: 'USD' } });
      expect(pricer.price(call).cost).toMatchObject({ totalNanos: 3.5e6, source: 'local' });
    }
    expect(problems.map(({ problem }) => problem)).toEqual(Array(4).fill('bad-usage'));
  });

  it('needs a rate of exchange in another currency', async () => {
    const call = callOf({ ...openai, usage, providerCost: { amount: 0.01, currency: 'EUR' } });
    const { pricer, problems } = await loadedPricer();
    expect(pricer.price(call).state).toBe('unpriced');
    expect(problems.map(({ problem }) => problem)).toEqual(['currency']);

    const exchanging = await loadedPricer(
      'fx: [{ from: EUR, to: USD, rate: 1.1, on: 2026-01-01 }, { from: EUR, to: USD, rate: 1.2, on: 2026-12-01 }]',
    );
    expect(exchanging.pricer.price(call).cost?.totalNanos).toBe(11e6);
    call.endTimeMs = Date.UTC(2026, 11, 1);
    expect(exchanging.pricer.price(call).cost?.totalNanos).toBe(12e6);
  });

  it('keeps parts that sum to it, whatever the usage', async () => {
    const { pricer } = await loadedPricer();
    const tokens = fc.integer({ min: 0, max: 100_000 });
    fc.assert(
      fc.property(
        fc.record({ input: tokens, cacheRead: tokens, output: tokens, reasoning: tokens }),
        fc.double({ min: 0, max: 100, noNaN: true }),
        (used, amount) => {
          const providerCost = { amount, currency: 'USD' };
          const { cost } = pricer.price(callOf({ ...openai, usage: used, providerCost }));
          expect(cost?.totalNanos).toBe(Math.round(amount * 1e9));
          expect(partSum(cost!)).toBe(cost?.totalNanos);
        },
      ),
    );
  });
});

describe('memory', () => {
  it('does not grow with made-up models, tiers and providers', async () => {
    const { pricer } = await loadedPricer();
    const usage = { input: 1 };
    for (let index = 0; index < 5000; index++) {
      pricer.price(callOf({ provider: 'openai', model: `made-up-${index}`, usage }));
      pricer.price(callOf({ provider: `made-up-${index}`, model: 'm', usage }));
      pricer.price(callOf({ ...openai, servedTier: `made-up-${index}`, usage }));
    }
    // Still right after everything was forgotten on the way.
    const price = pricer.price(callOf({ ...openai, usage: { input: MILLION } }));
    expect(price.cost?.totalNanos).toBe(2.5e9);
  });
});
