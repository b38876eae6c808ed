import { describe, expect, it } from 'vitest';

import { convertAiSdkUsage } from '../../providers/usage/ai-sdk.ts';

/** Results of models of every specification, with the classes that their providers bill. */
const CASES: readonly (readonly [
  string,
  { provider: string; usage: unknown; providerMetadata?: unknown; body?: unknown },
  object | undefined,
])[] = [
  [
    'specification 1, OpenAI',
    {
      provider: 'openai.chat',
      usage: { promptTokens: 1000, completionTokens: 300 },
      providerMetadata: { openai: { cachedPromptTokens: 400, reasoningTokens: 100 } },
    },
    { input: 600, cacheRead: 400, output: 200, reasoning: 100 },
  ],
  [
    'specification 1, Anthropic, whose input leaves cached tokens out',
    {
      provider: 'anthropic.messages',
      usage: { promptTokens: 100, completionTokens: 50 },
      providerMetadata: {
        anthropic: { cacheCreationInputTokens: 300, cacheReadInputTokens: 1000 },
      },
    },
    { input: 100, cacheRead: 1000, cacheWrite: 300, output: 50 },
  ],
  [
    'specification 1 without usage',
    { provider: 'openai.chat', usage: { promptTokens: NaN, completionTokens: NaN } },
    undefined,
  ],
  [
    'specification 1, Gemini, whose thoughts stand beside its output',
    {
      provider: 'google.generative-ai',
      usage: { promptTokens: 10, completionTokens: 20 },
      body: {
        usageMetadata: {
          promptTokenCount: 10,
          candidatesTokenCount: 20,
          thoughtsTokenCount: 70,
          totalTokenCount: 100,
        },
      },
    },
    { input: 10, output: 20, reasoning: 70, total: 100 },
  ],
  [
    'specification 2, OpenAI',
    {
      provider: 'openai.responses',
      usage: {
        inputTokens: 1000,
        outputTokens: 300,
        totalTokens: 1300,
        reasoningTokens: 100,
        cachedInputTokens: 400,
      },
    },
    { input: 600, cacheRead: 400, output: 200, reasoning: 100 },
  ],
  [
    'specification 2, Anthropic with both lifetimes',
    {
      provider: 'anthropic.messages',
      usage: { inputTokens: 100, outputTokens: 50, totalTokens: 150, cachedInputTokens: 1000 },
      providerMetadata: {
        anthropic: {
          cacheCreationInputTokens: 300,
          usage: {
            cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 200 },
          },
        },
      },
    },
    { input: 100, cacheRead: 1000, cacheWrite: 100, cacheWrite1h: 200, output: 50 },
  ],
  [
    'specification 2, Bedrock',
    {
      provider: 'amazon-bedrock',
      usage: { inputTokens: 100, outputTokens: 50, totalTokens: 1450, cachedInputTokens: 1000 },
      providerMetadata: { bedrock: { usage: { cacheWriteInputTokens: 300 } } },
    },
    { input: 100, cacheRead: 1000, cacheWrite: 300, output: 50, total: 1450 },
  ],
  [
    'specification 2, Gemini',
    {
      provider: 'google.generative-ai',
      usage: { inputTokens: 10, outputTokens: 20, totalTokens: 100, reasoningTokens: 70 },
    },
    { input: 10, output: 20, reasoning: 70, total: 100 },
  ],
  [
    'specification 3 without the provider’s split',
    {
      provider: 'groq.chat',
      usage: {
        inputTokens: { total: 1000, noCache: undefined, cacheRead: 400, cacheWrite: undefined },
        outputTokens: { total: 300, text: undefined, reasoning: undefined },
      },
    },
    { input: 600, cacheRead: 400, output: 300 },
  ],
  [
    'specification 4 with audio',
    {
      provider: 'openai.chat',
      usage: {
        inputTokens: { total: 100, noCache: 100, cacheRead: 0, cacheWrite: undefined },
        outputTokens: { total: 50, text: 50, reasoning: 0 },
        raw: {
          prompt_tokens_details: { audio_tokens: 80 },
          completion_tokens_details: { audio_tokens: 40 },
        },
      },
    },
    { input: 100, cacheRead: 0, output: 50, reasoning: 0, inputAudio: 80, outputAudio: 40 },
  ],
  [
    'specification 4 of a provider that told nothing',
    { provider: 'x.chat', usage: { inputTokens: {}, outputTokens: {} } },
    undefined,
  ],
  [
    'a spelling of cached tokens that the SDK does not know',
    {
      provider: 'togetherai.chat',
      usage: {
        inputTokens: { total: 100, noCache: 100, cacheRead: 0, cacheWrite: undefined },
        outputTokens: { total: 50, text: 50, reasoning: 0 },
        raw: { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150, cached_tokens: 64 },
      },
    },
    { input: 36, cacheRead: 64, output: 50, total: 150 },
  ],
  [
    'Cohere, which bills less than the model reads',
    {
      provider: 'cohere.chat',
      usage: {
        inputTokens: { total: 71, noCache: 71 },
        outputTokens: { total: 4, text: 4 },
        raw: { input_tokens: 71, output_tokens: 4 },
      },
      body: {
        usage: {
          billed_units: { input_tokens: 5, output_tokens: 3 },
          tokens: { input_tokens: 71, output_tokens: 4 },
        },
      },
    },
    { input: 5, output: 3 },
  ],
  ['embeddings', { provider: 'openai.embedding', usage: { tokens: 7 } }, { input: 7 }],
  ['no usage at all', { provider: 'openai.chat', usage: undefined }, undefined],
];

describe('convertAiSdkUsage', () => {
  it.each(CASES)('%s', (_, { provider, usage, providerMetadata, body }, expected) => {
    const served = { provider, model: undefined };
    expect(convertAiSdkUsage({ provider, usage, providerMetadata, body, served })).toEqual(
      expected,
    );
  });
});
