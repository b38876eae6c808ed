import * as fc from 'fast-check';
import { AzureOpenAI, OpenAI } from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { forgetUnwelcomePlaces } from '../../instrumentation/core/openai-wire/unwelcome-usage.ts';
import { setCallObserver } from '../../instrumentation/core/observer.ts';
import { openai } from '../../instrumentation/openai/index.ts';
import { createInProcessFetch } from '../support/in-process-fetch.ts';
import type { Reply } from '../support/provider/reply.ts';
import { type Recorder, startRecorder } from '../contract/recorder.ts';

interface ChatBody {
  readonly stream_options?: { readonly include_usage?: boolean };
}

type Chunk = Readonly<Record<string, unknown>>;

const bodies: ChatBody[] = [];
let reply: Reply = {};

const fetchOfServer = createInProcessFetch(({ body }) => {
  bodies.push(body as ChatBody);
  return reply;
});

const REQUEST = {
  model: 'gpt-4o',
  messages: [{ role: 'user' as const, content: 'hello' }],
  stream: true as const,
};

function chunk(content: string, more: object = {}): Chunk {
  const choice = { index: 0, delta: { content }, finish_reason: null };
  return { id: 'c1', model: 'm', choices: [choice], ...more };
}

const USAGE = { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 };
const EXTRA = { id: 'c1', model: 'm', choices: [], usage: USAGE };

/** Whether a stream from `client` asks for its usage, and what its caller sees of it. */
async function stream(
  client: OpenAI,
  body: object = {},
  options: object = {},
): Promise<{ asked: boolean; chunks: unknown[] }> {
  bodies.length = 0;
  const chunks: unknown[] = [];
  const answer = await client.chat.completions.create({ ...REQUEST, ...body }, options);
  for await (const each of answer) chunks.push(structuredClone(each));
  return { asked: bodies[0]?.stream_options?.include_usage === true, chunks };
}

function clientAt(baseURL: string, more: object = {}): OpenAI {
  return new OpenAI({ apiKey: 'sk', baseURL, fetch: fetchOfServer, ...more });
}

function azureClient(apiVersion: string, more: object = {}): OpenAI {
  const endpoint = 'https://name.openai.azure.com';
  return new AzureOpenAI({ apiKey: 'sk', apiVersion, endpoint, fetch: fetchOfServer, ...more });
}

async function asks(client: OpenAI, body: object = {}): Promise<boolean> {
  return (await stream(client, body)).asked;
}

let recorder: Recorder;
beforeAll(async () => {
  recorder = await startRecorder();
  openai.patch({
    packageName: 'openai',
    version: '7.0.0',
    path: '/node_modules/openai',
    format: 'esm',
    moduleExports: { OpenAI },
  });
});
beforeEach(async () => {
  forgetUnwelcomePlaces();
  reply = { sse: [chunk('a')] };
  await recorder.start();
});
afterAll(() => recorder.close());

describe('a stream is asked for its usage', () => {
  it.each([
    ['https://api.openai.com/v1', true],
    ['https://eu.api.openai.com/v1', true],
    ['https://api.x.ai/v1', true],
    ['https://generativelanguage.googleapis.com/v1beta/openai/', true],
    ['https://ai-gateway.vercel.sh/v1', true],
    // Hands on what it gets.
    ['https://gateway.ai.cloudflare.com/v1/account/gateway/openai', true],
    // These tell it unasked.
    ['https://api.mistral.ai/v1', false],
    ['https://codestral.mistral.ai/v1', false],
    ['https://api.together.xyz/v1', false],
    ['https://api.together.ai/v1', false],
    ['https://api.groq.com/openai/v1', false],
    ['https://api.deepseek.com', false],
    ['https://api.moonshot.ai/v1', false],
    ['https://api.fireworks.ai/inference/v1', false],
    ['https://api.cerebras.ai/v1', false],
    ['https://openrouter.ai/api/v1', false],
    ['https://api.perplexity.ai', false],
    // Nobody knows what these take.
    ['http://localhost:11434/v1', false],
    ['http://localhost:8000/v1', false],
    ['https://llm.example.com/v1', false],
    ['https://router.huggingface.co/v1', false],
    ['https://models.github.ai/inference', false],
    // Azure without a version that anybody could tell.
    ['https://name.openai.azure.com/openai/deployments/gpt-4o', false],
    // Azure's API without dates.
    ['https://name.openai.azure.com/openai/v1', true],
    ['https://name.openai.azure.com/openai/v1/', true],
    ['https://name.services.ai.azure.com/openai/v1/', true],
    ['https://name.openai.azure.com/openai/v1beta', false],
  ])('at %s: %s', async (baseURL, asked) => {
    expect((await stream(clientAt(baseURL))).asked).toBe(asked);
  });

  it.each([
    ['2023-05-15', false],
    ['2024-06-01', false],
    ['2024-08-01-preview', false],
    ['2024-09-01-preview', true],
    ['2024-10-21', true],
    ['2025-04-01-preview', true],
    ['preview', true],
    ['latest', true],
    ['next', false],
  ])('on Azure by version %s: %s', async (version, asked) => {
    const azureURL = 'https://name.openai.azure.com/openai/deployments/gpt-4o';
    const ways = [
      azureClient(version),
      azureClient(version, { deployment: 'mine' }),
      azureClient(version, { endpoint: undefined, baseURL: 'https://proxy.example.com/azure' }),
      clientAt(azureURL, { defaultQuery: { 'api-version': version } }),
      clientAt(`${azureURL}?api-version=${version}`),
    ];
    for (const client of ways) expect((await stream(client)).asked).toBe(asked);
    const query = { 'api-version': version };
    expect((await stream(clientAt(azureURL), {}, { query })).asked).toBe(asked);
  });

  it('on Azure from the first version that takes it on', async () => {
    const days = fc.date({
      min: new Date('2022-01-01'),
      max: new Date('2029-12-31'),
      noInvalidDate: true,
    });
    await fc.assert(
      fc.asyncProperty(days, fc.boolean(), async (day, isPreview) => {
        const date = day.toISOString().slice(0, 10);
        const { asked } = await stream(azureClient(isPreview ? `${date}-preview` : date));
        expect(asked).toBe(day.getTime() >= Date.parse('2024-09-01'));
      }),
    );
  });

  it.each(['data_sources', 'dataSources'])('on Azure never with %s', async (field) => {
    const body = { [field]: [{ type: 'azure_search' }] };
    expect((await stream(azureClient('2025-04-01-preview'), body)).asked).toBe(false);
    expect((await stream(clientAt('https://n.openai.azure.com/openai/v1'), body)).asked).toBe(
      false,
    );
  });

  it('not where nothing watches calls', async () => {
    setCallObserver(undefined);
    expect((await stream(clientAt('https://api.openai.com/v1'))).asked).toBe(false);
  });
});

describe('what a host sends by itself', () => {
  it.each(['https://openrouter.ai/api/v1', 'https://llm.example.com/v1'])(
    'reaches the caller whole, %s',
    async (baseURL) => {
      const events = [chunk('a', { usage: null }), chunk('b', { usage: null }), EXTRA];
      reply = { sse: events };
      expect((await stream(clientAt(baseURL))).chunks).toEqual(events);
      expect(recorder.calls.map(({ call }) => call.usage?.output)).toEqual([2]);
    },
  );

  it('stays on the chunks where asking adds one chunk and no more', async () => {
    const events = [chunk('a', { usage: null }), chunk('b', { usage: USAGE })];
    reply = { sse: [...events, EXTRA] };
    expect((await stream(clientAt('https://api.x.ai/v1'))).chunks).toEqual(events);
  });
});

it('hides the running usage that Gemini sends only where it is asked', async () => {
  const running = { prompt_tokens: 7, completion_tokens: 1, total_tokens: 8 };
  reply = { sse: [chunk('a', { usage: running }), chunk('b', { usage: USAGE })] };
  const gemini = clientAt('https://generativelanguage.googleapis.com/v1beta/openai/');
  expect((await stream(gemini)).chunks).toEqual([chunk('a'), chunk('b')]);
  expect(recorder.calls.map(({ call }) => call.usage?.output)).toEqual([2]);
});

describe('a refusal', () => {
  const refusing = createInProcessFetch(({ body }) => {
    bodies.push(body as ChatBody);
    return bodies.at(-1)?.stream_options === undefined
      ? { sse: [chunk('a')] }
      : { status: 400, json: { error: { message: 'Unknown parameter: stream_options' } } };
  });

  it('holds on Azure for one version and deployment', async () => {
    const more = { fetch: refusing };
    const old = azureClient('2024-10-21', more);
    expect(await asks(old)).toBe(true);
    expect(await asks(old)).toBe(false);
    expect(await asks(azureClient('2024-10-21', more))).toBe(false);
    expect(await asks(old, { model: 'other' })).toBe(true);
    expect(await asks(azureClient('2025-04-01-preview', more))).toBe(true);
    expect(await asks(azureClient('2024-10-21', { ...more, deployment: 'mine' }))).toBe(true);
  });

  it('holds elsewhere for the whole host, whatever the model', async () => {
    const client = clientAt('https://api.openai.com/v1', { fetch: refusing });
    expect(await asks(client)).toBe(true);
    expect(await asks(client, { model: 'o4-mini' })).toBe(false);
    expect(await asks(client.withOptions({ maxRetries: 0 }))).toBe(false);
    expect(await asks(clientAt('https://api.openai.com/v2', { fetch: refusing }))).toBe(true);
  });
});
