import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CallPrice, TokenUsage } from '../../conventions/index.ts';
import type { Pricer } from '../../processor/engine/pricing/index.ts';
import { callOf, dollars, loadedPricer, MILLION } from './support.ts';

let pricer: Pricer;
beforeAll(async () => {
  ({ pricer } = await loadedPricer());
});

function priceOf(provider: string, model: string, usage: TokenUsage): CallPrice {
  return pricer.price(callOf({ provider, model, usage }));
}

describe('a rate that the price list lacks', () => {
  it.each<[string, string, TokenUsage, number]>([
    // Fine-tuned models keep their base model's share: a half of 4o's, a quarter of 4.1's.
    ['openai', 'ft:gpt-4o-mini-2024-07-18:org::a1', { cacheRead: MILLION }, 0.15],
    ['openai', 'ft:gpt-4o-2024-08-06:org:name:a1', { cacheRead: MILLION }, 1.875],
    ['azure.ai.openai', 'gpt-4o-mini-2024-07-18.ft-0123', { cacheRead: MILLION }, 0.15],
    // No rate for cached input in OpenAI's list means no discount.
    ['openai', 'gpt-5-pro', { cacheRead: MILLION }, 15],
    ['openai', 'gpt-4o-mini-tts', { output: MILLION, outputAudio: MILLION }, 12],
    ['gcp.gemini', 'gemini-2.5-flash-preview-tts', { output: MILLION, outputAudio: MILLION }, 10],
    // One price for all that is read, as Google's page says.
    ['gcp.gemini', 'gemini-2.5-pro', { input: 1000, inputAudio: 1000 }, 0.00125],
    ['gcp.gemini', 'gemini-2.5-pro', { cacheRead: 1000, cacheReadAudio: 1000 }, 0.000125],
    ['groq', 'llama-3.3-70b-versatile', { cacheRead: MILLION }, 0.295],
    ['mistral_ai', 'codestral-2508', { cacheRead: MILLION }, 0.03],
    ['cerebras', 'llama3.1-8b', { cacheRead: MILLION }, 0.1],
    ['cohere', 'command-a-03-2025', { cacheRead: MILLION }, 2.5],
    ['aws.bedrock', 'amazon.nova-pro-v1:0', { cacheWrite: MILLION }, 0.8],
    ['aws.bedrock', 'us.anthropic.claude-3-opus-20240229-v1:0', { cacheWrite: MILLION }, 18.75],
    // Reasoning is output, and a picture is input, wherever no list says otherwise.
    ['openai', 'gpt-5', { reasoning: MILLION }, 10],
    ['openai', 'gpt-5', { input: MILLION, inputImage: MILLION }, 1.25],
    [
      'openai',
      'gpt-5',
      { cacheRead: MILLION, cacheReadImage: MILLION, inputImage: MILLION },
      0.125,
    ],
  ])('follows from the rules of %s: %s %j', (provider, model, usage, usd) => {
    const { state, missing, cost } = priceOf(provider, model, usage);
    expect([state, missing]).toEqual(['priced', undefined]);
    expect((cost?.totalNanos ?? 0) / 1e9).toBeCloseTo(usd, 12);
  });

  it.each<[string, string, TokenUsage, number, string[]]>([
    // Nobody bills more for it than for other input, and nobody knows how much less.
    [
      'together',
      'meta-llama/Llama-3.3-70B-Instruct-Turbo',
      { input: MILLION, cacheRead: MILLION },
      0.88,
      ['cache_read.rate'],
    ],
    [
      'openai',
      'gpt-4o-audio-preview',
      { output: MILLION, outputAudio: 10 },
      10,
      ['output_audio.rate'],
    ],
    [
      'openai',
      'gpt-audio',
      { input: 0, cacheRead: MILLION, inputAudio: MILLION, cacheReadAudio: MILLION },
      2.5,
      ['cache_read_audio.rate'],
    ],
    ['openai', 'gpt-4o', { input: MILLION, inputAudio: 10 }, 2.5, ['input_audio.rate']],
    ['openai', 'gpt-4o', { output: MILLION, outputAudio: 10 }, 10, ['output_audio.rate']],
    ['openai', 'gpt-5', { output: MILLION, outputImage: 10 }, 10, ['output_image.rate']],
    ['openai', 'gpt-4o', { cacheWrite: MILLION }, 2.5, ['cache_write.rate']],
    ['openai', 'gpt-6-sol', { cacheWrite1h: 100_000 }, 0.25, ['cache_write_1h.rate']],
    [
      'x_ai',
      'grok-2-1212',
      { input: MILLION, cacheRead: 1, cacheWrite1h: 0 },
      2,
      ['cache_read.rate'],
    ],
  ])('leaves a lower bound and its name: %s %s %j', (provider, model, usage, usd, missing) => {
    const price = priceOf(provider, model, usage);
    expect(price).toMatchObject({ state: 'partial', missing });
    expect((price.cost?.totalNanos ?? 0) / 1e9).toBeCloseTo(usd, 9);
  });

  it('is missing only where something of it was used', () => {
    const usage = {
      input: 10,
      output: 10,
      cacheRead: 0,
      cacheWrite: 0,
      inputAudio: 0,
      outputAudio: 0,
    };
    expect(priceOf('together', 'meta-llama/Llama-3.3-70B-Instruct-Turbo', usage).state).toBe(
      'priced',
    );
    // All of the audio was cached, so none of it was new.
    const cached = { input: 5, cacheRead: 10, inputAudio: 10, cacheReadAudio: 10 };
    expect(priceOf('openai', 'gpt-4o', cached).missing).toEqual(['cache_read_audio.rate']);
  });

  it('is the one that stands in where the user says what a model costs', async () => {
    const own = await loadedPricer(
      'models: [{ provider: own, model: mine, rates: { input: 1, output: 2 } }]',
    );
    const usage = {
      cacheRead: MILLION,
      cacheWrite1h: MILLION,
      outputAudio: MILLION,
      output: MILLION,
    };
    const price = own.pricer.price(callOf({ provider: 'own', model: 'mine', usage }));
    expect(price).toMatchObject({ state: 'priced', cost: { totalNanos: 4e9 } });
  });

  it('comes from the overlay where it states one', async () => {
    const negotiated = await loadedPricer(`discounts:
  - { id: ours, match: { provider: together }, from: 2026-01-01, to: 2027-01-01, set: { cacheRead: 0.4 } }`);
    const model = 'meta-llama/Llama-3.3-70B-Instruct-Turbo';
    expect(dollars(negotiated.pricer, 'together', model, { cacheRead: MILLION })).toBe(0.4);
    const call = callOf({ provider: 'together', model, usage: { cacheRead: MILLION } });
    const price = negotiated.pricer.price(call);
    expect(price.state).toBe('priced');
    // The list does not say what that would have cost.
    expect(negotiated.pricer.listNanos(call, price)).toBeUndefined();
  });

  it('divides a stated total like other input, which loses none of it', () => {
    const usage = { input: 1000, cacheRead: 1000, output: 0 };
    const model = 'meta-llama/Llama-3.3-70B-Instruct-Turbo';
    const providerCost = { amount: 0.5, currency: 'USD' };
    expect(
      pricer.price(callOf({ provider: 'together', model, usage, providerCost })),
    ).toMatchObject({
      state: 'priced',
      cost: { totalNanos: 5e8, inputNanos: 2.5e8, cacheReadNanos: 2.5e8 },
    });
  });
});

describe('whatever is missing', () => {
  const models: readonly (readonly [string, string])[] = [
    ['openai', 'gpt-4o'],
    ['openai', 'gpt-audio'],
    ['openai', 'gpt-image-1.5'],
    ['gcp.gemini', 'gemini-2.5-flash'],
    ['together', 'meta-llama/Llama-3.3-70B-Instruct-Turbo'],
    ['openrouter', 'qwen/qwq-32b:free'],
    ['anthropic', 'claude-opus-5-5'],
  ];
  const tokens = fc.option(fc.integer({ min: 0, max: 500_000 }), { nil: undefined });
  const few = fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined });
  const usages = fc.record({
    input: fc.integer({ min: 0, max: 500_000 }),
    output: tokens,
    reasoning: tokens,
    cacheRead: tokens,
    cacheWrite: tokens,
    cacheWrite1h: tokens,
    inputAudio: tokens,
    cacheReadAudio: tokens,
    outputAudio: tokens,
    webSearches: few,
    containerSessions: few,
  });
  const words = fc.array(fc.constantFrom('code_interpreter', 'file_search', 'grounding', 'maps'));

  it('the parts sum to the amount, and the state tells of it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...models),
        usages,
        words,
        ([provider, model], usage, alsoBilled) => {
          const { cost, state, missing } = pricer.price(
            callOf({ provider, model, usage, alsoBilled }),
          );
          if (cost === undefined) return;
          const { totalNanos, source: _, ...parts } = cost;
          expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(totalNanos);
          expect(state === 'partial').toBe(missing !== undefined);
          expect(missing ?? []).toEqual([...new Set(missing)].toSorted());
          for (const word of alsoBilled) expect(missing).toContain(word);
        },
      ),
    );
  });

  it('another word, or a count that has no rate, never lowers the amount', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...models),
        usages,
        words,
        few,
        ([provider, model], usage, more, sessions) => {
          const less = pricer.price(callOf({ provider, model, usage }));
          const beside = {
            ...usage,
            containerSessions: (usage.containerSessions ?? 0) + (sessions ?? 0),
          };
          const whole = pricer.price(callOf({ provider, model, usage: beside, alsoBilled: more }));
          expect(whole.cost?.totalNanos ?? -1).toBeGreaterThanOrEqual(less.cost?.totalNanos ?? -1);
          for (const word of less.missing ?? []) expect(whole.missing).toContain(word);
        },
      ),
    );
  });
});
