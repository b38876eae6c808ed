import {
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_GEN_AI_OUTPUT_TYPE,
  ATTR_GEN_AI_REQUEST_ENCODING_FORMATS,
  ATTR_GEN_AI_REQUEST_FREQUENCY_PENALTY,
  ATTR_GEN_AI_REQUEST_MAX_TOKENS,
  ATTR_GEN_AI_REQUEST_PRESENCE_PENALTY,
  ATTR_GEN_AI_REQUEST_SEED,
  ATTR_GEN_AI_REQUEST_TEMPERATURE,
  ATTR_GEN_AI_REQUEST_TOP_K,
  ATTR_GEN_AI_REQUEST_TOP_P,
} from '../../conventions/index.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import { bodyOf, readNumbers, readStops } from '../core/call/request-parameters.ts';
import { readFernOptions } from '../core/fern/fern-client.ts';
import { asArray, asCount, asDictionary, asString } from '../../providers/read.ts';
import { conversationDepth } from '../../providers/conversation.ts';
import { legacyChatDepth } from './depth.ts';

const SAMPLING = [
  ['temperature', ATTR_GEN_AI_REQUEST_TEMPERATURE],
  ['p', ATTR_GEN_AI_REQUEST_TOP_P],
  ['k', ATTR_GEN_AI_REQUEST_TOP_K],
  ['seed', ATTR_GEN_AI_REQUEST_SEED],
  ['frequencyPenalty', ATTR_GEN_AI_REQUEST_FREQUENCY_PENALTY],
  ['presencePenalty', ATTR_GEN_AI_REQUEST_PRESENCE_PENALTY],
  ['maxTokens', ATTR_GEN_AI_REQUEST_MAX_TOKENS],
] as const;

/** Parameters of text generation, which chat v1, chat v2 and generate share. */
export function readSampling(record: CallRecord, args: readonly unknown[]): void {
  readFernOptions(record, args);
  const body = bodyOf(args);
  const { attributes, call } = record;
  readNumbers(attributes, body, SAMPLING);
  call.maxOutputTokens = asCount(body['maxTokens']);
  readStops(attributes, body['stopSequences']);
  if (asDictionary(body['responseFormat'])?.['type'] === 'json_object') {
    attributes[ATTR_GEN_AI_OUTPUT_TYPE] = 'json';
  }
}

export function readChatRequest(record: CallRecord, args: readonly unknown[]): void {
  readSampling(record, args);
  record.call.conversationDepth = conversationDepth(bodyOf(args)['messages']);
}

export function readLegacyChatRequest(record: CallRecord, args: readonly unknown[]): void {
  readSampling(record, args);
  const body = bodyOf(args);
  record.call.conversationDepth = legacyChatDepth(body);
  const conversation = asString(body['conversationId']);
  if (conversation !== undefined) record.attributes[ATTR_GEN_AI_CONVERSATION_ID] = conversation;
}

export function readEmbedRequest(record: CallRecord, args: readonly unknown[]): void {
  readFernOptions(record, args);
  const formats = asArray(bodyOf(args)['embeddingTypes'])?.filter(
    (type) => typeof type === 'string',
  );
  if (formats !== undefined && formats.length > 0) {
    record.attributes[ATTR_GEN_AI_REQUEST_ENCODING_FORMATS] = formats;
  }
}
