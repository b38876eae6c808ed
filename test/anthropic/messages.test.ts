import * as anthropicModule from '@anthropic-ai/sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { LlmCall } from '../../conventions/llm-call.ts';
import { anthropic } from '../../instrumentation/anthropic/index.ts';
import { type Recorder, startRecorder } from '../contract/recorder.ts';
import { REQUEST, clientOf, messageReply, patchModule, scripted } from './clients.ts';

let recorder: Recorder;
beforeAll(async () => {
  recorder = await startRecorder();
  patchModule(anthropic, anthropicModule);
});
afterAll(() => recorder.close());
beforeEach(() => recorder.start());

function onlyCall(): LlmCall {
  expect(recorder.calls.length).toBe(1);
  return recorder.calls[0]!.call;
}

async function streamed(...events: readonly object[]): Promise<LlmCall> {
  const { fetch } = scripted({ sse: events });
  const stream = await clientOf(fetch).messages.create({ ...REQUEST, stream: true });
  for await (const event of stream) void event;
  return onlyCall();
}

const START = {
  type: 'message_start',
  message: {
    id: 'msg_1',
    model: 'claude-opus-4-5-20251101',
    content: [],
    stop_reason: null,
    usage: {
      input_tokens: 9,
      cache_read_input_tokens: 5,
      output_tokens: 1,
      service_tier: 'priority',
    },
  },
};
/** Parameters of older models, which the newest types leave out. */
const SAMPLING: object = { temperature: 0.3, top_p: 0.9, top_k: 40 };
const CONVERSATION: object = { openTelemetry: { conversationId: 'conversation-1' } };
const TEXT = {
  type: 'content_block_delta',
  index: 0,
  delta: { type: 'text_delta', text: 'x'.repeat(40) },
};
const STOP = { type: 'message_stop' };

function end(usage: object): object {
  return { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage };
}

function block(content: object): object {
  return { type: 'content_block_start', index: 0, content_block: content };
}

describe('a message', () => {
  it('tells how it was served', async () => {
    const { fetch } = scripted(
      messageReply({
        usage: {
          input_tokens: 9,
          output_tokens: 4,
          service_tier: 'priority',
          speed: 'fast',
          inference_geo: 'us',
        },
        content: [
          { type: 'text', text: 'Hm.' },
          { type: 'tool_use', id: 'a', name: 'n', input: {} },
          { type: 'tool_use', id: 'b', name: 'n', input: {} },
          { type: 'server_tool_use', id: 'c', name: 'web_search', input: {} },
        ],
        stop_reason: 'tool_use',
      }),
    );
    await clientOf(fetch).messages.create({ ...REQUEST, service_tier: 'standard_only' });
    expect(onlyCall()).toMatchObject({
      requestedTier: 'standard_only',
      servedTier: 'priority',
      speed: 'fast',
      inferenceGeo: 'us',
      toolCalls: 2,
      finishReasons: ['tool_use'],
      conversationDepth: 1,
    });
  });

  it('has attributes for every parameter that the conventions name', async () => {
    const { fetch } = scripted(messageReply());
    await clientOf(fetch).messages.create(
      {
        ...REQUEST,
        ...SAMPLING,
        stop_sequences: ['a', 'b'],
        output_config: { effort: 'low', format: { type: 'json_schema', schema: {} } },
      },
      CONVERSATION,
    );
    const [span] = await recorder.spans();
    expect(span?.attributes).toMatchObject({
      'gen_ai.request.max_tokens': 100,
      'gen_ai.request.temperature': 0.3,
      'gen_ai.request.top_p': 0.9,
      'gen_ai.request.top_k': 40,
      'gen_ai.request.stop_sequences': ['a', 'b'],
      'gen_ai.request.reasoning.level': 'low',
      'gen_ai.output.type': 'json',
      'gen_ai.conversation.id': 'conversation-1',
    });
  });

  it('goes by the name of a compatible provider', async () => {
    const { fetch } = scripted(messageReply());
    await clientOf(fetch, { baseURL: 'https://api.deepseek.com/anthropic' }).messages.create(
      REQUEST,
    );
    expect(onlyCall()).toMatchObject({ provider: 'deepseek', serverAddress: 'api.deepseek.com' });
  });

  it('is named after the model that took over', async () => {
    const { fetch } = scripted(
      messageReply({
        content: [
          {
            type: 'fallback',
            from: { model: 'claude-opus-4-5' },
            to: { model: 'claude-sonnet-5' },
          },
          { type: 'text', text: 'Two.' },
        ],
      }),
    );
    await clientOf(fetch).messages.create(REQUEST);
    expect(onlyCall().responseModel).toBe('claude-sonnet-5');
  });
});

describe('a streamed message', () => {
  it('may begin twice and correct its input at the end', async () => {
    const call = await streamed(
      START,
      START,
      TEXT,
      end({ input_tokens: 8, output_tokens: 3 }),
      end({ output_tokens: 12 }),
      STOP,
    );
    expect(call).toMatchObject({
      usage: { input: 8, cacheRead: 5, output: 12 },
      usageSource: 'provider',
      servedTier: 'priority',
      finishReasons: ['end_turn'],
    });
  });

  it('passes over pings and events that nobody knows', async () => {
    const call = await streamed(
      { type: 'ping' },
      START,
      { type: 'something_new', usage: { input_tokens: 1e9 } },
      TEXT,
      end({ output_tokens: 12 }),
      STOP,
    );
    expect(call.usage).toEqual({ input: 9, cacheRead: 5, output: 12 });
  });

  it('counts its tool calls and follows a change of the model', async () => {
    const call = await streamed(
      START,
      block({ type: 'tool_use', id: 'a', name: 'n', input: {} }),
      block({ type: 'fallback', from: { model: 'x' }, to: { model: 'claude-sonnet-5' } }),
      block({ type: 'tool_use', id: 'b', name: 'n', input: {} }),
      end({ output_tokens: 12 }),
      STOP,
    );
    expect(call).toMatchObject({ toolCalls: 2, responseModel: 'claude-sonnet-5' });
  });

  it('has its output estimated, not taken from the placeholder, when it ends early', async () => {
    expect(await streamed(START, TEXT)).toMatchObject({
      usage: { input: 9, cacheRead: 5, output: 10 },
      usageSource: 'estimated',
      finishReasons: ['error'],
    });
  });

  it('keeps an advisor of another model apart', async () => {
    const iterations = [
      { type: 'advisor_message', model: 'claude-opus-5-5', input_tokens: 800, output_tokens: 500 },
    ];
    const call = await streamed(START, TEXT, end({ output_tokens: 12, iterations }), STOP);
    expect(call).toMatchObject({
      usage: { input: 9, output: 12 },
      otherModelUsage: [{ model: 'claude-opus-5-5', usage: { input: 800, output: 500 } }],
    });
  });
});

describe('anthropic.instrumentClient', () => {
  it('leaves clients of other SDKs alone', async () => {
    const { OpenAI } = await import('openai');
    const { openai } = await import('../../instrumentation/openai/index.ts');
    const other = new OpenAI({ apiKey: 'sk-test' });
    expect(anthropic.instrumentClient(other)).toBe(false);
    expect(openai.instrumentClient(clientOf(scripted().fetch))).toBe(false);
    expect(openai.instrumentClient(other)).toBe(true);
    expect(anthropic.instrumentClient(clientOf(scripted().fetch))).toBe(true);
  });
});
