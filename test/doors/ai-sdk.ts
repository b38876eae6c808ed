import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createCohere } from '@ai-sdk/cohere';
import { createGoogle } from '@ai-sdk/google';
import { createMistral } from '@ai-sdk/mistral';
import { createOpenAI } from '@ai-sdk/openai';
import { createPerplexity } from '@ai-sdk/perplexity';
import { createXai } from '@ai-sdk/xai';
import { createOpenRouter } from '@openrouter/ai-sdk-provider';
import { generateText, type LanguageModel, streamText } from 'ai';

import { watchModelOrProvider } from '../../instrumentation/ai/model-classes.ts';
import type { RawAnswer } from './answers.ts';
import { fetchBy } from './direct.ts';

/** The model of the AI SDK that gives this answer. */
function aiModel({ wire, model, baseUrl }: RawAnswer, url: string): LanguageModel {
  const options = { apiKey: 'key', fetch: fetchBy(url) };
  switch (wire) {
    case 'chat':
    case 'responses':
      if (baseUrl?.includes('x.ai') === true) {
        // The newest package of xAI has no chat any more.
        return wire === 'chat'
          ? createOpenAI({ ...options, baseURL: baseUrl }).chat(model)
          : createXai(options).responses(model);
      }
      if (baseUrl?.includes('openrouter') === true) return createOpenRouter(options).chat(model);
      if (baseUrl?.includes('perplexity') === true) return createPerplexity(options)(model);
      return wire === 'chat'
        ? createOpenAI(options).chat(model)
        : createOpenAI(options).responses(model);
    case 'anthropic':
      return createAnthropic(options)(model);
    case 'gemini':
      return createGoogle(options)(model);
    case 'converse':
      return createAmazonBedrock({ ...options, region: 'us-east-1' })(model);
    case 'mistral':
      return createMistral(options)(model);
    default:
      return createCohere(options)(model);
  }
}

/** Asks for an answer by the AI SDK, and reads it to its end. */
export async function askByAiSdk(answer: RawAnswer, url: string, stream: boolean): Promise<void> {
  const model = aiModel(answer, url);
  watchModelOrProvider(model as object);
  const asked = { model, prompt: 'Hi', maxRetries: 0 };
  if (!stream) {
    await generateText(asked);
    return;
  }
  const result = streamText({
    ...asked,
    onError: ({ error }) => {
      throw error;
    },
  });
  for await (const _ of result.textStream);
}
