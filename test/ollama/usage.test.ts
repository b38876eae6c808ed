import { describe, expect, it } from 'vitest';

import { LlmCall, type TokenUsage } from '../../conventions/index.ts';
import { convertOllamaUsage } from '../../providers/usage/ollama.ts';
import { createPricer } from '../../processor/engine/pricing/index.ts';

/** One shape and the classes it stands for. A new shape is one row. */
const SHAPES: readonly (readonly [
  string,
  Readonly<Record<string, unknown>>,
  TokenUsage | undefined,
])[] = [
  [
    'an answer',
    { prompt_eval_count: 26, eval_count: 259, total_duration: 9 },
    { input: 26, output: 259 },
  ],
  ['a prompt that was cached whole', { eval_count: 259 }, { output: 259 }],
  ['an embedding', { prompt_eval_count: 8 }, { input: 8 }],
  ['a line in the middle of a stream', { done: false }, undefined],
  ['counts that are none', { prompt_eval_count: '26', eval_count: -1 }, undefined],
];

describe('convertOllamaUsage of ollama', () => {
  it.each(SHAPES)('%s', (_, body, expected) => {
    expect(convertOllamaUsage(body)).toEqual(expected);
  });
});

describe('the price of a model of ollama', () => {
  const pricer = createPricer();
  const stateOf = (provider: string, model: string): string => {
    const call = new LlmCall('chat', provider);
    call.requestModel = model;
    call.usage = { input: 26, output: 259 };
    return pricer.price(call).state;
  };

  it('is nothing on a machine of one’s own', () => {
    expect(stateOf('ollama', 'llama3.2')).toBe('free');
    expect(stateOf('ollama', 'gpt-oss:20b')).toBe('free');
  });

  it('is unknown in the cloud, which a subscription pays for', () => {
    expect(stateOf('ollama', 'gpt-oss:120b-cloud')).toBe('unpriced');
    expect(stateOf('ollama', 'glm-4.6:cloud')).toBe('unpriced');
    expect(stateOf('ollama_cloud', 'gpt-oss:120b')).toBe('unpriced');
  });
});
