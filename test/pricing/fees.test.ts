import { describe, expect, it } from 'vitest';
import { callOf, dollars, loadedPricer, MILLION } from './support.ts';

describe('fees that the price book lacks', () => {
  it.each([
    ['gcp.gemini', 'imagen-4.0-fast-generate-001', { images: 2 }, 0.04],
    ['gcp.gemini', 'imagen-4.0-generate-001', { images: 1 }, 0.04],
    [
      'gcp.vertex_ai',
      'publishers/google/models/imagen-4.0-ultra-generate-001',
      { images: 1 },
      0.06,
    ],
    ['openai', 'tts-1', { inputCharacters: MILLION }, 15],
    ['openai', 'tts-1-hd', { inputCharacters: 1_000 }, 0.03],
  ])('prices pieces of %s %s', async (provider, model, usage, expected) => {
    const { pricer } = await loadedPricer();
    expect(dollars(pricer, provider, model, usage)).toBe(expected);
    expect(pricer.knows(provider, model)).toBe(true);
  });

  it('are those of Azure where Azure runs the tools of OpenAI', async () => {
    const { pricer } = await loadedPricer();
    const usage = { input: MILLION, webSearches: 1_000 };
    expect(dollars(pricer, 'azure.ai.openai', 'gpt-4o', usage)).toBe(2.5 + 14);
    const files = { input: MILLION, fileSearches: 1 };
    const call = callOf({ provider: 'azure.ai.openai', model: 'gpt-4o', usage: files });
    expect(pricer.price(call)).toMatchObject({
      state: 'partial',
      missing: ['file_searches.rate'],
      cost: { totalNanos: 2.5e9 },
    });
    expect(dollars(pricer, 'azure.ai.inference', 'claude-opus-4-8', usage)).toBe(5 + 10);
  });

  it('leave models unknown of which nothing is known but the fees of their provider', async () => {
    const { pricer } = await loadedPricer();
    expect(pricer.knows('openai', 'model-of-tomorrow')).toBe(false);
    expect(dollars(pricer, 'openai', 'model-of-tomorrow', { input: 1, webSearches: 1 })).toBe(
      'unpriced',
    );
    expect(pricer.knows('someone', 'imagen-4.0-generate-001')).toBe(false);
  });

  it('give way to rates of the overlay, of one model or of all', async () => {
    const usage = { input: MILLION, webSearches: 1_000, fileSearches: 1_000 };
    const own = await loadedPricer(
      'models: [{ provider: openai, model: mine, rates: { input: 1, output: 2, webSearches: 7 } }]',
    );
    // The overlay is silent about searches of files, which the provider charges all the same.
    expect(dollars(own.pricer, 'openai', 'mine', usage)).toBe(1 + 7 + 2.5);
    const set = await loadedPricer(
      'discounts: [{ id: ours, match: { provider: google }, from: 2026-01-01, to: 2027-01-01, set: { webSearches: 0 }, iKnow: true }]',
    );
    const grounded = { input: MILLION, webSearches: 1_000 };
    expect(dollars(set.pricer, 'gcp.gemini', 'gemini-3-flash-preview', grounded)).toBe(0.5);
    const less = await loadedPricer(
      'discounts: [{ id: ours, match: { provider: google, class: [tools] }, from: 2026-01-01, to: 2027-01-01, multiply: 0.5 }]',
    );
    expect(dollars(less.pricer, 'gcp.gemini', 'gemini-3-flash-preview', grounded)).toBe(7.5);
  });

  it('are due on a model that costs nothing itself', async () => {
    const { pricer } = await loadedPricer(
      'models: [{ provider: openai, model: mine, rates: { input: 0, output: 0 }, iKnow: true }]',
    );
    const call = callOf({ provider: 'openai', model: 'mine', usage: { input: 9, webSearches: 1 } });
    expect(pricer.price(call)).toMatchObject({ state: 'priced', cost: { toolsNanos: 0.01e9 } });
    expect(dollars(pricer, 'openai', 'mine', { input: 9 })).toBe(0);
  });
});
