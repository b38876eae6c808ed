import {
  ATTR_GEN_AI_OUTPUT_TYPE,
  ATTR_GEN_AI_REQUEST_FREQUENCY_PENALTY,
  ATTR_GEN_AI_REQUEST_MAX_TOKENS,
  ATTR_GEN_AI_REQUEST_PRESENCE_PENALTY,
  ATTR_GEN_AI_REQUEST_REASONING_LEVEL,
  ATTR_GEN_AI_REQUEST_SEED,
  ATTR_GEN_AI_REQUEST_TEMPERATURE,
  ATTR_GEN_AI_REQUEST_TOP_K,
  ATTR_GEN_AI_REQUEST_TOP_P,
} from '../../conventions/index.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import { conversationDepth } from '../../providers/conversation.ts';
import { bodyOf, readNumbers, readStops } from '../core/call/request-parameters.ts';
import { asCount, asDictionary, asString } from '../../providers/read.ts';

const SAMPLING = [
  ['temperature', ATTR_GEN_AI_REQUEST_TEMPERATURE],
  ['top_p', ATTR_GEN_AI_REQUEST_TOP_P],
  ['top_k', ATTR_GEN_AI_REQUEST_TOP_K],
  ['seed', ATTR_GEN_AI_REQUEST_SEED],
  ['frequency_penalty', ATTR_GEN_AI_REQUEST_FREQUENCY_PENALTY],
  ['presence_penalty', ATTR_GEN_AI_REQUEST_PRESENCE_PENALTY],
] as const;

export function readGenerateRequest(record: CallRecord, args: readonly unknown[]): void {
  const body = bodyOf(args);
  const { attributes, call } = record;
  call.stream = body['stream'] === true;
  const options = asDictionary(body['options']) ?? {};
  readNumbers(attributes, options, SAMPLING);
  // Negative numbers mean no limit.
  const limit = asCount(options['num_predict']);
  call.maxOutputTokens = limit;
  if (limit !== undefined) attributes[ATTR_GEN_AI_REQUEST_MAX_TOKENS] = limit;
  readStops(attributes, options['stop']);
  const effort = asString(body['think']);
  if (effort !== undefined) attributes[ATTR_GEN_AI_REQUEST_REASONING_LEVEL] = effort;
  if (body['format'] != null && body['format'] !== '') {
    attributes[ATTR_GEN_AI_OUTPUT_TYPE] = 'json';
  }
}

export function readChatRequest(record: CallRecord, args: readonly unknown[]): void {
  readGenerateRequest(record, args);
  record.call.conversationDepth = conversationDepth(bodyOf(args)['messages']);
}
