import * as anthropicModule from '@anthropic-ai/sdk';
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';
import { calcPrice } from '@pydantic/genai-prices';
import * as openaiModule from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createInProcessFetch } from '../support/in-process-fetch.ts';
import type { SinkSpan } from '../support/otlp-sink.ts';
import {
  assertKnownTelemetry,
  type LivePipeline,
  startLivePipeline,
  watchCopy,
} from './live-pipeline.ts';

/** Tool turns before the provider's final answer, so every loop makes one call more. */
const TOOL_TURNS = 3;
const DEPTHS = [1, 2, 3, 4];

const fetch = createInProcessFetch({ toolTurns: TOOL_TURNS, cache: false });
const openai = new openaiModule.OpenAI({ apiKey: 'test', fetch });
const anthropic = new anthropicModule.Anthropic({ apiKey: 'test', fetch });
const question = { role: 'user' as const, content: 'Why is the build red?' };
const parameters = { type: 'object' as const, properties: { query: { type: 'string' as const } } };

const chatTool = {
  type: 'function' as const,
  function: { name: 'search', description: 'Searches.', parameters },
};

/** The loop that everybody writes by hand before there is a framework. */
async function loopOverChat(): Promise<void> {
  const messages: openaiModule.OpenAI.ChatCompletionMessageParam[] = [question];
  for (;;) {
    const answer = await openai.chat.completions.create({
      model: 'gpt-4o',
      messages,
      tools: [chatTool],
    });
    const message = answer.choices[0]?.message;
    if (message?.tool_calls === undefined) return;
    messages.push(message);
    for (const { id } of message.tool_calls) {
      messages.push({ role: 'tool', tool_call_id: id, content: 'found' });
    }
  }
}

async function loopOverMessages(): Promise<void> {
  const messages: anthropicModule.Anthropic.MessageParam[] = [question];
  for (;;) {
    const answer = await anthropic.messages.create({
      model: 'claude-sonnet-5',
      max_tokens: 200,
      messages,
      tools: [{ name: 'search', input_schema: parameters }],
    });
    const results = answer.content.flatMap((block) =>
      block.type === 'tool_use'
        ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: 'found' }]
        : [],
    );
    if (results.length === 0) return;
    messages.push(
      { role: 'assistant', content: answer.content },
      { role: 'user', content: results },
    );
  }
}

/** Only the answers to its tool calls are sent; the conversation is the provider's. */
async function loopOverResponses(): Promise<void> {
  let input: openaiModule.OpenAI.Responses.ResponseInput = [question];
  let previous: string | undefined;
  for (;;) {
    const response: openaiModule.OpenAI.Responses.Response = await openai.responses.create({
      model: 'gpt-4.1',
      input,
      tools: [{ type: 'function', name: 'search', parameters, strict: false }],
      ...(previous === undefined ? {} : { previous_response_id: previous }),
    });
    previous = response.id;
    input = response.output.flatMap((item) =>
      item.type === 'function_call'
        ? [{ type: 'function_call_output' as const, call_id: item.call_id, output: 'found' }]
        : [],
    );
    if (input.length === 0) return;
  }
}

async function runTools(): Promise<void> {
  const tool = {
    ...chatTool,
    function: { ...chatTool.function, parse: JSON.parse, function: () => 'found' },
  };
  await openai.chat.completions
    .runTools({ model: 'gpt-4o', messages: [question], tools: [tool] })
    .finalContent();
}

async function toolRunner(): Promise<void> {
  const tool = betaTool({
    name: 'search',
    description: 'Searches.',
    inputSchema: parameters,
    run: () => 'found',
  });
  await anthropic.beta.messages.toolRunner({
    model: 'claude-sonnet-5',
    max_tokens: 200,
    messages: [question],
    tools: [tool],
  });
}

const LOOPS = { loopOverChat, loopOverMessages, loopOverResponses, runTools, toolRunner };

let live: LivePipeline;
beforeAll(async () => {
  live = await startLivePipeline();
  watchCopy('openai', 'openai', openaiModule);
  watchCopy('anthropic', '@anthropic-ai/sdk', anthropicModule);
});
afterAll(() => live.stop());

/** What `work` sends: spans of model calls in the order of their end, and all others. */
async function spansOf(
  work: () => Promise<unknown>,
): Promise<{ readonly calls: readonly SinkSpan[]; readonly others: readonly SinkSpan[] }> {
  live.sink.clear();
  await work();
  await live.flush();
  assertKnownTelemetry(live.sink);
  const calls = live.sink.spans.filter(({ scope }) => scope.name === 'costspan');
  return { calls, others: live.sink.spans.filter((span) => !calls.includes(span)) };
}

const valuesOf = (spans: readonly SinkSpan[], name: string): readonly unknown[] =>
  spans.map(({ attributes }) => attributes[name]);

function sumOf(spans: readonly SinkSpan[], name: string): number {
  return valuesOf(spans, name).reduce<number>((sum, value) => sum + Number(value), 0);
}

describe.each(Object.entries(LOOPS))('%s', (_name, loop) => {
  it('is as deep as its calls, without a context around it', async () => {
    const { calls } = await spansOf(loop);
    expect(valuesOf(calls, 'costspan.loop.depth')).toEqual(DEPTHS);
  });

  it('has its totals on the span at its root', async () => {
    const { calls, others } = await spansOf(() =>
      live.tracer.startActiveSpan('POST /triage', async (span) => {
        await loop();
        span.end();
      }),
    );
    const root = others.find(({ name }) => name === 'POST /triage');
    expect(valuesOf(calls, 'costspan.loop.depth')).toEqual(DEPTHS);
    // Anthropic's runner traces itself as an agent, which is a run of its own.
    const agent = others.find(({ name }) => name === 'anthropic.messages.tool_runner');
    const run = agent ?? root;
    expect(new Set(valuesOf(calls, 'costspan.run.id'))).toEqual(new Set([run?.spanId]));
    expect(root?.attributes).toMatchObject({
      'costspan.run.inference_calls': DEPTHS.length,
      'costspan.run.tool_calls': TOOL_TURNS,
      'costspan.run.max_loop_depth': DEPTHS.length,
      'costspan.run.input_tokens': sumOf(calls, 'gen_ai.usage.input_tokens'),
      'costspan.run.output_tokens': sumOf(calls, 'gen_ai.usage.output_tokens'),
    });
    expect(root?.attributes['costspan.run.cost.amount']).toBeCloseTo(
      sumOf(calls, 'gen_ai.usage.cost.amount'),
      9,
    );
    expect(root?.attributes).not.toHaveProperty('gen_ai.usage.cost.amount');
  });
});

describe('a background response', () => {
  it('is booked once, when it is first seen complete', async () => {
    const statuses: unknown[] = [];
    let usage: openaiModule.OpenAI.Responses.ResponseUsage | undefined;
    const { calls } = await spansOf(async () => {
      const input = 'Write the report.';
      const { id } = await openai.responses.create({ model: 'gpt-5', input, background: true });
      for (let look = 0; look < 4; look += 1) {
        const response = await openai.responses.retrieve(id);
        statuses.push(response.status);
        usage = response.usage ?? usage;
      }
    });
    expect(statuses).toEqual(['in_progress', 'completed', 'completed', 'completed']);
    expect(valuesOf(calls, 'gen_ai.operation.name')).toEqual([
      'chat',
      ...Array.from({ length: 4 }, () => 'fetch_response'),
    ]);
    const price = calcPrice(
      { input_tokens: usage?.input_tokens, output_tokens: usage?.output_tokens },
      'gpt-5',
      { providerId: 'openai' },
    )?.total_price;
    const costs = valuesOf(calls, 'gen_ai.usage.cost.amount');
    expect(costs.map((cost) => cost !== undefined)).toEqual([false, false, true, false, false]);
    expect(Number(costs[2])).toBeCloseTo(price ?? Number.NaN, 9);
    // Tokens belong to inference alone.
    expect(valuesOf(calls, 'gen_ai.usage.input_tokens')).toEqual(calls.map(() => undefined));
  });
});
