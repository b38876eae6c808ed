import { ATTR_GEN_AI_EMBEDDINGS_DIMENSION_COUNT } from '../../conventions/index.ts';
import { convertBedrockUsage, convertHeaders } from '../../providers/usage/bedrock.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import { type Dictionary, asArray, asDictionary, asString } from '../../providers/read.ts';
import { headerOf, lengthOf } from '../core/sdk-values.ts';
import { toolRequested } from '../core/call/requested-tools.ts';
import { convertCohereUsage, searchUnitsFor } from '../../providers/usage/cohere.ts';

/** A whole answer of chat v2. */
export function readChat(record: CallRecord, response: unknown): void {
  const body = asDictionary(response);
  if (body === undefined) return;
  const { call } = record;
  call.responseId = asString(body['id']);
  readEnd(record, body);
  const message = asDictionary(body['message']);
  for (const part of asArray(message?.['content']) ?? []) {
    const fields = asDictionary(part);
    record.outputCharacters += lengthOf(fields?.['text']) + lengthOf(fields?.['thinking']);
  }
  for (const item of asArray(message?.['toolCalls']) ?? []) {
    call.toolCalls = (call.toolCalls ?? 0) + 1;
    const called = asDictionary(asDictionary(item)?.['function']);
    toolRequested(call, called?.['name'], called?.['arguments']);
  }
}

/** Why chat v2 ended and what it used: fields of the answer, and of a stream's last event. */
export function readEnd(record: CallRecord, body: Dictionary): void {
  const { call } = record;
  const reason = asString(body['finishReason']);
  if (reason !== undefined) call.finishReasons = [reason];
  call.usage = convertCohereUsage(body['usage']) ?? call.usage;
}

/** A whole answer of chat v1, also within the last event of its stream. */
export function readLegacyChat(record: CallRecord, response: unknown): void {
  const body = asDictionary(response);
  if (body === undefined) return;
  const { call } = record;
  call.responseId ??= asString(body['generationId']) ?? asString(body['responseId']);
  const reason = asString(body['finishReason']);
  if (reason !== undefined) call.finishReasons = [reason];
  record.outputCharacters += lengthOf(body['text']);
  readLegacyToolCalls(record, body['toolCalls']);
  call.usage = convertCohereUsage(body['meta']) ?? call.usage;
}

export function readLegacyToolCalls(record: CallRecord, toolCalls: unknown): void {
  const list = asArray(toolCalls) ?? [];
  if (list.length === 0) return;
  const { call } = record;
  call.toolCalls = list.length;
  // A stream tells them twice: when they come, and in its end.
  call.requestedTools = undefined;
  for (const item of list) {
    const fields = asDictionary(item);
    toolRequested(call, fields?.['name'], fields?.['parameters']);
  }
}

export function readGeneration(record: CallRecord, response: unknown): void {
  const body = asDictionary(response);
  if (body === undefined) return;
  readMetered(record, body);
  const reasons: string[] = [];
  for (const item of asArray(body['generations']) ?? []) {
    const generation = asDictionary(item);
    record.outputCharacters += lengthOf(generation?.['text']);
    const reason =
      asString(generation?.['finishReason']) ?? asString(generation?.['finish_reason']);
    if (reason !== undefined) reasons.push(reason);
  }
  if (reasons.length > 0) record.call.finishReasons = reasons;
}

/** Everything whose answer has an id and a `meta`: embed, rerank, classify, summarize. */
export function readMetered(record: CallRecord, response: unknown): void {
  const body = asDictionary(response);
  if (body === undefined) return;
  record.call.responseId = asString(body['id']);
  record.call.usage = convertCohereUsage(body['meta']) ?? record.call.usage;
}

export function readEmbeddings(record: CallRecord, response: unknown): void {
  readMetered(record, response);
  const embeddings = asDictionary(response)?.['embeddings'];
  const lists = asArray(embeddings) ?? asArray(asDictionary(embeddings)?.['float']);
  const first = asArray(lists?.[0]);
  if (first !== undefined) record.attributes[ATTR_GEN_AI_EMBEDDINGS_DIMENSION_COUNT] = first.length;
}

/**
 * Cohere counts search units itself; where AWS answers, the documents of the request tell.
 */
export function readReranking(record: CallRecord, response: unknown): void {
  readMetered(record, response);
  const { call, scratch } = record;
  if (call.provider !== 'aws.bedrock' || typeof scratch !== 'number') return;
  call.usage ??= { searchUnits: searchUnitsFor(scratch) };
}

/**
 * Bedrock's own counts, since the bodies of Cohere's models there have none. Cohere itself sends no
 * such headers.
 */
export function readBedrockHeaders(record: CallRecord, response: unknown): void {
  const { call } = record;
  record.answerId = headerOf(response, 'x-amzn-requestid');
  call.usage = convertHeaders((name) => headerOf(response, name));
  if (call.operation === 'embeddings' && call.usage !== undefined) delete call.usage.output;
}

/** The same in the last event of a stream. */
export function readBedrockMetrics({ call }: CallRecord, event: Dictionary): void {
  call.usage ??= convertBedrockUsage(event['amazon-bedrock-invocationMetrics']);
}
