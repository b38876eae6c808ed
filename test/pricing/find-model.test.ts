import { beforeAll, describe, expect, it } from 'vitest';
import type { LlmCall } from '../../conventions/index.ts';
import type { HeardPricer } from './support.ts';
import { callOf, dollars, loadedPricer, MILLION } from './support.ts';

let heard: HeardPricer;
beforeAll(async () => {
  heard = await loadedPricer();
});

function match(provider: string, model: string, rest: Partial<LlmCall> = {}): string | undefined {
  return heard.pricer.price(callOf({ provider, model, usage: { input: 1 }, ...rest })).match;
}

describe('price match', () => {
  it.each([
    ['exact', 'openai', 'gpt-4o'],
    ['exact', 'anthropic', 'claude-opus-5-5'],
    ['alias', 'openai', 'gpt-4o-2024-08-06'],
    ['alias', 'openai', 'gpt-5-codex'],
    ['alias', 'openai', 'gpt-5.6-sol-2026-09-01'],
    ['alias', 'openai', 'ft:gpt-4o-mini-2024-07-18:acme::x1'],
    ['alias', 'anthropic', 'claude-opus-5-5-20260922'],
    ['alias', 'anthropic', 'claude-sonnet-4-5-20250929'],
    ['alias', 'gcp.vertex_ai', 'claude-sonnet-4-5@20250929'],
    ['alias', 'gcp.gemini', 'gemini-2.0-flash-001'],
    ['alias', 'gcp.gemini', 'models/gemini-2.5-flash'],
    ['alias', 'aws.bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
    ['alias', 'aws.bedrock', 'eu.anthropic.claude-3-5-sonnet-20241022-v2:0'],
    // A relay that sells at the makers' prices names the maker.
    ['alias', 'vercel', 'openai/gpt-4o'],
    ['alias', 'vercel', 'anthropic/claude-sonnet-4-5'],
    ['family', 'vercel', 'anthropic/claude-sonnet-5-5'],
    [undefined, 'vercel', 'somebody/gpt-4o'],
    [undefined, 'vercel', 'gpt-4o'],
    ['alias', 'openai', '@prod/gpt-4o'],
    ['alias', 'openai', 'gpt-4o/openai'],
    ['family', 'anthropic', 'claude-sonnet-5-5'],
    ['family', 'anthropic', 'claude-sonnet-5-5-20261101'],
    ['family', 'gcp.gemini', 'gemini-3.5-flash-9-ultra'],
    [undefined, 'openai', 'gpt-6.1-sol'],
    [undefined, 'anthropic', 'claude-haiku-5-5'],
    [undefined, 'openai', 'llama-3.3-70b'],
    [undefined, 'openai', `gpt-4o${'-x'.repeat(100)}`],
  ])('is %s for %s %s', (expected, provider, model) => {
    expect(match(provider, model)).toBe(expected);
  });

  it('tells a prefix guess once, naming both models', async () => {
    const { pricer, problems } = await loadedPricer();
    const call = callOf({ provider: 'anthropic', model: 'claude-sonnet-5-5', usage: { input: 1 } });
    pricer.price(call);
    pricer.price(call);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toMatch(/claude-sonnet-5-5.*claude-sonnet-5:/);
  });
});

function rate(
  provider: string,
  requestModel: string | undefined,
  responseModel: string | undefined,
): number | string {
  const models = { requestModel, responseModel };
  return dollars(heard.pricer, provider, '', { input: MILLION }, models);
}

describe('the model that decides', () => {
  it('is the one that answered', () => {
    expect(rate('openai', 'gpt-4o', 'gpt-4o-mini')).toBe(0.15);
  });

  it('is the one asked for when the answer names an unknown model or none', () => {
    expect(rate('openai', 'gpt-4o', 'internal-7')).toBe(2.5);
    expect(rate('openai', 'gpt-4o', undefined)).toBe(2.5);
    expect(rate('openai', 'gpt-4o', '')).toBe(2.5);
    expect(rate('openai', undefined, undefined)).toBe('unpriced');
  });

  it('is the response for Azure, whose deployments are named freely', () => {
    expect(rate('azure.ai.openai', 'gpt-4o', 'gpt-4o-mini')).toBe(0.15);
    expect(rate('azure.ai.openai', 'gpt-4o', 'unheard-of')).toBe('unpriced');
    // An aborted stream has no response model: a guess, and marked as one.
    expect(match('azure.ai.openai', 'gpt-4o', { responseModel: undefined })).toBe('family');
  });

  it('is the request for Bedrock, whose profile sets the price', () => {
    const asked = 'global.anthropic.claude-sonnet-4-5-20250929-v1:0';
    expect(rate('aws.bedrock', asked, 'claude-sonnet-4-5-20250929')).toBe(3);
    expect(rate('aws.bedrock', asked.replace('global', 'us'), 'claude-sonnet-4-5-20250929')).toBe(
      3.3,
    );
    const profile = 'arn:aws:bedrock:us-east-1:1:application-inference-profile/x9';
    expect(rate('aws.bedrock', profile, 'claude-sonnet-4-5-20250929')).toBe(3.3);
  });
});

describe('other hosts', () => {
  it.each([
    ['together', 'meta-llama/Llama-3.3-70B-Instruct-Turbo'],
    ['fireworks', 'accounts/fireworks/models/gpt-oss-120b'],
    ['cerebras', 'gpt-oss-120b'],
    ['openrouter', 'anthropic/claude-sonnet-4.5'],
    ['huggingface', 'openai/gpt-oss-120b:groq'],
    ['voyage', 'voyage-3-large'],
  ])('%s is in the book', (provider, model) => {
    expect(dollars(heard.pricer, provider, model, { input: MILLION })).toBeGreaterThan(0);
  });

  it('takes Ollama as free and the router without a provider as unpriced', () => {
    const usage = { input: 10, output: 10 };
    expect(heard.pricer.price(callOf({ provider: 'ollama', model: 'llama3.3', usage }))).toEqual({
      state: 'free',
      cost: {
        totalNanos: 0,
        inputNanos: 0,
        cacheReadNanos: 0,
        cacheWriteNanos: 0,
        outputNanos: 0,
        reasoningNanos: 0,
        toolsNanos: 0,
        unsplitNanos: 0,
        source: 'local',
      },
      book: 'genai-prices@0.1.8',
      match: undefined,
      tier: undefined,
      modelTier: 'mid',
    });
    expect(dollars(heard.pricer, 'huggingface', 'openai/gpt-oss-120b', usage)).toBe('unpriced');
  });
});

describe('knows', () => {
  it('is true for what the book holds and false for everything else', () => {
    const { pricer } = heard;
    expect(pricer.knows('openai', 'gpt-4o-2024-08-06')).toBe(true);
    expect(pricer.knows('anthropic', 'claude-sonnet-5-5')).toBe(true);
    expect(pricer.knows('openai', 'gpt-6.1-sol')).toBe(false);
    expect(pricer.knows('constructor', 'toString')).toBe(false);
    expect(pricer.knows('__proto__', '__proto__')).toBe(false);
  });
});

describe('model tiers', () => {
  it.each([
    ['frontier', 'anthropic', 'claude-opus-5-5'],
    ['frontier', 'openai', 'gpt-6-sol'],
    ['frontier', 'gcp.gemini', 'gemini-2.5-pro'],
    ['frontier', 'x_ai', 'grok-4.5'],
    ['mid', 'anthropic', 'claude-sonnet-5'],
    ['mid', 'openai', 'gpt-4o'],
    ['mid', 'openai', 'gpt-5.6-terra'],
    ['mid', 'gcp.gemini', 'gemini-2.5-flash'],
    ['mid', 'minimax', 'MiniMax-M2'],
    ['small', 'anthropic', 'claude-haiku-5-5'],
    ['small', 'openai', 'gpt-5-nano'],
    ['small', 'gcp.gemini', 'gemini-2.5-flash-lite'],
    ['reasoning', 'openai', 'o3-pro'],
    ['reasoning', 'deepseek', 'deepseek-reasoner'],
    [undefined, 'openai', 'text-embedding-3-small'],
    [undefined, 'openai', 'acme-1'],
  ])('%s: %s %s', (tier, provider, model) => {
    expect(heard.pricer.price(callOf({ provider, model, usage: { input: 1 } })).modelTier).toBe(
      tier,
    );
  });
});
