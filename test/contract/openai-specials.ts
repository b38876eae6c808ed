import type { SdkCopy } from './copies.ts';
import { CHAT_REQUEST, SAME_ID, chatCompletions, methodOf } from './openai-fixtures.ts';
import { OTHER_APIS, RESPONSES } from './openai-other-apis.ts';
import { OK, type Special, listen, unhandledRejection } from './special.ts';
import { errorFacts } from './transcript.ts';

interface ChatHelper extends AsyncIterable<unknown> {
  finalChatCompletion(): Promise<unknown>;
  finalContent(): Promise<unknown>;
  abort(): void;
}

const JSON_SCHEMA = {
  type: 'json_schema',
  json_schema: { name: 'length', strict: true, schema: { type: 'object' } },
};

function chatReply(message: object, finishReason: string): Special['replies'][number] {
  const json = {
    ...(chatCompletions.whole.json as object),
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason }],
  };
  return { headers: SAME_ID, json };
}

const TOOL_CALL = {
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'add', arguments: '{"a":1}' } }],
};

const ADD_TOOL = {
  type: 'function',
  function: {
    name: 'add',
    description: 'Adds one.',
    parameters: { type: 'object', properties: { a: { type: 'number' } } },
    parse: JSON.parse,
    function: ({ a }: { a: number }) => `${a + 1}`,
  },
};

/** Where version 4 keeps the helpers of chat completions. */
function helperPath({ major }: SdkCopy, method: string): string {
  return `${major === 4 ? 'beta.' : ''}chat.completions.${method}`;
}

function chatHelpers(copy: SdkCopy): readonly Special[] {
  const streamed = { headers: SAME_ID, sse: chatCompletions.events };
  const stream = (client: unknown): ChatHelper =>
    methodOf(client, helperPath(copy, 'stream'))({ ...CHAT_REQUEST, stream: true }) as ChatHelper;
  return [
    {
      name: 'chat.completions.parse',
      replies: [chatReply({ role: 'assistant', content: '{"length":2}', refusal: null }, 'stop')],
      run: async ({ client }) =>
        methodOf(
          client,
          helperPath(copy, 'parse'),
        )({ ...CHAT_REQUEST, response_format: JSON_SCHEMA }),
      expected: [OK],
    },
    {
      name: 'chat.completions.parse of an answer that was cut',
      replies: [chatReply({ role: 'assistant', content: '{"le', refusal: null }, 'length')],
      run: async ({ client }) =>
        methodOf(
          client,
          helperPath(copy, 'parse'),
        )({ ...CHAT_REQUEST, response_format: JSON_SCHEMA }),
      expected: [OK],
    },
    {
      name: 'chat.completions.parse refused by the provider',
      replies: [{ status: 400, headers: SAME_ID, json: { error: { message: 'no' } } }],
      run: async ({ client }) =>
        methodOf(
          client,
          helperPath(copy, 'parse'),
        )({ ...CHAT_REQUEST, response_format: JSON_SCHEMA }),
      expected: [{ outcome: 'error', errorType: 'BadRequestError' }],
    },
    {
      name: 'chat.completions.stream and its events',
      replies: [streamed],
      run: async ({ client }) => {
        const helper = stream(client);
        const heard = listen(helper, [
          'connect',
          'chunk',
          'content',
          'chatCompletion',
          'totalUsage',
          'error',
          'abort',
          'end',
        ]);
        return {
          final: await helper.finalChatCompletion(),
          content: await helper.finalContent(),
          heard,
        };
      },
      expected: [OK],
    },
    {
      name: 'chat.completions.stream iterated',
      replies: [streamed],
      run: async ({ client }) => {
        const chunks: unknown[] = [];
        for await (const chunk of stream(client)) chunks.push(chunk);
        return chunks;
      },
      expected: [OK],
    },
    {
      name: 'chat.completions.stream aborted',
      replies: [{ ...streamed, hangAfter: 3 }],
      run: async ({ client, moduleExports }) => {
        const helper = stream(client);
        const heard = listen(helper, ['error', 'abort', 'end']);
        let chunks = 0;
        try {
          for await (const _ of helper) {
            chunks += 1;
            if (chunks === 3) helper.abort();
          }
          return { heard, chunks };
        } catch (error) {
          return { heard, chunks, error: errorFacts(moduleExports, error) };
        }
      },
      expected: [{ outcome: 'aborted', usage: 'estimated' }],
    },
    {
      name: 'chat.completions.runTools',
      replies: [
        chatReply(TOOL_CALL, 'tool_calls'),
        chatReply({ role: 'assistant', content: 'Two.', refusal: null }, 'stop'),
      ],
      run: async ({ client }) => {
        const runner = methodOf(
          client,
          helperPath(copy, 'runTools'),
        )({ ...CHAT_REQUEST, tools: [ADD_TOOL] }) as ChatHelper;
        const heard = listen(runner, [
          'message',
          'functionToolCall',
          'functionToolCallResult',
          'finalContent',
          'error',
        ]);
        return { content: await runner.finalContent(), heard };
      },
      expected: [OK, OK],
    },
  ];
}

export function openaiSpecials(copy: SdkCopy): readonly Special[] {
  return [
    ...chatHelpers(copy),
    ...RESPONSES,
    ...OTHER_APIS,
    {
      name: 'a rejection that nobody handles',
      replies: [{ status: 400, headers: SAME_ID, json: { error: { message: 'no' } } }],
      run: async ({ client, moduleExports }) =>
        errorFacts(
          moduleExports,
          await unhandledRejection(() => chatCompletions.create(client, false)),
        ),
      expected: [{ outcome: 'error', errorType: 'BadRequestError' }],
    },
    {
      name: 'a rejection of parse that nobody handles',
      replies: [{ status: 400, headers: SAME_ID, json: { error: { message: 'no' } } }],
      run: async ({ client, moduleExports }) =>
        errorFacts(
          moduleExports,
          await unhandledRejection(() => methodOf(client, helperPath(copy, 'parse'))(CHAT_REQUEST)),
        ),
      expected: [{ outcome: 'error', errorType: 'BadRequestError' }],
    },
  ];
}
