import { methodOf } from './openai-fixtures.ts';
import { fetchOptions } from './mistral-fixtures.ts';
import type { PlainApi, PlainOptions } from './plain-api.ts';
import { OK, type Special } from './special.ts';
import { drain } from './transcript.ts';

const PROMPT = 'How long is a piece of string?';
export const SAID: RegExp = /piece of string|Twice its half/;

const MODEL = 'anthropic/claude-sonnet-4.5';
const WIRE_USAGE = {
  prompt_tokens: 100,
  completion_tokens: 30,
  total_tokens: 130,
  cost: 0.00042,
  is_byok: false,
  prompt_tokens_details: { cached_tokens: 40, audio_tokens: 0 },
  cost_details: {
    upstream_inference_cost: null,
    upstream_inference_prompt_cost: 0.0003,
    upstream_inference_completions_cost: 0.00012,
  },
  completion_tokens_details: { reasoning_tokens: 10 },
};
const USAGE = { input: 60, cacheRead: 40, output: 20, reasoning: 10, total: 130 };
const ENVELOPE = { id: 'answer-1', created: 1_700_000_000, model: MODEL, system_fingerprint: null };

const ATTRIBUTES = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openrouter',
  'gen_ai.request.model': MODEL,
  'gen_ai.request.temperature': 0.5,
  'gen_ai.request.max_tokens': 200,
  'gen_ai.response.id': 'answer-1',
  'gen_ai.response.model': MODEL,
  'gen_ai.response.finish_reasons': ['stop'],
  'gen_ai.usage.input_tokens': 100,
  'gen_ai.usage.output_tokens': 30,
  'gen_ai.usage.cache_read.input_tokens': 40,
  'gen_ai.usage.reasoning.output_tokens': 10,
};

function request({ prompt = PROMPT }: PlainOptions, stream: boolean): object {
  const messages = [{ role: 'user', content: prompt }];
  return {
    chatRequest: { model: MODEL, messages, stream, temperature: 0.5, maxTokens: 200 },
  };
}

function chunk(content: string, more: object = {}, finishReason: string | null = null): object {
  const { system_fingerprint: _, ...envelope } = ENVELOPE;
  return {
    ...envelope,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: { role: 'assistant', content }, finish_reason: finishReason }],
    ...more,
  };
}

export const chat: PlainApi = {
  name: 'chat.send',
  takesSignal: true,
  readsWire: true,
  errorTypeOf: String,
  whole: {
    reply: {
      json: {
        ...ENVELOPE,
        object: 'chat.completion',
        provider: 'Anthropic',
        choices: [
          {
            index: 0,
            message: { role: 'assistant', content: 'Twice its half – naïvely 🙂.' },
            finish_reason: 'stop',
          },
        ],
        usage: WIRE_USAGE,
      },
    },
    call: (client, given) =>
      methodOf(client, 'chat.send')(request(given, false), fetchOptions(given)),
    attributes: ATTRIBUTES,
    usage: USAGE,
  },
  streamed: {
    reply: {
      sse: [
        ': OPENROUTER PROCESSING\n\n',
        chunk('Twice its half'),
        chunk(' – naïvely 🙂'),
        chunk('.', {}, 'stop'),
        chunk('', { choices: [], usage: WIRE_USAGE }),
      ],
    },
    open: (client, given) =>
      methodOf(client, 'chat.send')(request(given, true), fetchOptions(given)) as Promise<
        AsyncIterable<unknown>
      >,
    attributes: {
      ...ATTRIBUTES,
      'gen_ai.request.stream': true,
      'gen_ai.response.time_to_first_chunk': 'a number',
    },
    usage: USAGE,
    cutAfter: 2,
    hangAfter: 3,
  },
};

export const embed: PlainApi = {
  name: 'embeddings.generate',
  readsWire: true,
  errorTypeOf: String,
  whole: {
    reply: {
      json: {
        id: 'answer-1',
        object: 'list',
        model: 'openai/text-embedding-3-small',
        data: [{ object: 'embedding', index: 0, embedding: [0.1, 0.2] }],
        usage: { prompt_tokens: 8, total_tokens: 8, cost: 1.6e-7 },
      },
    },
    call: (client, { prompt = PROMPT }) =>
      methodOf(
        client,
        'embeddings.generate',
      )({
        requestBody: { model: 'openai/text-embedding-3-small', input: prompt },
      }),
    attributes: {
      'gen_ai.operation.name': 'embeddings',
      'gen_ai.provider.name': 'openrouter',
      'gen_ai.request.model': 'openai/text-embedding-3-small',
      'gen_ai.response.id': 'answer-1',
      'gen_ai.response.model': 'openai/text-embedding-3-small',
      'gen_ai.embeddings.dimension.count': 2,
      'gen_ai.usage.input_tokens': 8,
    },
    usage: { input: 8, total: 8 },
  },
};

const RESPONSE = {
  id: 'answer-1',
  object: 'response',
  created_at: 1_700_000_000,
  completed_at: 1_700_000_001,
  status: 'completed',
  model: MODEL,
  error: null,
  incomplete_details: null,
  instructions: null,
  metadata: null,
  parallel_tool_calls: true,
  temperature: 1,
  tool_choice: 'auto',
  tools: [],
  top_p: 1,
  presence_penalty: 0,
  frequency_penalty: 0,
  output: [
    {
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: 'Twice its half.', annotations: [] }],
    },
  ],
  output_text: 'Twice its half.',
  usage: {
    input_tokens: 100,
    input_tokens_details: { cached_tokens: 40 },
    output_tokens: 30,
    output_tokens_details: { reasoning_tokens: 10 },
    total_tokens: 130,
    cost: 0.00042,
  },
};

interface ModelResult {
  getText(): Promise<string>;
}

export const openRouterSpecials: readonly Special[] = [
  {
    name: 'callModel, which no method of a resource makes',
    replies: [{ json: RESPONSE }],
    run: async ({ client }) =>
      (methodOf(client, 'callModel')({ model: MODEL, input: PROMPT }) as ModelResult)
        .getText()
        .catch((error: unknown) => (error as Error).constructor.name),
    expected: [OK],
  },
  {
    name: 'an error within an answer of 200',
    replies: [{ json: { error: { code: 502, message: 'Provider returned error' } } }],
    run: async ({ client }) => methodOf(client, 'chat.send')(request({}, false)),
    expected: [{ outcome: 'error', errorType: '502', usage: 'estimated' }],
  },
  {
    name: 'an error within a stream',
    replies: [
      {
        sse: [
          chunk('Twice its half'),
          chunk('', { error: { code: 502, message: 'Provider disconnected' } }, 'error'),
        ],
      },
    ],
    run: async ({ client, moduleExports }) =>
      drain(moduleExports, (await chat.streamed?.open(client, {})) as AsyncIterable<unknown>),
    expected: [{ outcome: 'error', errorType: '502', usage: 'estimated' }],
  },
  {
    name: 'a preset made from a request, which asks no model',
    replies: [{ status: 403, json: { error: { code: 403, message: 'no' } } }],
    run: ({ client }) =>
      methodOf(
        client,
        'presets.createPresetsChatCompletions',
      )({
        slug: 'short-answers',
        ...request({}, false),
      }) as Promise<unknown>,
    expected: [],
  },
  {
    name: 'refused once',
    replies: [
      { status: 503, json: { error: { code: 503, message: 'no' } } },
      chat.whole?.reply ?? {},
    ],
    run: async ({ client }) =>
      methodOf(client, 'chat.send')(request({}, false), {
        retries: {
          strategy: 'backoff',
          backoff: { initialInterval: 1, maxInterval: 2, exponent: 1, maxElapsedTime: 60_000 },
        },
      }),
    expected: [{ ...OK, retries: 1 }],
  },
];
