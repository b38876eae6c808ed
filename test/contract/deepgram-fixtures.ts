import { methodOf } from './openai-fixtures.ts';
import type { PlainApi, PlainOptions } from './plain-api.ts';

const PROMPT = 'How long is a piece of string?';
export const SAID: RegExp = /piece of string|Twice its half/;

function options({ signal }: PlainOptions): object {
  return { maxRetries: 0, ...(signal && { abortSignal: signal }) };
}

const TRANSCRIPT = {
  metadata: {
    request_id: 'answer-1',
    sha256: '00',
    created: '2026-01-01T00:00:00Z',
    duration: 25.9,
    channels: 2,
    models: ['m1'],
    model_info: { m1: { name: 'general-nova-3', version: '2025-01-01', arch: 'nova-3' } },
  },
  results: { channels: [{ alternatives: [{ transcript: 'Twice its half.', confidence: 0.9 }] }] },
};
const TRANSCRIPTION = {
  'gen_ai.operation.name': 'generate_content',
  'gen_ai.provider.name': 'deepgram',
  'gen_ai.request.model': 'nova-3',
  'gen_ai.output.type': 'text',
  'gen_ai.response.id': 'answer-1',
};
const SPEECH = {
  'gen_ai.operation.name': 'generate_content',
  'gen_ai.provider.name': 'deepgram',
  'gen_ai.request.model': 'aura-2-thalia-en',
  'gen_ai.output.type': 'speech',
};
const SPOKEN = {
  headers: {
    'content-type': 'audio/mpeg',
    'dg-request-id': 'answer-1',
    'dg-model-name': 'aura-2-thalia-en',
    'dg-char-count': '30',
  },
  bytes: new Uint8Array([1, 2, 3]),
};

export const transcribeUrl: PlainApi = {
  name: 'listen.v1.media.transcribeUrl',
  takesSignal: true,
  whole: {
    reply: { json: TRANSCRIPT },
    call: (client, given) =>
      methodOf(client, 'listen.v1.media.transcribeUrl')(
        {
          url: `https://e.example/${encodeURIComponent(given.prompt ?? 'a')}.wav`,
          model: 'nova-3',
        },
        options(given),
      ),
    attributes: TRANSCRIPTION,
    usage: { inputAudioSeconds: 25.9 },
  },
};

/** Each channel apart costs as much as the whole. */
export const transcribeFile: PlainApi = {
  name: 'listen.v1.media.transcribeFile',
  takesSignal: true,
  whole: {
    reply: { json: TRANSCRIPT },
    call: (client, given) =>
      Reflect.apply(methodOf(client, 'listen.v1.media.transcribeFile'), undefined, [
        Buffer.from(given.prompt ?? 'audio'),
        { model: 'nova-3', multichannel: true },
        options(given),
      ]),
    attributes: TRANSCRIPTION,
    usage: { inputAudioSeconds: 51.8 },
  },
};

export const speak: PlainApi = {
  name: 'speak.v1.audio.generate',
  takesSignal: true,
  // What it gives is the audio as it comes, which it does not read.
  leavesOut: ['an answer that is no JSON', 'an answer of the wrong shape', 'the answer null'],
  whole: {
    reply: SPOKEN,
    call: async (client, given) => {
      const spoken = (await methodOf(client, 'speak.v1.audio.generate')(
        { text: given.prompt ?? PROMPT, model: 'aura-2-thalia-en' },
        options(given),
      )) as { bytes(): Promise<Uint8Array> };
      return [...(await spoken.bytes())];
    },
    attributes: {
      ...SPEECH,
      'gen_ai.response.id': 'answer-1',
      'gen_ai.response.model': 'aura-2-thalia-en',
    },
    usage: { inputCharacters: 30 },
  },
};

export const analyze: PlainApi = {
  name: 'read.v1.text.analyze',
  takesSignal: true,
  whole: {
    reply: {
      json: {
        metadata: {
          request_id: 'answer-1',
          created: '2026-01-01T00:00:00Z',
          language: 'en',
          summary_info: { model_uuid: 'm', input_tokens: 63, output_tokens: 18 },
          sentiment_info: { model_uuid: 'm', input_tokens: 63, output_tokens: 60 },
        },
        results: { summary: { text: 'Twice its half.' } },
      },
    },
    call: (client, given) =>
      methodOf(client, 'read.v1.text.analyze')(
        {
          body: { text: given.prompt ?? PROMPT },
          summarize: 'v2',
          sentiment: true,
          language: 'en',
        },
        options(given),
      ),
    attributes: {
      'gen_ai.operation.name': 'generate_content',
      'gen_ai.provider.name': 'deepgram',
      'gen_ai.response.id': 'answer-1',
      'gen_ai.usage.input_tokens': 126,
      'gen_ai.usage.output_tokens': 78,
    },
    usage: { input: 126, output: 78 },
  },
};

/** Version 4 gives the answer or the error as a field. */
export const olderTranscribeUrl: PlainApi = {
  name: 'listen.prerecorded.transcribeUrl',
  leavesOut: ['a rejection that nobody handles'],
  whole: {
    reply: { json: TRANSCRIPT },
    call: (client, given) =>
      methodOf(client, 'listen.prerecorded.transcribeUrl')(
        { url: `https://e.example/${encodeURIComponent(given.prompt ?? 'a')}.wav` },
        { model: 'nova-3' },
      ),
    attributes: TRANSCRIPTION,
    usage: { inputAudioSeconds: 25.9 },
  },
};

export const olderSpeak: PlainApi = {
  ...speak,
  name: 'speak.request',
  takesSignal: false,
  whole: {
    ...speak.whole!,
    call: async (client, given) => {
      const speaking = methodOf(client, 'speak.request')(
        { text: given.prompt ?? PROMPT },
        { model: 'aura-2-thalia-en' },
      ) as Promise<{ getStream(): Promise<AsyncIterable<Uint8Array>> }>;
      const bytes: number[] = [];
      for await (const chunk of await (await speaking).getStream()) bytes.push(...chunk);
      return bytes;
    },
  },
};
