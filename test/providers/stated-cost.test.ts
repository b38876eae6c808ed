import { describe, expect, it } from 'vitest';
import {
  statedCostOfBody,
  statedCostOfHeader,
  statedCostOfMetadata,
} from '../../providers/stated-cost.ts';

describe('statedCostOfBody', () => {
  it('reads credits of OpenRouter as dollars', () => {
    expect(statedCostOfBody('openrouter', { usage: { cost: 0.00014 } })).toEqual({
      amount: 0.00014,
      currency: 'USD',
    });
  });

  it('adds what the vendor bills when the key is the caller’s own', () => {
    const usage = { cost: 0.001, is_byok: true, cost_details: { upstream_inference_cost: 0.02 } };
    expect(statedCostOfBody('openrouter', { usage })?.amount).toBeCloseTo(0.021, 12);
  });

  it('knows the caller’s own key by a price without a fee, where nothing is said of keys', () => {
    const usage = { cost: 0, cost_details: { upstream_inference_cost: 0.02 } };
    expect(statedCostOfBody('openrouter', { usage })?.amount).toBe(0.02);
    const free = { ...usage, is_byok: false };
    expect(statedCostOfBody('openrouter', { usage: free })?.amount).toBe(0);
  });

  it('adds the parts of the vendor’s price up where its total is not told', () => {
    const parts = {
      upstream_inference_prompt_cost: 0.01,
      upstream_inference_completions_cost: 0.02,
    };
    for (const total of [{}, { upstream_inference_cost: null }, { upstream_inference_cost: 0 }]) {
      const usage = { cost: 0, cost_details: { ...total, ...parts } };
      expect(statedCostOfBody('openrouter', { usage })?.amount).toBeCloseTo(0.03, 12);
    }
  });

  it('believes a total that is not the sum of its parts', () => {
    const details = {
      upstream_inference_cost: 0.02,
      upstream_inference_prompt_cost: 0.01,
      upstream_inference_completions_cost: 0.02,
    };
    const charged = { cost: 0.025, is_byok: false, cost_details: details };
    expect(statedCostOfBody('openrouter', { usage: charged })?.amount).toBe(0.025);
    const own = { cost: 0.001, is_byok: true, cost_details: details };
    expect(statedCostOfBody('openrouter', { usage: own })?.amount).toBeCloseTo(0.021, 12);
  });

  it('does not take the fee for the price when the vendor’s part is unknown', () => {
    expect(
      statedCostOfBody('openrouter', { usage: { cost: 0.001, is_byok: true } }),
    ).toBeUndefined();
  });

  it('reads ticks of xAI and the total of Perplexity', () => {
    expect(statedCostOfBody('x_ai', { usage: { cost_in_usd_ticks: 37_756_000 } })?.amount).toBe(
      0.0037756,
    );
    expect(statedCostOfBody('perplexity', { usage: { cost: { total_cost: 0.006 } } })?.amount).toBe(
      0.006,
    );
  });

  it('reads the decimal string of a gateway', () => {
    const response = { providerMetadata: { gateway: { cost: '0.000345' } } };
    expect(statedCostOfBody('vercel', response)?.amount).toBe(0.000345);
  });

  it('reads the estimate of DeepInfra, which is what it bills', () => {
    const body = { usage: { estimated_cost: 0.0000268 } };
    expect(statedCostOfBody('deepinfra', body)?.amount).toBe(0.0000268);
  });

  it('takes no field of an unknown server for money', () => {
    expect(statedCostOfBody('openai', { usage: { cost: 12 } })).toBeUndefined();
  });
});

describe('statedCostOfMetadata', () => {
  it.each([
    ['OpenRouter', { openrouter: { usage: { cost: 0.002 } } }, 0.002],
    ['a gateway, as text', { gateway: { cost: '0.000345' } }, 0.000345],
    [
      'a gateway before the provider behind it',
      { perplexity: { cost: { totalCost: 0.006 } }, gateway: { cost: '0.007' } },
      0.007,
    ],
    [
      'a gateway with the caller’s own key, which has no fee',
      { gateway: { cost: '0', marketCost: '0.02' } },
      0.02,
    ],
    [
      'a gateway with the caller’s own key, by the parts of the price',
      { gateway: { cost: '0', inputInferenceCost: '0.01', outputInferenceCost: 0.02 } },
      0.03,
    ],
    [
      'a gateway that was asked with the caller’s own key and charged a fee',
      {
        gateway: {
          cost: '0.01',
          marketCost: '0.02',
          routing: { attempts: [{ credentialType: 'byok', success: true }] },
        },
      },
      0.03,
    ],
    [
      'a gateway whose own key answered after the caller’s had failed',
      {
        gateway: {
          cost: '0.02',
          marketCost: '0.02',
          routing: {
            attempts: [
              { credentialType: 'byok', success: false },
              { credentialType: 'system', success: true },
            ],
          },
        },
      },
      0.02,
    ],
    ['a gateway for nothing', { gateway: { cost: '0', marketCost: '0' } }, 0],
    [
      'OpenRouter with the caller’s own key, which has no fee',
      { openrouter: { usage: { cost: 0, costDetails: { upstreamInferenceCost: 0.0035 } } } },
      0.0035,
    ],
    [
      'OpenRouter with the caller’s own key and a fee',
      {
        openrouter: {
          usage: { cost: 0.5, isByok: true, costDetails: { upstreamInferenceCost: 1 } },
        },
      },
      1.5,
    ],
    ['xAI', { xai: { costInUsdTicks: 37_756_000 } }, 0.0037756],
    ['Perplexity', { perplexity: { usage: {}, cost: { totalCost: 0.006 } } }, 0.006],
  ])('reads that of %s', (_name, metadata, amount) => {
    expect(statedCostOfMetadata(metadata)).toEqual({ amount, currency: 'USD' });
  });

  it.each([
    undefined,
    null,
    'text',
    {},
    { openai: { cost: 5 } },
    { gateway: { cost: '' } },
    // Somebody else bills what nobody tells.
    {
      gateway: {
        cost: '0',
        routing: { attempts: [{ credentialType: 'byok', success: true }] },
      },
    },
    { gateway: { cost: 'free' } },
    { openrouter: { usage: { cost: -1 } } },
    { openrouter: { usage: { cost: 0.001, isByok: true } } },
    { openrouter: null, xai: { costInUsdTicks: 'many' } },
  ])('takes nothing in %j for money', (metadata) => {
    expect(statedCostOfMetadata(metadata)).toBeUndefined();
  });
});

describe('statedCostOfHeader', () => {
  it('believes that nothing was charged for an answer of the proxy’s own cache', () => {
    expect(statedCostOfHeader('0.0', '')).toBeUndefined();
    expect(statedCostOfHeader('0.0', 'a1b2')).toEqual({ amount: 0, currency: 'USD' });
    expect(statedCostOfHeader('0.5', 'a1b2')?.amount).toBe(0.5);
  });

  it('reads a decimal number, and nothing else', () => {
    expect(statedCostOfHeader('2.4e-06')).toEqual({ amount: 2.4e-6, currency: 'USD' });
    for (const value of ['0', '0.0', undefined, '', 'None', '-1', 'Infinity', {}]) {
      expect(statedCostOfHeader(value)).toBeUndefined();
    }
  });
});
