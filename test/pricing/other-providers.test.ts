import { describe, expect, it } from 'vitest';

import { LlmCall, type TokenUsage } from '../../conventions/index.ts';
import { createPricer } from '../../processor/engine/pricing/index.ts';

/** Calls as the instrumentations name them; what the book lacks is unpriced and never nothing. */
const CALLS: readonly (readonly [string, string, TokenUsage, 'priced' | 'free' | 'unpriced'])[] = [
  ['groq', 'openai/gpt-oss-20b', { input: 60, cacheRead: 40, output: 20, reasoning: 10 }, 'priced'],
  ['groq', 'whisper-large-v3', { inputAudioSeconds: 3600 }, 'priced'],
  ['together', 'meta-llama/Llama-3.3-70B-Instruct-Turbo', { input: 9, output: 9 }, 'priced'],
  ['mistral_ai', 'mistral-large-2411', { input: 60, cacheRead: 40, output: 30 }, 'priced'],
  ['mistral_ai', 'mistral-embed', { input: 8, output: 0 }, 'priced'],
  ['cohere', 'command-a-03-2025', { input: 476, cacheRead: 1024, output: 3 }, 'priced'],
  ['cohere', 'embed-v4.0', { input: 8 }, 'priced'],
  ['cohere', 'rerank-v3.5', { searchUnits: 2 }, 'unpriced'],
  ['huggingface', 'openai/gpt-oss-20b:groq', { input: 100, output: 10 }, 'priced'],
  ['huggingface', 'openai/gpt-oss-20b', { input: 100, output: 10 }, 'unpriced'],
  ['openrouter', 'nobody/knows-this', { input: 100, output: 10 }, 'unpriced'],
  ['ollama', 'llama3.2', { input: 100, output: 10 }, 'free'],
];

function callOf(provider: string, model: string, usage: TokenUsage): LlmCall {
  const call = new LlmCall('chat', provider);
  call.requestModel = model;
  call.responseModel = model;
  call.usage = usage;
  return call;
}

describe('calls of the other providers', () => {
  const pricer = createPricer();

  it.each(CALLS)('%s %s', (provider, model, usage, state) => {
    const price = pricer.price(callOf(provider, model, usage));
    expect(price.state).toBe(state);
    if (state === 'priced') expect(price.cost?.totalNanos).toBeGreaterThan(0);
    if (state === 'unpriced') expect(price.cost).toBeUndefined();
  });

  it('cost what OpenRouter says, also for a model that no book has', () => {
    const call = callOf('openrouter', 'nobody/knows-this', { input: 100, output: 10 });
    call.providerCost = { amount: 0.00042, currency: 'USD' };
    const { state, cost } = pricer.price(call);
    expect([state, cost?.totalNanos, cost?.source]).toEqual(['priced', 420_000, 'provider']);
  });
});
