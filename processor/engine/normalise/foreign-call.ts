import {
  ATTR_ERROR_TYPE,
  ATTR_GEN_AI_REQUEST_STREAM,
  ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK,
  ATTR_GEN_AI_USAGE_AUDIO_CACHE_READ_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_AUDIO_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_AUDIO_OUTPUT_TOKENS,
  ATTR_GEN_AI_USAGE_COST_AMOUNT,
  ATTR_GEN_AI_USAGE_COST_CURRENCY,
  ATTR_GEN_AI_USAGE_COST_SOURCE,
  ATTR_GEN_AI_USAGE_IMAGE_CACHE_READ_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_IMAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_IMAGE_OUTPUT_TOKENS,
  ATTR_GEN_AI_USAGE_TEXT_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_TEXT_OUTPUT_TOKENS,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  GEN_AI_USAGE_COST_SOURCE_VALUE_PROVIDER,
  type HrTime,
  LlmCall,
  SPAN_STATUS_ERROR,
  type SpanStatus,
  type TokenUsage,
  countsNothing,
} from '../../../conventions/index.ts';
import { providerBehindAddress } from '../../../providers/hosts.ts';
import { providerNameOf, UNKNOWN_PROVIDER } from '../../../providers/names.ts';
import { countOf, isTrue, listOf, textOf } from './read-attribute.ts';
import type { Service } from '../identity/service.ts';
import type { Recognised } from './recognise.ts';
import { type TokenCounts, usageOf } from '../../../providers/usage/token-counts.ts';
import type { SpanLook, SpanVendor } from './vendor.ts';

/** An ended span, as far as a call is read from it. */
export interface EndedSpan extends SpanLook {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly status: SpanStatus;
  /** Who made it, where spans of several services are told of. */
  readonly service?: Service | undefined;
}

/**
 * The call that somebody else's span stands for; `undefined` for a span that stands for none, or
 * that says neither whose model it was nor what it used.
 */
export function convertSpan(span: EndedSpan, { kind, vendor }: Recognised): LlmCall | undefined {
  if (kind !== 'call') return undefined;
  const { attributes } = span;
  const { fields } = vendor;
  const requestModel = textOf(attributes, fields.requestModel);
  const responseModel = textOf(attributes, fields.responseModel);
  const written = textOf(attributes, fields.provider);
  const serverAddress = textOf(attributes, [ATTR_SERVER_ADDRESS]);
  const call = new LlmCall(
    vendor.operationOf(span),
    providerBehindAddress(serverAddress, requestModel) ??
      providerNameOf(written, requestModel ?? responseModel),
  );
  call.requestModel = requestModel;
  call.responseModel = responseModel;
  call.responseId = textOf(attributes, fields.responseId);
  call.serverAddress = serverAddress;
  call.serverPort = countOf(attributes, [ATTR_SERVER_PORT]);
  call.requestedTier = textOf(attributes, fields.requestedTier);
  call.servedTier = textOf(attributes, fields.servedTier);
  call.finishReasons = listOf(attributes, fields.finishReasons);
  call.startTimeMs = millis(span.startTime);
  call.endTimeMs = millis(span.endTime);
  call.stream = isTrue(attributes, ATTR_GEN_AI_REQUEST_STREAM);
  call.timeToFirstChunkSeconds = countOf(attributes, [ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK]);
  readStatedCost(call, span);
  vendor.readCall?.(call, span);
  call.usage = readUsage(vendor, span, call);
  if (call.usage !== undefined) call.usageSource = 'provider';
  readOutcome(call, span);
  const saysSomething =
    call.provider !== UNKNOWN_PROVIDER || requestModel !== undefined || call.usage !== undefined;
  return saysSomething ? call : undefined;
}

/** Milliseconds of a span's time. */
export function millis([seconds, nanos]: HrTime): number {
  return seconds * 1000 + nanos / 1e6;
}

/** An amount that the other instrumentation worked out itself is no better than ours. */
function readStatedCost(call: LlmCall, { attributes }: SpanLook): void {
  if (attributes[ATTR_GEN_AI_USAGE_COST_SOURCE] !== GEN_AI_USAGE_COST_SOURCE_VALUE_PROVIDER) return;
  const amount = countOf(attributes, [ATTR_GEN_AI_USAGE_COST_AMOUNT]);
  const currency = textOf(attributes, [ATTR_GEN_AI_USAGE_COST_CURRENCY]);
  if (amount !== undefined && currency !== undefined) call.providerCost = { amount, currency };
}

function readOutcome(call: LlmCall, { attributes, status }: EndedSpan): void {
  const errorType = textOf(attributes, [ATTR_ERROR_TYPE]);
  if (errorType === undefined && status.code !== SPAN_STATUS_ERROR) return;
  call.outcome = 'error';
  call.errorType = errorType ?? '_OTHER';
}

const PARTS = [
  ['inputText', ATTR_GEN_AI_USAGE_TEXT_INPUT_TOKENS],
  ['inputAudio', ATTR_GEN_AI_USAGE_AUDIO_INPUT_TOKENS],
  ['inputImage', ATTR_GEN_AI_USAGE_IMAGE_INPUT_TOKENS],
  ['cacheReadAudio', ATTR_GEN_AI_USAGE_AUDIO_CACHE_READ_INPUT_TOKENS],
  ['cacheReadImage', ATTR_GEN_AI_USAGE_IMAGE_CACHE_READ_INPUT_TOKENS],
  ['outputText', ATTR_GEN_AI_USAGE_TEXT_OUTPUT_TOKENS],
  ['outputAudio', ATTR_GEN_AI_USAGE_AUDIO_OUTPUT_TOKENS],
  ['outputImage', ATTR_GEN_AI_USAGE_IMAGE_OUTPUT_TOKENS],
] as const satisfies readonly (readonly [keyof TokenUsage, string])[];

/** A span without any token says that its writer was told none, since no call has none. */
function readUsage(vendor: SpanVendor, span: SpanLook, call: LlmCall): TokenUsage | undefined {
  const usage = vendor.readUsage?.(span, call) ?? readCounts(vendor, span, call);
  return usage === undefined || countsNothing(usage) ? undefined : usage;
}

function readCounts(vendor: SpanVendor, span: SpanLook, call: LlmCall): TokenUsage | undefined {
  const { attributes } = span;
  const { fields } = vendor;
  const parts: TokenUsage = {};
  for (const [part, key] of PARTS) {
    const tokens = countOf(attributes, [key]);
    if (tokens !== undefined) parts[part] = tokens;
  }
  const counts: TokenCounts = {
    input: countOf(attributes, fields.input),
    output: countOf(attributes, fields.output),
    cacheRead: countOf(attributes, fields.cacheRead),
    cacheWrite: countOf(attributes, fields.cacheWrite),
    reasoning: countOf(attributes, fields.reasoning),
    total: countOf(attributes, fields.total),
    parts,
  };
  vendor.readTokens?.(counts, span, call);
  return usageOf(counts);
}
