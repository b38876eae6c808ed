import { describe, expect, it } from 'vitest';

import type { TokenUsage } from '../../conventions/index.ts';
import { convertOpenAiUsage } from '../../providers/usage/openai.ts';
import { convertMistralConversationUsage } from '../../providers/usage/mistral.ts';

type Row = readonly [string, object | undefined, TokenUsage | undefined];

/** Shapes of chat, embeddings and transcription. A new shape is one row. */
const SHAPES: readonly Row[] = [
  [
    'a chat',
    { prompt_tokens: 14, completion_tokens: 434, total_tokens: 448 },
    { input: 14, output: 434, total: 448 },
  ],
  [
    'cached tokens at the top level',
    { prompt_tokens: 1000, completion_tokens: 5, total_tokens: 1005, num_cached_tokens: 960 },
    { input: 40, cacheRead: 960, output: 5, total: 1005 },
  ],
  [
    'cached tokens in details',
    {
      prompt_tokens: 1000,
      completion_tokens: 5,
      total_tokens: 1005,
      prompt_tokens_details: { cached_tokens: 960 },
    },
    { input: 40, cacheRead: 960, output: 5, total: 1005 },
  ],
  [
    'audio by the second beside tokens',
    { prompt_audio_seconds: 203, prompt_tokens: 4, completion_tokens: 635, total_tokens: 3264 },
    // The total holds tokens of the audio, which are told nowhere else.
    { input: 4, output: 635, inputAudioSeconds: 203 },
  ],
  [
    'audio whose tokens come from the cache, and are told beyond the prompt',
    {
      prompt_audio_seconds: 5,
      prompt_tokens: 5,
      completion_tokens: 24,
      total_tokens: 404,
      prompt_tokens_details: { cached_tokens: 368 },
    },
    { input: 5, output: 24, inputAudioSeconds: 5 },
  ],
  [
    'audio whose tokens are told beside the seconds',
    {
      prompt_audio_seconds: 12,
      prompt_tokens: 3,
      completion_tokens: 41,
      total_tokens: 419,
      prompt_tokens_details: { cached_tokens: 0, audio_tokens: 375 },
    },
    { input: 3, cacheRead: 0, output: 41, inputAudioSeconds: 12 },
  ],
  [
    'no audio, told by 0 seconds',
    { prompt_audio_seconds: 0, prompt_tokens: 13, completion_tokens: 7, total_tokens: 20 },
    { input: 13, output: 7, total: 20 },
  ],
  [
    'no audio, told by an empty object',
    { prompt_audio_seconds: {}, prompt_tokens: 4, completion_tokens: 1, total_tokens: 5 },
    { input: 4, output: 1, total: 5 },
  ],
  ['nothing', undefined, undefined],
];

const CONVERSATIONS: readonly Row[] = [
  [
    'a plain conversation',
    { prompt_tokens: 22, completion_tokens: 9, total_tokens: 31, connector_tokens: null },
    { input: 22, output: 9, total: 31 },
  ],
  [
    'what connectors brought is input',
    {
      prompt_tokens: 188,
      completion_tokens: 55,
      total_tokens: 7355,
      connector_tokens: 7112,
      connectors: { web_search: 1 },
    },
    { input: 7300, output: 55, webSearches: 1, total: 7355 },
  ],
  ['nothing', undefined, undefined],
];

describe('usage of mistral', () => {
  it.each(SHAPES)('%s', (_, wire, expected) => {
    expect(convertOpenAiUsage(wire, { provider: 'mistral_ai', model: undefined })).toEqual(
      expected,
    );
  });
});

describe('usage of a conversation', () => {
  it.each(CONVERSATIONS)('%s', (_, wire, expected) => {
    expect(convertMistralConversationUsage(wire)).toEqual(expected);
  });
});
