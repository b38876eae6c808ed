import OpenAI, * as openaiModule from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { openai } from '../../instrumentation/openai/index.ts';
import { type Recorder, startRecorder } from '../contract/recorder.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';

function chunk(choice: object): object {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    model: 'kimi-k2',
    choices: [{ index: 0, finish_reason: null, ...choice }],
  };
}

/** Where servers of this API put the counts, beside the places that OpenAI has. */
describe('counts in other places', () => {
  let server: ProviderServer;
  let recorder: Recorder;
  let client: OpenAI;

  beforeAll(async () => {
    server = await startProviderServer();
    recorder = await startRecorder();
    openai.patch({
      packageName: 'openai',
      version: undefined,
      path: '/node_modules/openai',
      format: 'esm',
      moduleExports: openaiModule,
    });
    client = new OpenAI({ apiKey: 'k', baseURL: server.openaiUrl, maxRetries: 0 });
  });
  afterAll(async () => {
    await recorder.close();
    await server.close();
  });
  beforeEach(async () => {
    server.reset();
    await recorder.start();
  });

  it('reads the usage of Moonshot’s streams in the last choice', async () => {
    const usage = { prompt_tokens: 19, completion_tokens: 13, total_tokens: 32, cached_tokens: 8 };
    server.next({
      sse: [
        chunk({ delta: { role: 'assistant', content: 'hm' } }),
        chunk({ delta: {}, finish_reason: 'stop', usage }),
      ],
    });
    const stream = await client.chat.completions.create({
      model: 'kimi-k2',
      messages: [{ role: 'user', content: 'hi' }],
      stream: true,
    });
    for await (const event of stream) expect(event.id).toBe('chatcmpl-1');
    expect(recorder.calls[0]?.call).toMatchObject({
      usageSource: 'provider',
      usage: { input: 11, cacheRead: 8, output: 13 },
    });
  });

  it.each([
    ['empty until the last', [{ finish_reason: '' }, { finish_reason: 'stop' }], ['stop']],
    ['empty to the end', [{ finish_reason: '' }, { finish_reason: '' }], undefined],
    ['none at all', [{}, {}], undefined],
    ['`error`, as the wire says', [{}, { finish_reason: 'error' }], ['error']],
  ])('reads reasons of a whole stream that are %s', async (_name, choices, finishReasons) => {
    const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
    const chunks = choices.map((choice) => chunk({ delta: { content: 'hm' }, ...choice }));
    server.next({ sse: [...chunks, { ...chunk({}), choices: [], usage }] });
    const request = { model: 'kimi-k2', messages: [{ role: 'user' as const, content: 'hi' }] };
    const options = { stream: true as const, stream_options: { include_usage: true } };
    const stream = await client.chat.completions.create({ ...request, ...options });
    for await (const event of stream) expect(event.id).toBe('chatcmpl-1');
    expect(recorder.calls[0]?.call.finishReasons).toEqual(finishReasons);
    expect(recorder.calls[0]?.call.outcome).toBe('ok');
  });

  it('takes the total of embeddings for their input where it stands alone', async () => {
    server.next({
      json: {
        object: 'list',
        data: [{ object: 'embedding', index: 0, embedding: [0.1, 0.2] }],
        model: 'voyage-3.5',
        usage: { total_tokens: 10 },
      },
    });
    await client.embeddings.create({ model: 'voyage-3.5', input: 'hi', encoding_format: 'float' });
    expect(recorder.calls[0]?.call).toMatchObject({
      usageSource: 'provider',
      usage: { input: 10 },
    });
  });

  it('estimates the input where a server counts its answer alone', async () => {
    server.next({
      json: { id: 'c', model: 'm', choices: [], usage: { completion_tokens: 5 } },
    });
    await client.chat.completions.create({
      model: 'm',
      messages: [{ role: 'user', content: 'how long is it' }],
    });
    expect(recorder.calls[0]?.call.usage?.output).toBe(5);
    expect(recorder.calls[0]?.call.usage?.input).toBeGreaterThan(0);
    expect(recorder.calls[0]?.call.usageSource).toBe('estimated');
  });

  it('reads the tier that Mistral tells among the counts', async () => {
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
    server.next({
      json: { id: 'c', model: 'm', choices: [], usage: { ...usage, service_tier: 'priority' } },
    });
    await client.chat.completions.create({ model: 'm', messages: [] });
    expect(recorder.calls[0]?.call.servedTier).toBe('priority');
  });
});
