import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { setCallObserver } from '../../instrumentation/core/index.ts';
import { openCallCount } from '../../instrumentation/core/call/open-calls.ts';
import { processPipeline } from '../../processor/node/process-pipeline.ts';
import { withAttribution } from '../../processor/node/attribution/index.ts';
import { type LivePipeline, startLivePipeline } from '../scenarios/live-pipeline.ts';
import type { SinkSpan } from '../support/otlp-sink.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { COPIES, type AiProvider, type LoadedCopy, loadCopy, patchCopy } from './copies.ts';

// Deprecations of the SDK are its own affair; it tells of them once a process, past the test runner.
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });

const MODEL = 'gpt-4o';
const CITY = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};

/** A chat completion with every class of tokens. */
const COMPLETION = {
  id: 'chatcmpl-7',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'gpt-4o-2024-08-06',
  service_tier: 'default',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
  usage: {
    prompt_tokens: 1000,
    completion_tokens: 300,
    total_tokens: 1300,
    prompt_tokens_details: { cached_tokens: 400 },
    completion_tokens_details: { reasoning_tokens: 100 },
  },
};

/** The same as a stream. */
const CHUNKS = [{ role: 'assistant', content: '' }, { content: 'Hel' }, { content: 'lo' }].map(
  (delta) => chunkOf({ index: 0, delta, finish_reason: null }),
);
const STREAM = [
  ...CHUNKS,
  chunkOf({ index: 0, delta: {}, finish_reason: 'stop' }),
  { ...chunkOf(), usage: COMPLETION.usage },
];

function chunkOf(...choices: object[]): object {
  const { id, created, model } = COMPLETION;
  return { id, object: 'chat.completion.chunk', created, model, choices };
}

/** What the SDK gives the application without costspan. */
async function bare<T>(run: () => Promise<T>): Promise<T> {
  setCallObserver(undefined);
  try {
    return await run();
  } finally {
    setCallObserver(processPipeline().calls);
  }
}

async function textOf(stream: { readonly textStream: AsyncIterable<string> }): Promise<string> {
  let text = '';
  for await (const piece of stream.textStream) text += piece;
  return text;
}

const USAGE = {
  'gen_ai.usage.input_tokens': 1000,
  'gen_ai.usage.cache_read.input_tokens': 400,
  'gen_ai.usage.output_tokens': 300,
  'gen_ai.usage.reasoning.output_tokens': 100,
  'costspan.usage.source': 'provider',
  // 600 × 2.5 + 400 × 1.25 + 300 × 10, a million.
  'gen_ai.usage.cost.amount': 0.005,
};

describe.each(COPIES)('AI SDK $label', (copy) => {
  let live: LivePipeline;
  let server: ProviderServer;
  let loaded: LoadedCopy;
  let openai: AiProvider;

  beforeAll(async () => {
    server = await startProviderServer();
    loaded = await loadCopy(copy);
    expect(patchCopy(copy, loaded)).not.toEqual([]);
    openai = loaded.openai.createOpenAI({ apiKey: 'test', baseURL: server.openaiUrl });
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    live = await startLivePipeline();
  });
  afterEach(async () => {
    await live.stop();
    server.reset();
    expect(openCallCount()).toBe(0);
  });

  async function calls(): Promise<readonly SinkSpan[]> {
    await live.flush();
    return live.sink.spans.filter(({ scope }) => scope.name === 'costspan');
  }

  const ask = (options: object = {}): object => ({
    model: openai.chat(MODEL),
    prompt: 'Hi',
    maxRetries: 0,
    ...options,
  });

  it('books a whole answer', async () => {
    server.next({ json: COMPLETION }, { json: COMPLETION });
    const { text } = await loaded.ai.generateText(ask());
    expect(text).toBe(await bare(async () => (await loaded.ai.generateText(ask())).text));
    const [span, ...more] = await calls();
    expect(more).toEqual([]);
    expect(span?.name).toBe('chat gpt-4o');
    expect(span?.kind).toBe('client');
    const url = new URL(server.url);
    expect(span?.attributes).toMatchObject({
      ...USAGE,
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': MODEL,
      'gen_ai.response.model': 'gpt-4o-2024-08-06',
      'gen_ai.response.id': 'chatcmpl-7',
      'gen_ai.response.finish_reasons': ['stop'],
      'openai.api.type': 'chat_completions',
      'openai.response.service_tier': 'default',
      'server.address': url.hostname,
      'server.port': Number(url.port),
      'costspan.price.tier': 'standard',
      'costspan.loop.depth': 1,
    });
    expect(span?.attributes).not.toHaveProperty('gen_ai.request.stream');
    expect(live.sink.metricValue('costspan.calls', { 'costspan.call.outcome': 'ok' })).toBe(1);
    expect(live.sink.metricValue('costspan.internal.errors')).toBeUndefined();
  });

  it('books a stream when it has been read', async () => {
    server.next({ sse: STREAM }, { sse: STREAM });
    const text = await textOf(loaded.ai.streamText(ask()));
    expect(text).toBe(await bare(() => textOf(loaded.ai.streamText(ask()))));
    const [span, ...more] = await calls();
    expect(more).toEqual([]);
    expect(span?.attributes).toMatchObject({
      ...USAGE,
      'gen_ai.request.stream': true,
      'gen_ai.response.id': 'chatcmpl-7',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.response.time_to_first_chunk': expect.any(Number) as number,
    });
  });

  it('books objects', async () => {
    const message = { role: 'assistant', content: '{"city":"Kyiv"}' };
    const json = { ...COMPLETION, choices: [{ index: 0, message, finish_reason: 'stop' }] };
    server.next({ json });
    const { object } = await loaded.ai.generateObject(
      ask({ schema: loaded.ai.jsonSchema(CITY), mode: 'json' }),
    );
    expect(object).toEqual({ city: 'Kyiv' });
    const delta = { role: 'assistant', content: message.content };
    server.next({
      sse: [chunkOf({ index: 0, delta, finish_reason: null }), ...STREAM.slice(CHUNKS.length)],
    });
    const { partialObjectStream } = loaded.ai.streamObject(
      ask({ schema: loaded.ai.jsonSchema(CITY), mode: 'json' }),
    );
    for await (const part of partialObjectStream) expect(part).toBeDefined();
    const spans = await calls();
    expect(spans.map(({ attributes }) => attributes)).toEqual([
      expect.objectContaining({ ...USAGE, 'gen_ai.output.type': 'json' }),
      expect.objectContaining({ ...USAGE, 'gen_ai.output.type': 'json' }),
    ]);
  });

  it('books embeddings, one call for each request', async () => {
    const model = openai.textEmbeddingModel('text-embedding-3-small');
    await loaded.ai.embed({ model, value: 'one' });
    await loaded.ai.embedMany({ model, values: ['two', 'three'] });
    const spans = await calls();
    expect(spans.map(({ name }) => name)).toEqual([
      'embeddings text-embedding-3-small',
      'embeddings text-embedding-3-small',
    ]);
    const tokens = spans.map(({ attributes }) => Number(attributes['gen_ai.usage.input_tokens']));
    expect(tokens[0]).toBeGreaterThan(0);
    expect(server.requests).toHaveLength(2);
  });

  it('reads the Responses API', async () => {
    await loaded.ai.generateText(ask({ model: openai.responses(MODEL) }));
    await textOf(loaded.ai.streamText(ask({ model: openai.responses(MODEL) })));
    const spans = await calls();
    expect(spans).toHaveLength(2);
    for (const { attributes } of spans) {
      expect(attributes).toMatchObject({
        'openai.api.type': 'responses',
        'costspan.price.state': 'priced',
        'gen_ai.response.id': expect.stringMatching(/^resp_/) as string,
      });
    }
    expect(live.sink.metricValue('costspan.calls')).toBe(2);
  });

  it('follows a loop of tools to its depth', async () => {
    const places: string[] = [];
    const weather = {
      description: 'The weather',
      parameters: loaded.ai.jsonSchema(CITY),
      inputSchema: loaded.ai.jsonSchema(CITY),
      execute: ({ city }: { city: string }) => Promise.resolve(`sunny ${places.push(city)}`),
    };
    const { steps } = await loaded.ai.generateText(
      ask({ tools: { weather }, maxSteps: 5, stopWhen: loaded.ai.stepCountIs?.(5) }),
    );
    expect(steps).toHaveLength(2);
    expect(places).toHaveLength(1);
    const spans = await calls();
    expect(spans.map(({ attributes }) => attributes['costspan.loop.depth'])).toEqual([1, 2]);
  });

  it('tells an error of the provider', async () => {
    server.next({ status: 500, json: { error: { message: 'no', type: 'server_error' } } });
    await expect(loaded.ai.generateText(ask())).rejects.toThrow('no');
    const [span] = await calls();
    expect(span?.attributes).toMatchObject({ 'error.type': 'APICallError' });
    expect(span?.status.code).toBe('error');
    expect(live.sink.metricValue('costspan.calls', { 'costspan.call.outcome': 'error' })).toBe(1);
  });

  it('counts a retry of the SDK once', async () => {
    const headers = { 'retry-after-ms': '1', 'retry-after': '0' };
    server.next({ status: 500, headers, json: { error: { message: 'no' } } }, { json: COMPLETION });
    const { text } = await loaded.ai.generateText(ask({ maxRetries: 1 }));
    expect(text).toBe('Hello');
    const spans = await calls();
    expect(spans.map(({ attributes }) => attributes['costspan.retry.count'])).toEqual([
      undefined,
      1,
    ]);
    expect(spans.map(({ attributes }) => attributes['costspan.loop.depth'])).toEqual([1, 1]);
    expect(live.sink.metricValue('costspan.retries')).toBe(1);
  }, 15_000);

  it('ends a stream that the application leaves', async () => {
    server.next({ sse: STREAM, hangAfter: 3 });
    const abort = new AbortController();
    const { textStream } = loaded.ai.streamText(
      ask({ abortSignal: abort.signal, onError: () => undefined }),
    );
    const iterator = textStream[Symbol.asyncIterator]();
    await iterator.next();
    abort.abort();
    await Promise.allSettled([iterator.next(), iterator.next(), iterator.next()]);
    await live.sink.waitFor(async () => (await calls()).length === 1);
    const [span] = await calls();
    expect(span?.attributes['costspan.usage.source']).toBe('estimated');
    expect(live.sink.metricValue('costspan.calls', { 'costspan.call.outcome': 'aborted' })).toBe(1);
  });

  it('keeps callers apart', async () => {
    server.always('/chat/completions', ({ body }) =>
      (body as { stream?: boolean }).stream === true ? { sse: STREAM } : { json: COMPLETION },
    );
    const teams = Array.from({ length: 200 }, (_, index) => `team-${index % 20}`);
    await Promise.all(
      teams.map((team, index) =>
        withAttribution({ team }, async () => {
          if (index % 2 === 0) await loaded.ai.generateText(ask());
          else await textOf(loaded.ai.streamText(ask()));
        }),
      ),
    );
    await live.flush();
    for (const team of new Set(teams)) {
      expect(live.sink.metricValue('costspan.calls', { 'costspan.team': team })).toBe(10);
    }
    expect(JSON.stringify(server.requests.map(({ headers }) => headers))).not.toContain('team-');
  }, 30_000);

  it('books once beside the spans of the SDK itself', async () => {
    server.next({ json: COMPLETION }, { sse: STREAM });
    const experimental_telemetry = { isEnabled: true };
    await loaded.ai.generateText(ask({ experimental_telemetry }));
    await textOf(loaded.ai.streamText(ask({ experimental_telemetry })));
    const own = await calls();
    expect(own).toHaveLength(2);
    expect(live.sink.metricValue('costspan.calls')).toBe(2);
    expect(live.sink.metricValue('costspan.cost.usd')).toBeCloseTo(0.01, 12);
    const priced = live.sink.spans.filter(
      ({ attributes }) => 'gen_ai.usage.cost.amount' in attributes,
    );
    expect(priced).toEqual(own);
    const theirs = live.sink.spans.filter(({ scope }) => scope.name === 'ai');
    // 7 has none of its own any more.
    expect(theirs.length > 0).toBe(copy.major < 7);
  });

  it('sends nothing that a limit forbids', async () => {
    const denial = Object.assign(new Error('too dear'), { [Symbol.for('costspan.error')]: true });
    const { calls: observer } = processPipeline();
    setCallObserver(
      Object.assign(Object.create(observer) as typeof observer, {
        admit: () => denial,
        callStarted: observer.callStarted.bind(observer),
        callEnded: observer.callEnded.bind(observer),
        internalError: observer.internalError.bind(observer),
      }),
    );
    await expect(loaded.ai.generateText(ask({ maxRetries: 2 }))).rejects.toBe(denial);
    let streamed: unknown;
    await textOf(
      loaded.ai.streamText(
        ask({
          onError: ({ error }: { error: unknown }) => {
            streamed = error;
          },
        }),
      ),
    ).catch((error: unknown) => {
      streamed ??= error;
    });
    expect(streamed).toBe(denial);
    expect(server.requests).toEqual([]);
    await live.flush();
    expect(live.sink.metricValue('costspan.calls', { 'costspan.call.outcome': 'blocked' })).toBe(2);
  });

  it('sends what a budget made of the request', async () => {
    const { calls: observer } = processPipeline();
    const { admit } = observer;
    observer.admit = (call) => {
      call.sendModel = 'gpt-4o-mini';
      call.sendMaxOutputTokens = 50;
      return admit.call(observer, call);
    };
    await loaded.ai.generateText(ask());
    await textOf(loaded.ai.streamText(ask()));
    const sent = server.requests.map(({ body }) => body);
    expect(sent).toMatchObject([
      { model: 'gpt-4o-mini', max_tokens: 50 },
      { model: 'gpt-4o-mini', max_tokens: 50 },
    ]);
    const spans = await calls();
    for (const { attributes } of spans) {
      expect(attributes).toMatchObject({
        'gen_ai.request.model': 'gpt-4o-mini',
        'gen_ai.request.max_tokens': 50,
      });
    }
  });
});
