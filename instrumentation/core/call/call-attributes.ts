import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_GEN_AI_REQUEST_STREAM,
  ATTR_GEN_AI_RESPONSE_FINISH_REASONS,
  ATTR_GEN_AI_RESPONSE_ID,
  ATTR_GEN_AI_RESPONSE_MODEL,
  ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK,
  ATTR_GEN_AI_USAGE_AUDIO_CACHE_READ_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_AUDIO_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_AUDIO_OUTPUT_TOKENS,
  ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_IMAGE_CACHE_READ_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_IMAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_IMAGE_OUTPUT_TOKENS,
  ATTR_GEN_AI_USAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_OUTPUT_TOKENS,
  ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS,
  ATTR_GEN_AI_USAGE_TEXT_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_TEXT_OUTPUT_TOKENS,
  cacheWriteTokensOf,
  inputTokensOf,
  type LlmCall,
  OPERATION_FETCH_RESPONSE,
  outputTokensOf,
  type TokenUsage,
} from '../../../conventions/index.ts';

/**
 * Puts what the response said into the newest conventions' attributes. Absent stays absent.
 * @see https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/client-inference.md
 */
export function addCallAttributes(attributes: Attributes, call: LlmCall): void {
  if (call.stream) {
    attributes[ATTR_GEN_AI_REQUEST_STREAM] = true;
    if (call.timeToFirstChunkSeconds !== undefined) {
      attributes[ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK] = call.timeToFirstChunkSeconds;
    }
  }
  if (call.responseId !== undefined) attributes[ATTR_GEN_AI_RESPONSE_ID] = call.responseId;
  if (call.responseModel !== undefined) attributes[ATTR_GEN_AI_RESPONSE_MODEL] = call.responseModel;
  if (call.finishReasons !== undefined) {
    attributes[ATTR_GEN_AI_RESPONSE_FINISH_REASONS] = call.finishReasons;
  }
  // Fetching a stored response is not inference: the conventions forbid tokens there.
  if (call.usage !== undefined && call.operation !== OPERATION_FETCH_RESPONSE) {
    addUsageAttributes(attributes, call.usage);
  }
}

/** `gen_ai.usage.input_tokens` and `output_tokens` include every class of their direction. */
function addUsageAttributes(attributes: Attributes, usage: TokenUsage): void {
  const cacheWrite = cacheWriteTokensOf(usage);
  const input = inputTokensOf(usage);
  const output = outputTokensOf(usage);
  if (input !== undefined) attributes[ATTR_GEN_AI_USAGE_INPUT_TOKENS] = input;
  if (output !== undefined) attributes[ATTR_GEN_AI_USAGE_OUTPUT_TOKENS] = output;
  if (usage.cacheRead !== undefined) {
    attributes[ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS] = usage.cacheRead;
  }
  if (cacheWrite !== undefined) {
    attributes[ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS] = cacheWrite;
  }
  if (usage.reasoning !== undefined) {
    attributes[ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS] = usage.reasoning;
  }
  for (const [field, name] of MODALITIES) {
    const tokens = usage[field];
    if (tokens !== undefined) attributes[name] = tokens;
  }
}

const MODALITIES = [
  ['inputText', ATTR_GEN_AI_USAGE_TEXT_INPUT_TOKENS],
  ['inputAudio', ATTR_GEN_AI_USAGE_AUDIO_INPUT_TOKENS],
  ['inputImage', ATTR_GEN_AI_USAGE_IMAGE_INPUT_TOKENS],
  ['cacheReadAudio', ATTR_GEN_AI_USAGE_AUDIO_CACHE_READ_INPUT_TOKENS],
  ['cacheReadImage', ATTR_GEN_AI_USAGE_IMAGE_CACHE_READ_INPUT_TOKENS],
  ['outputText', ATTR_GEN_AI_USAGE_TEXT_OUTPUT_TOKENS],
  ['outputAudio', ATTR_GEN_AI_USAGE_AUDIO_OUTPUT_TOKENS],
  ['outputImage', ATTR_GEN_AI_USAGE_IMAGE_OUTPUT_TOKENS],
] as const satisfies readonly (readonly [keyof TokenUsage, string])[];
