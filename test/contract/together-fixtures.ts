import type { ContractApi } from './api.ts';
import type { SdkCopy } from './copies.ts';
import { CHAT_REQUEST, SAME_ID, chatCompletions, methodOf } from './openai-fixtures.ts';
import { OK, type Special, listen } from './special.ts';

const MODEL = 'openai/gpt-oss-20b';
const USAGE = {
  prompt_tokens: 100,
  completion_tokens: 30,
  total_tokens: 130,
  prompt_tokens_details: { cached_tokens: 40 },
  completion_tokens_details: { reasoning_tokens: 10 },
};
const ENVELOPE = { id: 'oa1-1', created: 1_700_000_000, model: MODEL };
const { max_completion_tokens: maxTokens, ...chatRequest } = CHAT_REQUEST as Record<
  string,
  unknown
>;
const REQUEST = { ...chatRequest, max_tokens: maxTokens, model: MODEL };

function chunk(content: string, more: object = {}, finishReason: string | null = null): object {
  const choice = { index: 0, text: content, logprobs: null, finish_reason: finishReason };
  return {
    ...ENVELOPE,
    object: 'chat.completion.chunk',
    choices: [{ ...choice, delta: { token_id: 330, role: 'assistant', content } }],
    usage: null,
    ...more,
  };
}

const ATTRIBUTES = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'together',
  'gen_ai.request.model': MODEL,
  'gen_ai.request.temperature': 0.5,
  'gen_ai.request.max_tokens': 200,
  'gen_ai.request.stop_sequences': ['END'],
  'gen_ai.response.id': 'oa1-1',
  'gen_ai.response.model': MODEL,
  'gen_ai.response.finish_reasons': ['stop'],
  'gen_ai.usage.input_tokens': 100,
  'gen_ai.usage.output_tokens': 30,
  'gen_ai.usage.cache_read.input_tokens': 40,
  'gen_ai.usage.reasoning.output_tokens': 10,
};

/** Together's chat completions: OpenAI's shape, and the usage of a stream in its last chunk. */
export const togetherChat: ContractApi = {
  ...chatCompletions,
  create: (client, stream, options = {}, body = REQUEST) =>
    chatCompletions.create(client, stream, options, body),
  whole: {
    headers: SAME_ID,
    json: {
      ...ENVELOPE,
      object: 'chat.completion',
      prompt: [],
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Twice its half – naïvely 🙂.', tool_calls: [] },
          logprobs: null,
          finish_reason: 'stop',
          seed: 7,
        },
      ],
      usage: USAGE,
    },
  },
  events: [
    chunk('Twice its half'),
    chunk(' – naïvely 🙂'),
    chunk('.'),
    chunk('', { usage: USAGE }, 'stop'),
  ],
  wholeAttributes: ATTRIBUTES,
  streamAttributes: {
    ...ATTRIBUTES,
    'gen_ai.request.stream': true,
    'gen_ai.response.time_to_first_chunk': 'a number',
  },
};

interface StreamHelper {
  finalContent(): Promise<unknown>;
}

const NEWER: readonly Special[] = [
  {
    name: 'rerank',
    replies: [
      {
        headers: SAME_ID,
        json: {
          object: 'rerank',
          id: 'rr-1',
          model: 'Salesforce/Llama-Rank-v1',
          results: [{ index: 0, relevance_score: 0.9, document: {} }],
          usage: { prompt_tokens: 60, completion_tokens: 0, total_tokens: 60 },
        },
      },
    ],
    run: async ({ client }) =>
      methodOf(
        client,
        'rerank.create',
      )({ model: 'Salesforce/Llama-Rank-v1', query: 'string', documents: ['half', 'whole'] }),
    expected: [OK],
  },
];

export function togetherSpecials({ major }: SdkCopy): readonly Special[] {
  return [
    {
      name: 'chat.completions.stream and its events',
      replies: [{ headers: SAME_ID, sse: togetherChat.events }],
      run: async ({ client }) => {
        const helper = methodOf(
          client,
          'chat.completions.stream',
        )({ ...REQUEST, stream: true }) as StreamHelper;
        const heard = listen(helper, ['connect', 'content', 'error', 'end']);
        return { content: await helper.finalContent(), heard };
      },
      expected: [OK],
    },
    {
      name: 'completions',
      replies: [
        {
          headers: SAME_ID,
          json: {
            ...ENVELOPE,
            object: 'text.completion',
            prompt: [],
            choices: [{ index: 0, text: ' half', finish_reason: 'length' }],
            usage: { prompt_tokens: 4, completion_tokens: 1, total_tokens: 5 },
          },
        },
      ],
      run: async ({ client }) =>
        methodOf(client, 'completions.create')({ model: MODEL, prompt: 'Twice its' }),
      expected: [OK],
    },
    {
      name: 'embeddings',
      replies: [
        {
          headers: SAME_ID,
          json: {
            object: 'list',
            model: 'BAAI/bge-base-en-v1.5',
            data: [{ object: 'embedding', index: 0, embedding: [0.1, 0.2] }],
          },
        },
      ],
      run: async ({ client }) =>
        methodOf(client, 'embeddings.create')({ model: 'BAAI/bge-base-en-v1.5', input: 'string' }),
      expected: [{ outcome: 'ok', usage: 'estimated' }],
    },
    ...(major === 6 ? [] : NEWER),
  ];
}
