import { createRequire } from 'node:module';
import type * as Agents from '@openai/agents';
import type * as OpenAi from 'openai';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { openaiAgents } from '../../instrumentation/openai-agents/index.ts';
import { setCallObserver } from '../../instrumentation/core/index.ts';
import { openCallCount } from '../../instrumentation/core/call/open-calls.ts';
import { withAttribution } from '../../processor/node/attribution/index.ts';
import { type LivePipeline, startLivePipeline, watchCopy } from '../scenarios/live-pipeline.ts';
import type { SinkSpan } from '../support/otlp-sink.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';

const require = createRequire(import.meta.url);

const CITY = {
  type: 'object' as const,
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false as const,
};

describe.each(['esm', 'commonjs'] as const)('OpenAI Agents, %s', (format) => {
  let live: LivePipeline;
  let server: ProviderServer;
  let agents: typeof Agents;

  async function load(name: string): Promise<unknown> {
    return format === 'esm' ? await import(name) : require(name);
  }

  beforeAll(async () => {
    server = await startProviderServer();
    const { packageName } = openaiAgents;
    const moduleExports = await load('@openai/agents-core');
    openaiAgents.patch({ packageName, version: '0.20.0', path: '', format, moduleExports });
    const openai = (await load('openai')) as typeof OpenAi;
    watchCopy('openai', 'openai', openai);
    agents = (await load('@openai/agents')) as typeof Agents;
    // The exporter to OpenAI goes, ours stays.
    agents.setTraceProcessors([]);
    // Off by default in tests.
    agents.setTracingDisabled(false);
    const client = new openai.OpenAI({ apiKey: 'test', baseURL: server.openaiUrl, maxRetries: 0 });
    agents.setDefaultOpenAIClient(client);
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    live = await startLivePipeline();
  });
  afterEach(async () => {
    await live.stop();
    server.reset();
    agents.setOpenAIAPI('responses');
    agents.setTracingDisabled(false);
    expect(openCallCount()).toBe(0);
  });

  function forecaster(execute: () => Promise<string> = sunny, name = 'forecaster') {
    const tool = agents.tool({ name: 'weather', description: 'd', parameters: CITY, execute });
    return new agents.Agent({ name, instructions: 'Be brief.', tools: [tool], model: 'gpt-4o' });
  }

  const sunny = (): Promise<string> => {
    live.tracer.startSpan('inside the tool').end();
    return Promise.resolve('sunny');
  };

  async function spans(): Promise<Record<'calls' | 'structure', readonly SinkSpan[]>> {
    await live.flush();
    const { spans: all } = live.sink;
    return {
      calls: all.filter(({ scope }) => scope.name === 'costspan'),
      structure: all.filter(({ scope }) => scope.name === 'costspan/structure'),
    };
  }

  it.each([
    ['responses', false],
    ['responses', true],
    ['chat_completions', false],
    ['chat_completions', true],
  ] as const)(
    'shows an agent with its tools and books each call once: %s, stream: %s',
    async (api, stream) => {
      agents.setOpenAIAPI(api);
      if (stream) {
        const result = await agents.run(forecaster(), 'Weather?', { stream });
        for await (const event of result) expect(event).toBeDefined();
        await result.completed;
      } else {
        await agents.run(forecaster(), 'Weather?');
      }
      const { calls, structure } = await spans();
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
        'costspan.run.max_loop_depth': 2,
      });
      for (const span of [...calls, tool]) expect(span?.parentSpanId).toBe(agent?.spanId);
      expect(calls.map(({ attributes }) => attributes['costspan.loop.depth'])).toEqual([1, 2]);
      const inner = live.sink.spans.find(({ name }) => name === 'inside the tool');
      expect(inner?.parentSpanId).toBe(tool?.spanId);
      expect(live.sink.metricValue('costspan.calls')).toBe(2);
      expect(live.sink.metricValue('costspan.internal.errors')).toBeUndefined();
    },
  );

  it('shows one agent after the other in a workflow with a name', async () => {
    const second = new agents.Agent({ name: 'second', instructions: 'x', model: 'gpt-4o' });
    const first = new agents.Agent({
      name: 'first',
      instructions: 'x',
      model: 'gpt-4o',
      handoffs: [second],
    });
    await live.tracer.startActiveSpan('request', async (request) => {
      await agents.withTrace('triage', () => agents.run(first, 'Help'));
      request.end();
    });
    const { calls, structure } = await spans();
    const byName = new Map(structure.map((span) => [span.name, span]));
    expect([...byName.keys()].toSorted()).toEqual([
      'invoke_agent first',
      'invoke_agent second',
      'invoke_workflow triage',
    ]);
    const workflow = byName.get('invoke_workflow triage');
    expect(calls.map(({ parentSpanId }) => parentSpanId)).toEqual([
      byName.get('invoke_agent first')?.spanId,
      byName.get('invoke_agent second')?.spanId,
    ]);
    expect(byName.get('invoke_agent second')?.parentSpanId).toBe(workflow?.spanId);
    const request = live.sink.spans.find(({ name }) => name === 'request');
    expect(workflow?.parentSpanId).toBe(request?.spanId);
    expect(workflow?.attributes['costspan.run.inference_calls']).toBe(2);
  });

  it('nests an agent that is another one’s tool', async () => {
    const inner = new agents.Agent({ name: 'inner', instructions: 'x', model: 'gpt-4o' });
    const outer = new agents.Agent({
      name: 'outer',
      instructions: 'x',
      model: 'gpt-4o',
      tools: [inner.asTool({ toolName: 'ask_inner', toolDescription: 'd' })],
    });
    await agents.run(outer, 'Help');
    const { calls, structure } = await spans();
    const nested = structure.find(({ name }) => name === 'invoke_agent inner');
    const tool = structure.find(({ name }) => name === 'execute_tool ask_inner');
    expect(nested?.parentSpanId).toBe(tool?.spanId);
    const depths = calls.map(({ attributes }) => attributes['costspan.agent.depth']);
    expect(depths).toEqual([1, 2, 1]);
  });

  it('shows what failed', async () => {
    server.next({ status: 500, json: { error: { message: 'no' } } });
    await expect(agents.run(forecaster(), 'Weather?')).rejects.toThrow('no');
    const { calls, structure } = await spans();
    expect(calls.map(({ status }) => status.code)).toEqual(['error']);
    expect(structure.map(({ name }) => name)).toEqual(['invoke_agent forecaster']);
    expect(live.sink.metricValue('costspan.calls', { 'costspan.call.outcome': 'error' })).toBe(1);
  });

  it('books a model of the application’s own by what its span tells', async () => {
    const usage = { input_tokens: 100, output_tokens: 50 };
    const model: Agents.Model = {
      getResponse: () =>
        agents.withGenerationSpan((span) => {
          Object.assign(span.spanData, { model: 'gpt-4o', usage });
          const content = [{ type: 'output_text' as const, text: 'Hello' }];
          return Promise.resolve({
            usage: new agents.Usage(),
            output: [{ type: 'message', role: 'assistant', status: 'completed', content }],
          });
        }),
      getStreamedResponse: () => {
        throw new Error('not asked for');
      },
    };
    const agent = new agents.Agent({ name: 'own', instructions: 'x', model });
    expect((await agents.run(agent, 'Hi')).finalOutput).toBe('Hello');
    const { calls, structure } = await spans();
    expect(calls).toHaveLength(1);
    expect(calls[0]?.parentSpanId).toBe(structure[0]?.spanId);
    expect(calls[0]?.attributes).toMatchObject({
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 50,
      // 100 × 2.5 + 50 × 10, a million.
      'gen_ai.usage.cost.amount': 0.00075,
    });
  });

  it('books calls though the application switched the tracing of agents off', async () => {
    agents.setTracingDisabled(true);
    await agents.run(forecaster(), 'Weather?');
    const { calls, structure } = await spans();
    expect(structure).toEqual([]);
    expect(calls.map(({ attributes }) => attributes['costspan.loop.depth'])).toEqual([1, 2]);
  });

  it('keeps 200 callers apart', async () => {
    const teams = Array.from({ length: 200 }, (_, index) => `team-${index % 20}`);
    const agent = new agents.Agent({ name: 'plain', instructions: 'x', model: 'gpt-4o' });
    await Promise.all(
      teams.map((team) => withAttribution({ team }, () => agents.run(agent, 'Hi'))),
    );
    const { structure } = await spans();
    for (const team of new Set(teams)) {
      expect(live.sink.metricValue('costspan.calls', { 'costspan.team': team })).toBe(10);
    }
    expect(structure).toHaveLength(200);
    for (const { attributes } of structure) {
      expect(attributes['costspan.run.inference_calls']).toBe(1);
    }
  }, 30_000);

  it('does nothing while nobody hears of calls', async () => {
    setCallObserver(undefined);
    await agents.run(forecaster(), 'Weather?');
    const { calls, structure } = await spans();
    expect([...calls, ...structure]).toEqual([]);
  });
});
