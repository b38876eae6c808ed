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
import { expect } from 'vitest';

import { watchModelOrProvider } from '../../instrumentation/ai/model-classes.ts';
import { type AiCopy, loadCopy, type OpenAiModule } from '../ai/copies.ts';
import type { Ask, RawAnswer } from './answers.ts';
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

/** The fifth major fails at hosted tools that it is not given. */
function hostedTools({ openai: { tools } }: OpenAiModule): object {
  return {
    web_search: tools['webSearch']?.({}),
    code_interpreter: tools['codeInterpreter']?.({}),
    file_search: tools['fileSearch']?.({ vectorStoreIds: ['vs_1'] }),
    image_generation: tools['imageGeneration']?.({}),
  };
}

/** The fourth major knows but one hosted tool, and fails at an answer with any other. */
function hasNewerTool({ body }: RawAnswer): boolean {
  const output = (body['output'] ?? []) as readonly { readonly type: string }[];
  return output.some(({ type }) => /^(?:code|file|image)_/.test(type));
}

/** The same by an older major, with its package of OpenAI's models. */
export function byOlderAiSdk(copy: AiCopy): Ask {
  return async (answer, url, stream) => {
    const { ai, openai } = await loadCopy(copy);
    const provider = openai.createOpenAI({
      apiKey: 'key',
      baseURL: answer.baseUrl,
      fetch: fetchBy(url),
      // Streams tell their usage to the first package only where it is asked.
      compatibility: 'strict',
    });
    const { wire } = answer;
    const model = wire === 'chat' ? provider.chat(answer.model) : provider.responses(answer.model);
    watchModelOrProvider(model);
    const tools = copy.major < 5 ? {} : hostedTools(openai);
    const asked = { model, prompt: 'Hi', maxRetries: 0, tools };
    if (!stream) {
      const done = ai.generateText(asked);
      await (copy.major === 4 && hasNewerTool(answer) ? expect(done).rejects.toThrow() : done);
      return;
    }
    for await (const _ of ai.streamText(asked).textStream);
  };
}
