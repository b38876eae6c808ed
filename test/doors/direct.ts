import Anthropic from '@anthropic-ai/sdk';
import * as BedrockRuntime from '@aws-sdk/client-bedrock-runtime';
import * as GoogleGenAi from '@google/genai';
import * as MistralModule from '@mistralai/mistralai';
import { CohereClientV2 } from 'cohere-ai';
import * as CohereModule from 'cohere-ai';
import OpenAI from 'openai';

import { anthropic } from '../../instrumentation/anthropic/index.ts';
import { bedrock } from '../../instrumentation/bedrock/index.ts';
import { cohere } from '../../instrumentation/cohere/index.ts';
import type { SdkInstrumentation } from '../../instrumentation/core/sdk.ts';
import { googleGenAi } from '../../instrumentation/google-genai/index.ts';
import { mistral } from '../../instrumentation/mistral/index.ts';
import { openai } from '../../instrumentation/openai/index.ts';
import { clientConfig } from '../contract/bedrock-fixtures.ts';
import type { RawAnswer } from './answers.ts';

const MODULES: readonly (readonly [SdkInstrumentation, unknown])[] = [
  [googleGenAi, GoogleGenAi],
  [bedrock, BedrockRuntime],
  [mistral, MistralModule],
  [cohere, CohereModule],
];

/** Watches the SDKs whose clients are not watched one by one. */
export function watchSdks(): void {
  for (const [sdk, moduleExports] of MODULES) {
    const { packageName } = sdk;
    sdk.patch({ packageName, version: undefined, path: '/', format: 'esm', moduleExports });
  }
}

/** A `fetch` by which every host is the local server. */
export function fetchBy(url: string): typeof fetch {
  return (input, init) => {
    const { pathname, search } = new URL(input instanceof Request ? input.url : String(input));
    return fetch(`${url}${pathname}${search}`, init);
  };
}

const MESSAGES = [{ role: 'user' as const, content: 'Hi' }];

/** Asks for an answer by the provider's own SDK, and reads it to its end. */
export async function askDirectly(answer: RawAnswer, url: string, stream: boolean): Promise<void> {
  const result: unknown = await send(answer, url, stream);
  if (stream) for await (const _ of result as AsyncIterable<unknown>);
}

async function send(answer: RawAnswer, url: string, stream: boolean): Promise<unknown> {
  const { wire, model, baseUrl } = answer;
  const options = { apiKey: 'key', fetch: fetchBy(url), maxRetries: 0 };
  switch (wire) {
    case 'chat':
    case 'responses': {
      const client = new OpenAI({ ...options, baseURL: baseUrl });
      openai.instrumentClient(client);
      return wire === 'chat'
        ? client.chat.completions.create({ model, messages: MESSAGES, stream })
        : client.responses.create({ model, input: 'Hi', stream });
    }
    case 'anthropic': {
      const client = new Anthropic(options);
      anthropic.instrumentClient(client);
      return client.messages.create({ model, max_tokens: 99, messages: MESSAGES, stream });
    }
    case 'gemini': {
      const { models } = new GoogleGenAi.GoogleGenAI({
        apiKey: 'key',
        httpOptions: { baseUrl: url },
      });
      const asked = { model, contents: 'Hi' };
      return stream ? models.generateContentStream(asked) : models.generateContent(asked);
    }
    case 'converse': {
      const client = new BedrockRuntime.BedrockRuntimeClient(clientConfig(url));
      const input = {
        modelId: model,
        messages: [{ role: 'user' as const, content: [{ text: 'Hi' }] }],
      };
      if (!stream) return client.send(new BedrockRuntime.ConverseCommand(input));
      return (await client.send(new BedrockRuntime.ConverseStreamCommand(input))).stream;
    }
    case 'mistral': {
      const { chat } = new MistralModule.Mistral({ apiKey: 'key', serverURL: url });
      const asked = { model, messages: MESSAGES };
      return stream ? chat.stream(asked) : chat.complete(asked);
    }
    default: {
      const client = new CohereClientV2({ token: 'key', environment: url, maxRetries: 0 });
      const asked = { model, messages: MESSAGES };
      return stream ? client.chatStream(asked) : client.chat(asked);
    }
  }
}
