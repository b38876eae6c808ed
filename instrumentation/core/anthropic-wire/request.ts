import {
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_GEN_AI_OUTPUT_TYPE,
  ATTR_GEN_AI_REQUEST_MAX_TOKENS,
  ATTR_GEN_AI_REQUEST_PREVIOUS_RESPONSE_ID,
  ATTR_GEN_AI_REQUEST_REASONING_LEVEL,
  ATTR_GEN_AI_REQUEST_TEMPERATURE,
  ATTR_GEN_AI_REQUEST_TOP_P,
} from '../../../conventions/index.ts';
import type { CallRecord } from '../call/call-record.ts';
import { type Dictionary, asCount, asDictionary, asString } from '../../../providers/read.ts';
import { conversationDepth, onlyAnswers } from '../../../providers/conversation.ts';
import { bodyOf, readNumbers, readStops, readTopK } from '../call/request-parameters.ts';

/** Parameters that messages and the older completions share. */
function readSampling(record: CallRecord, body: Dictionary): void {
  const { attributes, call } = record;
  call.stream = body['stream'] === true;
  readNumbers(attributes, body, SAMPLING);
  call.maxOutputTokens = asCount(body['max_tokens']) ?? asCount(body['max_tokens_to_sample']);
  readTopK(attributes, body['top_k']);
  readStops(attributes, body['stop_sequences']);
}

const SAMPLING = [
  ['max_tokens', ATTR_GEN_AI_REQUEST_MAX_TOKENS],
  ['max_tokens_to_sample', ATTR_GEN_AI_REQUEST_MAX_TOKENS],
  ['temperature', ATTR_GEN_AI_REQUEST_TEMPERATURE],
  ['top_p', ATTR_GEN_AI_REQUEST_TOP_P],
] as const;

/** @see https://platform.claude.com/docs/en/api/messages/create */
export function readMessagesRequest(record: CallRecord, args: readonly unknown[]): void {
  const body = bodyOf(args);
  readSampling(record, body);
  const { attributes, call } = record;
  const thinking = asCount(asDictionary(body['thinking'])?.['budget_tokens']);
  if (thinking !== undefined) call.leastOutputTokens = thinking + 1;
  const output = asDictionary(body['output_config']);
  const effort = asString(output?.['effort']);
  if (effort !== undefined) attributes[ATTR_GEN_AI_REQUEST_REASONING_LEVEL] = effort;
  const format = asDictionary(output?.['format']) ?? asDictionary(body['output_format']);
  if (format?.['type'] === 'json_schema') attributes[ATTR_GEN_AI_OUTPUT_TYPE] = 'json';
  const tier = asString(body['service_tier']);
  if (tier !== undefined && tier !== 'auto') call.requestedTier = tier;
  // An option of the SDK's own tracing, by which the application names its conversation.
  const conversation = asString(
    asDictionary(asDictionary(args[1])?.['openTelemetry'])?.['conversationId'],
  );
  if (conversation !== undefined) attributes[ATTR_GEN_AI_CONVERSATION_ID] = conversation;
  readConversation(record, body);
}

function readConversation(record: CallRecord, body: Dictionary): void {
  const { attributes, call } = record;
  call.conversationDepth = conversationDepth(body['messages']);
  const previous = asString(asDictionary(body['thread'])?.['previous_message_id']);
  if (previous === undefined) return;
  call.previousResponseId = previous;
  call.continuesPreviousResponse = onlyAnswers(body['messages']);
  attributes[ATTR_GEN_AI_REQUEST_PREVIOUS_RESPONSE_ID] = previous;
}

export function readCompletionRequest(record: CallRecord, args: readonly unknown[]): void {
  readSampling(record, bodyOf(args));
}
