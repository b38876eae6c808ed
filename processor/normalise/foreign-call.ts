import type { Attributes, HrTime } from '@opentelemetry/api';
import { SpanStatusCode } from '@opentelemetry/api';
import {
  ATTR_ERROR_TYPE,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
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
  ATTR_GEN_AI_USAGE_COST_AMOUNT,
  ATTR_GEN_AI_USAGE_COST_CURRENCY,
  ATTR_GEN_AI_USAGE_COST_SOURCE,
  ATTR_GEN_AI_USAGE_IMAGE_CACHE_READ_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_IMAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_IMAGE_OUTPUT_TOKENS,
  ATTR_GEN_AI_USAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_OUTPUT_TOKENS,
  ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS,
  ATTR_GEN_AI_USAGE_TEXT_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_TEXT_OUTPUT_TOKENS,
  ATTR_OPENAI_REQUEST_SERVICE_TIER,
  ATTR_OPENAI_RESPONSE_SERVICE_TIER,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  GEN_AI_USAGE_COST_SOURCE_VALUE_PROVIDER,
  LlmCall,
  type TokenUsage,
} from '../../conventions/index.ts';
import { isCallSpan, type RecordedSpan } from '../loops/span-node.ts';

/**
 * The call that somebody else's span stands for, read from the newest conventions; `undefined` for
 * a span that stands for none, or that does not say whose model it was.
 */
export function convertSpan(span: RecordedSpan): LlmCall | undefined {
  const { attributes } = span;
  if (!isCallSpan(attributes)) return undefined;
  const operation = text(attributes, ATTR_GEN_AI_OPERATION_NAME);
  const provider = text(attributes, ATTR_GEN_AI_PROVIDER_NAME);
  if (operation === undefined || provider === undefined) return undefined;

  const call = new LlmCall(operation, provider);
  call.requestModel = text(attributes, ATTR_GEN_AI_REQUEST_MODEL);
  call.responseModel = text(attributes, ATTR_GEN_AI_RESPONSE_MODEL);
  call.responseId = text(attributes, ATTR_GEN_AI_RESPONSE_ID);
  call.serverAddress = text(attributes, ATTR_SERVER_ADDRESS);
  call.serverPort = count(attributes, ATTR_SERVER_PORT);
  call.requestedTier = text(attributes, ATTR_OPENAI_REQUEST_SERVICE_TIER);
  call.servedTier = text(attributes, ATTR_OPENAI_RESPONSE_SERVICE_TIER);
  call.stream = attributes[ATTR_GEN_AI_REQUEST_STREAM] === true;
  call.timeToFirstChunkSeconds = count(attributes, ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK);
  const reasons = attributes[ATTR_GEN_AI_RESPONSE_FINISH_REASONS];
  if (Array.isArray(reasons)) call.finishReasons = reasons.map(String);
  call.usage = convertUsage(attributes);
  if (call.usage !== undefined) call.usageSource = 'provider';
  const amount = count(attributes, ATTR_GEN_AI_USAGE_COST_AMOUNT);
  const currency = text(attributes, ATTR_GEN_AI_USAGE_COST_CURRENCY);
  // An amount that the other instrumentation worked out itself is no better than ours.
  const source = attributes[ATTR_GEN_AI_USAGE_COST_SOURCE];
  if (amount !== undefined && currency !== undefined) {
    if (source === GEN_AI_USAGE_COST_SOURCE_VALUE_PROVIDER)
      call.providerCost = { amount, currency };
  }
  call.startTimeMs = millis(span.startTime);
  call.endTimeMs = millis(span.endTime);
  const errorType = text(attributes, ATTR_ERROR_TYPE);
  if (errorType !== undefined || span.status.code === SpanStatusCode.ERROR) {
    call.outcome = 'error';
    call.errorType = errorType ?? '_OTHER';
  }
  return call;
}

/** Milliseconds of a span's time. */
export function millis([seconds, nanos]: HrTime): number {
  return seconds * 1000 + nanos / 1e6;
}

/** The disjoint classes behind the conventions' inclusive totals. */
function convertUsage(attributes: Attributes): TokenUsage | undefined {
  const totalInput = count(attributes, ATTR_GEN_AI_USAGE_INPUT_TOKENS);
  const totalOutput = count(attributes, ATTR_GEN_AI_USAGE_OUTPUT_TOKENS);
  if (totalInput === undefined && totalOutput === undefined) return undefined;
  const cacheRead = count(attributes, ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS);
  const cacheWrite = count(attributes, ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS);
  const reasoning = count(attributes, ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS);
  return {
    input: without(totalInput, (cacheRead ?? 0) + (cacheWrite ?? 0)),
    cacheRead,
    cacheWrite,
    output: without(totalOutput, reasoning ?? 0),
    reasoning,
    inputText: count(attributes, ATTR_GEN_AI_USAGE_TEXT_INPUT_TOKENS),
    inputAudio: count(attributes, ATTR_GEN_AI_USAGE_AUDIO_INPUT_TOKENS),
    inputImage: count(attributes, ATTR_GEN_AI_USAGE_IMAGE_INPUT_TOKENS),
    cacheReadAudio: count(attributes, ATTR_GEN_AI_USAGE_AUDIO_CACHE_READ_INPUT_TOKENS),
    cacheReadImage: count(attributes, ATTR_GEN_AI_USAGE_IMAGE_CACHE_READ_INPUT_TOKENS),
    outputText: count(attributes, ATTR_GEN_AI_USAGE_TEXT_OUTPUT_TOKENS),
    outputAudio: count(attributes, ATTR_GEN_AI_USAGE_AUDIO_OUTPUT_TOKENS),
    outputImage: count(attributes, ATTR_GEN_AI_USAGE_IMAGE_OUTPUT_TOKENS),
  };
}

/** What is left of a total; a part larger than its total shows that it was never inside. */
function without(total: number | undefined, part: number): number | undefined {
  if (total === undefined) return undefined;
  return part > total ? total : total - part;
}

function text(attributes: Attributes, key: string): string | undefined {
  const value = attributes[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function count(attributes: Attributes, key: string): number | undefined {
  const value = attributes[key];
  return typeof value === 'number' ? value : undefined;
}
