import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { ChatGoogle } from '@langchain/google';
import { ChatOpenAI } from '@langchain/openai';
import OpenAI from 'openai';

import { langchainCore } from '../../instrumentation/langchain/index.ts';
import { watchCopy } from '../scenarios/live-pipeline.ts';
import type { Ask, RawAnswer } from './answers.ts';
import { fetchBy } from './direct.ts';

/** Watches LangChain, and the SDK that its models of OpenAI use. */
export function watchLangChain(): void {
  const moduleExports = { BaseChatModel };
  const about = { packageName: '@langchain/core', version: '1', path: '/', format: 'esm' } as const;
  langchainCore.patch({ ...about, moduleExports });
  watchCopy('openai', 'openai', { OpenAI, default: OpenAI });
}

function chatModel({ wire, model, baseUrl }: RawAnswer, url: string): BaseChatModel {
  if (wire === 'gemini') {
    const fetched = fetchBy(url);
    const apiClient = {
      hasApiKey: () => true,
      // It asks by a whole request.
      fetch: async (request: Request) =>
        fetched(request.url, {
          method: 'POST',
          headers: request.headers,
          body: await request.text(),
        }),
    };
    return new ChatGoogle({ model, apiKey: 'key', maxRetries: 0, apiClient } as never);
  }
  return new ChatOpenAI({
    model,
    apiKey: 'key',
    maxRetries: 0,
    streamUsage: true,
    useResponsesApi: wire === 'responses',
    configuration: { baseURL: baseUrl, fetch: fetchBy(url) },
  });
}

export const askByLangChain: Ask = async (answer, url, stream) => {
  const model = chatModel(answer, url);
  if (!stream) {
    await model.invoke('Hi');
    return;
  }
  for await (const _ of await model.stream('Hi'));
};

/** The same by the events that newer versions stream. */
export const askByLangChainEvents: Ask = async (answer, url) => {
  for await (const _ of chatModel(answer, url).streamEvents('Hi', { version: 'v3' } as never));
};
