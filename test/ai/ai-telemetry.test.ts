import * as ai from 'ai';
import * as anthropic from '@ai-sdk/anthropic';
import * as openai from '@ai-sdk/openai';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { setCallObserver } from '../../instrumentation/core/index.ts';
import { openCallCount } from '../../instrumentation/core/call/open-calls.ts';
import { processPipeline } from '../../processor/node/process-pipeline.ts';
import { type LivePipeline, startLivePipeline } from '../scenarios/live-pipeline.ts';
import type { SinkSpan } from '../support/otlp-sink.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { patch } from './copies.ts';

const NUMBERS = ai.jsonSchema<{ n: number }>({
  type: 'object',
  properties: { n: { type: 'number' } },
  required: ['n'],
});

const USAGE = {
  inputTokens: { total: 100, noCache: 60, cacheRead: 40, cacheWrite: undefined },
  outputTokens: { total: 50, text: 30, reasoning: 20 },
};
const FINISH = { unified: 'stop', raw: 'end' };

/** A model of the application's own, of no class that is watched. */
const ownModel = {
  specificationVersion: 'v4',
  provider: 'openai.chat',
  modelId: 'gpt-4o',
  supportedUrls: {},
  doGenerate: () =>
    Promise.resolve({
      content: [{ type: 'text', text: 'Hello' }],
      finishReason: FINISH,
      usage: USAGE,
      response: { id: 'own-1', modelId: 'gpt-4o-2024-08-06' },
      warnings: [],
    }),
  doStream: () =>
    Promise.resolve({
      stream: new ReadableStream({
        start(controller) {
          controller.enqueue({ type: 'stream-start', warnings: [] });
          controller.enqueue({ type: 'response-metadata', id: 'own-2' });
          controller.enqueue({ type: 'text-start', id: '0' });
          controller.enqueue({ type: 'text-delta', id: '0', delta: 'Hello' });
          controller.enqueue({ type: 'text-end', id: '0' });
          controller.enqueue({ type: 'finish', finishReason: FINISH, usage: USAGE });
          controller.close();
        },
      }),
    }),
} as unknown as ai.LanguageModel;

const ownEmbeddings = {
  specificationVersion: 'v4',
  provider: 'openai.embedding',
  modelId: 'text-embedding-3-small',
  maxEmbeddingsPerCall: 10,
  supportsParallelCalls: false,
  doEmbed: () => Promise.resolve({ embeddings: [[1]], usage: { tokens: 7 }, warnings: [] }),
} as unknown as ai.EmbeddingModel;

describe('AI SDK 7 beside its telemetry channel', () => {
  let live: LivePipeline;
  let server: ProviderServer;
  let model: ai.LanguageModel;

  beforeAll(async () => {
    server = await startProviderServer();
    expect(patch('ai', 'ai', 'esm', ai)).toContain('ai:telemetry');
    patch('@ai-sdk/openai', '@ai-sdk/openai', 'esm', openai);
    patch('@ai-sdk/anthropic', '@ai-sdk/anthropic', 'esm', anthropic);
    model = openai.createOpenAI({ apiKey: 'test', baseURL: server.openaiUrl }).chat('gpt-4o');
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

  async function spans(): Promise<Record<'calls' | 'structure', readonly SinkSpan[]>> {
    await live.flush();
    const { spans: all } = live.sink;
    return {
      calls: all.filter(({ scope }) => scope.name === 'costspan'),
      structure: all.filter(({ scope }) => scope.name === 'costspan/structure'),
    };
  }

  const ask = { model: ownModel, prompt: 'Hi', maxRetries: 0 };

  it.each([
    ['whole', async () => (await ai.generateText({ model, ...tools() })).text],
    ['streamed', () => ai.streamText({ model, ...tools() }).text],
  ])('shows an agent with its tools: %s', async (_, run) => {
    expect(await run()).not.toBe('');
    const { calls, structure } = await spans();
    const agent = structure.find(({ name }) => name === 'invoke_agent counter');
    const tool = structure.find(({ name }) => name === 'execute_tool add');
    expect(structure).toHaveLength(2);
    expect(agent?.attributes).toMatchObject({
      'gen_ai.agent.name': 'counter',
      'costspan.run.inference_calls': 2,
      'costspan.run.tool_calls': 1,
      'costspan.run.max_loop_depth': 2,
    });
    expect(tool?.attributes).toMatchObject({
      'gen_ai.tool.name': 'add',
      'gen_ai.tool.call.id': expect.stringMatching(/^call_/) as string,
    });
    expect(calls.map(({ attributes }) => attributes['costspan.loop.depth'])).toEqual([1, 2]);
    for (const span of [...calls, tool]) expect(span?.parentSpanId).toBe(agent?.spanId);
    // What the tool does is inside it.
    const inner = live.sink.spans.find(({ name }) => name === 'inside the tool');
    expect(inner?.parentSpanId).toBe(tool?.spanId);
    expect(live.sink.metricValue('costspan.calls')).toBe(2);
  });

  function tools() {
    return {
      prompt: 'Add',
      telemetry: { functionId: 'counter' },
      stopWhen: ai.isStepCount(5),
      tools: {
        add: ai.tool({
          description: 'Adds',
          inputSchema: NUMBERS,
          execute: () => {
            live.tracer.startSpan('inside the tool').end();
            return Promise.resolve('3');
          },
        }),
      },
    } as const;
  }

  it('shows a tool that failed, and goes on', async () => {
    const failing = ai.tool({
      description: 'Adds',
      inputSchema: NUMBERS,
      execute: (): Promise<string> => Promise.reject(new RangeError('no')),
    });
    await ai.generateText({ model, ...tools(), tools: { add: failing } });
    const { structure } = await spans();
    const tool = structure.find(({ name }) => name === 'execute_tool add');
    expect(tool?.attributes['error.type']).toBe('RangeError');
  });

  it('runs no tool that a limit forbids', async () => {
    const denial = new Error('too many tools');
    const asked: unknown[] = [];
    const toolStarting = (tool: unknown): Error => {
      asked.push(tool);
      return denial;
    };
    processPipeline().calls.toolStarting = toolStarting;
    let ran = 0;
    const counted = ai.tool({
      description: 'Adds',
      inputSchema: NUMBERS,
      execute: () => Promise.resolve(`${++ran}`),
    });
    const { steps } = await ai.generateText({ model, ...tools(), tools: { add: counted } });
    expect(ran).toBe(0);
    expect(asked).toEqual([{ name: 'add', argumentsHash: expect.any(String) as string }]);
    const parts = steps.flatMap(({ content }) => content);
    expect(parts.find(({ type }) => type === 'tool-error')).toMatchObject({ error: denial });
  });

  it.each([
    ['whole', async () => (await ai.generateText(ask)).text],
    ['streamed', () => ai.streamText(ask).text],
  ])('books a model that no class is known of: %s', async (kind, run) => {
    expect(await run()).toBe('Hello');
    const { calls, structure } = await spans();
    expect(structure).toEqual([]);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.attributes).toMatchObject({
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.response.id': kind === 'whole' ? 'own-1' : 'own-2',
      'gen_ai.response.finish_reasons': ['end'],
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.cache_read.input_tokens': 40,
      'gen_ai.usage.output_tokens': 50,
      'gen_ai.usage.reasoning.output_tokens': 20,
      // 60 × 2.5 + 40 × 1.25 + 50 × 10, a million.
      'gen_ai.usage.cost.amount': 0.0007,
      'costspan.usage.source': 'provider',
    });
  });

  it('books embeddings of such a model', async () => {
    await ai.embed({ model: ownEmbeddings, value: 'one' });
    const { calls } = await spans();
    expect(calls.map(({ name }) => name)).toEqual(['embeddings text-embedding-3-small']);
    expect(calls[0]?.attributes['gen_ai.usage.input_tokens']).toBe(7);
  });

  it('tells the failure of such a model', async () => {
    const broken = {
      ...(ownModel as object),
      doGenerate: () => Promise.reject(new RangeError('no')),
    } as unknown as ai.LanguageModel;
    await expect(ai.generateText({ ...ask, model: broken })).rejects.toThrow('no');
    const { calls } = await spans();
    expect(calls[0]?.attributes['error.type']).toBe('RangeError');
  });

  it.each([{ isEnabled: false }, { recordInputs: false, recordOutputs: false }])(
    'books watched models whatever the telemetry settings: %o',
    async (telemetry) => {
      await ai.generateText({ model, prompt: 'Hi', telemetry });
      await ai.streamText({ model, prompt: 'Hi', telemetry }).text;
      const { calls } = await spans();
      expect(calls).toHaveLength(2);
      for (const { attributes } of calls) {
        expect(attributes['costspan.usage.source']).toBe('provider');
      }
    },
  );

  it('reads what Anthropic caches', async () => {
    const provider = anthropic.createAnthropic({ apiKey: 'test', baseURL: `${server.url}/v1` });
    const usage = {
      input_tokens: 100,
      output_tokens: 50,
      cache_read_input_tokens: 1000,
      cache_creation_input_tokens: 300,
      cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 200 },
      service_tier: 'standard',
      server_tool_use: { web_search_requests: 2 },
    };
    const message = {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-5-20250929',
      stop_reason: 'end_turn',
      content: [{ type: 'text', text: 'Hello' }],
      usage,
    };
    server.next({ json: message });
    await ai.generateText({ model: provider('claude-sonnet-4-5'), prompt: 'Hi' });
    const { calls } = await spans();
    expect(calls[0]?.attributes).toMatchObject({
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.response.id': 'msg_1',
      'gen_ai.response.finish_reasons': ['end_turn'],
      'gen_ai.usage.input_tokens': 1400,
      'gen_ai.usage.cache_read.input_tokens': 1000,
      'gen_ai.usage.cache_write.input_tokens': 300,
      'gen_ai.usage.output_tokens': 50,
      // 100 × 3 + 1000 × 0.3 + 100 × 3.75 + 200 × 6 + 50 × 15, a million, and two searches at 0.01.
      'gen_ai.usage.cost.amount': 0.022925,
      'costspan.cost.tools': 0.02,
    });
  });

  it('takes the cost that the AI Gateway states', async () => {
    const { createGateway } = ai;
    patch('@ai-sdk/gateway', 'ai', 'esm', { createGateway });
    const gateway = createGateway({ apiKey: 'test', baseURL: server.url });
    server.next({
      json: {
        content: [{ type: 'text', text: 'Hello' }],
        finishReason: FINISH,
        usage: USAGE,
        providerMetadata: { gateway: { cost: '0.0045', generationId: 'gen_1' } },
        warnings: [],
      },
    });
    const { text } = await ai.generateText({ model: gateway('openai/gpt-4o'), prompt: 'Hi' });
    expect(text).toBe('Hello');
    const { calls } = await spans();
    expect(calls).toHaveLength(1);
    expect(calls[0]?.attributes).toMatchObject({
      'gen_ai.provider.name': 'vercel',
      'gen_ai.request.model': 'openai/gpt-4o',
      'gen_ai.usage.cost.amount': 0.0045,
      'gen_ai.usage.cost.source': 'provider',
    });
  });

  it('does nothing while nobody hears of calls', async () => {
    setCallObserver(undefined);
    expect((await ai.generateText(ask)).text).toBe('Hello');
    expect((await ai.generateText({ model, ...tools() })).text).not.toBe('');
    const { calls, structure } = await spans();
    expect([...calls, ...structure]).toEqual([]);
  });
});
