import { ATTR_GEN_AI_EMBEDDINGS_DIMENSION_COUNT } from '../../conventions/index.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import { type Dictionary, asArray, asDictionary, asString } from '../../providers/read.ts';
import { lengthOf } from '../core/sdk-values.ts';
import { toolRequested } from '../core/call/requested-tools.ts';
import { convertOllamaUsage } from '../../providers/usage/ollama.ts';

/** A whole answer, or one line of a stream: both are built alike. The last line has the counts. */
export function readAnswer(record: CallRecord, value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const body = value as Dictionary;
  const { call } = record;
  call.responseModel ??= asString(body['model']);
  const message = asDictionary(body['message']);
  if (message === undefined) {
    record.outputCharacters += lengthOf(body['response']) + lengthOf(body['thinking']);
  } else {
    readMessage(record, message);
  }
  if (body['done'] === true) {
    record.finished = true;
    const reason = asString(body['done_reason']);
    if (reason !== undefined) call.finishReasons = [reason];
  }
  call.usage = convertOllamaUsage(body) ?? call.usage;
}

/** Tool calls come whole, also in a stream. */
function readMessage(record: CallRecord, message: Dictionary): void {
  record.outputCharacters += lengthOf(message['content']) + lengthOf(message['thinking']);
  for (const item of asArray(message['tool_calls']) ?? []) {
    record.call.toolCalls = (record.call.toolCalls ?? 0) + 1;
    const called = asDictionary(asDictionary(item)?.['function']);
    toolRequested(record.call, called?.['name'], called?.['arguments']);
  }
}

export function readEmbeddings(record: CallRecord, value: unknown): void {
  const body = asDictionary(value);
  if (body === undefined) return;
  record.call.responseModel = asString(body['model']);
  record.call.usage = convertOllamaUsage(body);
  const first = asArray(asArray(body['embeddings'])?.[0]) ?? asArray(body['embedding']);
  if (first !== undefined) record.attributes[ATTR_GEN_AI_EMBEDDINGS_DIMENSION_COUNT] = first.length;
}
