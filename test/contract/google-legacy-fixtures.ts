import {
  ANSWER_ATTRIBUTES,
  CONTENT_EVENTS,
  CONTENT_REPLY,
  PROMPT,
  REQUEST_ATTRIBUTES,
  STREAM_ATTRIBUTES,
  USAGE,
} from './google-fixtures.ts';
import type { PlainApi, PlainOptions } from './plain-api.ts';

export interface GenerativeModel {
  generateContent(request: unknown, options?: object): Promise<unknown>;
  generateContentStream(request: unknown, options?: object): Promise<StreamResult>;
  startChat(parameters?: object): Chat;
  embedContent(request: unknown): Promise<unknown>;
}

export interface Chat {
  sendMessage(request: unknown): Promise<unknown>;
  sendMessageStream(request: unknown): Promise<StreamResult>;
}

interface StreamResult {
  readonly stream: AsyncIterable<unknown>;
  readonly response: Promise<unknown>;
}

interface Maker {
  getGenerativeModel(parameters: object): GenerativeModel;
}

function modelOf(client: unknown): GenerativeModel {
  return (client as Maker).getGenerativeModel({
    model: 'gemini-2.5-flash',
    generationConfig: { temperature: 0.5, topK: 3, maxOutputTokens: 200, stopSequences: ['END'] },
  });
}

/** The promise of the whole answer that stands beside a stream. */
const responses = new WeakMap<object, Promise<unknown>>();

function streamOf(result: StreamResult): AsyncIterable<unknown> {
  result.response.catch(() => undefined);
  responses.set(result.stream, result.response);
  return result.stream;
}

function optionsOf({ signal }: PlainOptions): object {
  return signal === undefined ? {} : { signal };
}

/** `generateContent` of a model, or what `ask` and `askStream` make of it. */
export function legacyContent(
  name: string,
  more: object,
  takesSignal: boolean,
  ask: (model: GenerativeModel, prompt: string, options: object) => Promise<unknown>,
  askStream: (model: GenerativeModel, prompt: string, options: object) => Promise<StreamResult>,
): PlainApi {
  const attributes = { ...REQUEST_ATTRIBUTES, ...ANSWER_ATTRIBUTES, ...more };
  return {
    name,
    takesSignal,
    whole: {
      reply: CONTENT_REPLY,
      call: (client, options) => ask(modelOf(client), options.prompt ?? PROMPT, optionsOf(options)),
      attributes,
      usage: USAGE,
    },
    streamed: {
      reply: { sse: CONTENT_EVENTS },
      async open(client, options) {
        const { prompt = PROMPT } = options;
        return streamOf(await askStream(modelOf(client), prompt, optionsOf(options)));
      },
      attributes: { ...attributes, ...STREAM_ATTRIBUTES },
      usage: USAGE,
      cutAfter: 2,
      hangAfter: 2,
      settled: async (stream) => responses.get(stream),
    },
  };
}
