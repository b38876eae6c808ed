import { ATTR_GEN_AI_OUTPUT_TYPE } from '../../conventions/index.ts';
import {
  type GeneratedSdk,
  type WatchedMethod,
  endpointOfClient,
} from '../core/stainless/generated-sdk.ts';
import { bodyOf } from '../core/call/request-parameters.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import type { CallShape } from '../core/call/shape.ts';
import { lengthOf } from '../core/sdk-values.ts';
import { asCount, asDictionary, asString } from '../../providers/read.ts';
import { packages } from './metadata.ts';

/** Billed by the character of the text, whatever becomes of the sound. */
const speech: CallShape = {
  operation: 'generate_content',
  requestedModel: (args) => asString(bodyOf(args)['model_id']),
  readRequest(record, args) {
    record.attributes[ATTR_GEN_AI_OUTPUT_TYPE] = 'speech';
    const characters = lengthOf(bodyOf(args)['transcript']);
    if (characters > 0) record.scratch = { inputCharacters: characters };
  },
  sentFields: (args) => bodyOf(args)['transcript'],
  readResponse: countText,
  readChunk(record, event) {
    countText(record);
    if (asDictionary(event)?.['type'] === 'done') record.finished = true;
  },
};

/** The text counts once it has been taken. */
function countText({ call, scratch }: CallRecord): void {
  call.usage ??= asDictionary(scratch);
}

/** Billed by the second of the audio. */
const transcription: CallShape = {
  operation: 'generate_content',
  readRequest(record) {
    record.attributes[ATTR_GEN_AI_OUTPUT_TYPE] = 'text';
  },
  sentFields: () => ({ input_audio: 'audio' }),
  readResponse({ call }, response) {
    const seconds = asCount(asDictionary(response)?.['duration']);
    if (seconds !== undefined) call.usage = { inputAudioSeconds: seconds };
  },
};

/** Billed by the second of the clip, which nobody tells. */
const voiceChange: CallShape = {
  ...speech,
  readRequest(record) {
    record.attributes[ATTR_GEN_AI_OUTPUT_TYPE] = 'speech';
  },
  sentFields: () => ({ input_audio: 'audio' }),
};

function methods(
  className: string,
  resource: string,
  table: Readonly<Record<string, CallShape>>,
): WatchedMethod[] {
  const place = { classPath: [className], instancePath: [resource] };
  return Object.entries(table).map(([method, shape]) => ({ ...place, method, shape }));
}

/** The methods of `@cartesia/cartesia-js` that are billed, but for what goes through its sockets. */
export const cartesiaSdk: GeneratedSdk = {
  packageName: packages[0].packageName,
  clientExports: ['Cartesia', 'default'],
  endpointOf: (client) => endpointOfClient(client, 'cartesia'),
  methods: [
    ...methods('TTS', 'tts', {
      generate: speech,
      generateSSE: speech,
      generateSse: speech,
      infill: speech,
    }),
    ...methods('STT', 'stt', { transcribe: transcription }),
    ...methods('VoiceChanger', 'voiceChanger', {
      generate: voiceChange,
      generateSSE: voiceChange,
      changeVoiceSse: voiceChange,
    }),
  ],
};
