import { MESSAGES_REQUEST, messagesApi } from './anthropic-fixtures.ts';
import type { SdkCopy } from './copies.ts';
import { SAME_ID, methodOf } from './openai-fixtures.ts';
import { OK, type Special, listen, unhandledRejection } from './special.ts';
import { drain, errorFacts } from './transcript.ts';

const messages = messagesApi('messages');
const STREAMED = { headers: SAME_ID, sse: messages.events };

interface MessageHelper extends AsyncIterable<unknown> {
  finalMessage(): Promise<unknown>;
  finalText(): Promise<unknown>;
  abort(): void;
}

const EVENTS = [
  'connect',
  'streamEvent',
  'text',
  'contentBlock',
  'message',
  'finalMessage',
  'error',
  'abort',
  'end',
];

function helpers(path: string): readonly Special[] {
  const stream = (client: unknown): MessageHelper =>
    methodOf(client, `${path}.stream`)(MESSAGES_REQUEST) as MessageHelper;
  return [
    {
      name: `${path}.stream and its events`,
      replies: [STREAMED],
      run: async ({ client }) => {
        const helper = stream(client);
        const heard = listen(helper, EVENTS);
        return { final: await helper.finalMessage(), text: await helper.finalText(), heard };
      },
      expected: [OK],
    },
    {
      name: `${path}.stream iterated`,
      replies: [STREAMED],
      run: async ({ client, moduleExports }) => drain(moduleExports, stream(client)),
      expected: [OK],
    },
    {
      name: `${path}.stream aborted`,
      replies: [{ ...STREAMED, hangAfter: messages.hangAfter }],
      run: async ({ client, moduleExports }) => {
        const helper = stream(client);
        const heard = listen(helper, ['error', 'abort', 'end']);
        const drained = await drain(moduleExports, helper, (count) => {
          if (count === messages.cutAfter) helper.abort();
        });
        return { drained, heard };
      },
      expected: [{ outcome: 'aborted', usage: 'estimated' }],
    },
    {
      name: `${path}.stream refused by the provider`,
      replies: [
        {
          status: 401,
          headers: SAME_ID,
          json: { type: 'error', error: { type: 'authentication_error', message: 'no' } },
        },
      ],
      run: async ({ client }) => stream(client).finalMessage(),
      expected: [{ outcome: 'error', errorType: 'AuthenticationError' }],
    },
  ];
}

const TOOL_TURN = {
  ...(messages.whole.json as object),
  id: 'msg_tool',
  content: [{ type: 'tool_use', id: 'toolu_1', name: 'add', input: { a: 1 } }],
  stop_reason: 'tool_use',
};

function addTool(): object {
  return {
    type: 'custom',
    name: 'add',
    description: 'Adds one.',
    input_schema: { type: 'object', properties: { a: { type: 'number' } } },
    parse: (input: unknown) => input,
    run: ({ a }: { a: number }) => `${a + 1}`,
  };
}

const TOOL_EVENTS = [
  { type: 'message_start', message: { ...TOOL_TURN, content: [], stop_reason: null } },
  {
    type: 'content_block_start',
    index: 0,
    content_block: { type: 'tool_use', id: 'toolu_1', name: 'add', input: {} },
  },
  {
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'input_json_delta', partial_json: '{"a":1}' },
  },
  { type: 'content_block_stop', index: 0 },
  {
    type: 'message_delta',
    delta: { stop_reason: 'tool_use', stop_sequence: null },
    usage: { output_tokens: 30 },
  },
  { type: 'message_stop' },
];

const NEWER: readonly Special[] = [
  ...helpers('beta.messages'),
  {
    name: 'messages.parse',
    replies: [messages.whole],
    run: async ({ client }) => methodOf(client, 'messages.parse')(MESSAGES_REQUEST),
    expected: [OK],
  },
  {
    name: 'the tool runner',
    replies: [{ headers: SAME_ID, json: TOOL_TURN }, messages.whole],
    run: async ({ client }) =>
      methodOf(client, 'beta.messages.toolRunner')({ ...MESSAGES_REQUEST, tools: [addTool()] }),
    expected: [OK, OK],
    sdkSpans: ['anthropic.custom_tool_use add', 'anthropic.messages.tool_runner'],
  },
  {
    name: 'the tool runner with streams',
    replies: [{ headers: SAME_ID, sse: TOOL_EVENTS }, STREAMED],
    run: async ({ client, moduleExports }) => {
      const runner = methodOf(
        client,
        'beta.messages.toolRunner',
      )({
        ...MESSAGES_REQUEST,
        tools: [addTool()],
        stream: true,
      }) as AsyncIterable<MessageHelper>;
      const turns: unknown[] = [];
      for await (const turn of runner) {
        turns.push(await drain(moduleExports, turn), await turn.finalMessage());
      }
      return turns;
    },
    expected: [OK, OK],
    sdkSpans: ['anthropic.custom_tool_use add', 'anthropic.messages.tool_runner'],
  },
  {
    name: 'counting tokens, which is free',
    replies: [{ headers: SAME_ID, json: { input_tokens: 9 } }],
    run: async ({ client }) => methodOf(client, 'messages.countTokens')(MESSAGES_REQUEST),
    expected: [],
    sdkSpans: ['anthropic.messages.count_tokens'],
  },
];

const COMPLETION = {
  id: 'compl_1',
  type: 'completion',
  model: 'claude-2.1',
  completion: ' Hi.',
  stop_reason: 'stop_sequence',
};
const PROMPT = {
  model: 'claude-2.1',
  max_tokens_to_sample: 10,
  prompt: '\n\nHuman: Hi\n\nAssistant:',
};

const OLDER: readonly Special[] = [
  {
    name: 'completions, which report no usage',
    replies: [{ headers: SAME_ID, json: COMPLETION }],
    run: async ({ client }) => methodOf(client, 'completions.create')(PROMPT),
    expected: [{ outcome: 'ok', usage: 'estimated' }],
  },
  {
    name: 'completions as a stream',
    replies: [{ headers: SAME_ID, sse: [{ ...COMPLETION, stop_reason: null }, COMPLETION] }],
    run: async ({ client, moduleExports }) =>
      drain(
        moduleExports,
        (await methodOf(
          client,
          'completions.create',
        )({ ...PROMPT, stream: true })) as AsyncIterable<unknown>,
      ),
    expected: [{ outcome: 'ok', usage: 'estimated' }],
  },
];

export function anthropicSpecials({ major }: SdkCopy): readonly Special[] {
  return [
    ...helpers('messages'),
    ...(major === 0.27 ? [] : NEWER),
    ...(major === 1 ? [] : OLDER),
    {
      name: 'a rejection that nobody handles',
      replies: [
        {
          status: 400,
          headers: SAME_ID,
          json: { type: 'error', error: { type: 'invalid_request_error', message: 'no' } },
        },
      ],
      run: async ({ client, moduleExports }) =>
        errorFacts(moduleExports, await unhandledRejection(() => messages.create(client, false))),
      expected: [{ outcome: 'error', errorType: 'BadRequestError' }],
    },
  ];
}
