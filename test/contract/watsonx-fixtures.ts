import { methodOf } from './openai-fixtures.ts';
import type { PlainApi, PlainOptions } from './plain-api.ts';
import { OK, type Special } from './special.ts';

const PROMPT = 'How long is a piece of string?';
export const SAID: RegExp = /piece of string|Twice its half/;

const MODEL = 'ibm/granite-3-3-8b-instruct';
const PROJECT = { projectId: 'project' };
const USAGE = { prompt_tokens: 100, completion_tokens: 30, total_tokens: 130 };
const ENVELOPE = { id: 'answer-1', model_id: MODEL, model: MODEL, created: 1_700_000_000 };
const CHAT = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'ibm.watsonx.ai',
  'gen_ai.request.model': MODEL,
  'gen_ai.request.temperature': 0.5,
  'gen_ai.request.max_tokens': 200,
  'gen_ai.response.id': 'answer-1',
  'gen_ai.response.model': MODEL,
  'gen_ai.response.finish_reasons': ['stop'],
  'gen_ai.usage.input_tokens': 100,
  'gen_ai.usage.output_tokens': 30,
};
const STREAMING = {
  'gen_ai.request.stream': true,
  'gen_ai.response.time_to_first_chunk': 'a number',
};

function chatRequest({ prompt = PROMPT, signal }: PlainOptions): object {
  return {
    ...PROJECT,
    modelId: MODEL,
    messages: [{ role: 'user', content: prompt }],
    temperature: 0.5,
    maxTokens: 200,
    ...(signal && { signal }),
  };
}

function piece(content: string, more: object = {}, finishReason: string | null = null): object {
  return {
    ...ENVELOPE,
    choices: [{ index: 0, delta: { content }, finish_reason: finishReason }],
    ...more,
  };
}

type Opened = Promise<AsyncIterable<unknown>>;

export const chat: PlainApi = {
  name: 'textChat',
  whole: {
    reply: {
      json: {
        ...ENVELOPE,
        choices: [
          {
            index: 0,
            message: { role: 'assistant', content: 'Twice its half – naïvely 🙂.' },
            finish_reason: 'stop',
          },
        ],
        usage: USAGE,
      },
    },
    call: async (client, given) =>
      ((await methodOf(client, 'textChat')(chatRequest(given))) as { result: unknown }).result,
    attributes: CHAT,
    usage: { input: 100, output: 30, total: 130 },
  },
  streamed: {
    reply: {
      sse: [
        piece('Twice its half'),
        piece(' – naïvely 🙂'),
        piece('.'),
        piece('', {}, 'stop'),
        { ...ENVELOPE, choices: [], usage: USAGE },
      ],
    },
    open: (client, given) =>
      methodOf(client, 'textChatStream')({ ...chatRequest(given), returnObject: true }) as Opened,
    attributes: { ...CHAT, ...STREAMING },
    usage: { input: 100, output: 30, total: 130 },
    cutAfter: 2,
    hangAfter: 2,
  },
};

export const embed: PlainApi = {
  name: 'embedText',
  whole: {
    reply: {
      json: {
        model_id: 'ibm/slate-125m-english-rtrvr',
        results: [{ embedding: [0.1, 0.2] }],
        input_token_count: 8,
      },
    },
    call: async (client, { prompt = PROMPT }) =>
      (
        (await methodOf(
          client,
          'embedText',
        )({
          ...PROJECT,
          modelId: 'ibm/slate-125m-english-rtrvr',
          inputs: [prompt],
        })) as { result: unknown }
      ).result,
    attributes: {
      'gen_ai.operation.name': 'embeddings',
      'gen_ai.provider.name': 'ibm.watsonx.ai',
      'gen_ai.request.model': 'ibm/slate-125m-english-rtrvr',
      'gen_ai.response.model': 'ibm/slate-125m-english-rtrvr',
      'gen_ai.embeddings.dimension.count': 2,
      'gen_ai.usage.input_tokens': 8,
    },
    usage: { input: 8 },
  },
};

function generated(text: string, counts: object, reason = 'not_finished'): object {
  return {
    model_id: MODEL,
    results: [{ generated_text: text, ...counts, stop_reason: reason }],
  };
}

async function textOf(stream: unknown): Promise<string> {
  let text = '';
  for await (const line of (await stream) as AsyncIterable<unknown>) text += String(line);
  return text;
}

export const watsonxSpecials: readonly Special[] = [
  {
    name: 'text generation',
    replies: [
      {
        json: generated(
          'Twice its half.',
          { generated_token_count: 5, input_token_count: 9 },
          'eos_token',
        ),
      },
    ],
    run: async ({ client }) =>
      (
        (await methodOf(
          client,
          'generateText',
        )({
          ...PROJECT,
          modelId: MODEL,
          input: PROMPT,
          parameters: { max_new_tokens: 20 },
        })) as { result: unknown }
      ).result,
    expected: [{ ...OK, counts: { input: 9, output: 5 } }],
  },
  {
    name: 'text generation as lines of a stream, which counts up',
    replies: [
      {
        sse: [
          generated('', { generated_token_count: 0, input_token_count: 9 }),
          generated('Twice', { generated_token_count: 2, input_token_count: 0 }),
          generated(' its half.', { generated_token_count: 5, input_token_count: 0 }, 'eos_token'),
        ],
      },
    ],
    run: ({ client }) =>
      textOf(methodOf(client, 'generateTextStream')({ ...PROJECT, modelId: MODEL, input: PROMPT })),
    expected: [{ ...OK, counts: { input: 9, output: 5 } }],
  },
  {
    name: 'a deployment, whose model the answer names',
    replies: [
      {
        json: generated('Half.', { generated_token_count: 2, input_token_count: 9 }, 'eos_token'),
      },
    ],
    run: async ({ client }) =>
      (
        (await methodOf(
          client,
          'deploymentGenerateText',
        )({
          idOrName: 'deployment',
          parameters: { prompt_variables: { object: 'string' } },
        })) as { result: unknown }
      ).result,
    expected: [{ ...OK, counts: { input: 9, output: 2 } }],
  },
  {
    name: 'rerank',
    replies: [
      { json: { model_id: 'm', results: [{ index: 0, score: 1 }], input_token_count: 20 } },
    ],
    run: async ({ client }) =>
      (
        (await methodOf(
          client,
          'textRerank',
        )({
          ...PROJECT,
          modelId: 'cross-encoder/ms-marco-minilm-l-12-v2',
          inputs: [{ text: 'half' }],
          query: PROMPT,
        })) as { result: unknown }
      ).result,
    expected: [{ ...OK, counts: { input: 20 } }],
  },
];
