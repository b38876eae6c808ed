import type { PlainApi, PlainOptions } from './plain-api.ts';
import type { Special } from './special.ts';
import { drain } from './transcript.ts';

const PROMPT = 'How long is a piece of string?';
export const SAID: RegExp = /piece of string|Twice its half/;

const MODEL = 'llama3.2';
const AT = '2025-01-01T00:00:00Z';
const COUNTS = {
  done: true,
  done_reason: 'stop',
  total_duration: 4_883_583_458,
  load_duration: 1_334_875,
  prompt_eval_count: 26,
  prompt_eval_duration: 342_546_000,
  eval_count: 30,
  eval_duration: 4_535_599_000,
};
const USAGE = { input: 26, output: 30 };

interface OllamaClient {
  chat(request: object): Promise<AsyncIterable<unknown>>;
  generate(request: object): Promise<AsyncIterable<unknown>>;
  embed(request: object): Promise<unknown>;
  embeddings(request: object): Promise<unknown>;
}

const OPTIONS = { temperature: 0.5, num_predict: 200, top_k: 3, stop: ['END'] };

function chatRequest({ prompt = PROMPT }: PlainOptions, more: object): object {
  return {
    model: MODEL,
    messages: [{ role: 'user', content: prompt }],
    options: OPTIONS,
    ...more,
  };
}

const ATTRIBUTES = {
  'gen_ai.provider.name': 'ollama',
  'gen_ai.request.model': MODEL,
  'gen_ai.request.temperature': 0.5,
  'gen_ai.request.max_tokens': 200,
  'gen_ai.request.top_k': 3,
  'gen_ai.request.stop_sequences': ['END'],
  'gen_ai.response.model': MODEL,
  'gen_ai.response.finish_reasons': ['stop'],
  'gen_ai.usage.input_tokens': 26,
  'gen_ai.usage.output_tokens': 30,
};
const STREAMING = {
  'gen_ai.request.stream': true,
  'gen_ai.response.time_to_first_chunk': 'a number',
};

function line(content: string, more: object = { done: false }): object {
  return { model: MODEL, created_at: AT, message: { role: 'assistant', content }, ...more };
}

export const chat: PlainApi = {
  name: 'chat',
  whole: {
    reply: { json: line('Twice its half – naïvely 🙂.', COUNTS) },
    call: (client, options) => (client as OllamaClient).chat(chatRequest(options, {})),
    attributes: { 'gen_ai.operation.name': 'chat', ...ATTRIBUTES },
    usage: USAGE,
  },
  streamed: {
    reply: { sse: [line('Twice its half'), line(' – naïvely 🙂'), line('.'), line('', COUNTS)] },
    open: (client, options) =>
      (client as OllamaClient).chat(chatRequest(options, { stream: true })),
    attributes: { 'gen_ai.operation.name': 'chat', ...ATTRIBUTES, ...STREAMING },
    usage: USAGE,
    cutAfter: 2,
    hangAfter: 2,
    errorEvent: { error: 'an error was encountered while running the model' },
  },
};

function answer(response: string, more: object = { done: false }): object {
  return { model: MODEL, created_at: AT, response, ...more };
}

function generateRequest({ prompt = PROMPT }: PlainOptions, more: object): object {
  return { model: MODEL, prompt, options: OPTIONS, ...more };
}

export const generate: PlainApi = {
  name: 'generate',
  whole: {
    reply: { json: answer('Twice its half – naïvely 🙂.', { ...COUNTS, context: [1, 2, 3] }) },
    call: (client, options) => (client as OllamaClient).generate(generateRequest(options, {})),
    attributes: { 'gen_ai.operation.name': 'text_completion', ...ATTRIBUTES },
    usage: USAGE,
  },
  streamed: {
    reply: { sse: [answer('Twice its half'), answer(' – naïvely 🙂.'), answer('', COUNTS)] },
    open: (client, options) =>
      (client as OllamaClient).generate(generateRequest(options, { stream: true })),
    attributes: { 'gen_ai.operation.name': 'text_completion', ...ATTRIBUTES, ...STREAMING },
    usage: USAGE,
    cutAfter: 1,
    hangAfter: 1,
  },
};

export const embed: PlainApi = {
  name: 'embed',
  whole: {
    reply: {
      json: {
        model: 'all-minilm',
        embeddings: [[0.1, 0.2]],
        total_duration: 9,
        prompt_eval_count: 8,
      },
    },
    call: (client, { prompt = PROMPT }) =>
      (client as OllamaClient).embed({ model: 'all-minilm', input: prompt }),
    attributes: {
      'gen_ai.operation.name': 'embeddings',
      'gen_ai.provider.name': 'ollama',
      'gen_ai.request.model': 'all-minilm',
      'gen_ai.response.model': 'all-minilm',
      'gen_ai.embeddings.dimension.count': 2,
      'gen_ai.usage.input_tokens': 8,
    },
    usage: { input: 8 },
  },
};

export const ollamaSpecials: readonly Special[] = [
  {
    name: 'the older embeddings, which count nothing',
    replies: [{ json: { embedding: [0.1, 0.2] } }],
    run: async ({ client }) =>
      (client as OllamaClient).embeddings({ model: 'all-minilm', prompt: PROMPT }),
    expected: [{ outcome: 'ok', usage: 'estimated' }],
  },
  {
    name: 'a stream ended by its own abort',
    replies: [{ sse: [line('Twice its half'), line('.'), line('', COUNTS)], hangAfter: 1 }],
    run: async ({ client, moduleExports }) => {
      const stream = (await (client as OllamaClient).chat(
        chatRequest({}, { stream: true }),
      )) as AsyncIterable<unknown> & { abort(): void };
      return drain(moduleExports, stream, () => stream.abort());
    },
    expected: [{ outcome: 'aborted', errorType: 'AbortError', usage: 'estimated' }],
  },
  {
    name: 'a stream ended by the abort of its client',
    replies: [{ sse: [line('Twice its half'), line('.'), line('', COUNTS)], hangAfter: 1 }],
    run: async ({ client, moduleExports }) => {
      const stream = await (client as OllamaClient).chat(chatRequest({}, { stream: true }));
      return drain(moduleExports, stream, () => (client as { abort(): void }).abort());
    },
    expected: [{ outcome: 'aborted', errorType: 'AbortError', usage: 'estimated' }],
  },
];
