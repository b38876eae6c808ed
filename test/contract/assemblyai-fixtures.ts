import { methodOf } from './openai-fixtures.ts';
import type { PlainApi } from './plain-api.ts';
import { OK, type Special } from './special.ts';

const PROMPT = 'How long is a piece of string?';
export const SAID: RegExp = /piece of string|Twice its half/;

function ask(client: unknown, path: string, ...args: unknown[]): unknown {
  return Reflect.apply(methodOf(client, path), undefined, args);
}

const AUDIO = 'https://e.example/audio.mp3';
const QUEUED = { id: 'answer-1', status: 'queued', audio_url: AUDIO, audio_duration: null };
const DONE = {
  ...QUEUED,
  status: 'completed',
  text: 'Twice its half.',
  audio_duration: 281,
  speech_model: 'universal',
};
const TRANSCRIPT = {
  'gen_ai.operation.name': 'generate_content',
  'gen_ai.provider.name': 'assemblyai',
  'gen_ai.request.model': 'universal',
  'gen_ai.output.type': 'text',
  'gen_ai.response.id': 'answer-1',
  'gen_ai.response.model': 'universal',
};

/** The answer to a short audio may be there at once. */
export const submit: PlainApi = {
  name: 'transcripts.submit',
  whole: {
    reply: { json: DONE },
    call: (client, { prompt = 'audio' }) =>
      ask(client, 'transcripts.submit', {
        audio: `https://e.example/${encodeURIComponent(prompt)}.mp3`,
        speech_model: 'universal',
      }),
    attributes: TRANSCRIPT,
    usage: { inputAudioSeconds: 281 },
  },
};

export const gatewayChat: PlainApi = {
  name: 'llmGateway.chatCompletions',
  whole: {
    reply: {
      json: {
        id: 'answer-1',
        model: 'claude-sonnet-4-5',
        choices: [
          {
            index: 0,
            message: { role: 'assistant', content: 'Twice its half.' },
            finish_reason: 'stop',
          },
        ],
        usage: { prompt_tokens: 10, completion_tokens: 3, total_tokens: 13 },
      },
    },
    call: (client, { prompt = PROMPT }) =>
      ask(client, 'llmGateway.chatCompletions', {
        model: 'claude-sonnet-4-5',
        messages: [{ role: 'user', content: prompt }],
      }),
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'assemblyai',
      'gen_ai.request.model': 'claude-sonnet-4-5',
      'gen_ai.response.id': 'answer-1',
      'gen_ai.response.model': 'claude-sonnet-4-5',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.output_tokens': 3,
    },
    usage: { input: 10, output: 3, total: 13 },
  },
};

/** Its older way to ask about transcripts, gone in newer versions. */
export const lemurTask: PlainApi = {
  name: 'lemur.task',
  whole: {
    reply: {
      json: {
        request_id: 'answer-1',
        response: 'Twice its half.',
        usage: { input_tokens: 300, output_tokens: 20 },
      },
    },
    call: (client, { prompt = PROMPT }) =>
      ask(client, 'lemur.task', {
        transcript_ids: ['t-1'],
        prompt,
        final_model: 'anthropic/claude-sonnet-4-20250514',
      }),
    attributes: {
      'gen_ai.operation.name': 'generate_content',
      'gen_ai.provider.name': 'assemblyai',
      'gen_ai.request.model': 'anthropic/claude-sonnet-4-20250514',
      'gen_ai.response.id': 'answer-1',
      'gen_ai.usage.input_tokens': 300,
      'gen_ai.usage.output_tokens': 20,
    },
    usage: { input: 300, output: 20 },
  },
};

export const assemblyAiSpecials: readonly Special[] = [
  {
    name: 'transcribe',
    replies: [{ json: QUEUED }, { json: { ...QUEUED, status: 'processing' } }, { json: DONE }],
    run: async ({ client }) =>
      ask(client, 'transcripts.transcribe', { audio: AUDIO }, { pollingInterval: 1 }),
    expected: [{ ...OK, counts: { inputAudioSeconds: 281 } }],
  },
  {
    name: 'create, which waits as well',
    replies: [{ json: QUEUED }, { json: DONE }],
    run: async ({ client }) =>
      ask(client, 'transcripts.create', { audio_url: AUDIO }, { pollingInterval: 1 }),
    expected: [{ ...OK, counts: { inputAudioSeconds: 281 } }],
  },
  {
    name: 'each channel apart',
    replies: [
      { json: QUEUED },
      { json: { ...DONE, multichannel: true, audio_channels: 2, sentiment_analysis: true } },
    ],
    run: async ({ client }) => {
      await ask(client, 'transcripts.submit', { audio: AUDIO, multichannel: true });
      return ask(client, 'transcripts.get', 'answer-1');
    },
    expected: [{ ...OK, counts: { inputAudioSeconds: 562 } }],
  },
  {
    name: 'a transcript that failed',
    replies: [{ json: QUEUED }, { json: { ...QUEUED, status: 'error', error: 'no audio' } }],
    run: async ({ client }) =>
      ask(client, 'transcripts.transcribe', { audio: AUDIO }, { pollingInterval: 1 }),
    expected: [{ outcome: 'error', errorType: '_OTHER' }],
  },
  {
    name: 'a transcript that somebody else has asked for',
    replies: [{ json: { ...DONE, id: 'other' } }],
    run: async ({ client }) => ask(client, 'transcripts.get', 'other'),
    expected: [],
  },
];

export const liveSpecial: Special = {
  name: 'a transcript at once',
  replies: [
    { json: { text: 'Twice its half.', words: [], audio_duration_ms: 2_500, session_id: 's-1' } },
  ],
  run: async ({ client }) => ask(client, 'sync.transcribe', Buffer.from('RIFF0000WAVEfmt ')),
  expected: [{ ...OK, counts: { inputAudioSeconds: 2.5 } }],
};
