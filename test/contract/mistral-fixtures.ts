import { methodOf } from './openai-fixtures.ts';
import type { PlainApi, PlainOptions } from './plain-api.ts';
import type { SdkCopy } from './copies.ts';
import { OK, type Special } from './special.ts';
import { drain } from './transcript.ts';

const PROMPT = 'How long is a piece of string?';
export const SAID: RegExp = /piece of string|Twice its half|string_length/;

const MODEL = 'mistral-large-latest';
const WIRE_USAGE = {
  prompt_tokens: 100,
  completion_tokens: 30,
  total_tokens: 130,
  num_cached_tokens: 40,
};
const USAGE = { input: 60, cacheRead: 40, output: 30, total: 130 };
const ENVELOPE = { id: 'answer-1', created: 1_700_000_000, model: 'mistral-large-2411' };

const ATTRIBUTES = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'mistral_ai',
  'gen_ai.request.model': MODEL,
  'gen_ai.request.temperature': 0.5,
  'gen_ai.request.max_tokens': 200,
  'gen_ai.request.seed': 7,
  'gen_ai.request.stop_sequences': ['END'],
  'gen_ai.response.id': 'answer-1',
  'gen_ai.response.model': 'mistral-large-2411',
  'gen_ai.response.finish_reasons': ['stop'],
  'gen_ai.usage.input_tokens': 100,
  'gen_ai.usage.output_tokens': 30,
  'gen_ai.usage.cache_read.input_tokens': 40,
};
const STREAMING = {
  'gen_ai.request.stream': true,
  'gen_ai.response.time_to_first_chunk': 'a number',
};

const SAMPLING = { temperature: 0.5, maxTokens: 200, stop: ['END'], randomSeed: 7 };

function chatRequest({ prompt = PROMPT }: PlainOptions): object {
  return { model: MODEL, messages: [{ role: 'user', content: prompt }], ...SAMPLING };
}

export function fetchOptions({ signal }: PlainOptions): object | undefined {
  return signal && { fetchOptions: { signal } };
}

function chunk(content: string, more: object = {}, finishReason: string | null = null): object {
  return {
    ...ENVELOPE,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: { content }, finish_reason: finishReason }],
    ...more,
  };
}

type Iterable = Promise<AsyncIterable<unknown>>;

export const chat: PlainApi = {
  name: 'chat',
  takesSignal: true,
  readsWire: true,
  errorTypeOf: String,
  whole: {
    reply: {
      json: {
        ...ENVELOPE,
        object: 'chat.completion',
        choices: [
          {
            index: 0,
            message: {
              role: 'assistant',
              content: 'Twice its half – naïvely 🙂.',
              tool_calls: null,
            },
            finish_reason: 'stop',
          },
        ],
        usage: WIRE_USAGE,
      },
    },
    call: (client, given) =>
      methodOf(client, 'chat.complete')(chatRequest(given), fetchOptions(given)),
    attributes: ATTRIBUTES,
    usage: USAGE,
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
    open: (client, given) =>
      methodOf(client, 'chat.stream')(chatRequest(given), fetchOptions(given)) as Iterable,
    attributes: { ...ATTRIBUTES, ...STREAMING },
    usage: USAGE,
    cutAfter: 2,
    hangAfter: 2,
  },
};

export const fillIn: PlainApi = {
  name: 'fim',
  readsWire: true,
  errorTypeOf: String,
  whole: {
    reply: chat.whole?.reply ?? {},
    call: (client, { prompt = PROMPT }) =>
      methodOf(
        client,
        'fim.complete',
      )({ model: 'codestral-2405', prompt, suffix: '}', topP: 1, ...SAMPLING }),
    attributes: {
      ...ATTRIBUTES,
      'gen_ai.operation.name': 'text_completion',
      'gen_ai.request.model': 'codestral-2405',
      'gen_ai.request.top_p': 1,
    },
    usage: USAGE,
  },
};

export const embed: PlainApi = {
  name: 'embeddings',
  readsWire: true,
  errorTypeOf: String,
  whole: {
    reply: {
      json: {
        id: 'answer-1',
        object: 'list',
        model: 'mistral-embed',
        data: [{ object: 'embedding', index: 0, embedding: [0.1, 0.2] }],
        usage: { prompt_tokens: 8, completion_tokens: 0, total_tokens: 8 },
      },
    },
    call: (client, { prompt = PROMPT }) =>
      methodOf(client, 'embeddings.create')({ model: 'mistral-embed', inputs: [prompt] }),
    attributes: {
      'gen_ai.operation.name': 'embeddings',
      'gen_ai.provider.name': 'mistral_ai',
      'gen_ai.request.model': 'mistral-embed',
      'gen_ai.response.id': 'answer-1',
      'gen_ai.response.model': 'mistral-embed',
      'gen_ai.embeddings.dimension.count': 2,
      'gen_ai.usage.input_tokens': 8,
      'gen_ai.usage.output_tokens': 0,
    },
    usage: { input: 8, output: 0, total: 8 },
  },
};

const CONVERSATION_USAGE = {
  prompt_tokens: 188,
  completion_tokens: 55,
  total_tokens: 7355,
  connector_tokens: 7112,
  connectors: { web_search: 1 },
};
const CONVERSATION_ATTRIBUTES = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'mistral_ai',
  'gen_ai.request.model': 'mistral-medium-2505',
  'gen_ai.request.temperature': 0.5,
  'gen_ai.response.model': 'mistral-medium-2505',
  'gen_ai.conversation.id': 'conv_1',
  'gen_ai.usage.input_tokens': 7300,
  'gen_ai.usage.output_tokens': 55,
};

function conversationRequest({ prompt = PROMPT }: PlainOptions): object {
  return {
    model: 'mistral-medium-2505',
    inputs: prompt,
    completionArgs: { temperature: 0.5 },
    tools: [{ type: 'web_search' }],
  };
}

function output(content: string): object {
  return {
    type: 'message.output.delta',
    id: 'msg_1',
    role: 'assistant',
    output_index: 0,
    content_index: 0,
    model: 'mistral-medium-2505',
    created_at: '2025-06-01T00:00:00Z',
    content,
  };
}

export const conversations: PlainApi = {
  name: 'beta.conversations',
  readsWire: true,
  errorTypeOf: String,
  whole: {
    reply: {
      json: {
        object: 'conversation.response',
        conversation_id: 'conv_1',
        outputs: [
          {
            object: 'entry',
            type: 'message.output',
            id: 'msg_1',
            role: 'assistant',
            model: 'mistral-medium-2505',
            content: 'Twice its half.',
          },
        ],
        usage: CONVERSATION_USAGE,
      },
    },
    call: (client, given) =>
      methodOf(client, 'beta.conversations.start')(conversationRequest(given)),
    attributes: CONVERSATION_ATTRIBUTES,
    usage: { input: 7300, output: 55, total: 7355, webSearches: 1 },
  },
  streamed: {
    reply: {
      sse: [
        {
          type: 'conversation.response.started',
          conversation_id: 'conv_1',
          created_at: '2025-06-01T00:00:00Z',
        },
        output('Twice its half'),
        output('.'),
        { type: 'conversation.response.done', usage: CONVERSATION_USAGE },
      ],
    },
    open: (client, given) =>
      methodOf(client, 'beta.conversations.startStream')(conversationRequest(given)) as Iterable,
    attributes: { ...CONVERSATION_ATTRIBUTES, ...STREAMING },
    usage: { input: 7300, output: 55, total: 7355, webSearches: 1 },
    cutAfter: 2,
    hangAfter: 2,
  },
};

const RETRIES = {
  retries: {
    strategy: 'backoff',
    backoff: { initialInterval: 1, maxInterval: 2, exponent: 1, maxElapsedTime: 60_000 },
    retryConnectionErrors: true,
  },
};

const OCR_REPLY: Special['replies'][number] = {
  json: {
    pages: [],
    model: 'mistral-ocr-2512',
    usage_info: { pages_processed: 29, doc_size_bytes: 1_000 },
  },
};
const DOCUMENT = { type: 'document_url', documentUrl: 'https://example.com/a.pdf' };

export function mistralSpecials({ major }: SdkCopy): readonly Special[] {
  return [
    {
      name: 'pages that were read',
      replies: [OCR_REPLY],
      run: async ({ client }) =>
        methodOf(client, 'ocr.process')({ model: 'mistral-ocr-latest', document: DOCUMENT }),
      expected: [{ ...OK, counts: { pages: 29 } }],
    },
    {
      name: 'pages that were annotated as well',
      replies: [OCR_REPLY],
      run: async ({ client }) =>
        methodOf(
          client,
          'ocr.process',
        )({
          model: 'mistral-ocr-latest',
          document: DOCUMENT,
          bboxAnnotationFormat: { type: 'json_object' },
        }),
      expected: [{ ...OK, counts: { annotatedPages: 29 } }],
    },
    {
      name: 'chat.complete refused twice',
      replies: [
        { status: 429, json: { message: 'no' } },
        { status: 503, json: { message: 'no' } },
        chat.whole?.reply ?? {},
      ],
      run: async ({ client }) => methodOf(client, 'chat.complete')(chatRequest({}), RETRIES),
      expected: [{ ...OK, retries: 2 }],
    },
    {
      name: 'chat.complete with tool calls and parts that think',
      replies: [
        {
          json: {
            ...ENVELOPE,
            object: 'chat.completion',
            choices: [
              {
                index: 0,
                message: {
                  role: 'assistant',
                  content: '',
                  tool_calls: [
                    { id: 'c1', function: { name: 'string_length', arguments: '{"of":"it"}' } },
                  ],
                },
                finish_reason: 'tool_calls',
              },
            ],
            usage: WIRE_USAGE,
          },
        },
      ],
      run: async ({ client }) => methodOf(client, 'chat.complete')(chatRequest({})),
      expected: [OK],
    },
    {
      name: 'a function of its own instead of a method',
      replies: [chat.whole?.reply ?? {}],
      run: async ({ client }) => {
        // The package of version 2 does not export its functions.
        const file = major === 1 ? 'mistral1/funcs' : '@mistralai/mistralai/esm/funcs';
        const url = new URL(`../../node_modules/${file}/chatComplete.js`, import.meta.url);
        const { chatComplete } = (await import(url.href)) as {
          chatComplete: (...args: unknown[]) => Promise<unknown>;
        };
        return chatComplete(client, chatRequest({}));
      },
      expected: [OK],
    },
    {
      name: 'a stream by its reader',
      replies: [chat.streamed?.reply ?? {}],
      run: async ({ client, moduleExports }) => {
        const stream = (await chat.streamed?.open(client, {})) as unknown as ReadableStream;
        const reader = stream.getReader();
        const chunks = {
          async *[Symbol.asyncIterator]() {
            for (let next = await reader.read(); !next.done; next = await reader.read()) {
              yield next.value as unknown;
            }
          },
        };
        return drain(moduleExports, chunks);
      },
      expected: [OK],
    },
    {
      name: 'a list of models, which is no call of one',
      replies: [{ json: { object: 'list', data: [] } }],
      run: async ({ client }) => methodOf(client, 'models.list')({}),
      expected: [],
    },
  ];
}

/** The same API as Mistral's own, at another provider. */
export function servedBy(provider: string, { whole, streamed, ...api }: PlainApi): PlainApi {
  const named = { 'gen_ai.provider.name': provider };
  return {
    ...api,
    ...(whole && { whole: { ...whole, attributes: { ...whole.attributes, ...named } } }),
    ...(streamed && {
      streamed: { ...streamed, attributes: { ...streamed.attributes, ...named } },
    }),
  };
}
