import {
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_GEN_AI_OUTPUT_TYPE,
  ATTR_GEN_AI_REQUEST_CHOICE_COUNT,
  ATTR_GEN_AI_REQUEST_ENCODING_FORMATS,
  ATTR_GEN_AI_REQUEST_FREQUENCY_PENALTY,
  ATTR_GEN_AI_REQUEST_MAX_TOKENS,
  ATTR_GEN_AI_REQUEST_PRESENCE_PENALTY,
  ATTR_GEN_AI_REQUEST_PREVIOUS_RESPONSE_ID,
  ATTR_GEN_AI_REQUEST_REASONING_LEVEL,
  ATTR_GEN_AI_REQUEST_SEED,
  ATTR_GEN_AI_REQUEST_TEMPERATURE,
  ATTR_GEN_AI_REQUEST_TOP_P,
  ATTR_OPENAI_API_TYPE,
  ATTR_OPENAI_REQUEST_SERVICE_TIER,
} from '../../../conventions/index.ts';
import type { CallRecord } from '../call/call-record.ts';
import {
  type Dictionary,
  asArray,
  asCount,
  asDictionary,
  asNumber,
  asString,
} from '../../../providers/read.ts';
import { conversationDepth, onlyAnswers } from '../../../providers/conversation.ts';
import { rememberHostedTools } from './hosted-tools.ts';
import { bodyOf, readNumbers, readStops } from '../call/request-parameters.ts';

/** Parameters that chat completions, completions and responses share. */
function readSampling(record: CallRecord, body: Dictionary): void {
  const { attributes, call } = record;
  call.stream = body['stream'] === true;
  readNumbers(attributes, body, SAMPLING);
  const tier = asString(body['service_tier']);
  if (tier !== undefined && tier !== 'auto') {
    call.requestedTier = tier;
    if (isOpenAiFlavour(call.provider)) attributes[ATTR_OPENAI_REQUEST_SERVICE_TIER] = tier;
  }
}

const SAMPLING = [
  ['temperature', ATTR_GEN_AI_REQUEST_TEMPERATURE],
  ['top_p', ATTR_GEN_AI_REQUEST_TOP_P],
  ['frequency_penalty', ATTR_GEN_AI_REQUEST_FREQUENCY_PENALTY],
  ['presence_penalty', ATTR_GEN_AI_REQUEST_PRESENCE_PENALTY],
] as const;

/** `openai.*` attributes belong only on spans whose provider has this flavour. */
export function isOpenAiFlavour(provider: string): boolean {
  return provider === 'openai' || provider === 'azure.ai.openai';
}

function limitOutput({ attributes, call }: CallRecord, value: unknown): void {
  const limit = asNumber(value);
  if (limit === undefined) return;
  attributes[ATTR_GEN_AI_REQUEST_MAX_TOKENS] = limit;
  call.maxOutputTokens = asCount(limit);
}

export function readChatRequest(record: CallRecord, args: readonly unknown[]): void {
  const body = bodyOf(args);
  readCompletionRequest(record, args);
  const { attributes, call } = record;
  call.conversationDepth = conversationDepth(body['messages']);
  limitOutput(record, body['max_completion_tokens']);
  const effort = asString(body['reasoning_effort']);
  if (effort !== undefined) attributes[ATTR_GEN_AI_REQUEST_REASONING_LEVEL] = effort;
  const modalities = asArray(body['modalities']);
  const outputType = modalities?.includes('audio')
    ? 'speech'
    : outputTypeOf(asDictionary(body['response_format'])?.['type']);
  if (outputType !== undefined) attributes[ATTR_GEN_AI_OUTPUT_TYPE] = outputType;
  if (isOpenAiFlavour(call.provider)) attributes[ATTR_OPENAI_API_TYPE] = 'chat_completions';
}

/** The older completions API; chat completions have all of it too. */
export function readCompletionRequest(record: CallRecord, args: readonly unknown[]): void {
  const body = bodyOf(args);
  readSampling(record, body);
  const { attributes, call } = record;
  limitOutput(record, body['max_tokens']);
  const choices = asNumber(body['n']);
  call.choices = asCount(body['best_of']) ?? asCount(body['n']);
  if (choices !== undefined && choices !== 1)
    attributes[ATTR_GEN_AI_REQUEST_CHOICE_COUNT] = choices;
  const seed = asNumber(body['seed']);
  if (seed !== undefined) attributes[ATTR_GEN_AI_REQUEST_SEED] = seed;
  readStops(attributes, body['stop']);
}

export function readResponsesRequest(record: CallRecord, args: readonly unknown[]): void {
  const body = bodyOf(args);
  readSampling(record, body);
  const { attributes, call } = record;
  limitOutput(record, body['max_output_tokens']);
  const effort = asString(asDictionary(body['reasoning'])?.['effort']);
  if (effort !== undefined) attributes[ATTR_GEN_AI_REQUEST_REASONING_LEVEL] = effort;
  const outputType = outputTypeOf(asDictionary(asDictionary(body['text'])?.['format'])?.['type']);
  if (outputType !== undefined) attributes[ATTR_GEN_AI_OUTPUT_TYPE] = outputType;
  const conversation =
    asString(body['conversation']) ?? asString(asDictionary(body['conversation'])?.['id']);
  if (conversation !== undefined) attributes[ATTR_GEN_AI_CONVERSATION_ID] = conversation;

  call.isBackground = body['background'] === true;
  rememberHostedTools(record, body['tools']);
  call.conversationDepth = conversationDepth(body['input']);
  const previous = asString(body['previous_response_id']);
  if (previous !== undefined) {
    call.previousResponseId = previous;
    call.continuesPreviousResponse = onlyAnswers(body['input']);
    attributes[ATTR_GEN_AI_REQUEST_PREVIOUS_RESPONSE_ID] = previous;
  }
  if (isOpenAiFlavour(call.provider)) attributes[ATTR_OPENAI_API_TYPE] = 'responses';
}

export function readEmbeddingsRequest(record: CallRecord, args: readonly unknown[]): void {
  const format = asString(bodyOf(args)['encoding_format']);
  if (format !== undefined) record.attributes[ATTR_GEN_AI_REQUEST_ENCODING_FORMATS] = [format];
}

function outputTypeOf(format: unknown): string | undefined {
  switch (format) {
    case 'text':
      return 'text';
    case 'json_object':
    case 'json_schema':
      return 'json';
    default:
      return undefined;
  }
}
