import {
  ATTR_GEN_AI_EMBEDDINGS_DIMENSION_COUNT,
  ATTR_GEN_AI_REQUEST_FREQUENCY_PENALTY,
  ATTR_GEN_AI_REQUEST_MAX_TOKENS,
  ATTR_GEN_AI_REQUEST_PRESENCE_PENALTY,
  ATTR_GEN_AI_REQUEST_SEED,
  ATTR_GEN_AI_REQUEST_TEMPERATURE,
  ATTR_GEN_AI_REQUEST_TOP_P,
} from '../../conventions/index.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import { bodyOf, readNumbers, readStops } from '../core/call/request-parameters.ts';
import type { CallShape } from '../core/call/shape.ts';
import { readCompletion } from '../core/openai-wire/response.ts';
import { readCompletionChunk } from '../core/openai-wire/stream.ts';
import { asSignal, lengthOf } from '../core/sdk-values.ts';
import { conversationDepth } from '../../providers/conversation.ts';
import { convertWatsonxResults } from '../../providers/usage/watsonx.ts';
import { type Dictionary, asArray, asCount, asDictionary, asString } from '../../providers/read.ts';

const CHAT_PARAMETERS = [
  ['temperature', ATTR_GEN_AI_REQUEST_TEMPERATURE],
  ['topP', ATTR_GEN_AI_REQUEST_TOP_P],
  ['frequencyPenalty', ATTR_GEN_AI_REQUEST_FREQUENCY_PENALTY],
  ['presencePenalty', ATTR_GEN_AI_REQUEST_PRESENCE_PENALTY],
  ['seed', ATTR_GEN_AI_REQUEST_SEED],
] as const;

const TEXT_PARAMETERS = [
  ['temperature', ATTR_GEN_AI_REQUEST_TEMPERATURE],
  ['top_p', ATTR_GEN_AI_REQUEST_TOP_P],
  ['random_seed', ATTR_GEN_AI_REQUEST_SEED],
] as const;

function modelOf(args: readonly unknown[]): string | undefined {
  return asString(bodyOf(args)['modelId']);
}

function limitOutput({ attributes, call }: CallRecord, value: unknown): void {
  const limit = asCount(value);
  if (limit === undefined) return;
  attributes[ATTR_GEN_AI_REQUEST_MAX_TOKENS] = limit;
  call.maxOutputTokens = limit;
}

function readSignal(record: CallRecord, args: readonly unknown[]): void {
  const signal = asSignal(bodyOf(args)['signal']);
  if (signal !== undefined) record.signal = signal;
}

/** Answers stand beside their status and headers. */
function resultOf(answer: unknown): Dictionary | undefined {
  return asDictionary(asDictionary(answer)?.['result']);
}

/** The data of an event: an object, or a line of the stream's text. */
function dataOf(event: unknown): unknown {
  if (typeof event !== 'string') return asDictionary(event)?.['data'];
  return event.startsWith('data:') ? (JSON.parse(event.slice(5)) as unknown) : undefined;
}

function readModel({ call }: CallRecord, body: Dictionary | undefined): void {
  call.responseModel ??= asString(body?.['model'] ?? body?.['model_id']);
}

export const chat: CallShape = {
  operation: 'chat',
  requestedModel: modelOf,
  readRequest(record, args) {
    const body = bodyOf(args);
    readSignal(record, args);
    readNumbers(record.attributes, body, CHAT_PARAMETERS);
    readStops(record.attributes, body['stop']);
    limitOutput(record, body['maxCompletionTokens'] ?? body['maxTokens']);
    record.call.choices = asCount(body['n']);
    record.call.conversationDepth = conversationDepth(body['messages']);
  },
  outputLimit: (body) => ('maxTokens' in body ? 'maxTokens' : 'maxCompletionTokens'),
  readResponse(record, answer) {
    const body = resultOf(answer);
    readModel(record, body);
    readCompletion(record, body);
  },
  readChunk(record, event) {
    const data = asDictionary(dataOf(event));
    if (data === undefined) return;
    readModel(record, data);
    readCompletionChunk(record, data);
  },
  requestText: (args) => [bodyOf(args)['messages'], bodyOf(args)['tools']],
};

/** What was generated, whole or as the next piece of a stream. */
function readGenerated(record: CallRecord, body: Dictionary | undefined): void {
  if (body === undefined) return;
  const { call } = record;
  readModel(record, body);
  for (const value of asArray(body['results']) ?? []) {
    const result = asDictionary(value);
    record.outputCharacters += lengthOf(result?.['generated_text']);
    const reason = asString(result?.['stop_reason']);
    if (reason === undefined || reason === 'not_finished') continue;
    call.finishReasons = [reason];
    record.finished = true;
  }
  call.usage = convertWatsonxResults(body['results'], call.usage) ?? call.usage;
}

export const generate: CallShape = {
  operation: 'text_completion',
  requestedModel: modelOf,
  readRequest(record, args) {
    readSignal(record, args);
    const parameters = asDictionary(bodyOf(args)['parameters']);
    if (parameters === undefined) return;
    readNumbers(record.attributes, parameters, TEXT_PARAMETERS);
    readStops(record.attributes, parameters['stop_sequences']);
    limitOutput(record, parameters['max_new_tokens']);
  },
  outputLimit: () => 'parameters.max_new_tokens',
  readResponse: (record, answer) => readGenerated(record, resultOf(answer)),
  readChunk: (record, event) => readGenerated(record, asDictionary(dataOf(event))),
  requestText: (args) => bodyOf(args)['input'],
};

function readCounted(record: CallRecord, answer: unknown): Dictionary | undefined {
  const body = resultOf(answer);
  readModel(record, body);
  const input = asCount(body?.['input_token_count']);
  if (input !== undefined) record.call.usage = { input };
  return body;
}

export const embed: CallShape = {
  operation: 'embeddings',
  requestedModel: modelOf,
  readRequest: readSignal,
  readResponse(record, answer) {
    const body = readCounted(record, answer);
    const vector = asArray(asDictionary(asArray(body?.['results'])?.[0])?.['embedding']);
    if (vector !== undefined) {
      record.attributes[ATTR_GEN_AI_EMBEDDINGS_DIMENSION_COUNT] = vector.length;
    }
  },
  requestText: (args) => bodyOf(args)['inputs'],
};

export const rerank: CallShape = {
  operation: 'rerank',
  requestedModel: modelOf,
  readRequest: readSignal,
  readResponse: readCounted,
  requestText: (args) => [bodyOf(args)['query'], bodyOf(args)['inputs']],
};

/** Billed by the points of data that go in and come out, for which nobody here has a rate. */
export const forecast: CallShape = {
  operation: 'generate_content',
  requestedModel: modelOf,
  readRequest: readSignal,
  readResponse(record, answer) {
    const body = resultOf(answer);
    readModel(record, body);
    const points =
      (asCount(body?.['input_data_points']) ?? 0) + (asCount(body?.['output_data_points']) ?? 0);
    if (points > 0) record.call.usage = { modelUnits: points };
  },
};
