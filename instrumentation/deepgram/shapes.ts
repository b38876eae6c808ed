import { ATTR_GEN_AI_OUTPUT_TYPE } from '../../conventions/index.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import type { CallShape } from '../core/call/shape.ts';
import { readFernOptions } from '../core/fern/fern-client.ts';
import { headerOf, lengthOf } from '../core/sdk-values.ts';
import {
  convertDeepgramAnalysis,
  convertDeepgramSpeech,
  convertDeepgramTranscription,
  deepgramExtras,
  deepgramModel,
} from '../../providers/usage/deepgram.ts';
import { type Dictionary, asDictionary, asString } from '../../providers/read.ts';

/** Parameters stand beside the source, or in the argument after it. */
function parameter(args: readonly unknown[], name: string): unknown {
  return asDictionary(args[0])?.[name] ?? asDictionary(args[1])?.[name];
}

function modelOf(args: readonly unknown[]): string | undefined {
  return asString(parameter(args, 'model'));
}

/** The answer itself; version 4 gives it, or the error in its place, as a field. */
function bodyOfAnswer(record: CallRecord, answer: unknown): Dictionary | undefined {
  const fields = asDictionary(answer);
  if (fields === undefined || !('result' in fields && 'error' in fields)) return fields;
  const error = asDictionary(fields['error']);
  if (error !== undefined) {
    record.call.outcome = 'error';
    record.call.errorType = asString(error['name']) ?? '_OTHER';
  }
  return asDictionary(fields['result']);
}

function readTranscription(record: CallRecord, answer: unknown): void {
  const body = bodyOfAnswer(record, answer);
  if (body === undefined) return;
  const { call } = record;
  const metadata = asDictionary(body['metadata']);
  call.responseId = asString(metadata?.['request_id'] ?? body['request_id']);
  // What is sent to a callback never comes by here.
  call.usagePending = metadata === undefined;
  if (call.requestModel === undefined) call.responseModel = deepgramModel(metadata);
  call.usage = convertDeepgramTranscription(metadata, record.scratch === true);
  call.alsoBilled = deepgramExtras(metadata);
}

/** Billed by the second of each channel that was asked for. */
export const transcription: CallShape = {
  operation: 'generate_content',
  requestedModel: modelOf,
  readRequest(record, args) {
    readFernOptions(record, args);
    record.attributes[ATTR_GEN_AI_OUTPUT_TYPE] = 'text';
    record.scratch = parameter(args, 'multichannel') === true;
  },
  // The audio may be a stream, or stand at an address.
  sentFields: () => ({ input_audio: 'audio' }),
  readResponse: readTranscription,
};

/** The address of the callback stands between the source and the parameters. */
export const transcriptionForCallback: CallShape = {
  ...transcription,
  requestedModel: (args) => asString(asDictionary(args[2])?.['model']),
};

/** Billed by the character, which the response counts. */
export const speech: CallShape = {
  operation: 'generate_content',
  requestedModel: modelOf,
  readRequest(record, args) {
    readFernOptions(record, args);
    record.attributes[ATTR_GEN_AI_OUTPUT_TYPE] = 'speech';
    record.scratch = lengthOf(parameter(args, 'text'));
  },
  sentFields: (args) => parameter(args, 'text'),
  readHeaders({ call, scratch }, response) {
    call.responseId = headerOf(response, 'dg-request-id');
    call.responseModel = headerOf(response, 'dg-model-name');
    call.usage = convertDeepgramSpeech(headerOf(response, 'dg-char-count'), scratch);
  },
  readResponse(record, answer) {
    const { call, scratch } = record;
    if (call.usage !== undefined) return;
    // Version 4 keeps the response in the client.
    const response = asDictionary(answer)?.['result'];
    if (response === undefined) call.usage = convertDeepgramSpeech(undefined, scratch);
    else speech.readHeaders?.(record, response);
  },
  streamOf: () => undefined,
};

/** Summaries, topics and the like of a text, billed by the token. */
export const analysis: CallShape = {
  operation: 'generate_content',
  requestedModel: () => undefined,
  readRequest: readFernOptions,
  readResponse(record, answer) {
    const metadata = asDictionary(bodyOfAnswer(record, answer)?.['metadata']);
    record.call.responseId = asString(metadata?.['request_id']);
    record.call.usage = convertDeepgramAnalysis(metadata);
  },
};
