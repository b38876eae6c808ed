import { methodOf } from './openai-fixtures.ts';
import type { PlainApi, PlainOptions } from './plain-api.ts';
import type { Special } from './special.ts';

const PROMPT = 'How long is a piece of string?';
export const SAID: RegExp = /piece of string|Twice its half/;

function options({ signal }: PlainOptions): object {
  return { maxRetries: 0, ...(signal && { abortSignal: signal }) };
}

function ask(client: unknown, path: string, ...args: unknown[]): unknown {
  return Reflect.apply(methodOf(client, path), undefined, args);
}

async function bytesOf(audio: unknown): Promise<number[]> {
  const bytes: number[] = [];
  for await (const chunk of (await audio) as AsyncIterable<Uint8Array>) bytes.push(...chunk);
  return bytes;
}

const AUDIO = {
  headers: { 'content-type': 'audio/mpeg', 'request-id': 'answer-1', 'character-cost': '15' },
  bytes: new Uint8Array([1, 2, 3]),
};
const SPEECH = {
  'gen_ai.operation.name': 'generate_content',
  'gen_ai.provider.name': 'elevenlabs',
  'gen_ai.request.model': 'eleven_flash_v2_5',
  'gen_ai.output.type': 'speech',
};
/** The audio comes as it is, whatever it is. */
const NO_JSON = ['an answer that is no JSON', 'an answer of the wrong shape', 'the answer null'];

export const speak: PlainApi = {
  name: 'textToSpeech.convert',
  takesSignal: true,
  leavesOut: NO_JSON,
  whole: {
    reply: AUDIO,
    call: (client, given) =>
      bytesOf(
        ask(
          client,
          'textToSpeech.convert',
          'voice',
          { text: given.prompt ?? PROMPT, modelId: 'eleven_flash_v2_5' },
          options(given),
        ),
      ),
    attributes: { ...SPEECH, 'gen_ai.response.id': 'answer-1' },
    usage: { inputCharacters: 15 },
  },
};

export const speakWithTimestamps: PlainApi = {
  name: 'textToSpeech.convertWithTimestamps',
  takesSignal: true,
  whole: {
    reply: {
      headers: { 'request-id': 'answer-1', 'character-cost': '15' },
      json: { audio_base64: 'AQID', alignment: null, normalized_alignment: null },
    },
    call: (client, given) =>
      ask(
        client,
        'textToSpeech.convertWithTimestamps',
        'voice',
        { text: given.prompt ?? PROMPT, modelId: 'eleven_flash_v2_5' },
        options(given),
      ),
    attributes: { ...SPEECH, 'gen_ai.response.id': 'answer-1' },
    usage: { inputCharacters: 15 },
  },
};

const TRANSCRIPT = {
  language_code: 'en',
  language_probability: 0.98,
  text: 'Twice its half.',
  words: [{ text: 'Twice', type: 'word', start: 0.1, end: 0.5, logprob: 0 }],
  transcription_id: 'answer-1',
  audio_duration_secs: 2.5,
};
const TRANSCRIPTION = {
  'gen_ai.operation.name': 'generate_content',
  'gen_ai.provider.name': 'elevenlabs',
  'gen_ai.request.model': 'scribe_v1',
  'gen_ai.output.type': 'text',
  'gen_ai.response.id': 'answer-1',
};

export const transcribe: PlainApi = {
  name: 'speechToText.convert',
  takesSignal: true,
  whole: {
    reply: { json: TRANSCRIPT },
    call: (client, given) =>
      ask(
        client,
        'speechToText.convert',
        { modelId: 'scribe_v1', cloudStorageUrl: `https://e.example/${given.prompt ?? 'a'}.mp3` },
        options(given),
      ),
    attributes: TRANSCRIPTION,
    usage: { inputAudioSeconds: 2.5 },
  },
};

/** Its version before does not tell how the provider counted. */
export const olderSpeak: PlainApi = {
  ...speak,
  whole: {
    ...speak.whole!,
    call: (client, given) =>
      bytesOf(
        ask(
          client,
          'textToSpeech.convert',
          'voice',
          { text: given.prompt ?? PROMPT, model_id: 'eleven_flash_v2_5' },
          options(given),
        ),
      ),
    attributes: SPEECH,
    usage: { inputCharacters: PROMPT.length },
  },
};

const speaking = {
  outcome: 'ok',
  usage: 'provider',
  counts: { inputCharacters: 15 },
} as const;

export const elevenLabsSpecials: readonly Special[] = [
  {
    name: 'a stream of audio',
    replies: [AUDIO],
    run: ({ client }) =>
      bytesOf(ask(client, 'textToSpeech.stream', 'voice', { text: PROMPT }, options({}))),
    expected: [speaking],
  },
  {
    name: 'a dialogue',
    replies: [AUDIO],
    run: ({ client }) =>
      bytesOf(
        ask(
          client,
          'textToDialogue.convert',
          { inputs: [{ text: PROMPT, voiceId: 'voice' }] },
          options({}),
        ),
      ),
    expected: [speaking],
  },
  {
    name: 'a dialogue that nobody counted',
    replies: [{ ...AUDIO, headers: { 'content-type': 'audio/mpeg' } }],
    run: ({ client }) =>
      bytesOf(
        ask(
          client,
          'textToDialogue.convert',
          {
            inputs: [
              { text: 'four', voiceId: 'voice' },
              { text: 'five.', voiceId: 'other' },
            ],
          },
          options({}),
        ),
      ),
    expected: [{ ...speaking, counts: { inputCharacters: 9 } }],
  },
  {
    name: 'a sound effect',
    replies: [AUDIO],
    run: ({ client }) =>
      bytesOf(ask(client, 'textToSoundEffects.convert', { text: 'a string snaps' }, options({}))),
    expected: [speaking],
  },
  {
    name: 'music',
    replies: [AUDIO],
    run: ({ client }) => bytesOf(ask(client, 'music.compose', { prompt: 'strings' }, options({}))),
    expected: [speaking],
  },
  {
    name: 'a transcript by channels without its duration',
    replies: [
      {
        json: {
          transcripts: [
            { ...TRANSCRIPT, audio_duration_secs: undefined, channel_index: 0 },
            {
              ...TRANSCRIPT,
              audio_duration_secs: undefined,
              channel_index: 1,
              words: [{ text: 'half', type: 'word', start: 0.5, end: 1.5, logprob: 0 }],
            },
          ],
        },
      },
    ],
    run: async ({ client }) =>
      ask(
        client,
        'speechToText.convert',
        { modelId: 'scribe_v1', cloudStorageUrl: 'https://e.example/a.mp3' },
        options({}),
      ),
    expected: [{ outcome: 'ok', usage: 'estimated', counts: { inputAudioSeconds: 1.5 } }],
  },
  {
    name: 'a transcript for a webhook',
    replies: [{ json: { message: 'accepted', request_id: 'r' } }],
    run: async ({ client }) =>
      ask(
        client,
        'speechToText.convert',
        { modelId: 'scribe_v1', cloudStorageUrl: 'https://e.example/a.mp3', webhook: true },
        options({}),
      ),
    expected: [{ outcome: 'ok' }],
  },
];
