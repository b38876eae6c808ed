import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk';
import type Anthropic from '@anthropic-ai/sdk';
import type OpenAI from 'openai';
import { type AzureOpenAI, toFile } from 'openai';

import {
  type FixtureCase,
  type FixtureFolder,
  fixtureBody,
  fixtureReply,
} from '../support/fixtures/fixture-case.ts';
import { createInProcessFetch } from '../support/in-process-fetch.ts';

/** What no telemetry may ever hold. */
export const PROMPT = 'The prompt, which is nobody’s business: 4711';

/** Where the `openai` package finds each provider; left out is OpenAI itself. */
const BASE_URL: Readonly<Record<string, string>> = {
  deepseek: 'https://api.deepseek.com',
  x_ai: 'https://api.x.ai/v1',
  moonshot_ai: 'https://api.moonshot.ai/v1',
  perplexity: 'https://api.perplexity.ai',
  openrouter: 'https://openrouter.ai/api/v1',
  groq: 'https://api.groq.com/openai/v1',
  mistral_ai: 'https://api.mistral.ai/v1',
  'a proxy': 'http://litellm.house.example:4000',
  'gcp.gemini': 'https://generativelanguage.googleapis.com/v1beta/openai/',
};

/** The clients of one major of the SDKs. */
export interface SdkMajor {
  readonly OpenAI: typeof OpenAI;
  readonly AzureOpenAI: typeof AzureOpenAI;
  readonly Anthropic: typeof Anthropic;
}

/** Everything that an application would take from the result. */
async function drain(result: unknown): Promise<void> {
  if (result instanceof Response) {
    if (result.body !== null) for await (const bytes of result.body) void bytes;
  } else if (typeof result === 'object' && result !== null && Symbol.asyncIterator in result) {
    for await (const event of result as AsyncIterable<unknown>) void event;
  }
}

/** Plays the recorded answer to the real SDK, from the host that gave it. Rejects as the SDK does. */
export async function replay(
  folder: FixtureFolder,
  fixture: FixtureCase,
  sdk: SdkMajor,
): Promise<void> {
  const fetch = createInProcessFetch(() => fixtureReply(folder, fixture));
  const options = { apiKey: 'sk-test', maxRetries: 0, fetch };
  if (folder === 'openai') await drain(await askOpenAi(fixture, sdk, options));
  else await drain(await askAnthropic(fixture, sdk, options));
}

interface ClientOptions {
  readonly apiKey: string;
  readonly maxRetries: number;
  readonly fetch: typeof fetch;
}

async function askOpenAi(
  { provider, model, api, file: name }: FixtureCase,
  sdk: SdkMajor,
  options: ClientOptions,
): Promise<unknown> {
  const behind = name.startsWith('litellm') ? 'a proxy' : provider;
  const client =
    provider === 'azure.ai.openai'
      ? new sdk.AzureOpenAI({
          ...options,
          endpoint: 'https://house.openai.azure.com',
          apiVersion: '2026-01-01',
        })
      : new sdk.OpenAI({ ...options, baseURL: BASE_URL[behind] ?? 'https://api.openai.com/v1' });
  const stream = name.endsWith('.jsonl');
  switch (api) {
    case 'chat': {
      const messages = [{ role: 'user' as const, content: PROMPT }];
      return client.chat.completions.create({ model, messages, stream });
    }
    case 'completions':
      return client.completions.create({ model, prompt: PROMPT, stream });
    case 'responses':
      return client.responses.create({ model, input: PROMPT, stream });
    case 'embeddings':
      return client.embeddings.create({ model, input: PROMPT, encoding_format: 'float' });
    case 'images': {
      if (!name.includes('edit')) return client.images.generate({ model, prompt: PROMPT, stream });
      const image = await toFile(Buffer.from('picture'), 'a.png');
      return client.images.edit({ model, prompt: PROMPT, image, stream });
    }
    case 'transcription': {
      const file = await toFile(Buffer.from('sound'), 'a.mp3');
      return client.audio.transcriptions.create({ model, file, stream });
    }
    default:
      return client.audio.speech.create({
        model,
        input: PROMPT,
        voice: 'alloy',
        stream_format: 'sse',
      });
  }
}

async function askAnthropic(
  { provider, model, api, file }: FixtureCase,
  sdk: SdkMajor,
  options: ClientOptions,
): Promise<unknown> {
  const messages = [{ role: 'user' as const, content: PROMPT }];
  if (api === 'count_tokens') {
    return new sdk.Anthropic(options).messages.countTokens({ model, messages });
  }
  const client =
    provider === 'aws.bedrock'
      ? new AnthropicBedrock({ awsRegion: 'us-east-1', skipAuth: true, fetch: options.fetch })
      : new sdk.Anthropic(options);
  const stream = file.endsWith('.jsonl');
  return client.messages.create({ model, messages, max_tokens: 100, stream });
}

/** Fields of the wire that hold what a model said or was told. */
const CONTENT_FIELDS: ReadonlySet<string> = new Set([
  'content',
  'text',
  'arguments',
  'partial_json',
  'thinking',
  'refusal',
  'reasoning_content',
  'delta',
  'input',
  'b64_json',
  'audio',
  'transcript',
  'output_text',
]);

/** Shorter texts could be in telemetry by chance. */
const SHORTEST_TEXT = 8;

/** Every text of a model or a user in the recorded body. */
export function contentOf(folder: FixtureFolder, file: string): ReadonlySet<string> {
  const texts = new Set<string>();
  const collect = (value: unknown, isContent: boolean): void => {
    if (typeof value === 'string') {
      if (isContent && value.length >= SHORTEST_TEXT) texts.add(value);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        const isText = CONTENT_FIELDS.has(key) && (key !== 'content' || typeof inner === 'string');
        collect(inner, isText || (isContent && Array.isArray(value)));
      }
    }
  };
  collect(fixtureBody(folder, file), false);
  return texts;
}
