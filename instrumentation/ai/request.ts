import {
  ATTR_GEN_AI_OUTPUT_TYPE,
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
} from '../../conventions/index.ts';
import { conversationDepth } from '../../providers/conversation.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import { type Dictionary, asArray, asCount, asDictionary, asString } from '../../providers/read.ts';
import { readNumbers, readStops, readTopK } from '../core/call/request-parameters.ts';

const NUMBERS = [
  ['temperature', ATTR_GEN_AI_REQUEST_TEMPERATURE],
  ['topP', ATTR_GEN_AI_REQUEST_TOP_P],
  ['frequencyPenalty', ATTR_GEN_AI_REQUEST_FREQUENCY_PENALTY],
  ['presencePenalty', ATTR_GEN_AI_REQUEST_PRESENCE_PENALTY],
  ['seed', ATTR_GEN_AI_REQUEST_SEED],
  // The older name first: nobody sends both.
  ['maxTokens', ATTR_GEN_AI_REQUEST_MAX_TOKENS],
  ['maxOutputTokens', ATTR_GEN_AI_REQUEST_MAX_TOKENS],
] as const;

/** Reads the options of `doGenerate` and `doStream`, of specification 1 to 4. */
export function readModelRequest(record: CallRecord, options: Dictionary, apiType: string): void {
  const { attributes, call } = record;
  readNumbers(attributes, options, NUMBERS);
  call.maxOutputTokens = asCount(options['maxOutputTokens'] ?? options['maxTokens']);
  readTopK(attributes, options['topK']);
  readStops(attributes, options['stopSequences']);
  if (wantsJson(options)) attributes[ATTR_GEN_AI_OUTPUT_TYPE] = 'json';
  call.conversationDepth = conversationDepth(options['prompt']);
  readProviderOptions(record, options);
  const isOpenAi = call.provider === 'openai' || call.provider === 'azure.ai.openai';
  if (isOpenAi && apiType !== '') attributes[ATTR_OPENAI_API_TYPE] = apiType;
}

function wantsJson(options: Dictionary): boolean {
  const mode = asString(asDictionary(options['mode'])?.['type']);
  const format = asDictionary(options['responseFormat'])?.['type'];
  return format === 'json' || mode?.startsWith('object-') === true;
}

/** Options of one provider; specification 1 calls them its metadata. */
function readProviderOptions({ attributes, call }: CallRecord, options: Dictionary): void {
  const groups = asDictionary(options['providerOptions'] ?? options['providerMetadata']) ?? {};
  for (const group of Object.values(groups)) {
    const own = asDictionary(group);
    if (own === undefined) continue;
    const level = asString(own['reasoningEffort']) ?? asString(own['effort']);
    if (level !== undefined) attributes[ATTR_GEN_AI_REQUEST_REASONING_LEVEL] = level;
    const tier = asString(own['serviceTier']);
    if (tier !== undefined && tier !== 'auto') {
      call.requestedTier = tier;
      if (call.provider === 'openai') attributes[ATTR_OPENAI_REQUEST_SERVICE_TIER] = tier;
    }
    const previous = asString(own['previousResponseId']);
    if (previous !== undefined) {
      call.previousResponseId = previous;
      attributes[ATTR_GEN_AI_REQUEST_PREVIOUS_RESPONSE_ID] = previous;
    }
  }
  const level = asString(options['reasoning']);
  if (level !== undefined && level !== 'provider-default') {
    attributes[ATTR_GEN_AI_REQUEST_REASONING_LEVEL] ??= level;
  }
}

/** Calls among `parts` of tools that the application runs. */
export function clientToolCalls(parts: unknown): number {
  const list = asArray(parts);
  if (list === undefined) return 0;
  return list.filter(isClientToolCall).length;
}

export function isClientToolCall(part: unknown): boolean {
  const fields = asDictionary(part);
  return fields?.['type'] === 'tool-call' && fields['providerExecuted'] !== true;
}
