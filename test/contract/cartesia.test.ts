import { describe } from 'vitest';

import { cartesia } from '../../instrumentation/cartesia/index.ts';
import { cartesiaSdk } from '../../instrumentation/cartesia/instrumentation.ts';
import { copiesOf } from './copies.ts';
import { methodOf } from './openai-fixtures.ts';
import type { PlainApi, PlainOptions } from './plain-api.ts';
import { describePlainContract } from './plain-suite.ts';

interface CartesiaModule {
  readonly Cartesia: new (options: object) => object;
}

const PROMPT = 'How long is a piece of string?';
const SPEECH = {
  'gen_ai.operation.name': 'generate_content',
  'gen_ai.provider.name': 'cartesia',
  'gen_ai.request.model': 'sonic-3',
  'gen_ai.output.type': 'speech',
};

function request({ prompt = PROMPT }: PlainOptions): object {
  return {
    model_id: 'sonic-3',
    transcript: prompt,
    voice: { mode: 'id', id: 'voice' },
    output_format: { container: 'raw', encoding: 'pcm_s16le', sample_rate: 16_000 },
  };
}

const speech: PlainApi = {
  name: 'tts',
  takesSignal: true,
  // The sound comes as it is, whatever it is.
  leavesOut: [
    'the result itself',
    'an answer that is no JSON',
    'an answer of the wrong shape',
    'the answer null',
  ],
  whole: {
    reply: { headers: { 'content-type': 'audio/wav' }, bytes: new Uint8Array([1, 2, 3]) },
    call: async (client, { signal, ...given }) => {
      const response = (await methodOf(client, 'tts.generate')(
        request(given),
        signal && { signal },
      )) as Response;
      return [...new Uint8Array(await response.arrayBuffer())];
    },
    attributes: SPEECH,
    usage: { inputCharacters: PROMPT.length },
  },
};

const transcription: PlainApi = {
  name: 'stt.transcribe',
  whole: {
    reply: { json: { type: 'transcript', text: 'Twice its half.', duration: 2.5 } },
    call: (client, { prompt = 'sound' }) =>
      methodOf(
        client,
        'stt.transcribe',
      )({
        model: 'ink-whisper',
        file: new File([prompt], 'half.wav'),
      }),
    attributes: {
      'gen_ai.operation.name': 'generate_content',
      'gen_ai.provider.name': 'cartesia',
      'gen_ai.request.model': 'ink-whisper',
      'gen_ai.output.type': 'text',
    },
    usage: { inputAudioSeconds: 2.5 },
  },
};

describe('@cartesia/cartesia-js', () => {
  describePlainContract({
    instrumentation: cartesia,
    copies: copiesOf([['@cartesia/cartesia-js', 4]]),
    createClient: (moduleExports, baseURL) =>
      new (moduleExports as CartesiaModule).Cartesia({ apiKey: 'test', baseURL, maxRetries: 0 }),
    apisOf: () => [speech, transcription],
    specialsOf: () => [
      {
        name: 'speech as events',
        replies: [
          {
            sse: [
              { type: 'chunk', data: 'AQID' },
              { type: 'done', done: true },
            ],
          },
        ],
        run: async ({ client }) => {
          const seen: unknown[] = [];
          const events = (await methodOf(
            client,
            'tts.generateSSE',
          )(request({}))) as AsyncIterable<unknown>;
          for await (const event of events) seen.push(event);
          return seen.length;
        },
        expected: [
          { outcome: 'ok', usage: 'provider', counts: { inputCharacters: PROMPT.length } },
        ],
      },
    ],
    shapes: [...new Set(cartesiaSdk.methods.map(({ shape }) => shape))],
    content: /piece of string|Twice its half/,
  });
});
