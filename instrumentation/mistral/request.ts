import {
  ATTR_GEN_AI_AGENT_ID,
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_GEN_AI_REQUEST_SEED,
} from '../../conventions/index.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import { readChatRequest, readCompletionRequest } from '../core/openai-wire/request.ts';
import { bodyOf } from '../core/call/request-parameters.ts';
import { type Dictionary, asDictionary, asNumber, asString } from '../../providers/read.ts';

/** Mistral's own names beside those of OpenAI's API. */
function readOwnFields(record: CallRecord, body: Dictionary): void {
  const { attributes } = record;
  const seed = asNumber(body['random_seed']);
  if (seed !== undefined) attributes[ATTR_GEN_AI_REQUEST_SEED] = seed;
}

export function readMistralChat(record: CallRecord, args: readonly unknown[]): void {
  readChatRequest(record, args);
  const body = bodyOf(args);
  readOwnFields(record, body);
  readAgent(record, body);
}

export function readFillInRequest(record: CallRecord, args: readonly unknown[]): void {
  readCompletionRequest(record, args);
  readOwnFields(record, bodyOf(args));
}

function readAgent(record: CallRecord, body: Dictionary): void {
  const agent = asString(body['agent_id']);
  if (agent !== undefined) record.attributes[ATTR_GEN_AI_AGENT_ID] = agent;
}

/** A conversation keeps its messages at Mistral; its parameters stand in `completion_args`. */
export function readConversationRequest(record: CallRecord, args: readonly unknown[]): void {
  const body = bodyOf(args);
  const parameters = asDictionary(body['completion_args']) ?? {};
  readCompletionRequest(record, [parameters]);
  readOwnFields(record, parameters);
  readAgent(record, body);
  record.call.stream = body['stream'] === true;
  const conversation = asString(body['conversation_id']);
  if (conversation !== undefined) record.attributes[ATTR_GEN_AI_CONVERSATION_ID] = conversation;
}
