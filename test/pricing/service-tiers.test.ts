import { beforeAll, describe, expect, it } from 'vitest';
import type { LlmCall } from '../../conventions/index.ts';
import type { HeardPricer } from './support.ts';
import { callOf, dollars, loadedPricer, MILLION } from './support.ts';

let heard: HeardPricer;
beforeAll(async () => {
  heard = await loadedPricer();
});

/** Dollars for a million input and a million output tokens. */
function both(provider: string, model: string, rest: Partial<LlmCall>): number | string {
  const input = dollars(heard.pricer, provider, model, { input: MILLION / 10 }, rest);
  const output = dollars(heard.pricer, provider, model, { output: MILLION / 10 }, rest);
  return Math.round((Number(input) + Number(output)) * 1e10) / 1e9;
}

describe('service tiers', () => {
  it.each([
    // provider, model, served, tier on the price, dollars for a million in and a million out
    ['openai', 'gpt-5.4', undefined, undefined, 17.5],
    ['openai', 'gpt-5.4', 'default', 'standard', 17.5],
    ['openai', 'gpt-5.4', 'auto', 'standard', 17.5],
    ['openai', 'gpt-5.4', 'flex', 'flex', 8.75],
    ['openai', 'gpt-5.4', 'batch', 'batch', 8.75],
    ['openai', 'gpt-5.4', 'priority', 'priority', 35],
    ['openai', 'gpt-5.4', 'fast', 'fast', 35],
    ['openai', 'gpt-5.4', 'scale', 'scale', 17.5],
    ['openai', 'gpt-5.5', 'fast', 'fast', 87.5],
    ['openai', 'gpt-5.5', 'priority', 'priority', 87.5],
    ['openai', 'gpt-6-sol', 'fast', 'fast', 24],
    // Rates of their own, not the factor 2.
    ['openai', 'gpt-4o-2024-08-06', 'priority', 'priority', 21.25],
    ['openai', 'gpt-4.1', 'priority', 'priority', 17.5],
    ['openai', 'gpt-5-mini', 'priority', 'priority', 4.05],
    ['azure.ai.openai', 'gpt-5.5', 'priority', 'priority', 87.5],
    ['anthropic', 'claude-opus-5-5', 'batch', 'batch', 12],
    ['anthropic', 'claude-opus-5-5', 'priority', 'priority', 24],
    ['anthropic', 'claude-opus-5-5', 'standard', 'standard', 24],
    ['gcp.gemini', 'gemini-2.5-flash', 'ON_DEMAND', 'standard', 2.8],
    ['gcp.vertex_ai', 'gemini-2.5-flash', 'ON_DEMAND_FLEX', 'flex', 1.4],
    ['gcp.vertex_ai', 'gemini-2.5-flash', 'ON_DEMAND_PRIORITY', 'priority', 5.04],
    ['gcp.vertex_ai', 'gemini-2.5-flash', 'PROVISIONED_THROUGHPUT', 'provisioned_throughput', 2.8],
    ['aws.bedrock', 'global.anthropic.claude-sonnet-5-v1:0', 'flex', 'flex', 6],
    ['aws.bedrock', 'global.anthropic.claude-sonnet-5-v1:0', 'priority', 'priority', 21],
    ['groq', 'openai/gpt-oss-120b', 'flex', 'flex', 0.75],
  ])('%s %s served as %s is %s', (provider, model, servedTier, tier, expected) => {
    expect(both(provider, model, { servedTier })).toBe(expected);
    const call = callOf({ provider, model, servedTier, usage: { input: 1 } });
    expect(heard.pricer.price(call).tier).toBe(tier);
  });

  it('count as served, not as asked for', () => {
    expect(both('openai', 'gpt-5.4', { requestedTier: 'priority', servedTier: 'default' })).toBe(
      17.5,
    );
    expect(both('openai', 'gpt-5.4', { requestedTier: 'flex' })).toBe(8.75);
  });

  it('make fast answers of Claude dearer', () => {
    expect(both('anthropic', 'claude-opus-5-5', { speed: 'fast' })).toBe(48);
    expect(both('anthropic', 'claude-opus-4-6', { speed: 'fast' })).toBe(180);
    expect(both('anthropic', 'claude-opus-5-5', { speed: 'standard' })).toBe(24);
  });

  it('leave web searches and the undiscounted cache of a batch alone', () => {
    const batch = { servedTier: 'batch' };
    const { pricer } = heard;
    expect(dollars(pricer, 'anthropic', 'claude-opus-5-5', { webSearches: 10 }, batch)).toBe(0.1);
    const cached = { cacheRead: MILLION };
    expect(dollars(pricer, 'gcp.gemini', 'gemini-3.5-flash-lite', cached, batch)).toBe(0.03);
    expect(dollars(pricer, 'gcp.gemini', 'gemini-2.5-flash', cached, batch)).toBe(0.015);
  });

  it('are priced as standard when unknown, which is told once', async () => {
    const { pricer, problems } = await loadedPricer();
    const call = callOf({
      provider: 'openai',
      model: 'gpt-5.4',
      servedTier: 'Turbo-Max',
      usage: { input: MILLION / 10 },
    });
    expect(pricer.price(call).cost?.totalNanos).toBe(0.25e9);
    expect(pricer.price(call).tier).toBe('Turbo-Max');
    expect(problems.map(({ problem }) => problem)).toEqual(['unknown-tier']);
  });
});

describe('geography', () => {
  it.each([
    ['anthropic', 'claude-opus-5-5', { inferenceGeo: 'us' }, 26.4],
    ['anthropic', 'claude-opus-5-5', { inferenceGeo: 'global' }, 24],
    ['anthropic', 'claude-opus-5-5', { inferenceGeo: 'not_available' }, 24],
    ['openai', 'gpt-5.4', { serverAddress: 'eu.api.openai.com' }, 19.25],
    ['openai', 'gpt-6-sol', { serverAddress: 'us.api.openai.com' }, 13.2],
    ['openai', 'gpt-5.4', { serverAddress: 'api.openai.com' }, 17.5],
    ['openai', 'gpt-5.4', { serverAddress: 'evil.example' }, 17.5],
    // Released before residency was charged.
    ['openai', 'gpt-4o', { serverAddress: 'eu.api.openai.com' }, 12.5],
    ['x_ai', 'grok-4.6', { serverAddress: 'us.api.x.ai' }, 1.1],
    // Vertex AI: the global endpoint, a region, a continent.
    ['gcp.vertex_ai', 'claude-opus-5', { serverAddress: 'aiplatform.googleapis.com' }, 30],
    ['gcp.vertex_ai', 'claude-opus-5', { serverAddress: 'us-east5-aiplatform.googleapis.com' }, 33],
    ['gcp.vertex_ai', 'claude-opus-5', { serverAddress: 'aiplatform.eu.rep.googleapis.com' }, 33],
    [
      'gcp.vertex_ai',
      'claude-sonnet-4-5@20250929',
      { serverAddress: 'europe-west1-aiplatform.googleapis.com' },
      19.8,
    ],
    [
      'gcp.vertex_ai',
      'claude-haiku-4-5@20251001',
      { serverAddress: 'us-east5-aiplatform.googleapis.com' },
      6.6,
    ],
    [
      'gcp.vertex_ai',
      'claude-opus-5',
      { serverAddress: 'us-east5-aiplatform.googleapis.com', inferenceGeo: 'not_available' },
      33,
    ],
    ['anthropic', 'claude-opus-5', { serverAddress: 'us-east5-aiplatform.googleapis.com' }, 33],
    // Claude before 4.5 costs the same everywhere.
    [
      'gcp.vertex_ai',
      'claude-opus-4-1@20250805',
      { serverAddress: 'us-east5-aiplatform.googleapis.com' },
      90,
    ],
    [
      'gcp.vertex_ai',
      'claude-sonnet-4@20250514',
      { serverAddress: 'us-east5-aiplatform.googleapis.com' },
      18,
    ],
    [
      'gcp.vertex_ai',
      'claude-3-7-sonnet@20250219',
      { serverAddress: 'us-east5-aiplatform.googleapis.com' },
      18,
    ],
    [
      'gcp.vertex_ai',
      'gemini-3.5-flash',
      { serverAddress: 'aiplatform.us.rep.googleapis.com' },
      11.55,
    ],
    [
      'gcp.vertex_ai',
      'gemini-2.5-flash',
      { serverAddress: 'us-central1-aiplatform.googleapis.com' },
      2.8,
    ],
    [
      'gcp.vertex_ai',
      'gemini-3.5-flash',
      { serverAddress: 'x-aiplatform.googleapis.com.evil.example' },
      10.5,
    ],
    ['azure.ai.inference', 'claude-opus-5', { inferenceGeo: 'us' }, 33],
  ])('%s %s %j', (provider, model, where, expected) => {
    const plain = both(provider, model, {});
    const paid = both(provider, model, where);
    if (provider === 'x_ai') expect(Number(paid) / Number(plain)).toBeCloseTo(expected, 9);
    else expect(paid).toBe(expected);
  });

  it('stacks on the tier', () => {
    const rest = { inferenceGeo: 'us', servedTier: 'batch' };
    expect(both('anthropic', 'claude-opus-5-5', rest)).toBe(13.2);
  });
});
