import { methodOf } from './openai-fixtures.ts';
import { chat, legacyChat } from './cohere-fixtures.ts';
import { OK, type Special } from './special.ts';
import { drain } from './transcript.ts';

const V2 = chat('v2.');
/** In whole seconds, of which there is no smaller one. */
const RETRY_AT_ONCE = { 'retry-after': new Date(Date.now() + 1000).toUTCString() };

function failure(status: number): Special['replies'][number] {
  return { status, headers: RETRY_AT_ONCE, json: { message: 'no' } };
}

const TOOL_CALL = { id: 'call_1', type: 'function', function: { name: 'string_length' } };

/** What only the client of both APIs is asked. */
export const cohereSpecials: readonly Special[] = [
  {
    name: 'v2.chat by withRawResponse',
    replies: [V2.whole?.reply ?? {}],
    run: async ({ client }) => {
      const call = V2.whole?.call(client, {}) as {
        withRawResponse(): Promise<{ data: unknown; rawResponse: { status: number } }>;
      };
      const { data, rawResponse } = await call.withRawResponse();
      return { data, status: rawResponse.status };
    },
    expected: [OK],
  },
  {
    name: 'v2.chat refused once',
    replies: [failure(503), V2.whole?.reply ?? {}],
    run: async ({ client }) =>
      methodOf(client, 'v2.chat')(
        { model: 'command-a-03-2025', messages: [{ role: 'user', content: 'string' }] },
        { maxRetries: 1 },
      ),
    expected: [{ ...OK, retries: 1 }],
  },
  {
    name: 'v2.chatStream with a tool call',
    replies: [
      {
        sse: [
          { id: 'answer-1', type: 'message-start', delta: { message: { role: 'assistant' } } },
          { type: 'tool-plan-delta', delta: { message: { tool_plan: 'I will measure it.' } } },
          { type: 'tool-call-start', index: 0, delta: { message: { tool_calls: TOOL_CALL } } },
          {
            type: 'tool-call-delta',
            index: 0,
            delta: { message: { tool_calls: { function: { arguments: '{"of":"it"}' } } } },
          },
          { type: 'tool-call-end', index: 0 },
          {
            type: 'message-end',
            delta: {
              finish_reason: 'TOOL_CALL',
              usage: { billed_units: { input_tokens: 7, output_tokens: 3 } },
            },
          },
        ],
      },
    ],
    run: async ({ client, moduleExports }) =>
      drain(moduleExports, (await V2.streamed?.open(client, {})) as AsyncIterable<unknown>),
    expected: [OK],
  },
  {
    name: 'v2.chatStream that fails in the middle',
    replies: [
      {
        sse: [
          ...(V2.streamed?.reply.sse ?? []).slice(0, 4),
          { type: 'message-end', delta: { finish_reason: 'ERROR', error: 'overloaded' } },
        ],
      },
    ],
    run: async ({ client, moduleExports }) =>
      drain(moduleExports, (await V2.streamed?.open(client, {})) as AsyncIterable<unknown>),
    expected: [{ outcome: 'error', errorType: '_OTHER', usage: 'estimated' }],
  },
  {
    name: 'chatStream that fails in the middle',
    replies: [
      {
        sse: [
          ...(legacyChat.streamed?.reply.sse ?? []).slice(0, 3),
          { is_finished: true, event_type: 'stream-end', finish_reason: 'ERROR', response: {} },
        ],
      },
    ],
    run: async ({ client, moduleExports }) =>
      drain(moduleExports, (await legacyChat.streamed?.open(client, {})) as AsyncIterable<unknown>),
    expected: [{ outcome: 'error', errorType: '_OTHER', usage: 'estimated' }],
  },
];
