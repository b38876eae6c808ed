import { calcPrice, type Usage } from '@pydantic/genai-prices';

import type { TokenUsage } from '../../conventions/index.ts';
import type { FixtureCase } from '../support/fixtures/fixture-case.ts';

/** `undefined` only when every part is. */
function sum(...parts: readonly (number | undefined)[]): number | undefined {
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, part) => total + part, 0);
}

function withoutAbsent<Value>(
  values: Readonly<Record<string, Value | undefined>>,
): Record<string, Value> {
  const present = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as Record<string, Value>;
}

/** The table's usage; an image model bills by image tokens what it draws. */
export function usageOf({ api, expected }: FixtureCase): TokenUsage {
  return api === 'images' ? { outputImage: expected?.output, ...expected } : { ...expected };
}

/** The `gen_ai.usage.*` tokens of a span, whose sums include every class. */
export function usageAttributes(usage: TokenUsage): Record<string, number> {
  const { input, cacheRead, cacheWrite, cacheWrite1h, output, reasoning } = usage;
  return withoutAbsent({
    'gen_ai.usage.input_tokens': sum(input, cacheRead, cacheWrite, cacheWrite1h),
    'gen_ai.usage.output_tokens': sum(output, reasoning),
    'gen_ai.usage.cache_read.input_tokens': cacheRead,
    'gen_ai.usage.cache_write.input_tokens': sum(cacheWrite, cacheWrite1h),
    'gen_ai.usage.reasoning.output_tokens': reasoning,
    'gen_ai.usage.text.input_tokens': usage.inputText,
    'gen_ai.usage.audio.input_tokens': usage.inputAudio,
    'gen_ai.usage.image.input_tokens': usage.inputImage,
    'gen_ai.usage.text.output_tokens': usage.outputText,
    'gen_ai.usage.audio.output_tokens': usage.outputAudio,
    'gen_ai.usage.image.output_tokens': usage.outputImage,
  });
}

/** `costspan.tokens` of a call by class; a class of 0 tokens makes no series. */
export function tokenClasses(usage: TokenUsage): Record<string, number> {
  const { input, cacheRead, cacheWrite, cacheWrite1h, output, reasoning } = usage;
  return withoutAbsent({
    input: input || undefined,
    cache_read: cacheRead || undefined,
    cache_write: sum(cacheWrite, cacheWrite1h) || undefined,
    output: output || undefined,
    reasoning: reasoning || undefined,
  });
}

/** `gen_ai.provider.name` → the provider's id in the price book, where they differ. */
const BOOK_ID: Readonly<Record<string, string>> = {
  'azure.ai.openai': 'azure',
  'aws.bedrock': 'aws',
  'gcp.gemini': 'google',
  mistral_ai: 'mistral',
  moonshot_ai: 'moonshotai',
  x_ai: 'x-ai',
};

/**
 * What the provider's price page says beyond the book, which knows standard service only.
 * @see https://openai.com/api-priority-processing/ and
 *   https://platform.claude.com/docs/en/about-claude/pricing
 */
const FACTOR: Readonly<Record<string, number>> = {
  'chat-flex.json': 0.5,
  'chat-priority.json': 1.75,
  'responses-stream-completed.jsonl': 1.8,
  'message-fast.json': 6,
  'message-us.json': 1.1,
  'message-batch-tier.json': 0.5,
};

/** Rates that the book tells in prose only. @see https://developers.openai.com/api/docs/pricing */
const USD_PER_SECOND: Readonly<Record<string, number>> = { 'whisper-1': 0.006 / 60 };

function libraryUsage(usage: TokenUsage): Usage {
  const attributes = usageAttributes(usage);
  return {
    input_tokens: attributes['gen_ai.usage.input_tokens'],
    cache_read_tokens: usage.cacheRead,
    cache_write_tokens: attributes['gen_ai.usage.cache_write.input_tokens'],
    cache_write_1h_tokens: usage.cacheWrite1h,
    output_tokens: attributes['gen_ai.usage.output_tokens'],
    output_reasoning_tokens: usage.reasoning,
    input_audio_tokens: usage.inputAudio,
    input_image_tokens: usage.inputImage,
    output_audio_tokens: usage.outputAudio,
    output_image_tokens: usage.outputImage,
    web_searches: usage.webSearches,
  };
}

/** The price book's own figure in US dollars; `undefined` where the book has no such model. */
export function bookPrice(fixture: FixtureCase, model: string): number | undefined {
  const providerId = BOOK_ID[fixture.provider] ?? fixture.provider;
  const parts = [{ model, usage: usageOf(fixture) }, ...(fixture.call?.otherModelUsage ?? [])].map(
    (part) => calcPrice(libraryUsage(part.usage), part.model, { providerId })?.total_price,
  );
  if (parts.includes(undefined)) return undefined;
  const seconds = fixture.expected?.inputAudioSeconds ?? 0;
  const bySecond = seconds * (USD_PER_SECOND[model] ?? 0);
  return (sum(...parts) ?? 0) * (FACTOR[fixture.file] ?? 1) + bySecond;
}
