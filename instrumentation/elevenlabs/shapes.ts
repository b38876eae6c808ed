import { ATTR_GEN_AI_OUTPUT_TYPE } from '../../conventions/index.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import type { CallShape } from '../core/call/shape.ts';
import { readFernOptions } from '../core/fern/fern-client.ts';
import { headerOf, lengthOf } from '../core/sdk-values.ts';
import {
  convertElevenLabsCharacters,
  convertElevenLabsTranscription,
} from '../../providers/usage/elevenlabs.ts';
import { type Dictionary, asArray, asDictionary, asString } from '../../providers/read.ts';

/** The request stands first, or after the voice. */
function requestOf(args: readonly unknown[]): Dictionary {
  return asDictionary(typeof args[0] === 'string' ? args[1] : args[0]) ?? {};
}

/** Newer versions have their own spelling of the wire's names. */
function modelOf(args: readonly unknown[]): string | undefined {
  const request = requestOf(args);
  return asString(request['modelId'] ?? request['model_id']);
}

function readSoundRequest(record: CallRecord, args: readonly unknown[]): void {
  readFernOptions(record, args);
  record.attributes[ATTR_GEN_AI_OUTPUT_TYPE] = 'speech';
}

/** What costs characters: those that the response counts, else those of the text. */
export const sound: CallShape = {
  operation: 'generate_content',
  requestedModel: modelOf,
  readRequest: readSoundRequest,
  sentFields: requestOf,
  readHeaders({ call, scratch }, response) {
    call.responseId = headerOf(response, 'request-id');
    const counted = headerOf(response, 'character-cost') ?? headerOf(response, 'x-character-count');
    call.usage = convertElevenLabsCharacters(counted, scratch);
  },
  readResponse({ call, scratch }) {
    call.usage ??= convertElevenLabsCharacters(undefined, scratch);
  },
  // The audio is the application's to read; what it costs is told before it.
  streamOf: () => undefined,
};

export const speech: CallShape = {
  ...sound,
  readRequest(record, args) {
    readSoundRequest(record, args);
    record.scratch = lengthOf(requestOf(args)['text']);
  },
};

export const dialogue: CallShape = {
  ...sound,
  readRequest(record, args) {
    readSoundRequest(record, args);
    const lines = asArray(requestOf(args)['inputs']) ?? [];
    record.scratch = lines.reduce<number>(
      (sum, line) => sum + lengthOf(asDictionary(line)?.['text']),
      0,
    );
  },
};

/** Billed by the second of the audio. */
export const transcription: CallShape = {
  operation: 'generate_content',
  requestedModel: modelOf,
  readRequest(record, args) {
    readFernOptions(record, args);
    record.attributes[ATTR_GEN_AI_OUTPUT_TYPE] = 'text';
  },
  sentFields: () => ({ input_audio: 'audio' }),
  readResponse({ call }, answer) {
    const body = asDictionary(answer);
    if (body === undefined) return;
    call.responseId = asString(body['transcriptionId'] ?? body['transcription_id']);
    const told = convertElevenLabsTranscription(body);
    // What goes to a webhook never comes by here.
    call.usagePending = told === undefined && 'message' in body;
    if (told === undefined) return;
    call.usage = told.usage;
    if (!told.isCounted) call.usageSource = 'estimated';
  },
};

/** Billed by the minute, and nobody says how many there were. */
export const dubbing: CallShape = {
  operation: 'generate_content',
  requestedModel: () => undefined,
  readRequest: readSoundRequest,
  readResponse: ({ call }, answer) => {
    const body = asDictionary(answer);
    call.responseId = asString(body?.['dubbingId'] ?? body?.['dubbing_id']);
  },
};
