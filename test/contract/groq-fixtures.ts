import type { ApiStream, ContractApi } from './api.ts';
import { CHAT_REQUEST, SAME_ID, chatCompletions, methodOf } from './openai-fixtures.ts';
import { OK, type Special } from './special.ts';
import { drain } from './transcript.ts';

const TIMES = { queue_time: 0.02, prompt_time: 0.001, completion_time: 0.06, total_time: 0.061 };
const USAGE = {
  ...TIMES,
  prompt_tokens: 100,
  completion_tokens: 30,
  total_tokens: 130,
  prompt_tokens_details: { cached_tokens: 40 },
  completion_tokens_details: { reasoning_tokens: 10 },
};
const ENVELOPE = {
  id: 'chatcmpl-1',
  created: 1_700_000_000,
  model: 'openai/gpt-oss-20b',
  system_fingerprint: 'fp_1',
};
const REQUEST = { ...CHAT_REQUEST, model: 'openai/gpt-oss-20b' };

function chunk(delta: object, more: object = {}, finishReason: string | null = null): object {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finishReason }];
  return { ...ENVELOPE, object: 'chat.completion.chunk', choices, ...more };
}

const ATTRIBUTES = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'groq',
  'gen_ai.request.model': 'openai/gpt-oss-20b',
  'gen_ai.request.temperature': 0.5,
  'gen_ai.request.max_tokens': 200,
  'gen_ai.request.stop_sequences': ['END'],
  'gen_ai.response.id': 'chatcmpl-1',
  'gen_ai.response.model': 'openai/gpt-oss-20b',
  'gen_ai.response.finish_reasons': ['stop'],
  'gen_ai.usage.input_tokens': 100,
  'gen_ai.usage.output_tokens': 30,
  'gen_ai.usage.cache_read.input_tokens': 40,
  'gen_ai.usage.reasoning.output_tokens': 10,
};

/** Groq's chat completions: OpenAI's shape, and the usage of a stream in `x_groq`. */
export const groqChat: ContractApi = {
  ...chatCompletions,
  path: '',
  create: (client, stream, options = {}, body = REQUEST) =>
    chatCompletions.create(client, stream, options, body),
  whole: {
    headers: SAME_ID,
    json: {
      ...ENVELOPE,
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Twice its half – naïvely 🙂.' },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: USAGE,
      usage_breakdown: null,
      x_groq: { id: 'req_1', seed: 7 },
      service_tier: 'on_demand',
    },
  },
  events: [
    chunk({ role: 'assistant', content: '' }, { x_groq: { id: 'req_1' } }),
    chunk({ content: 'Twice its half' }),
    chunk({ content: ' – naïvely 🙂' }),
    chunk({ content: '.' }),
    chunk({}, { x_groq: { id: 'req_1', usage: USAGE } }, 'stop'),
  ],
  wholeAttributes: ATTRIBUTES,
  streamAttributes: {
    ...ATTRIBUTES,
    'gen_ai.request.stream': true,
    'gen_ai.response.time_to_first_chunk': 'a number',
  },
};

export const groqSpecials: readonly Special[] = [
  {
    name: 'a stream that stopped early',
    replies: [
      {
        headers: SAME_ID,
        sse: [
          ...groqChat.events.slice(0, 3),
          chunk({}, { x_groq: { id: 'req_1', error: 'over_capacity' } }, 'stop'),
        ],
      },
    ],
    run: async ({ client, moduleExports }) =>
      drain(moduleExports, (await groqChat.create(client, true)) as ApiStream),
    expected: [{ outcome: 'error', errorType: 'over_capacity', usage: 'estimated' }],
  },
  {
    name: 'embeddings',
    replies: [
      {
        headers: SAME_ID,
        json: {
          object: 'list',
          model: 'nomic-embed-text-v1_5',
          data: [{ object: 'embedding', index: 0, embedding: [0.1, 0.2] }],
          usage: { prompt_tokens: 9, total_tokens: 9 },
        },
      },
    ],
    run: async ({ client }) =>
      methodOf(client, 'embeddings.create')({ model: 'nomic-embed-text-v1_5', input: 'string' }),
    expected: [OK],
  },
  {
    name: 'audio.transcriptions with its duration',
    replies: [
      {
        headers: SAME_ID,
        json: {
          task: 'transcribe',
          language: 'English',
          duration: 2,
          text: ' Half.',
          segments: [],
        },
      },
    ],
    run: async ({ client }) =>
      methodOf(
        client,
        'audio.transcriptions.create',
      )({
        model: 'whisper-large-v3',
        response_format: 'verbose_json',
        file: new File([new Uint8Array(8)], 'half.wav'),
      }),
    expected: [OK],
  },
];
