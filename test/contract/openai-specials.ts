import type { SdkCopy } from './copies.ts';
import {
  CHAT_REQUEST,
  RESPONSES_REQUEST,
  SAME_ID,
  chatCompletions,
  methodOf,
  responses,
} from './openai-fixtures.ts';
import { OK, type Special, listen, unhandledRejection } from './special.ts';
import { errorFacts } from './transcript.ts';

interface ChatHelper extends AsyncIterable<unknown> {
  finalChatCompletion(): Promise<unknown>;
  finalContent(): Promise<unknown>;
  abort(): void;
}

interface ResponseHelper {
  finalResponse(): Promise<unknown>;
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

const RESPONSES: readonly Special[] = [
  {
    name: 'responses.parse',
    replies: [responses.whole],
    run: async ({ client }) => methodOf(client, 'responses.parse')(RESPONSES_REQUEST),
    expected: [OK],
  },
  {
    name: 'responses.stream',
    replies: [{ headers: SAME_ID, sse: responses.events }],
    run: async ({ client }) => {
      const helper = methodOf(client, 'responses.stream')(RESPONSES_REQUEST);
      const heard = listen(helper, ['event', 'error', 'end']);
      return { final: await (helper as ResponseHelper).finalResponse(), heard };
    },
    expected: [OK],
  },
  {
    name: 'a response in the background, fetched twice',
    replies: [
      {
        headers: SAME_ID,
        json: { ...(responses.whole.json as object), id: 'resp_bg', status: 'queued', usage: null },
      },
      { headers: SAME_ID, json: { ...(responses.whole.json as object), id: 'resp_bg' } },
      { headers: SAME_ID, json: { ...(responses.whole.json as object), id: 'resp_bg' } },
    ],
    run: async ({ client }) => [
      await methodOf(client, 'responses.create')({ ...RESPONSES_REQUEST, background: true }),
      await methodOf(client, 'responses.retrieve')('resp_bg' as unknown as object),
      await methodOf(client, 'responses.retrieve')('resp_bg' as unknown as object),
    ],
    expected: [{ outcome: 'ok' }, OK, { outcome: 'ok' }],
  },
];

const TOKENS = { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 };

const OTHER_APIS: readonly Special[] = [
  {
    name: 'embeddings',
    replies: [
      {
        headers: SAME_ID,
        json: {
          object: 'list',
          model: 'text-embedding-3-small',
          data: [
            {
              object: 'embedding',
              index: 0,
              embedding: Buffer.from(new Float32Array([1, 2, 3]).buffer).toString('base64'),
            },
          ],
          usage: { prompt_tokens: 9, total_tokens: 9 },
        },
      },
    ],
    run: async ({ client }) =>
      methodOf(client, 'embeddings.create')({ model: 'text-embedding-3-small', input: 'Hi.' }),
    expected: [OK],
  },
  {
    name: 'completions',
    replies: [
      {
        headers: SAME_ID,
        json: {
          id: 'cmpl-1',
          object: 'text_completion',
          model: 'm',
          choices: [{ index: 0, text: 'Hi.', finish_reason: 'stop' }],
          usage: TOKENS,
        },
      },
    ],
    run: async ({ client }) =>
      methodOf(client, 'completions.create')({ model: 'gpt-3.5-turbo-instruct', prompt: 'Hi' }),
    expected: [OK],
  },
  {
    name: 'images',
    replies: [
      {
        headers: SAME_ID,
        json: {
          created: 1,
          data: [{ b64_json: 'aGk=' }],
          usage: { input_tokens: 9, output_tokens: 4, total_tokens: 13 },
        },
      },
    ],
    run: async ({ client }) =>
      methodOf(client, 'images.generate')({ model: 'gpt-image-1', prompt: 'A string.' }),
    expected: [OK],
  },
  {
    name: 'speech, a binary answer',
    replies: [{ headers: { ...SAME_ID, 'content-type': 'audio/mpeg' }, bytes: Buffer.from('abc') }],
    run: async ({ client }) => {
      const answer = await methodOf(
        client,
        'audio.speech.create',
      )({ model: 'tts-1', voice: 'alloy', input: 'Hi.' });
      return Buffer.from(await (answer as Response).arrayBuffer()).toString();
    },
    expected: [OK],
  },
  {
    name: 'moderations',
    replies: [
      { headers: SAME_ID, json: { id: 'modr-1', model: 'omni-moderation-latest', results: [] } },
    ],
    run: async ({ client }) => methodOf(client, 'moderations.create')({ input: 'Hi.' }),
    expected: [{ outcome: 'ok' }],
  },
];

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
