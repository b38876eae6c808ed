import Anthropic from '@anthropic-ai/sdk';
import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk';
import { AnthropicVertex } from '@anthropic-ai/vertex-sdk';
import Anthropic027 from 'anthropic027';
import OpenAI, { AzureOpenAI, toFile } from 'openai';
import OpenAI4 from 'openai4';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { startProviderServer, type ProviderServer } from '../support/provider-server.ts';

const LONG = 'The terms of service, clause by clause. '.repeat(200);

let server: ProviderServer;
let openai: OpenAI;
let anthropic: Anthropic;

beforeAll(async () => {
  server = await startProviderServer();
  openai = new OpenAI({ apiKey: 'sk-test', baseURL: server.openaiUrl });
  anthropic = new Anthropic({ apiKey: 'sk-test', baseURL: server.url });
});
beforeEach(() => server.reset());
afterAll(() => server.close());

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of stream) all.push(one);
  return all;
}

const weather = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

describe('a provider that nobody scripted', () => {
  it('answers chat completions with a dated model and a usage that adds up', async () => {
    const answer = await openai.chat.completions.create({
      model: 'gpt-4o',
      messages: [{ role: 'user', content: 'Why is the sky blue?' }],
    });
    expect(answer.model).toBe('gpt-4o-2024-08-06');
    expect(answer.choices[0]?.message.content).toContain('Why is the sky blue?');
    const usage = answer.usage;
    expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0));
    expect(server.bill.byModel.get('gpt-4o-2024-08-06')?.usage.total).toBe(usage?.total_tokens);
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { authorization: 'Bearer sk-test' },
      body: { model: 'gpt-4o' },
    });
  });

  it('reads a long prompt from the cache the second time', async () => {
    const cached: (number | undefined)[] = [];
    for (let time = 0; time < 2; time += 1) {
      const answer = await openai.chat.completions.create({
        model: 'gpt-4o-mini',
        messages: [{ role: 'user', content: LONG }],
      });
      cached.push(answer.usage?.prompt_tokens_details?.cached_tokens);
    }
    expect(cached).toEqual([0, 1920]);
  });

  it('asks for a tool, then answers once the result is in', async () => {
    const ran: string[] = [];
    const runner = openai.chat.completions.runTools({
      model: 'gpt-4o',
      messages: [{ role: 'user', content: 'Weather in Oslo?' }],
      tools: [
        {
          type: 'function',
          function: {
            ...weather.function,
            description: 'Today at a place',
            function: (input: string) => {
              ran.push(input);
              return 'rain';
            },
          },
        },
      ],
    });
    expect(await runner.finalContent()).toContain('Weather in Oslo?');
    expect(ran).toEqual(['{"city":"sample"}']);
    expect(server.bill.calls).toBe(2);
  });

  it('streams tool calls and structured output that the SDK can put together', async () => {
    const stream = openai.chat.completions.stream({
      model: 'gpt-5-mini',
      messages: [{ role: 'user', content: 'Weather in Oslo?' }],
      tools: [weather],
      stream_options: { include_usage: true },
    });
    const answer = await stream.finalChatCompletion();
    expect(answer.choices[0]?.message.tool_calls).toMatchObject([
      { function: { name: 'get_weather', arguments: '{"city":"sample"}' } },
    ]);
    expect(answer.usage?.completion_tokens_details?.reasoning_tokens).toBe(192);
    const schema = { type: 'object', properties: { mood: { enum: ['good', 'bad'] } } };
    const parsed = await openai.chat.completions.parse({
      model: 'gpt-4o',
      messages: [{ role: 'user', content: 'How are you?' }],
      response_format: { type: 'json_schema', json_schema: { name: 'mood', schema } },
    });
    expect(parsed.choices[0]?.message.parsed).toEqual({ mood: 'good' });
  });

  it('follows responses through previous_response_id, background and cancel', async () => {
    const tool = { type: 'function' as const, strict: false, ...weather.function };
    const first = await openai.responses.create({
      model: 'gpt-5',
      input: 'Weather in Oslo?',
      tools: [tool],
    });
    const call = first.output.find((item) => item.type === 'function_call');
    const second = await openai.responses.create({
      model: 'gpt-5',
      previous_response_id: first.id,
      tools: [tool],
      input: [{ type: 'function_call_output', call_id: call?.call_id ?? '', output: 'rain' }],
    });
    expect(second.output_text).toContain('short');
    const queued = await openai.responses.create({
      model: 'gpt-5',
      input: 'Slowly',
      background: true,
    });
    expect([queued.status, queued.usage]).toEqual(['queued', null]);
    expect((await openai.responses.retrieve(queued.id)).status).toBe('in_progress');
    expect((await openai.responses.retrieve(queued.id)).usage?.total_tokens).toBeGreaterThan(0);
    expect((await openai.responses.cancel(queued.id)).status).toBe('cancelled');
  });

  it('streams responses that the SDK can put together', async () => {
    const stream = openai.responses.stream({ model: 'gpt-4.1', input: 'Why?' });
    const answer = await stream.finalResponse();
    expect(answer.output_text).toContain('🙂');
    expect(answer.usage?.output_tokens).toBeGreaterThan(10);
  });

  it('serves the other OpenAI endpoints in shapes that the SDK reads', async () => {
    const embedded = await openai.embeddings.create({
      model: 'text-embedding-3-small',
      input: ['one', 'two'],
    });
    expect(embedded.data.map(({ embedding }) => embedding[0])).toEqual([0.5, 0.5]);
    const image = await openai.images.generate({ model: 'gpt-image-1', prompt: 'A cat' });
    expect(image.usage?.output_tokens).toBe(1056);
    const file = await toFile(Buffer.from('sound'), 'a.mp3');
    const edit = await openai.images.edit({ model: 'gpt-image-1', image: file, prompt: 'A dog' });
    expect(edit.usage?.input_tokens_details.image_tokens).toBe(323);
    const heard = await openai.audio.transcriptions.create({ model: 'whisper-1', file });
    expect(heard.usage).toEqual({ type: 'duration', seconds: 7 });
    const tokens = await openai.audio.transcriptions.create({ model: 'gpt-4o-transcribe', file });
    expect(tokens.usage).toMatchObject({ type: 'tokens', input_tokens: 70 });
    const translated = await openai.audio.translations.create({ model: 'whisper-1', file });
    expect(translated.text).toContain('what was said');
    const speech = await openai.audio.speech.create({
      model: 'tts-1',
      voice: 'alloy',
      input: 'Hi',
    });
    expect((await speech.arrayBuffer()).byteLength).toBeGreaterThan(0);
    expect((await openai.moderations.create({ input: 'Hi' })).results[0]?.flagged).toBe(false);
    const old = await openai.completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: 'Hi' });
    expect(old.choices[0]?.finish_reason).toBe('length');
  });

  it('speaks Azure: deployment in the path, an empty first chunk', async () => {
    const azure = new AzureOpenAI({
      apiKey: 'key',
      endpoint: server.url,
      apiVersion: '2025-04-01-preview',
      deployment: 'gpt-4o',
    });
    const messages = [{ role: 'user' as const, content: 'Hi' }];
    const chunks = await collect(
      await azure.chat.completions.create({ model: 'gpt-4o', messages, stream: true }),
    );
    expect(server.requests[0]?.path).toBe('/openai/deployments/gpt-4o/chat/completions');
    expect([chunks[0]?.model, chunks[0]?.choices]).toEqual(['', []]);
    expect(chunks[1]?.model).toBe('gpt-4o-2024-08-06');
  });

  it('answers Anthropic messages, with thinking, tools and the prompt cache', async () => {
    const ask = (ttl: '5m' | '1h'): Promise<Anthropic.Message> =>
      anthropic.messages.create({
        model: 'claude-sonnet-4-5',
        max_tokens: 2000,
        thinking: { type: 'enabled', budget_tokens: 1024 },
        system: [{ type: 'text', text: LONG, cache_control: { type: 'ephemeral', ttl } }],
        messages: [{ role: 'user', content: 'Is it fair?' }],
      });
    const [first, second] = [await ask('1h'), await ask('1h')];
    expect(first.model).toBe('claude-sonnet-4-5-20250929');
    expect(first.usage.cache_creation).toEqual({
      ephemeral_5m_input_tokens: 0,
      ephemeral_1h_input_tokens: 2000,
    });
    expect(second.usage).toMatchObject({ cache_read_input_tokens: 2000, input_tokens: 3 });
    expect(second.content.map(({ type }) => type)).toEqual(['thinking', 'text']);
    const message = await anthropic.messages
      .stream({
        model: 'claude-haiku-4-5',
        max_tokens: 2000,
        messages: [{ role: 'user', content: 'Weather?' }],
        tools: [
          { name: 'get_weather', input_schema: { ...weather.function.parameters, type: 'object' } },
        ],
      })
      .finalMessage();
    expect(message.content).toMatchObject([{ type: 'tool_use', input: { city: 'sample' } }]);
    expect(message.stop_reason).toBe('tool_use');
    expect(
      await anthropic.messages.countTokens({
        model: 'claude-haiku-4-5',
        messages: [{ role: 'user', content: 'Weather?' }],
      }),
    ).toEqual({ input_tokens: 2 });
  });

  it.each([false, true])('speaks Bedrock and Vertex, streaming %s', async (stream) => {
    const bedrock = new AnthropicBedrock({
      baseURL: server.url,
      awsRegion: 'us-east-1',
      skipAuth: true,
    });
    const authClient = {
      projectId: 'p1',
      getRequestHeaders: () => Promise.resolve(new Headers({ authorization: 'Bearer x' })),
    };
    const vertex = new AnthropicVertex({
      baseURL: `${server.url}/v1`,
      region: 'us-east5',
      projectId: 'p1',
      // Only these two members are read.
      authClient: authClient as unknown as NonNullable<
        NonNullable<ConstructorParameters<typeof AnthropicVertex>[0]>['authClient']
      >,
    });
    const body = { max_tokens: 500, messages: [{ role: 'user' as const, content: 'Hi' }] };
    const answers: Anthropic.Message[] = [];
    for (const [client, model] of [
      [bedrock, 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
      [vertex, 'claude-sonnet-4-5@20250929'],
    ] as const) {
      answers.push(
        stream
          ? await client.messages.stream({ ...body, model }).finalMessage()
          : await client.messages.create({ ...body, model }),
      );
    }
    expect(answers.map(({ model }) => model)).toEqual([
      'claude-sonnet-4-5-20250929',
      'claude-sonnet-4-5-20250929',
    ]);
    expect(answers.map(({ usage }) => usage.input_tokens)).toEqual([1, 1]);
    expect(server.requests.map(({ path }) => path)).toEqual([
      `/model/us.anthropic.claude-sonnet-4-5-20250929-v1:0/invoke${stream ? '-with-response-stream' : ''}`,
      `/v1/projects/p1/locations/us-east5/publishers/anthropic/models/claude-sonnet-4-5@20250929:${stream ? 'streamRawPredict' : 'rawPredict'}`,
    ]);
  });

  it('serves the oldest supported SDKs too', async () => {
    const messages = [{ role: 'user' as const, content: 'Hi' }];
    const four = new OpenAI4({ apiKey: 'sk-test', baseURL: server.openaiUrl });
    const chunks = await collect(
      await four.chat.completions.create({ model: 'gpt-4o', messages, stream: true }),
    );
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop');
    const old = new Anthropic027({ apiKey: 'sk-test', baseURL: server.url });
    const message = await old.messages
      .stream({ model: 'claude-haiku-4-5', max_tokens: 100, messages })
      .finalMessage();
    expect(message.stop_reason).toBe('end_turn');
  });
});
