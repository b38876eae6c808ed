import OpenAI from 'openai';
import * as openaiModule from 'openai';
import Anthropic from '@anthropic-ai/sdk';
import * as anthropicModule from '@anthropic-ai/sdk';
import { context } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  AgentLimitError,
  type AgentEscalation,
  currentRunSignal,
  onEscalate,
  withAttribution,
} from '../../index.ts';
import type { AgentLimitConfig } from '../../processor/governance/config/index.ts';
import { type LivePipeline, startLivePipeline, watchCopy } from '../scenarios/live-pipeline.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';

let live: LivePipeline;
let provider: ProviderServer;
let openai: OpenAI;
let anthropic: Anthropic;

beforeEach(async () => {
  live = await startLivePipeline();
  watchCopy('openai', 'openai', openaiModule);
  watchCopy('anthropic', '@anthropic-ai/sdk', anthropicModule);
  provider = await startProviderServer();
  openai = new OpenAI({ apiKey: 'sk-test', baseURL: provider.openaiUrl, maxRetries: 2 });
  anthropic = new Anthropic({ apiKey: 'sk-test', baseURL: provider.url, maxRetries: 2 });
});
afterEach(async () => {
  await provider.close();
  await live.stop();
});

function limit(...entries: AgentLimitConfig[]): void {
  live.pipeline.governance.agents.configure(entries);
}

/** What arrived of a counter, over the points with these attributes. */
function sumOf(name: string, attributes: Readonly<Record<string, string>>): number {
  let sum = 0;
  for (const point of live.sink.metrics.get(name)?.points ?? []) {
    const fits = Object.entries(attributes).every(
      ([key, value]) => point.attributes[key] === value,
    );
    if (fits && 'value' in point) sum += point.value;
  }
  return sum;
}

const TOOLS = [
  {
    type: 'function' as const,
    function: { name: 'search', parameters: { type: 'object', properties: {} } },
  },
];

/** An answer that asks for `search` with these arguments, and is billed 100 + 20 tokens. */
function asksFor(args: string, name = 'search') {
  return {
    json: {
      id: 'chatcmpl-x',
      object: 'chat.completion',
      created: 1_790_000_000,
      model: 'gpt-4o-2024-08-06',
      choices: [
        {
          index: 0,
          finish_reason: 'tool_calls',
          message: {
            role: 'assistant',
            content: null,
            tool_calls: [{ id: 'call_1', type: 'function', function: { name, arguments: args } }],
          },
        },
      ],
      usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
    },
    billed: { model: 'gpt-4o', usage: { input: 100, output: 20 } },
  };
}

/** The same as chunks, its arguments cut in two. */
function streamsFor(args: string, cutAt: number) {
  return {
    sse: [
      toolChunk({ id: 'c', type: 'function', function: { name: 'search', arguments: '' } }),
      toolChunk({ function: { arguments: args.slice(0, cutAt) } }),
      toolChunk({ function: { arguments: args.slice(cutAt) } }),
      chunk({}, 'tool_calls'),
    ],
  };
}

function toolChunk(call: object) {
  return chunk({ tool_calls: [{ index: 0, ...call }] }, null);
}

function chunk(delta: object, finish: string | null) {
  return {
    id: 'chatcmpl-x',
    object: 'chat.completion.chunk',
    created: 1_790_000_000,
    model: 'gpt-4o',
    choices: [{ index: 0, delta, finish_reason: finish }],
  };
}

/** One step of a loop that somebody wrote by hand. */
function step(): Promise<unknown> {
  return openai.chat.completions.create({
    model: 'gpt-4o',
    messages: [{ role: 'user', content: 'go on' }],
    tools: TOOLS,
  });
}

/** Loops until something stops it, as a runaway does. */
async function runAway(turn: () => Promise<unknown> = step): Promise<{
  readonly turns: number;
  readonly error: AgentLimitError;
}> {
  for (let turns = 0; turns < 200; turns += 1) {
    try {
      await turn();
    } catch (error) {
      if (error instanceof AgentLimitError) return { turns, error };
      throw error;
    }
  }
  throw new Error('nothing stopped it');
}

describe('a runaway without a framework', () => {
  it('is stopped at exactly its inference calls, and other workflows are not', async () => {
    limit({ match: { workflow: 'triage' }, maxInferenceCalls: 7 });
    const { turns, error } = await withAttribution({ workflow: 'triage' }, () => runAway());
    expect(turns).toBe(7);
    expect(provider.bill.calls).toBe(7);
    expect(error).toMatchObject({
      code: 'costspan_agent_limit',
      limit: 'inference_calls',
      limitValue: 7,
      value: 8,
      consumed: { inference_calls: 8 },
    });
    expect(error.message).toContain('7 inference calls');
    await withAttribution({ workflow: 'other' }, async () => {
      for (let call = 0; call < 10; call += 1) await step();
    });
    expect(provider.bill.calls).toBe(17);
    // A new run of the same workflow has an allowance of its own.
    await withAttribution({ workflow: 'triage' }, step);
    expect(provider.bill.calls).toBe(18);
  });

  it('is stopped exactly with calls at the same time', async () => {
    limit({ maxInferenceCalls: 10 });
    const results = await withAttribution({ workflow: 'triage' }, async () =>
      Promise.allSettled(Array.from({ length: 40 }, step)),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    expect(provider.bill.calls).toBe(10);
  });

  it('is stopped by what its conversation proves where no run is known', async () => {
    limit({ maxInferenceCalls: 3 });
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'find it' }];
    provider.always('/chat/completions', asksFor('{"q":1}'));
    const { turns } = await runAway(async () => {
      const answer = await openai.chat.completions.create({ model: 'gpt-4o', messages });
      messages.push(answer.choices[0]!.message, {
        role: 'tool',
        tool_call_id: 'call_1',
        content: 'nothing',
      });
    });
    expect(turns).toBe(3);
  });

  it('is stopped once it has used its tokens', async () => {
    limit({ maxTokens: 500 });
    provider.always('/chat/completions', asksFor('{}'));
    const { turns, error } = await withAttribution({ workflow: 'triage' }, () => runAway());
    expect(turns).toBe(5);
    expect(error).toMatchObject({ limit: 'tokens', limitValue: 500, value: 600 });
  });

  it('is stopped once it has cost its dollars', async () => {
    // 100 input at $2.50 and 20 output at $10 a million: $0.00045 a call.
    limit({ maxCostUsd: 0.0018 });
    provider.always('/chat/completions', asksFor('{}'));
    const { turns, error } = await withAttribution({ workflow: 'triage' }, () => runAway());
    expect(turns).toBe(4);
    expect(error.limit).toBe('cost');
    expect(error.consumed['cost']).toBeCloseTo(0.0018, 12);
  });

  it('never runs more tools than its limit allows', async () => {
    limit({ maxToolCalls: 4 });
    let round = 0;
    provider.always('/chat/completions', () => asksFor(`{"q":${(round += 1)}}`));
    const { turns, error } = await withAttribution({ workflow: 'triage' }, () => runAway());
    expect(turns).toBe(4);
    expect(error).toMatchObject({ limit: 'tool_calls', limitValue: 4, tool: undefined });
  });

  it('never runs one tool more often than that tool may', async () => {
    limit({ maxCallsPerTool: { search: 2, '*': 50 } });
    let round = 0;
    provider.always('/chat/completions', () => {
      round += 1;
      return asksFor(`{"q":${round}}`, round % 2 === 0 ? 'search' : 'read');
    });
    const { turns, error } = await withAttribution({ workflow: 'triage' }, () => runAway());
    expect(turns).toBe(4);
    expect(error).toMatchObject({ limit: 'tool_calls', limitValue: 2, tool: 'search' });
  });

  it.each(['whole', 'streamed'])(
    'is stopped when it repeats a tool call with the same arguments (%s answers)',
    async (kind) => {
      limit({ maxRepeatedToolCalls: 3 });
      const queries = ['a', 'b', 'a', 'c', 'a', 'd', 'e'];
      let round = 0;
      provider.always('/chat/completions', () => {
        const args = `{"q":"${queries[round]}"}`;
        round += 1;
        return kind === 'whole' ? asksFor(args) : streamsFor(args, round);
      });
      const turn =
        kind === 'whole'
          ? step
          : async () => {
              const stream = await openai.chat.completions.create({
                model: 'gpt-4o',
                messages: [{ role: 'user', content: 'go on' }],
                stream: true,
              });
              for await (const _chunk of stream);
            };
      const { turns, error } = await withAttribution({ workflow: 'triage' }, () => runAway(turn));
      expect(turns).toBe(5);
      expect(error).toMatchObject({ limit: 'repeated_tool_calls', value: 3, tool: 'search' });
    },
  );

  it('of Anthropic is stopped for a repeated tool call too, streamed or not', async () => {
    limit({ maxRepeatedToolCalls: 2 });
    const { turns, error } = await withAttribution({ workflow: 'triage' }, () =>
      runAway(() =>
        anthropic.messages.create({
          model: 'claude-sonnet-4-5',
          max_tokens: 64,
          messages: [{ role: 'user', content: 'go on' }],
          tools: [{ name: 'search', input_schema: { type: 'object' } }],
          tool_choice: { type: 'tool', name: 'search' },
        }),
      ),
    );
    expect(error.limit).toBe('repeated_tool_calls');
    expect(turns).toBe(provider.bill.calls);
  });

  it('is stopped by the clock', async () => {
    limit({ maxDurationSeconds: 0.05 });
    const { error } = await withAttribution({ workflow: 'triage' }, () => runAway());
    expect(error).toMatchObject({ limit: 'duration', limitValue: 0.05 });
    expect(error.value).toBeGreaterThanOrEqual(0.05);
  });

  it('may abort what is in flight when its time is up, and that still counts', async () => {
    limit({ maxDurationSeconds: 0.2 });
    provider.next({
      sse: [chunk({ content: 'Once upon a time' }, null)],
      hangAfter: 1,
    });
    await withAttribution({ workflow: 'triage' }, async () => {
      const signal = currentRunSignal();
      const stream = await openai.chat.completions.create(
        { model: 'gpt-4o', messages: [{ role: 'user', content: 'tell' }], stream: true },
        { signal },
      );
      for await (const _chunk of stream);
      expect(signal.aborted).toBe(true);
      expect(signal.reason).toBeInstanceOf(AgentLimitError);
    });
    await live.flush();
    expect(sumOf('costspan.tokens', {})).toBeGreaterThan(0);
    expect(sumOf('costspan.calls', { 'costspan.call.outcome': 'aborted' })).toBe(1);
  });

  it('is stopped at exactly its retries, without one more attempt', async () => {
    limit({ maxRetries: 3 });
    provider.always('/chat/completions', {
      status: 500,
      headers: { 'retry-after-ms': '1' },
      json: { error: { message: 'no' } },
    });
    let failed = 0;
    const { error } = await withAttribution({ workflow: 'triage' }, () =>
      runAway(async () => {
        try {
          await step();
        } catch (problem) {
          if (problem instanceof AgentLimitError) throw problem;
          failed += 1;
        }
      }),
    );
    expect(error).toMatchObject({ limit: 'retries', limitValue: 3, value: 4 });
    // Two calls: three attempts, then two of which the last is refused.
    expect(failed).toBe(1);
    expect(provider.requests).toHaveLength(5);
  });

  it('may not send one call with more context than allowed', async () => {
    limit({ maxContextTokens: 500 });
    await withAttribution({ workflow: 'triage' }, async () => {
      await step();
      const long = 'word '.repeat(1_000);
      const sent = openai.chat.completions.create({
        model: 'gpt-4o',
        messages: [{ role: 'user', content: long }],
      });
      await expect(sent).rejects.toMatchObject({ limit: 'context_tokens', limitValue: 500 });
      await step();
    });
    expect(provider.bill.calls).toBe(2);
  });
});

/** Runs `fn` in the span of an agent, as a framework does. */
function inAgent<T>(name: string, fn: () => Promise<T>): Promise<T> {
  return live.tracer.startActiveSpan(
    `invoke_agent ${name}`,
    { attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': name } },
    async (span) => {
      try {
        return await fn();
      } finally {
        span.end();
      }
    },
  );
}

function toolStarts(argumentsHash: string): Error | undefined {
  return live.pipeline.calls.toolStarting({ name: 'search', argumentsHash }, context.active());
}

describe('nested agents', () => {
  it('share the allowance of their run', async () => {
    limit({ maxInferenceCalls: 9 });
    const counts: number[] = [];
    await inAgent('outer', async () => {
      await step();
      await step();
      for (let child = 0; child < 3; child += 1) {
        counts.push(
          await inAgent('inner', async () => {
            for (let calls = 0; ; calls += 1) {
              try {
                if (calls === 4) return calls;
                await step();
              } catch (error) {
                expect(error).toBeInstanceOf(AgentLimitError);
                return calls;
              }
            }
          }),
        );
      }
    });
    expect(counts).toEqual([4, 3, 0]);
    expect(provider.bill.calls).toBe(9);
  });

  it('have their own limits within it, by name', async () => {
    limit({ match: { agent: 'inner' }, maxInferenceCalls: 2 });
    await inAgent('outer', async () => {
      for (let call = 0; call < 5; call += 1) await step();
      const { turns } = await inAgent('inner', () => runAway(() => inAgent('deeper', step)));
      expect(turns).toBe(2);
      await step();
    });
    expect(provider.bill.calls).toBe(8);
  });

  it('may be no deeper than allowed', async () => {
    limit({ maxDepth: 2 });
    const deep = (level: number): Promise<unknown> =>
      level === 0 ? step() : inAgent(`level-${level}`, () => deep(level - 1));
    await deep(2);
    await expect(deep(3)).rejects.toMatchObject({ limit: 'depth', limitValue: 2, value: 3 });
    expect(provider.bill.calls).toBe(1);
  });

  it('are asked before each tool where something tells of them', async () => {
    limit({ maxToolCalls: 3, maxRepeatedToolCalls: 2 });
    await inAgent('outer', async () => {
      expect([toolStarts('a'), toolStarts('a')]).toEqual([undefined, undefined]);
      expect(toolStarts('a')).toMatchObject({ limit: 'repeated_tool_calls', tool: 'search' });
      expect(toolStarts('b')).toBeUndefined();
      expect(toolStarts('c')).toMatchObject({ limit: 'tool_calls', value: 4 });
      // A framework tells the refusal to the model and goes on: not here.
      await expect(step()).rejects.toMatchObject({ limit: 'repeated_tool_calls' });
    });
    await inAgent('outer', async () => {
      expect([toolStarts('a'), toolStarts('b'), toolStarts('c')]).toEqual(Array(3).fill(undefined));
      // All tools that it may run have run, and the model may still sum up.
      await step();
    });
  });
});

describe('what a stopped run tells', () => {
  it('is an event, a metric and a hand-off, once for each limit and run', async () => {
    limit({ maxInferenceCalls: 4, expectedTokens: 100 });
    provider.always('/chat/completions', asksFor('{}'));
    const told: AgentEscalation[] = [];
    const stopListening = onEscalate((escalation) => {
      told.push(escalation);
      throw new Error('the handler is broken');
    });
    await withAttribution({ workflow: 'triage', team: 'support', userId: 'u-1' }, async () => {
      await runAway();
      await expect(step()).rejects.toBeInstanceOf(AgentLimitError);
    });
    stopListening();
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ attribution: { team: 'support', workflow: 'triage' } });
    expect(told[0]?.error.limit).toBe('inference_calls');
    await live.flush();
    // Whose they are, so that an alert has somebody to go to.
    const whose = { 'costspan.team': 'support', 'costspan.workflow': 'triage' };
    const calls = { ...whose, 'costspan.limit': 'inference_calls' };
    expect(sumOf('costspan.agent.stops', calls)).toBe(1);
    expect(sumOf('costspan.agent.alerts', calls)).toBe(1);
    expect(sumOf('costspan.agent.alerts', { ...whose, 'costspan.limit': 'tokens' })).toBe(1);
  });
});
