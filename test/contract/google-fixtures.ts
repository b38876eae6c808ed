import type { Reply } from '../support/provider/reply.ts';
import type { PlainApi, PlainOptions } from './plain-api.ts';

export const PROMPT = 'How long is a piece of string?';
export const SAID: RegExp = /piece of string|Twice its half|string_length/;

/** What the wire says of the same call, whichever SDK reads it. */
const WIRE_USAGE = {
  promptTokenCount: 100,
  cachedContentTokenCount: 40,
  candidatesTokenCount: 20,
  thoughtsTokenCount: 10,
  toolUsePromptTokenCount: 6,
  totalTokenCount: 136,
  promptTokensDetails: [
    { modality: 'TEXT', tokenCount: 60 },
    { modality: 'IMAGE', tokenCount: 40 },
  ],
  cacheTokensDetails: [{ modality: 'TEXT', tokenCount: 40 }],
  candidatesTokensDetails: [{ modality: 'TEXT', tokenCount: 20 }],
};

export const USAGE: object = {
  input: 66,
  cacheRead: 40,
  output: 20,
  reasoning: 10,
  inputText: 60,
  inputImage: 40,
  outputText: 30,
  total: 136,
};

const USAGE_ATTRIBUTES: object = {
  'gen_ai.usage.input_tokens': 106,
  'gen_ai.usage.output_tokens': 30,
  'gen_ai.usage.cache_read.input_tokens': 40,
  'gen_ai.usage.reasoning.output_tokens': 10,
  'gen_ai.usage.text.input_tokens': 60,
  'gen_ai.usage.image.input_tokens': 40,
  'gen_ai.usage.text.output_tokens': 30,
};

const ENVELOPE = { modelVersion: 'gemini-2.5-flash-001', responseId: 'answer-1' };

function part(text: string, more: object = {}): object {
  return { candidates: [{ index: 0, content: { role: 'model', parts: [{ text }] }, ...more }] };
}

export const CONTENT_REPLY: Reply = {
  json: {
    ...part('Twice its half – naïvely 🙂.', { finishReason: 'STOP' }),
    usageMetadata: WIRE_USAGE,
    ...ENVELOPE,
  },
};

const { thoughtsTokenCount, cachedContentTokenCount, ...LAST_USAGE } = WIRE_USAGE;

/** The last chunk leaves out counts that an earlier one had. */
export const CONTENT_EVENTS: readonly object[] = [
  {
    ...part('Twice its half'),
    usageMetadata: { promptTokenCount: 100, totalTokenCount: 100, cachedContentTokenCount },
    ...ENVELOPE,
  },
  {
    ...part(' – naïvely 🙂'),
    usageMetadata: { promptTokenCount: 100, thoughtsTokenCount, totalTokenCount: 110 },
    ...ENVELOPE,
  },
  { ...part('.', { finishReason: 'STOP' }), usageMetadata: LAST_USAGE, ...ENVELOPE },
];

export const REQUEST_ATTRIBUTES: object = {
  'gen_ai.operation.name': 'generate_content',
  'gen_ai.provider.name': 'gcp.gemini',
  'gen_ai.request.model': 'gemini-2.5-flash',
  'gen_ai.request.temperature': 0.5,
  'gen_ai.request.top_k': 3,
  'gen_ai.request.max_tokens': 200,
  'gen_ai.request.stop_sequences': ['END'],
};

export const ANSWER_ATTRIBUTES: object = {
  'gen_ai.response.id': 'answer-1',
  'gen_ai.response.model': 'gemini-2.5-flash-001',
  'gen_ai.response.finish_reasons': ['stop'],
  ...USAGE_ATTRIBUTES,
};

export const STREAM_ATTRIBUTES: object = {
  'gen_ai.request.stream': true,
  'gen_ai.response.time_to_first_chunk': 'a number',
};

/** An error as Google's services send it. */
export function googleError(status: number): Reply {
  return { status, json: { error: { code: status, status: 'SOME_STATUS', message: 'no' } } };
}

const CONFIG = { temperature: 0.5, topK: 3, maxOutputTokens: 200, stopSequences: ['END'] };

interface Models {
  generateContent(parameters: object): Promise<unknown>;
  generateContentStream(parameters: object): Promise<AsyncIterable<unknown>>;
  embedContent(parameters: object): Promise<unknown>;
}

function modelsOf(client: unknown): Models {
  return (client as { readonly models: Models }).models;
}

function parameters({ prompt = PROMPT, signal }: PlainOptions): object {
  return {
    model: 'gemini-2.5-flash',
    contents: prompt,
    config: { ...CONFIG, ...(signal !== undefined && { abortSignal: signal }) },
  };
}

export const generateContent: PlainApi = {
  name: 'models.generateContent',
  takesSignal: true,
  errorTypeOf: () => 'ApiError',
  whole: {
    reply: CONTENT_REPLY,
    call: (client, options) => modelsOf(client).generateContent(parameters(options)),
    attributes: { ...REQUEST_ATTRIBUTES, ...ANSWER_ATTRIBUTES },
    usage: USAGE,
  },
  streamed: {
    reply: { sse: CONTENT_EVENTS },
    open: (client, options) => modelsOf(client).generateContentStream(parameters(options)),
    attributes: { ...REQUEST_ATTRIBUTES, ...ANSWER_ATTRIBUTES, ...STREAM_ATTRIBUTES },
    usage: USAGE,
    cutAfter: 2,
    hangAfter: 2,
    errorEvent: { error: { code: 503, status: 'UNAVAILABLE', message: 'overloaded' } },
  },
};

const EMBEDDING_ATTRIBUTES = {
  'gen_ai.operation.name': 'embeddings',
  'gen_ai.provider.name': 'gcp.gemini',
  'gen_ai.request.model': 'gemini-embedding-001',
  'gen_ai.embeddings.dimension.count': 3,
};

/** Before 3.0 the SDK leaves out what the Gemini API counts. */
export function embedContent(major: number): PlainApi {
  const counts = major >= 3;
  return {
    name: 'models.embedContent',
    errorTypeOf: () => 'ApiError',
    whole: {
      reply: {
        json: {
          embeddings: [{ values: [0.1, 0.2, 0.3] }],
          usageMetadata: { promptTokenCount: 7, totalTokenCount: 7 },
        },
      },
      call: (client, { prompt = PROMPT }) =>
        modelsOf(client).embedContent({ model: 'gemini-embedding-001', contents: [prompt] }),
      attributes: { ...EMBEDDING_ATTRIBUTES, 'gen_ai.usage.input_tokens': counts ? 7 : 8 },
      usage: counts ? { input: 7, total: 7 } : { input: 8 },
      source: counts ? 'provider' : 'estimated',
    },
  };
}
