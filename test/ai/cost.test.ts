import { afterAll, beforeAll, expect, it } from 'vitest';

import { watchModelOrProvider } from '../../instrumentation/ai/model-classes.ts';
import { type Recorder, startRecorder } from '../contract/recorder.ts';

let recorder: Recorder;
beforeAll(async () => {
  recorder = await startRecorder();
});
afterAll(() => recorder.close());

it.each([
  ['a gateway, as text', { gateway: { cost: '0.000345' } }, 0.000345],
  ['OpenRouter', { openrouter: { usage: { cost: 0.002 } } }, 0.002],
  [
    'OpenRouter, the price equal to what the vendor took',
    { openrouter: { usage: { cost: 0.002, costDetails: { upstreamInferenceCost: 0.002 } } } },
    0.002,
  ],
  [
    'OpenRouter with the caller’s own key, which has no fee',
    { openrouter: { usage: { cost: 0, costDetails: { upstreamInferenceCost: 0.02 } } } },
    0.02,
  ],
  ['Perplexity', { perplexity: { usage: {}, cost: { totalCost: 0.006 } } }, 0.006],
  ['xAI', { xai: { costInUsdTicks: 37_756_000 } }, 0.0037756],
])('takes the cost of %s', async (_name, providerMetadata, amount) => {
  await recorder.start();
  const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 };
  const model = {
    specificationVersion: 'v2',
    provider: 'somebody.chat',
    modelId: 'some-model',
    doGenerate: async () => ({ content: [], finishReason: 'stop', usage, providerMetadata }),
  };
  watchModelOrProvider(model);
  await (model.doGenerate as (options: object) => Promise<unknown>)({ prompt: [] });
  expect(recorder.calls[0]?.call.providerCost).toEqual({ amount, currency: 'USD' });
});
