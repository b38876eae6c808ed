import { methodOf } from './openai-fixtures.ts';
import type { PlainApi, PlainOptions } from './plain-api.ts';

const PROMPT = 'How long is a piece of string?';
export const SAID: RegExp = /piece of string|Twice its half|string_length/;

const MODEL = 'command-a-03-2025';
const STREAMING = {
  'gen_ai.request.stream': true,
  'gen_ai.response.time_to_first_chunk': 'a number',
};

/** What costs is less than what the model reads. */
const WIRE_USAGE = {
  billed_units: { input_tokens: 7, output_tokens: 30 },
  tokens: { input_tokens: 69, output_tokens: 31 },
  cached_tokens: 64,
};
const USAGE = { input: 7, output: 30 };

const SAMPLING = { temperature: 0.5, maxTokens: 200, k: 3, stopSequences: ['END'], seed: 7 };
const ATTRIBUTES = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'cohere',
  'gen_ai.request.model': MODEL,
  'gen_ai.request.temperature': 0.5,
  'gen_ai.request.max_tokens': 200,
  'gen_ai.request.top_k': 3,
  'gen_ai.request.seed': 7,
  'gen_ai.request.stop_sequences': ['END'],
  'gen_ai.response.id': 'answer-1',
  'gen_ai.response.finish_reasons': ['COMPLETE'],
  'gen_ai.usage.input_tokens': 7,
  'gen_ai.usage.output_tokens': 30,
};

function request({ prompt = PROMPT }: PlainOptions): object {
  return { model: MODEL, messages: [{ role: 'user', content: prompt }], ...SAMPLING };
}

function options({ signal }: PlainOptions): object | undefined {
  return signal && { abortSignal: signal };
}

type Iterable = Promise<AsyncIterable<unknown>>;

function delta(text: string): object {
  return { type: 'content-delta', index: 0, delta: { message: { content: { text } } } };
}

/** Chat of the second API at `path` of the client: `v2.` or nothing. */
export function chat(path: string): PlainApi {
  return {
    name: `${path}chat`,
    takesSignal: true,
    whole: {
      reply: {
        json: {
          id: 'answer-1',
          finish_reason: 'COMPLETE',
          message: {
            role: 'assistant',
            content: [{ type: 'text', text: 'Twice its half – naïvely 🙂.' }],
          },
          usage: WIRE_USAGE,
        },
      },
      call: (client, given) => methodOf(client, `${path}chat`)(request(given), options(given)),
      attributes: ATTRIBUTES,
      usage: USAGE,
    },
    streamed: {
      reply: {
        sse: [
          {
            id: 'answer-1',
            type: 'message-start',
            delta: { message: { role: 'assistant', content: [], tool_plan: '', tool_calls: [] } },
          },
          {
            type: 'content-start',
            index: 0,
            delta: { message: { content: { type: 'text', text: '' } } },
          },
          delta('Twice its half'),
          delta(' – naïvely 🙂'),
          delta('.'),
          { type: 'content-end', index: 0 },
          { type: 'message-end', delta: { finish_reason: 'COMPLETE', usage: WIRE_USAGE } },
        ],
      },
      open: (client, given) =>
        methodOf(client, `${path}chatStream`)(request(given), options(given)) as Iterable,
      attributes: { ...ATTRIBUTES, ...STREAMING },
      usage: USAGE,
      cutAfter: 4,
      hangAfter: 4,
    },
  };
}

const LEGACY_ANSWER = {
  response_id: 'response-1',
  generation_id: 'answer-1',
  text: 'Twice its half – naïvely 🙂.',
  chat_history: [],
  finish_reason: 'COMPLETE',
  meta: {
    api_version: { version: '1' },
    billed_units: { input_tokens: 7, output_tokens: 30 },
    tokens: { input_tokens: 69, output_tokens: 31 },
  },
};

function legacyRequest({ prompt = PROMPT }: PlainOptions): object {
  return { model: MODEL, message: prompt, chatHistory: [], ...SAMPLING };
}

function said(text: string): object {
  return { is_finished: false, event_type: 'text-generation', text };
}

/** Chat of the first API, whose stream is a line of JSON for each event. */
export const legacyChat: PlainApi = {
  name: 'chat',
  takesSignal: true,
  whole: {
    reply: { json: LEGACY_ANSWER },
    call: (client, given) => methodOf(client, 'chat')(legacyRequest(given), options(given)),
    attributes: ATTRIBUTES,
    usage: USAGE,
  },
  streamed: {
    reply: {
      sse: [
        { is_finished: false, event_type: 'stream-start', generation_id: 'answer-1' },
        said('Twice its half'),
        said(' – naïvely 🙂'),
        said('.'),
        {
          is_finished: true,
          event_type: 'stream-end',
          finish_reason: 'COMPLETE',
          response: LEGACY_ANSWER,
        },
      ],
    },
    open: (client, given) =>
      methodOf(client, 'chatStream')(legacyRequest(given), options(given)) as Iterable,
    attributes: { ...ATTRIBUTES, ...STREAMING },
    usage: USAGE,
    cutAfter: 3,
    hangAfter: 3,
    noticesLoss: true,
  },
};

/** Embeddings at `path` of the client. */
export function embed(path: string): PlainApi {
  return {
    name: `${path}embed`,
    whole: {
      reply: {
        json: {
          id: 'answer-1',
          response_type: 'embeddings_by_type',
          texts: ['string'],
          embeddings: { float: [[0.1, 0.2, 0.3]] },
          meta: { api_version: { version: '2' }, billed_units: { input_tokens: 8 } },
        },
      },
      call: (client, given) =>
        methodOf(client, `${path}embed`)(
          {
            model: 'embed-v4.0',
            inputType: 'search_document',
            embeddingTypes: ['float'],
            texts: [given.prompt ?? PROMPT],
          },
          options(given),
        ),
      attributes: {
        'gen_ai.operation.name': 'embeddings',
        'gen_ai.provider.name': 'cohere',
        'gen_ai.request.model': 'embed-v4.0',
        'gen_ai.request.encoding_formats': ['float'],
        'gen_ai.response.id': 'answer-1',
        'gen_ai.embeddings.dimension.count': 3,
        'gen_ai.usage.input_tokens': 8,
      },
      usage: { input: 8 },
    },
  };
}

/** Rerank at `path` of the client: search units and no tokens. */
export function rerank(path: string): PlainApi {
  return {
    name: `${path}rerank`,
    whole: {
      reply: {
        json: {
          id: 'answer-1',
          results: [{ index: 0, relevance_score: 0.9 }],
          meta: { api_version: { version: '2' }, billed_units: { search_units: 2 } },
        },
      },
      call: (client, given) =>
        methodOf(client, `${path}rerank`)(
          { model: 'rerank-v3.5', query: given.prompt ?? PROMPT, documents: ['half', 'whole'] },
          options(given),
        ),
      attributes: {
        'gen_ai.operation.name': 'rerank',
        'gen_ai.provider.name': 'cohere',
        'gen_ai.request.model': 'rerank-v3.5',
        'gen_ai.response.id': 'answer-1',
      },
      usage: { searchUnits: 2 },
    },
  };
}

/** The oldest API, which is still there. */
export const generate: PlainApi = {
  name: 'generate',
  whole: {
    reply: {
      json: {
        id: 'answer-1',
        prompt: 'string',
        generations: [{ id: 'g', text: 'Twice its half.', finish_reason: 'COMPLETE' }],
        meta: { billed_units: { input_tokens: 7, output_tokens: 30 } },
      },
    },
    call: (client, given) =>
      methodOf(client, 'generate')(
        { model: 'command', prompt: given.prompt ?? PROMPT, maxTokens: 200 },
        options(given),
      ),
    attributes: {
      'gen_ai.operation.name': 'text_completion',
      'gen_ai.provider.name': 'cohere',
      'gen_ai.request.model': 'command',
      'gen_ai.request.max_tokens': 200,
      'gen_ai.response.id': 'answer-1',
      'gen_ai.response.finish_reasons': ['COMPLETE'],
      'gen_ai.usage.input_tokens': 7,
      'gen_ai.usage.output_tokens': 30,
    },
    usage: USAGE,
  },
};
