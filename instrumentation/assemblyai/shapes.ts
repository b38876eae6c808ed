import { ATTR_GEN_AI_OUTPUT_TYPE } from '../../conventions/index.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import { bodyOf } from '../core/call/request-parameters.ts';
import type { CallShape } from '../core/call/shape.ts';
import { jobStarted } from '../core/job/jobs.ts';
import { chatCompletions } from '../core/openai-wire/shapes.ts';
import { readPlainResponse } from '../core/openai-wire/response.ts';
import { asSignal } from '../core/sdk-values.ts';
import { assemblyAiExtras, convertAssemblyAiTranscript } from '../../providers/usage/assemblyai.ts';
import { type Dictionary, asArray, asCount, asDictionary, asString } from '../../providers/read.ts';

function modelIn(fields: Dictionary | undefined): string | undefined {
  const [first] = asArray(fields?.['speech_models']) ?? [];
  return asString(fields?.['speech_model'] ?? first);
}

export function isDone(value: unknown): boolean {
  const status = asDictionary(value)?.['status'];
  return status === 'completed' || status === 'error';
}

/** What a transcript that is done came to. */
export function readTranscript(record: CallRecord, value: unknown): void {
  const body = asDictionary(value);
  if (body === undefined) return;
  const { call } = record;
  call.responseModel = asString(body['speech_model_used']) ?? modelIn(body);
  if (body['status'] === 'error') {
    call.outcome = 'error';
    call.errorType = '_OTHER';
    // What failed is not billed.
    return;
  }
  call.usage = convertAssemblyAiTranscript(body);
  call.alsoBilled = assemblyAiExtras(body);
}

/** Asking for a transcript, which is made while somebody waits for it. */
export const transcript: CallShape = {
  operation: 'generate_content',
  requestedModel: (args) => modelIn(bodyOf(args)),
  readRequest(record) {
    record.requests = 0;
    record.attributes[ATTR_GEN_AI_OUTPUT_TYPE] = 'text';
  },
  sentFields: () => ({ input_audio: 'audio' }),
  readResponse(record, answer) {
    const id = asString(asDictionary(answer)?.['id']);
    record.call.responseId = id;
    if (isDone(answer) || id === undefined) readTranscript(record, answer);
    else jobStarted(record, id);
  },
};

/** A transcript of audio as it is sent; what may be told of it stands among other arguments. */
export const liveTranscript: CallShape = {
  ...transcript,
  requestedModel: (args) =>
    args.map((value) => asString(asDictionary(value)?.['model'])).find((model) => model),
  readRequest(record, args) {
    transcript.readRequest(record, args, undefined);
    const signal = args.map(asSignal).find((value) => value !== undefined);
    if (signal !== undefined) record.signal = signal;
  },
  readResponse(record, answer) {
    const body = asDictionary(answer);
    const milliseconds = asCount(body?.['audio_duration_ms']);
    record.call.responseId = asString(body?.['session_id']);
    if (milliseconds !== undefined) {
      record.call.usage = { inputAudioSeconds: milliseconds / 1000 };
    }
  },
};

/** Chat completions of many makers' models. */
export const gatewayChat: CallShape = {
  ...chatCompletions,
  readRequest(record, args, client) {
    chatCompletions.readRequest(record, args, client);
    record.requests = 0;
  },
};

/** What is made of a transcript, and counts its tokens where a model made it. */
export const understanding: CallShape = {
  operation: 'generate_content',
  requestedModel: () => undefined,
  readRequest(record) {
    record.requests = 0;
  },
  readResponse: readPlainResponse,
};

/** Its older way to ask a model about transcripts. */
export const lemur: CallShape = {
  operation: 'generate_content',
  requestedModel: (args) => asString(bodyOf(args)['final_model']),
  readRequest(record, args) {
    record.requests = 0;
    const signal = asSignal(args[1]);
    if (signal !== undefined) record.signal = signal;
  },
  readResponse(record, answer) {
    const body = asDictionary(answer);
    record.call.responseId = asString(body?.['request_id']);
    const usage = asDictionary(body?.['usage']);
    const input = asCount(usage?.['input_tokens']);
    const output = asCount(usage?.['output_tokens']);
    if (input !== undefined || output !== undefined) record.call.usage = { input, output };
  },
};
