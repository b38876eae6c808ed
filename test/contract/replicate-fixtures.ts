import { methodOf } from './openai-fixtures.ts';
import type { PlainApi, PlainOptions } from './plain-api.ts';
import { OK, type Special } from './special.ts';

const PROMPT = 'How long is a piece of string?';
export const SAID: RegExp = /piece of string|Twice its half/;

const MODEL = 'black-forest-labs/flux-schnell';
const DONE = {
  id: 'answer-1',
  model: MODEL,
  version: 'hidden',
  status: 'succeeded',
  input: {},
  output: ['Twice its half.'],
  error: null,
  metrics: { image_count: 2, predict_time: 0.9, total_time: 1 },
  urls: { get: 'https://e.example/get', cancel: 'https://e.example/cancel' },
};
const GOING = { ...DONE, status: 'processing', output: null, metrics: undefined };

function ask(client: unknown, path: string, ...args: unknown[]): unknown {
  return Reflect.apply(methodOf(client, path), undefined, args);
}

const ATTRIBUTES = {
  'gen_ai.operation.name': 'generate_content',
  'gen_ai.provider.name': 'replicate',
  'gen_ai.request.model': MODEL,
  'gen_ai.response.id': 'answer-1',
  'gen_ai.response.model': MODEL,
};

export const run: PlainApi = {
  name: 'run',
  // The SDK asks again by itself, and waits for seconds in between.
  leavesOut: ['status 429', 'a refused connection', 'the answer null'],
  whole: {
    reply: { json: DONE },
    call: (client, { prompt = PROMPT }: PlainOptions) =>
      ask(client, 'run', MODEL, { input: { prompt } }),
    attributes: ATTRIBUTES,
    usage: { images: 2 },
  },
};

export const create: PlainApi = {
  name: 'predictions.create',
  takesSignal: true,
  leavesOut: ['status 429', 'a refused connection'],
  whole: {
    reply: { json: { ...DONE, metrics: { predict_time: 4.5, total_time: 5 } } },
    call: (client, { prompt = PROMPT, signal }: PlainOptions) =>
      ask(client, 'predictions.create', {
        version: 'stability-ai/sdxl:39ed52f2a78e',
        input: { prompt },
        ...(signal && { signal }),
      }),
    attributes: { ...ATTRIBUTES, 'gen_ai.request.model': 'stability-ai/sdxl' },
    usage: { modelUnits: 4.5 },
  },
};

export function replicateSpecials(): readonly Special[] {
  return [
    {
      name: 'a run that goes on for longer',
      replies: [{ json: GOING }, { json: GOING }, { json: DONE }],
      run: async ({ client }) =>
        ask(client, 'run', MODEL, {
          input: { prompt: PROMPT },
          wait: { mode: 'poll', interval: 1 },
        }),
      expected: [{ ...OK, counts: { images: 2 } }],
    },
    {
      name: 'a prediction that is fetched twice',
      replies: [{ json: GOING }, { json: GOING }, { json: DONE }, { json: DONE }],
      run: async ({ client }) => {
        await ask(client, 'predictions.create', { model: MODEL, input: { prompt: PROMPT } });
        await ask(client, 'predictions.get', 'answer-1');
        await ask(client, 'predictions.get', 'answer-1');
        return ask(client, 'predictions.get', 'answer-1');
      },
      expected: [{ ...OK, counts: { images: 2 } }],
    },
    {
      name: 'a prediction that somebody else has made',
      replies: [{ json: { ...DONE, id: 'other' } }],
      run: async ({ client }) => ask(client, 'predictions.get', 'other'),
      expected: [],
    },
    {
      name: 'a prediction that failed',
      replies: [
        { json: GOING },
        { json: { ...DONE, status: 'failed', error: 'no', metrics: { predict_time: 1 } } },
      ],
      run: async ({ client }) => {
        await ask(client, 'predictions.create', { model: MODEL, input: { prompt: PROMPT } });
        return ask(client, 'predictions.get', 'answer-1');
      },
      expected: [
        { outcome: 'error', errorType: '_OTHER', usage: 'provider', counts: { modelUnits: 1 } },
      ],
    },
    {
      name: 'a deployment, and its prediction canceled',
      replies: [
        { json: GOING },
        { json: { ...DONE, status: 'canceled', metrics: { predict_time: 0.5 } } },
      ],
      run: async ({ client }) => {
        await ask(client, 'deployments.predictions.create', 'team', 'pictures', {
          input: { prompt: PROMPT },
        });
        return ask(client, 'predictions.cancel', 'answer-1');
      },
      expected: [{ outcome: 'aborted', usage: 'provider', counts: { modelUnits: 0.5 } }],
    },
    {
      name: 'the tokens of a language model',
      replies: [
        {
          json: {
            ...DONE,
            metrics: { input_token_count: 10, output_token_count: 3, predict_time: 1 },
          },
        },
      ],
      run: async ({ client }) =>
        ask(client, 'run', 'meta/llama-3-8b', { input: { prompt: PROMPT } }),
      expected: [{ ...OK, counts: { input: 10, output: 3 } }],
    },
    {
      name: 'a list of models, which is no call of one',
      replies: [{ json: { results: [], next: null } }],
      run: async ({ client }) => ask(client, 'models.list'),
      expected: [],
    },
  ];
}
