import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_GEN_AI_OUTPUT_TYPE,
  ATTR_GEN_AI_REQUEST_CHOICE_COUNT,
  ATTR_GEN_AI_REQUEST_FREQUENCY_PENALTY,
  ATTR_GEN_AI_REQUEST_MAX_TOKENS,
  ATTR_GEN_AI_REQUEST_PRESENCE_PENALTY,
  ATTR_GEN_AI_REQUEST_REASONING_LEVEL,
  ATTR_GEN_AI_REQUEST_SEED,
  ATTR_GEN_AI_REQUEST_TEMPERATURE,
  ATTR_GEN_AI_REQUEST_TOP_P,
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
import { conversationDepth } from '../../../providers/conversation.ts';
import { rememberTools } from './response.ts';
import { readNumbers, readStops, readTopK } from '../call/request-parameters.ts';

/**
 * Reads a request to generate content. `config` holds the parameters, as `GenerationConfig` has
 * them on the wire.
 *
 * @see https://ai.google.dev/api/generate-content#generationconfig
 */
export function readGenerateRequest(
  record: CallRecord,
  contents: unknown,
  config: Dictionary | undefined,
): void {
  const { attributes, call } = record;
  call.conversationDepth = conversationDepth(contents);
  if (config === undefined) return;
  readSampling(attributes, config);
  rememberTools(record, config['tools']);
  call.maxOutputTokens = asCount(config['maxOutputTokens']);
  const choices = asNumber(config['candidateCount']);
  call.choices = asCount(choices);
  if (choices !== undefined && choices !== 1) {
    attributes[ATTR_GEN_AI_REQUEST_CHOICE_COUNT] = choices;
  }
  const level = asString(asDictionary(config['thinkingConfig'])?.['thinkingLevel']);
  if (level !== undefined) attributes[ATTR_GEN_AI_REQUEST_REASONING_LEVEL] = level;
  const outputType = outputTypeOf(config);
  if (outputType !== undefined) attributes[ATTR_GEN_AI_OUTPUT_TYPE] = outputType;
  const tier = asString(config['serviceTier']);
  if (tier !== undefined) call.requestedTier = tier;
}

const SAMPLING = [
  ['temperature', ATTR_GEN_AI_REQUEST_TEMPERATURE],
  ['topP', ATTR_GEN_AI_REQUEST_TOP_P],
  ['maxOutputTokens', ATTR_GEN_AI_REQUEST_MAX_TOKENS],
  ['presencePenalty', ATTR_GEN_AI_REQUEST_PRESENCE_PENALTY],
  ['frequencyPenalty', ATTR_GEN_AI_REQUEST_FREQUENCY_PENALTY],
  ['seed', ATTR_GEN_AI_REQUEST_SEED],
] as const;

function readSampling(attributes: Attributes, config: Dictionary): void {
  readNumbers(attributes, config, SAMPLING);
  readTopK(attributes, config['topK']);
  readStops(attributes, config['stopSequences']);
}

function outputTypeOf(config: Dictionary): string | undefined {
  const modalities = new Set(asArray(config['responseModalities']));
  if (modalities.has('IMAGE')) return 'image';
  if (modalities.has('AUDIO')) return 'speech';
  const mimeType = asString(config['responseMimeType']);
  if (mimeType === 'application/json') return 'json';
  return mimeType === 'text/plain' ? 'text' : undefined;
}
