import { methodOf } from './openai-fixtures.ts';
import type { PlainApi, PlainOptions } from './plain-api.ts';
import type { Special } from './special.ts';
import { drain } from './transcript.ts';

const PROMPT = 'How long is a piece of string?';
export const SAID: RegExp = /piece of string|Twice its half/;

const MODEL = 'openai/gpt-oss-20b';
const WIRE_USAGE = {
  prompt_tokens: 100,
  completion_tokens: 30,
  total_tokens: 130,
  prompt_tokens_details: { cached_tokens: 40 },
  completion_tokens_details: { reasoning_tokens: 10 },
};
const USAGE = { input: 60, cacheRead: 40, output: 20, reasoning: 10, total: 130 };
const ENVELOPE = { id: 'answer-1', created: 1_700_000_000, model: MODEL };

const ATTRIBUTES = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'huggingface',
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

function request({ prompt = PROMPT }: PlainOptions): object {
  return {
    model: MODEL,
    messages: [{ role: 'user', content: prompt }],
    temperature: 0.5,
    max_tokens: 200,
  };
}

function chunk(content: string, more: object = {}, finishReason: string | null = null): object {
  return {
    ...ENVELOPE,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: { role: 'assistant', content }, finish_reason: finishReason }],
    ...more,
  };
}

/** A generator sends its request when it is first read; what is no JSON fails where we see it. */
const SHARED = {
  readsWire: true,
  errorTypeOf: String,
  // It sends when its generator is first read.
  leavesOut: [
    'a stream never read',
    'the signal aborted before anybody reads',
    'an answer that is no JSON',
  ],
} as const;

export const chat: PlainApi = {
  ...SHARED,
  name: 'chatCompletion',
  takesSignal: true,
  whole: {
    reply: {
      json: {
        ...ENVELOPE,
        object: 'chat.completion',
        system_fingerprint: 'fp_1',
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
    call: (client, { signal, ...given }) =>
      methodOf(client, 'chatCompletion')(request(given), { signal }),
    attributes: ATTRIBUTES,
    usage: USAGE,
  },
  streamed: {
    reply: {
      headers: { 'content-type': 'text/event-stream' },
      sse: [
        chunk('Twice its half'),
        chunk(' – naïvely 🙂'),
        chunk('.', {}, 'stop'),
        chunk('', { choices: [], usage: WIRE_USAGE }),
      ],
    },
    open: async (client, { signal, ...given }) =>
      methodOf(client, 'chatCompletionStream')(request(given), {
        signal,
      }) as AsyncIterable<unknown>,
    attributes: {
      ...ATTRIBUTES,
      'gen_ai.request.stream': true,
      'gen_ai.response.time_to_first_chunk': 'a number',
    },
    usage: USAGE,
    cutAfter: 2,
    hangAfter: 2,
    errorEvent: { error: { message: 'overloaded', code: 'overloaded' } },
  },
};

export const textGeneration: PlainApi = {
  ...SHARED,
  name: 'textGeneration',
  whole: {
    reply: { json: [{ generated_text: 'Twice its half.' }] },
    call: (client, { prompt = PROMPT }) =>
      methodOf(client, 'textGeneration')({ model: 'gpt2', inputs: prompt }),
    attributes: {
      'gen_ai.operation.name': 'text_completion',
      'gen_ai.provider.name': 'huggingface',
      'gen_ai.usage.input_tokens': 8,
      'gen_ai.usage.output_tokens': 4,
    },
    usage: { input: 8, output: 4 },
    source: 'estimated',
  },
};

/** Version 4 speaks OpenAI's completions. */
export const completion: PlainApi = {
  ...SHARED,
  name: 'textGeneration',
  whole: {
    reply: {
      json: {
        ...ENVELOPE,
        object: 'text_completion',
        choices: [{ index: 0, text: 'Twice its half.', finish_reason: 'stop' }],
        usage: { prompt_tokens: 8, completion_tokens: 4, total_tokens: 12 },
      },
    },
    call: (client, { prompt = PROMPT }) =>
      methodOf(client, 'textGeneration')({ model: MODEL, inputs: prompt }),
    attributes: {
      'gen_ai.operation.name': 'text_completion',
      'gen_ai.provider.name': 'huggingface',
      'gen_ai.request.model': MODEL,
      'gen_ai.response.id': 'answer-1',
      'gen_ai.response.model': MODEL,
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': 8,
      'gen_ai.usage.output_tokens': 4,
    },
    usage: { input: 8, output: 4, total: 12 },
  },
};

export const featureExtraction: PlainApi = {
  ...SHARED,
  name: 'featureExtraction',
  whole: {
    reply: { json: [0.1, 0.2, 0.3] },
    call: (client, { prompt = PROMPT }) =>
      methodOf(client, 'featureExtraction')({ model: 'bge', inputs: prompt }),
    attributes: {
      'gen_ai.operation.name': 'embeddings',
      'gen_ai.provider.name': 'huggingface',
      'gen_ai.embeddings.dimension.count': 3,
      'gen_ai.usage.input_tokens': 8,
    },
    usage: { input: 8 },
    source: 'estimated',
  },
};

/** Of version 3. */
export const streamedGeneration: readonly Special[] = [
  {
    name: 'textGenerationStream with details at its end',
    replies: [
      {
        headers: { 'content-type': 'text/event-stream' },
        sse: [
          { token: { id: 1, text: 'Twice', logprob: 0, special: false }, generated_text: null },
          {
            token: { id: 2, text: ' half', logprob: 0, special: false },
            generated_text: 'Twice half',
            details: { finish_reason: 'length', generated_tokens: 2, input_length: 8, seed: null },
          },
        ],
      },
    ],
    run: async ({ client, moduleExports }) =>
      drain(
        moduleExports,
        methodOf(
          client,
          'textGenerationStream',
        )({
          model: 'gpt2',
          inputs: PROMPT,
        }) as AsyncIterable<unknown>,
      ),
    expected: [{ outcome: 'ok', usage: 'provider' }],
  },
];

export const huggingFaceSpecials: readonly Special[] = [
  {
    name: 'the global fetch, which is back in its place',
    replies: [chat.whole?.reply ?? {}],
    run: async ({ client }) => {
      const before = globalThis.fetch;
      await methodOf(client, 'chatCompletion')(request({}));
      return globalThis.fetch === before;
    },
    expected: [{ outcome: 'ok', usage: 'provider' }],
  },
];
