import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TokenUsage } from '../../conventions/index.ts';
import { convertOpenAiUsage } from '../../providers/usage/openai.ts';

/** One wire shape and the classes it stands for. A new shape is one row. */
const SHAPES: readonly {
  readonly name: string;
  readonly provider?: string;
  readonly model?: string;
  readonly wire: object;
  readonly expected: TokenUsage | undefined;
}[] = [
  {
    name: 'OpenAI chat with cache and reasoning',
    wire: {
      prompt_tokens: 2006,
      completion_tokens: 300,
      total_tokens: 2306,
      prompt_tokens_details: { cached_tokens: 1920, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 256, audio_tokens: 0 },
    },
    expected: { input: 86, cacheRead: 1920, output: 44, reasoning: 256, total: 2306 },
  },
  {
    name: 'OpenAI cache writes, inside the prompt',
    wire: {
      prompt_tokens: 1500,
      completion_tokens: 10,
      total_tokens: 1510,
      prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 1400 },
    },
    expected: { input: 100, cacheRead: 0, cacheWrite: 1400, output: 10, total: 1510 },
  },
  {
    name: 'responses',
    wire: {
      input_tokens: 36,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 87,
      output_tokens_details: { reasoning_tokens: 64 },
      total_tokens: 123,
    },
    expected: { input: 36, cacheRead: 0, output: 23, reasoning: 64, total: 123 },
  },
  {
    name: 'DeepSeek cache hits at the top level',
    provider: 'deepseek',
    wire: {
      prompt_tokens: 1000,
      completion_tokens: 50,
      total_tokens: 1050,
      prompt_cache_hit_tokens: 960,
      prompt_cache_miss_tokens: 40,
      completion_tokens_details: { reasoning_tokens: 30 },
    },
    expected: { input: 40, cacheRead: 960, output: 20, reasoning: 30, total: 1050 },
  },
  {
    name: 'xAI chat: reasoning outside the completion',
    provider: 'x_ai',
    wire: {
      prompt_tokens: 32,
      completion_tokens: 9,
      total_tokens: 235,
      prompt_tokens_details: { text_tokens: 32, cached_tokens: 6 },
      completion_tokens_details: { reasoning_tokens: 194 },
    },
    expected: {
      input: 26,
      cacheRead: 6,
      output: 9,
      reasoning: 194,
      inputText: 32,
      total: 235,
    },
  },
  {
    name: 'xAI chat without a total',
    provider: 'x_ai',
    wire: {
      prompt_tokens: 32,
      completion_tokens: 200,
      completion_tokens_details: { reasoning_tokens: 100 },
    },
    expected: { input: 32, output: 200, reasoning: 100 },
  },
  {
    name: 'xAI responses: reasoning inside the output',
    provider: 'x_ai',
    wire: {
      input_tokens: 32,
      output_tokens: 200,
      total_tokens: 232,
      output_tokens_details: { reasoning_tokens: 100 },
    },
    expected: { input: 32, output: 100, reasoning: 100, total: 232 },
  },
  {
    name: 'more cached than prompt: the prompt leaves the cache out',
    provider: 'x_ai',
    wire: {
      prompt_tokens: 5,
      completion_tokens: 9,
      total_tokens: 14,
      prompt_tokens_details: { cached_tokens: 320 },
    },
    expected: { input: 5, cacheRead: 320, output: 9 },
  },
  {
    name: 'Gemini compatible: thinking is the rest of the total',
    provider: 'gcp.gemini',
    wire: { prompt_tokens: 12, completion_tokens: 20, total_tokens: 532 },
    expected: { input: 12, output: 20, reasoning: 500, total: 532 },
  },
  {
    name: 'Gemini behind a gateway, told by the model',
    model: 'google/gemini-3-pro',
    wire: { prompt_tokens: 12, completion_tokens: 20, total_tokens: 532 },
    expected: { input: 12, output: 20, reasoning: 500, total: 532 },
  },
  {
    name: 'Moonshot cached tokens at the top level',
    provider: 'moonshot_ai',
    wire: { prompt_tokens: 900, completion_tokens: 3, total_tokens: 903, cached_tokens: 768 },
    expected: { input: 132, cacheRead: 768, output: 3, total: 903 },
  },
  {
    name: 'Mistral cached tokens at the top level',
    provider: 'mistral_ai',
    wire: { prompt_tokens: 900, completion_tokens: 3, total_tokens: 903, num_cached_tokens: 64 },
    expected: { input: 836, cacheRead: 64, output: 3, total: 903 },
  },
  {
    name: 'Perplexity: reasoning beyond the completion, searches apart',
    provider: 'perplexity',
    wire: {
      prompt_tokens: 33,
      completion_tokens: 7163,
      total_tokens: 7196,
      citation_tokens: 20_000,
      num_search_queries: 18,
      reasoning_tokens: 73_997,
    },
    expected: { input: 33, output: 7163, reasoning: 73_997, webSearches: 18, total: 7196 },
  },
  {
    name: 'a gateway whose estimate of reasoning exceeds the completion that it is in',
    provider: 'openrouter',
    wire: {
      prompt_tokens: 20,
      completion_tokens: 310,
      total_tokens: 330,
      completion_tokens_details: { reasoning_tokens: 352 },
    },
    expected: { input: 20, output: 0, reasoning: 310, total: 330 },
  },
  {
    name: 'xAI chat: as much reasoning as cached input',
    provider: 'x_ai',
    wire: {
      prompt_tokens: 200,
      completion_tokens: 9,
      total_tokens: 337,
      prompt_tokens_details: { cached_tokens: 128 },
      completion_tokens_details: { reasoning_tokens: 128 },
    },
    expected: { input: 72, cacheRead: 128, output: 9, reasoning: 128, total: 337 },
  },
  {
    name: 'embeddings',
    wire: { prompt_tokens: 8, total_tokens: 8 },
    expected: { input: 8, total: 8 },
  },
  {
    name: 'images',
    wire: {
      input_tokens: 50,
      output_tokens: 4160,
      total_tokens: 4210,
      input_tokens_details: { text_tokens: 10, image_tokens: 40 },
    },
    expected: { input: 50, output: 4160, inputText: 10, inputImage: 40, total: 4210 },
  },
  {
    name: 'transcription by tokens',
    wire: {
      type: 'tokens',
      input_tokens: 14,
      input_token_details: { text_tokens: 0, audio_tokens: 14 },
      output_tokens: 45,
      total_tokens: 59,
    },
    expected: { input: 14, output: 45, inputAudio: 14, total: 59 },
  },
  {
    name: 'transcription by duration',
    wire: { type: 'duration', seconds: 9 },
    expected: { input: undefined, inputAudioSeconds: 9 },
  },
  {
    name: 'a total that holds the cached tokens besides the prompt',
    wire: {
      prompt_tokens: 2000,
      cache_read_input_tokens: 1500,
      cache_creation_input_tokens: 300,
      completion_tokens: 20,
      total_tokens: 3820,
    },
    expected: { input: 2000, cacheRead: 1500, cacheWrite: 300, output: 20, total: 3820 },
  },
  {
    name: 'vLLM: details that are null',
    provider: 'openai',
    wire: {
      prompt_tokens: 12,
      completion_tokens: 34,
      total_tokens: 46,
      prompt_tokens_details: null,
      completion_tokens_details: null,
    },
    expected: { input: 12, output: 34, total: 46 },
  },
  {
    name: 'SGLang: reasoning at the top level, inside the completion',
    wire: {
      prompt_tokens: 12,
      completion_tokens: 340,
      total_tokens: 352,
      reasoning_tokens: 300,
      prompt_tokens_details: null,
    },
    expected: { input: 12, output: 40, reasoning: 300, total: 352 },
  },
  {
    name: 'DeepSeek’s reasoner: reasoning inside the completion',
    provider: 'deepseek',
    wire: {
      prompt_tokens: 1190,
      completion_tokens: 400,
      total_tokens: 1590,
      prompt_cache_hit_tokens: 1152,
      prompt_cache_miss_tokens: 38,
      completion_tokens_details: { reasoning_tokens: 390 },
    },
    expected: { input: 38, cacheRead: 1152, output: 10, reasoning: 390, total: 1590 },
  },
  {
    name: 'OpenRouter: cache reads and writes inside the prompt',
    provider: 'openrouter',
    wire: {
      prompt_tokens: 3210,
      completion_tokens: 84,
      total_tokens: 3294,
      cost: 0.0029,
      prompt_tokens_details: { cached_tokens: 3000, cache_write_tokens: 190 },
      completion_tokens_details: { reasoning_tokens: 0 },
    },
    expected: {
      input: 20,
      cacheRead: 3000,
      cacheWrite: 190,
      output: 84,
      reasoning: 0,
      total: 3294,
    },
  },
  {
    name: 'OpenRouter: audio and video inside the prompt',
    provider: 'openrouter',
    wire: {
      prompt_tokens: 900,
      completion_tokens: 4,
      total_tokens: 904,
      prompt_tokens_details: { cached_tokens: 0, audio_tokens: 100, video_tokens: 700 },
    },
    expected: {
      input: 900,
      cacheRead: 0,
      output: 4,
      inputAudio: 100,
      inputVideo: 700,
      total: 904,
    },
  },
  { name: 'nothing counted', wire: {}, expected: undefined },
  {
    name: 'counts of the wrong kind',
    wire: { prompt_tokens: 'many', completion_tokens: -3, total_tokens: Number.NaN },
    expected: undefined,
  },
];

function convert(wire: unknown, provider = 'openai', model?: string): TokenUsage | undefined {
  return convertOpenAiUsage(wire, { provider, model });
}

describe('convertOpenAiUsage', () => {
  it.each(SHAPES)('$name', ({ wire, provider, model, expected }) => {
    expect(convert(wire, provider, model)).toEqual(expected);
  });

  it.each([null, undefined, 'usage', 7, []])('takes %s for no usage', (wire) => {
    expect(convert(wire)).toBeUndefined();
  });

  it('keeps every token in exactly one class', () => {
    const count = fc.integer({ min: 0, max: 2_000_000 });
    fc.assert(
      fc.property(
        count,
        count,
        fc.double({ min: 0, max: 1, noNaN: true }),
        count,
        (prompt, output, share, extra) => {
          const cached = Math.floor(prompt * share);
          const reasoning = Math.floor(output * share);
          const usage = convert({
            prompt_tokens: prompt,
            completion_tokens: output,
            total_tokens: prompt + output,
            prompt_tokens_details: { cached_tokens: cached },
            completion_tokens_details: { reasoning_tokens: reasoning },
            unknown_tokens: extra,
          });
          expect((usage?.input ?? 0) + (usage?.cacheRead ?? 0)).toBe(prompt);
          expect((usage?.output ?? 0) + (usage?.reasoning ?? 0)).toBe(output);
        },
      ),
    );
  });
});
