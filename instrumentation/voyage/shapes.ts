import {
  ATTR_GEN_AI_EMBEDDINGS_DIMENSION_COUNT,
  ATTR_GEN_AI_REQUEST_ENCODING_FORMATS,
} from '../../conventions/index.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import { bodyOf } from '../core/call/request-parameters.ts';
import type { CallShape } from '../core/call/shape.ts';
import { readFernOptions } from '../core/fern/fern-client.ts';
import { convertVoyageUsage } from '../../providers/usage/voyage.ts';
import { type Dictionary, asArray, asDictionary, asString } from '../../providers/read.ts';

function readRequest(record: CallRecord, args: readonly unknown[]): void {
  readFernOptions(record, args);
  const format = asString(bodyOf(args)['encodingFormat']);
  if (format !== undefined) record.attributes[ATTR_GEN_AI_REQUEST_ENCODING_FORMATS] = [format];
}

function readAnswer(record: CallRecord, answer: unknown): Dictionary | undefined {
  const body = asDictionary(answer);
  if (body === undefined) return undefined;
  record.call.responseModel = asString(body['model']);
  record.call.usage = convertVoyageUsage(body['usage']);
  return body;
}

function readEmbeddings(record: CallRecord, answer: unknown): void {
  const first = asDictionary(asArray(readAnswer(record, answer)?.['data'])?.[0]);
  // Those of chunks stand one further in.
  const vector = first?.['embedding'] ?? asDictionary(asArray(first?.['data'])?.[0])?.['embedding'];
  const dimensions = asArray(vector)?.length;
  if (dimensions !== undefined) {
    record.attributes[ATTR_GEN_AI_EMBEDDINGS_DIMENSION_COUNT] = dimensions;
  }
}

export const embed: CallShape = {
  operation: 'embeddings',
  readRequest,
  readResponse: readEmbeddings,
  requestText: (args) => bodyOf(args)['input'],
};

export const multimodalEmbed: CallShape = {
  ...embed,
  requestText: (args) => bodyOf(args)['inputs'],
};

export const contextualizedEmbed: CallShape = { ...multimodalEmbed };

/** Billed by the tokens of the documents, and of the query once for each of them. */
export const rerank: CallShape = {
  operation: 'rerank',
  readRequest,
  readResponse: readAnswer,
  requestText: (args) => [bodyOf(args)['query'], bodyOf(args)['documents']],
};
