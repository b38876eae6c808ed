import { methodOf } from './openai-fixtures.ts';
import type { PlainApi, PlainOptions, WholeAnswer } from './plain-api.ts';

const PROMPT = 'How long is a piece of string?';
export const SAID: RegExp = /piece of string|Twice its half/;

/** Older versions take the number of retries here alone. */
function options({ signal }: PlainOptions): object {
  return { maxRetries: 0, ...(signal && { abortSignal: signal }) };
}

function api(
  method: string,
  body: (prompt: string) => object,
  answer: Omit<WholeAnswer, 'call'>,
): PlainApi {
  return {
    name: method,
    takesSignal: true,
    whole: {
      ...answer,
      call: (client, given) =>
        methodOf(client, method)(body(given.prompt ?? PROMPT), options(given)),
    },
  };
}

const EMBEDDINGS = {
  'gen_ai.operation.name': 'embeddings',
  'gen_ai.provider.name': 'voyage',
  'gen_ai.embeddings.dimension.count': 2,
};

export const embed: PlainApi = api('embed', (input) => ({ input, model: 'voyage-3.5' }), {
  reply: {
    json: {
      object: 'list',
      data: [{ object: 'embedding', embedding: [0.1, 0.2], index: 0 }],
      model: 'voyage-3.5',
      usage: { total_tokens: 10 },
    },
  },
  attributes: {
    ...EMBEDDINGS,
    'gen_ai.request.model': 'voyage-3.5',
    'gen_ai.response.model': 'voyage-3.5',
    'gen_ai.usage.input_tokens': 10,
  },
  usage: { input: 10 },
});

export const rerank: PlainApi = api(
  'rerank',
  (query) => ({ query, documents: ['Twice its half', 'whole'], model: 'rerank-2.5' }),
  {
    reply: {
      json: {
        object: 'list',
        data: [{ index: 0, relevance_score: 0.9 }],
        model: 'rerank-2.5',
        usage: { total_tokens: 26 },
      },
    },
    attributes: {
      'gen_ai.operation.name': 'rerank',
      'gen_ai.provider.name': 'voyage',
      'gen_ai.request.model': 'rerank-2.5',
      'gen_ai.response.model': 'rerank-2.5',
      'gen_ai.usage.input_tokens': 26,
    },
    usage: { input: 26 },
  },
);

/** Its SDK drops no field that it does not know, as the count of text tokens was for long. */
export const multimodalEmbed: PlainApi = api(
  'multimodalEmbed',
  (text) => ({
    inputs: [
      {
        content: [
          { type: 'text', text },
          { type: 'image_url', imageUrl: 'https://e.example/a.png' },
        ],
      },
    ],
    model: 'voyage-multimodal-3',
  }),
  {
    reply: {
      json: {
        object: 'list',
        data: [{ object: 'embedding', embedding: [0.1, 0.2], index: 0 }],
        model: 'voyage-multimodal-3',
        usage: { text_tokens: 5, image_pixels: 2_000_000, total_tokens: 3_576 },
      },
    },
    attributes: {
      ...EMBEDDINGS,
      'gen_ai.request.model': 'voyage-multimodal-3',
      'gen_ai.response.model': 'voyage-multimodal-3',
      'gen_ai.usage.input_tokens': 3_576,
      'gen_ai.usage.image.input_tokens': 3_571,
    },
    usage: { input: 3_576, inputImage: 3_571 },
  },
);

export const contextualizedEmbed: PlainApi = api(
  'contextualizedEmbed',
  (text) => ({ inputs: [[text]], model: 'voyage-context-3' }),
  {
    reply: {
      json: {
        object: 'list',
        data: [
          {
            object: 'list',
            data: [{ object: 'embedding', embedding: [0.1, 0.2], index: 0 }],
            index: 0,
          },
        ],
        model: 'voyage-context-3',
        usage: { total_tokens: 10 },
      },
    },
    attributes: {
      ...EMBEDDINGS,
      'gen_ai.request.model': 'voyage-context-3',
      'gen_ai.response.model': 'voyage-context-3',
      'gen_ai.usage.input_tokens': 10,
    },
    usage: { input: 10 },
  },
);
