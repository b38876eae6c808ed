import { createRequire } from 'node:module';
import type * as ChatModels from '@langchain/core/language_models/chat_models';
import type * as Messages from '@langchain/core/messages';
import type * as Outputs from '@langchain/core/outputs';
import type * as Tools from '@langchain/core/tools';
import type * as LangGraph from '@langchain/langgraph';
import type * as Prebuilt from '@langchain/langgraph/prebuilt';
import type * as LangChainOpenAi from '@langchain/openai';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { setCallObserver } from '../../instrumentation/core/index.ts';
import { openCallCount } from '../../instrumentation/core/call/open-calls.ts';
import type { LoadedSdk, SdkInstrumentation } from '../../instrumentation/core/sdk.ts';
import { langchainCore, langgraph } from '../../instrumentation/langchain/index.ts';
import { withAttribution } from '../../processor/node/attribution/index.ts';
import { processPipeline } from '../../processor/node/process-pipeline.ts';
import { type LivePipeline, startLivePipeline, watchCopy } from '../scenarios/live-pipeline.ts';
import type { SinkSpan } from '../support/otlp-sink.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';

const require = createRequire(import.meta.url);
const CITY = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
} as const satisfies object;

type Format = LoadedSdk['format'];

async function load(name: string, format: Format): Promise<unknown> {
  return format === 'esm' ? await import(name) : require(name);
}

/** Watches modules of a package by their path in it, as a module hook would. */
async function patch(
  sdk: SdkInstrumentation,
  folder: string,
  paths: readonly string[],
  format: Format,
): Promise<readonly string[]> {
  const patched: string[] = [];
  for (const path of paths) {
    const file = require
      .resolve(`${folder}/package.json`)
      .replace('package.json', `${path}.${format === 'esm' ? 'js' : 'cjs'}`);
    const moduleExports = await load(file, format);
    const { packageName } = sdk;
    const report = sdk.patch({ packageName, version: '1', path: file, format, moduleExports });
    patched.push(...report.patched);
  }
  return patched;
}

const CORE_MODULES = [
  'dist/tools/index',
  'dist/language_models/chat_models',
  'dist/language_models/llms',
];

interface Spans {
  readonly calls: readonly SinkSpan[];
  readonly structure: readonly SinkSpan[];
}

async function spansOf(live: LivePipeline): Promise<Spans> {
  await live.flush();
  const { spans } = live.sink;
  return {
    calls: spans.filter(({ scope }) => scope.name === 'costspan'),
    structure: spans.filter(({ scope }) => scope.name === 'costspan/structure'),
  };
}

describe.each(['esm', 'commonjs'] as const)('LangGraph over the openai SDK, %s', (format) => {
  let live: LivePipeline;
  let server: ProviderServer;
  let graphs: typeof LangGraph & typeof Prebuilt;
  let tools: typeof Tools;
  let model: LangChainOpenAi.ChatOpenAI;

  beforeAll(async () => {
    server = await startProviderServer();
    expect(await patch(langchainCore, '@langchain/core', CORE_MODULES, format)).toEqual([
      'StructuredTool',
      'BaseChatModel',
      'BaseLLM',
    ]);
    expect(await patch(langgraph, '@langchain/langgraph', ['dist/pregel/index'], format)).toEqual([
      'Pregel',
    ]);
    watchCopy('openai', 'openai', await load('openai', format));
    graphs = {
      ...((await load('@langchain/langgraph', format)) as typeof LangGraph),
      ...((await load('@langchain/langgraph/prebuilt', format)) as typeof Prebuilt),
    };
    tools = (await load('@langchain/core/tools', format)) as typeof Tools;
    const { ChatOpenAI } = (await load('@langchain/openai', format)) as typeof LangChainOpenAi;
    const configuration = { baseURL: server.openaiUrl };
    model = new ChatOpenAI({ model: 'gpt-4o', apiKey: 'test', maxRetries: 0, configuration });
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

  const ASK = { messages: [{ role: 'user', content: 'How is it in Kyiv?' }] };

  function agentWith(run: () => Promise<string>, name = 'forecaster') {
    const weather = tools.tool(run, { name: 'weather', description: 'Weather', schema: CITY });
    return graphs.createReactAgent({ llm: model, tools: [weather], name });
  }

  const sunny = (): Promise<string> => {
    live.tracer.startSpan('inside the tool').end();
    return Promise.resolve('sunny');
  };

  it.each([
    ['invoke', (agent: ReturnType<typeof agentWith>) => agent.invoke(ASK)],
    [
      'stream',
      async (agent: ReturnType<typeof agentWith>) => {
        for await (const step of await agent.stream(ASK)) expect(step).toBeDefined();
      },
    ],
    [
      'stream of messages',
      async (agent: ReturnType<typeof agentWith>) => {
        const stream = await agent.stream(ASK, { streamMode: 'messages' });
        for await (const step of stream) expect(step).toBeDefined();
      },
    ],
    [
      'events',
      async (agent: ReturnType<typeof agentWith>) => {
        const events = agent.streamEvents(ASK, { version: 'v2' });
        for await (const event of events) expect(event).toBeDefined();
      },
    ],
  ])('shows an agent with its tools and books each call once: %s', async (_, run) => {
    await run(agentWith(sunny));
    const { calls, structure } = await spansOf(live);
    expect(structure.map(({ name }) => name).toSorted()).toEqual([
      'execute_tool weather',
      'invoke_agent forecaster',
    ]);
    const agent = structure.find(({ name }) => name.startsWith('invoke_agent'));
    const tool = structure.find(({ name }) => name.startsWith('execute_tool'));
    expect(agent?.attributes).toMatchObject({
      'gen_ai.agent.name': 'forecaster',
      'costspan.run.inference_calls': 2,
      'costspan.run.tool_calls': 1,
    });
    expect(tool?.attributes['gen_ai.tool.call.id']).toMatch(/^call_/);
    expect(calls.map(({ attributes }) => attributes['costspan.loop.depth'])).toEqual([1, 2]);
    for (const span of [...calls, tool]) expect(span?.parentSpanId).toBe(agent?.spanId);
    const inner = live.sink.spans.find(({ name }) => name === 'inside the tool');
    expect(inner?.parentSpanId).toBe(tool?.spanId);
    expect(live.sink.metricValue('costspan.calls')).toBe(2);
    expect(live.sink.metricValue('costspan.internal.errors')).toBeUndefined();
  });

  it('ends an agent whose stream is left', async () => {
    const stream = await agentWith(sunny).stream(ASK);
    for await (const step of stream) {
      expect(step).toBeDefined();
      break;
    }
    await live.sink.waitFor(async () => (await spansOf(live)).structure.length > 0);
  });

  it('shows a tool that failed', async () => {
    await agentWith(() => Promise.reject(new RangeError('no'))).invoke(ASK);
    const { structure } = await spansOf(live);
    const tool = structure.find(({ name }) => name.startsWith('execute_tool'));
    expect(tool?.attributes['error.type']).toBe('RangeError');
    expect(tool?.status.code).toBe('error');
  });

  it('runs no tool that a limit forbids', async () => {
    const denial = new Error('too many tools');
    processPipeline().calls.toolStarting = () => denial;
    let ran = 0;
    const { messages } = await agentWith(() => Promise.resolve(`${++ran}`)).invoke(ASK);
    expect(ran).toBe(0);
    expect(JSON.stringify(messages)).toContain('too many tools');
    expect((await spansOf(live)).structure.map(({ name }) => name)).toEqual([
      'invoke_agent forecaster',
    ]);
  });

  it('takes a graph without tools for a workflow, and nests agents in it', async () => {
    const { StateGraph, MessagesAnnotation, START, END } = graphs;
    const inner = agentWith(sunny, 'inner');
    const graph = new StateGraph(MessagesAnnotation)
      .addNode('classify', async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
      .addNode('answer', (state) => inner.invoke(state as unknown as typeof ASK))
      .addEdge(START, 'classify')
      .addEdge('classify', 'answer')
      .addEdge('answer', END)
      .compile({ name: 'triage' });
    await graph.invoke(ASK, { configurable: { thread_id: 'thread-7' } });
    const { calls, structure } = await spansOf(live);
    const workflow = structure.find(({ name }) => name === 'invoke_workflow triage');
    const agent = structure.find(({ name }) => name === 'invoke_agent inner');
    expect(workflow?.attributes['gen_ai.conversation.id']).toBe('thread-7');
    expect(agent?.parentSpanId).toBe(workflow?.spanId);
    expect(workflow?.attributes['costspan.run.inference_calls']).toBe(calls.length);
    expect(calls[0]?.parentSpanId).toBe(workflow?.spanId);
    expect(calls.at(-1)?.parentSpanId).toBe(agent?.spanId);
  });

  it('tells an error of the provider and gives the application that very error', async () => {
    server.next({ status: 500, json: { error: { message: 'no' } } });
    await expect(agentWith(sunny).invoke(ASK)).rejects.toThrow('no');
    const { calls, structure } = await spansOf(live);
    expect(calls).toHaveLength(1);
    expect(structure[0]?.status.code).toBe('error');
  });

  it('keeps 200 callers apart', async () => {
    const teams = Array.from({ length: 200 }, (_, index) => `team-${index % 20}`);
    await Promise.all(
      teams.map((team) => withAttribution({ team }, () => model.invoke('How is it?'))),
    );
    await live.flush();
    for (const team of new Set(teams)) {
      expect(live.sink.metricValue('costspan.calls', { 'costspan.team': team })).toBe(10);
    }
  }, 30_000);

  it('does nothing while nobody hears of calls', async () => {
    setCallObserver(undefined);
    const { messages } = await agentWith(sunny).invoke(ASK);
    expect(messages).toHaveLength(4);
    const { calls, structure } = await spansOf(live);
    expect([...calls, ...structure]).toEqual([]);
  });
});

describe.each([
  ['1 ESM', '@langchain/core', 'esm'],
  ['1 CommonJS', '@langchain/core', 'commonjs'],
  ['0.3 ESM', 'langchain-core03', 'esm'],
  ['0.3 CommonJS', 'langchain-core03', 'commonjs'],
] as const)('LangChain %s without an SDK that is watched', (_, folder, format) => {
  let live: LivePipeline;
  let OwnModel: new () => {
    invoke(input: string): Promise<{ readonly content: unknown }>;
    stream(input: string): Promise<AsyncIterable<{ readonly content: unknown }>>;
  };
  let failure: Error | undefined;
  let tools: typeof Tools;

  beforeAll(async () => {
    await patch(langchainCore, folder, CORE_MODULES, format);
    tools = (await load(`${folder}/tools`, format)) as typeof Tools;
    const { AIMessage, AIMessageChunk } = (await load(
      `${folder}/messages`,
      format,
    )) as typeof Messages;
    const { ChatGenerationChunk } = (await load(`${folder}/outputs`, format)) as typeof Outputs;
    const { BaseChatModel } = (await load(
      `${folder}/language_models/chat_models`,
      format,
    )) as typeof ChatModels;
    const usage = {
      input_tokens: 100,
      output_tokens: 50,
      total_tokens: 150,
      input_token_details: { cache_read: 40 },
      output_token_details: { reasoning: 20 },
    };
    class ChatOwn extends BaseChatModel {
      readonly model = 'gpt-4o';

      constructor() {
        super({ maxRetries: 0 });
      }

      override getLsParams() {
        return { ls_provider: 'openai', ls_model_name: this.model, ls_model_type: 'chat' as const };
      }

      override _llmType(): string {
        return 'own';
      }

      override _generate() {
        if (failure !== undefined) return Promise.reject(failure);
        const response_metadata = { finish_reason: 'stop', model_name: 'gpt-4o-2024-08-06' };
        const message = new AIMessage({ content: 'Hello', response_metadata });
        Object.assign(message, { usage_metadata: usage });
        return Promise.resolve({ generations: [{ text: 'Hello', message }] });
      }

      override async *_streamResponseChunks() {
        await Promise.resolve();
        for (const text of ['Hel', 'lo']) {
          yield new ChatGenerationChunk({
            text,
            message: new AIMessageChunk({ content: text }),
          });
        }
        const message = new AIMessageChunk({ content: '' });
        Object.assign(message, { usage_metadata: usage });
        yield new ChatGenerationChunk({ text: '', message });
      }
    }
    OwnModel = ChatOwn;
  });
  beforeEach(async () => {
    failure = undefined;
    live = await startLivePipeline();
  });
  afterEach(async () => {
    await live.stop();
    expect(openCallCount()).toBe(0);
  });

  const USAGE = {
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.usage.input_tokens': 100,
    'gen_ai.usage.cache_read.input_tokens': 40,
    'gen_ai.usage.output_tokens': 50,
    'gen_ai.usage.reasoning.output_tokens': 20,
    'costspan.usage.source': 'provider',
    // 60 × 2.5 + 40 × 1.25 + 50 × 10, a million.
    'gen_ai.usage.cost.amount': 0.0007,
  };

  it('books a whole answer by what the model tells', async () => {
    expect((await new OwnModel().invoke('Hi')).content).toBe('Hello');
    const { calls } = await spansOf(live);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.attributes).toMatchObject({
      ...USAGE,
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.response.model': 'gpt-4o-2024-08-06',
    });
  });

  it('books a stream by what the model tells', async () => {
    let text = '';
    for await (const { content } of await new OwnModel().stream('Hi')) text += String(content);
    expect(text).toBe('Hello');
    const { calls } = await spansOf(live);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.attributes).toMatchObject({ ...USAGE, 'gen_ai.request.stream': true });
  });

  it('estimates what a stream that is left has used', async () => {
    for await (const { content } of await new OwnModel().stream('Hi')) {
      expect(content).toBe('Hel');
      break;
    }
    await live.sink.waitFor(async () => (await spansOf(live)).calls.length > 0);
    const { calls } = await spansOf(live);
    expect(calls[0]?.attributes['costspan.usage.source']).toBe('estimated');
    expect(live.sink.metricValue('costspan.calls', { 'costspan.call.outcome': 'aborted' })).toBe(1);
  });

  it('tells the error of the model', async () => {
    failure = new RangeError('no');
    await expect(new OwnModel().invoke('Hi')).rejects.toBe(failure);
    const { calls } = await spansOf(live);
    expect(calls.map(({ attributes }) => attributes['error.type'])).toEqual(['RangeError']);
  });

  it('shows tools, also those that are called by hand', async () => {
    const about = { name: 'weather', description: 'Weather', schema: CITY };
    const weather = tools.tool(() => Promise.resolve('sunny'), about);
    expect(await weather.invoke({ city: 'Kyiv' })).toBe('sunny');
    const { structure } = await spansOf(live);
    expect(structure.map(({ name }) => name)).toEqual(['execute_tool weather']);
    expect(structure[0]?.attributes['gen_ai.tool.name']).toBe('weather');
  });
});
