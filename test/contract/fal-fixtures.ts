import { methodOf } from './openai-fixtures.ts';
import type { PlainApi, PlainOptions } from './plain-api.ts';
import { OK, type Special } from './special.ts';

const PROMPT = 'How long is a piece of string?';
export const SAID: RegExp = /piece of string/;

const MODEL = 'fal-ai/flux/dev';
const IMAGES = {
  images: [{ url: 'https://e.example/1.png', width: 1024, height: 1024 }],
  prompt: PROMPT,
};
const UNITS = { 'x-fal-billable-units': '1.05', 'x-fal-request-id': 'answer-1' };

function ask(client: unknown, path: string, ...args: unknown[]): unknown {
  return Reflect.apply(methodOf(client, path), undefined, args);
}

const ATTRIBUTES = {
  'gen_ai.operation.name': 'generate_content',
  'gen_ai.provider.name': 'fal',
  'gen_ai.request.model': MODEL,
  'gen_ai.response.id': 'answer-1',
};

function options({ prompt = PROMPT, signal }: PlainOptions): object {
  return { input: { prompt }, ...(signal && { abortSignal: signal }) };
}

export const run: PlainApi = {
  name: 'run',
  takesSignal: true,
  whole: {
    reply: { headers: UNITS, json: IMAGES },
    call: (client, given) => ask(client, 'run', MODEL, options(given)),
    attributes: ATTRIBUTES,
    usage: { modelUnits: 1.05 },
  },
};

const SUBMITTED = { json: { request_id: 'answer-1', status: 'IN_QUEUE', queue_position: 0 } };
const DONE = { json: { request_id: 'answer-1', status: 'COMPLETED' } };

export const falSpecials: readonly Special[] = [
  {
    name: 'subscribe',
    replies: [
      SUBMITTED,
      { json: { request_id: 'answer-1', status: 'IN_PROGRESS' } },
      DONE,
      { headers: UNITS, json: IMAGES },
    ],
    run: async ({ client }) =>
      ask(client, 'subscribe', MODEL, { input: { prompt: PROMPT }, pollInterval: 1 }),
    expected: [{ ...OK, counts: { modelUnits: 1.05 } }],
  },
  {
    name: 'the queue, and its result asked for twice',
    replies: [
      SUBMITTED,
      { status: 400, json: { detail: 'Request is still in progress' } },
      { headers: UNITS, json: IMAGES },
      { headers: UNITS, json: IMAGES },
    ],
    run: async ({ client }) => {
      await ask(client, 'queue.submit', MODEL, { input: { prompt: PROMPT } });
      const early = await (
        ask(client, 'queue.result', MODEL, { requestId: 'answer-1' }) as Promise<unknown>
      ).catch((error: Error) => error.message);
      const first = await ask(client, 'queue.result', MODEL, { requestId: 'answer-1' });
      return [early, first, await ask(client, 'queue.result', MODEL, { requestId: 'answer-1' })];
    },
    expected: [{ ...OK, counts: { modelUnits: 1.05 } }],
  },
  {
    name: 'a request of the queue that failed',
    replies: [
      SUBMITTED,
      { status: 422, json: { detail: [{ msg: 'no' }] }, headers: { 'x-fal-billable-units': '0' } },
    ],
    run: async ({ client }) => {
      await ask(client, 'queue.submit', MODEL, { input: { prompt: PROMPT } });
      return (
        ask(client, 'queue.result', MODEL, { requestId: 'answer-1' }) as Promise<unknown>
      ).catch((error: Error) => error.message);
    },
    expected: [
      { outcome: 'error', errorType: '422', usage: 'provider', counts: { modelUnits: 0 } },
    ],
  },
  {
    name: 'a result that somebody else has asked for',
    replies: [{ headers: UNITS, json: IMAGES }],
    run: async ({ client }) => ask(client, 'queue.result', MODEL, { requestId: 'other' }),
    expected: [],
  },
  {
    name: 'images that no header counts',
    replies: [{ json: IMAGES }],
    run: async ({ client }) => ask(client, 'run', MODEL, { input: { prompt: PROMPT } }),
    expected: [{ ...OK, counts: { images: 1 } }],
  },
];
