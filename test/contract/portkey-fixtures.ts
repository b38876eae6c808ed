import { methodOf } from './openai-fixtures.ts';
import type { PlainApi, PlainOptions } from './plain-api.ts';
import { OK, type Special } from './special.ts';

const PROMPT = 'How long is a piece of string?';
export const SAID: RegExp = /piece of string|Twice its half/;

const MODEL = '@openai-prod/gpt-4o';
const ENVELOPE = { id: 'answer-1', created: 1_700_000_000, model: 'gpt-4o-2024-08-06' };
const WIRE_USAGE = { prompt_tokens: 100, completion_tokens: 30, total_tokens: 130 };
const ATTRIBUTES = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'openai.api.type': 'chat_completions',
  'gen_ai.request.model': MODEL,
  'gen_ai.request.temperature': 0.5,
  'gen_ai.request.max_tokens': 200,
  'gen_ai.response.id': 'answer-1',
  'gen_ai.response.model': 'gpt-4o-2024-08-06',
  'gen_ai.response.finish_reasons': ['stop'],
  'gen_ai.usage.input_tokens': 100,
  'gen_ai.usage.output_tokens': 30,
};

function request({ prompt = PROMPT }: PlainOptions): object {
  return {
    model: MODEL,
    messages: [{ role: 'user', content: prompt }],
    temperature: 0.5,
    max_tokens: 200,
  };
}

function chunk(content: string, more: object = {}, finishReason: string | null = null): object {
  const choices = [{ index: 0, delta: { content }, finish_reason: finishReason }];
  return { ...ENVELOPE, object: 'chat.completion.chunk', choices, ...more };
}

const ANSWER = {
  ...ENVELOPE,
  object: 'chat.completion',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Twice its half – naïvely 🙂.' },
      finish_reason: 'stop',
    },
  ],
  usage: WIRE_USAGE,
};

export const chat: PlainApi = {
  name: 'chat.completions',
  // The SDK asks once more, whatever its options.
  leavesOut: ['status 500', 'a refused connection'],
  whole: {
    reply: { json: ANSWER },
    call: (client, given) => methodOf(client, 'chat.completions.create')(request(given)),
    attributes: ATTRIBUTES,
    usage: { input: 100, output: 30, total: 130 },
  },
  streamed: {
    reply: {
      sse: [
        chunk('Twice its half'),
        chunk(' – naïvely 🙂'),
        chunk('.'),
        chunk('', { usage: WIRE_USAGE }, 'stop'),
      ],
    },
    open: async (client, given) =>
      (await methodOf(
        client,
        'chat.completions.create',
      )({
        ...request(given),
        stream: true,
      })) as AsyncIterable<unknown>,
    attributes: {
      ...ATTRIBUTES,
      'gen_ai.request.stream': true,
      'gen_ai.response.time_to_first_chunk': 'a number',
    },
    usage: { input: 100, output: 30, total: 130 },
    cutAfter: 2,
    hangAfter: 2,
  },
};

/** Without its method for headers, which is a new one on each answer. */
async function plain(answer: unknown): Promise<unknown> {
  return JSON.parse(JSON.stringify(await answer)) as unknown;
}

export const portkeySpecials: readonly Special[] = [
  {
    name: 'embeddings',
    replies: [
      {
        json: {
          object: 'list',
          model: 'text-embedding-3-small',
          data: [{ object: 'embedding', index: 0, embedding: [0.1, 0.2] }],
          usage: { prompt_tokens: 9, total_tokens: 9 },
        },
      },
    ],
    run: async ({ client }) =>
      plain(
        methodOf(client, 'embeddings.create')({ model: 'text-embedding-3-small', input: 'string' }),
      ),
    expected: [OK],
  },
  {
    name: 'a prompt that is kept there',
    replies: [{ json: ANSWER }],
    run: async ({ client }) =>
      plain(methodOf(client, 'prompts.completions.create')({ promptID: 'pp-1', variables: {} })),
    expected: [OK],
  },
  {
    name: 'an answer of the gateway that has failed once',
    replies: [{ status: 503, json: { message: 'no' } }, { json: ANSWER }],
    run: async ({ client }) => plain(methodOf(client, 'chat.completions.create')(request({}))),
    expected: [{ ...OK, retries: 1 }],
  },
];
