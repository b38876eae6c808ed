import { ATTR_OPENAI_RESPONSE_SERVICE_TIER } from '../../conventions/index.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import { type Dictionary, asArray, asDictionary, asString } from '../../providers/read.ts';
import { lengthOf } from '../core/sdk-values.ts';
import { clientToolCalls, isClientToolCall } from './request.ts';
import {
  convertAiSdkAdvisors,
  convertAiSdkUsage,
  servedInAiSdk,
  statedCostOfAiSdk,
} from '../../providers/usage/ai-sdk.ts';
import { CACHE_HEADER, COST_HEADER, statedCostOfHeader } from '../../providers/stated-cost.ts';
import { hostedPartOf, hostedUseOfParts } from '../../providers/usage/ai-sdk-tools.ts';
import { readAnswer, type Served } from '../../providers/usage/answer.ts';
import type { HeardAnswer } from '../core/answer/heard-answer.ts';
import { modelCallOf } from './model-call.ts';

/** Reads a result of `doGenerate`, or of `doEmbed` and the like, of specification 1 to 4. */
export function readResult(record: CallRecord, result: unknown, provider: string): void {
  const fields = asDictionary(result);
  if (fields === undefined) return;
  const { call } = record;
  const response = asDictionary(fields['response']);
  const rawResponse = asDictionary(fields['rawResponse']);
  const body = response?.['body'] ?? rawResponse?.['body'];
  readIdentity(record, response, asDictionary(body));
  readFinish(record, fields['finishReason']);
  const toolCalls = fields['toolCalls'];
  call.toolCalls =
    (Array.isArray(toolCalls) ? toolCalls.length : clientToolCalls(fields['content'])) || undefined;
  readMoney(record, fields, body, provider);
  readHeaders(record, response?.['headers'] ?? rawResponse?.['headers']);
}

/** Reads one part of a stream of `doStream`. Keeps nothing of it. */
export function readPart(record: CallRecord, part: unknown, provider: string): void {
  const fields = asDictionary(part);
  if (fields === undefined) return;
  const { call } = record;
  switch (fields['type']) {
    case 'stream-start':
      // Made before anything arrived.
      call.chunks = 0;
      call.timeToFirstChunkSeconds = undefined;
      break;
    case 'response-metadata':
      readIdentity(record, fields, undefined);
      break;
    case 'tool-call':
    case 'tool-result':
      if (isClientToolCall(fields)) call.toolCalls = (call.toolCalls ?? 0) + 1;
      else keepHosted(record, fields);
      break;
    case 'finish':
      readFinish(record, fields['finishReason']);
      readMoney(record, fields, undefined, provider);
      record.finished = true;
      break;
    case 'error':
      readStreamError(record, fields['error']);
      break;
    default:
      record.outputCharacters +=
        lengthOf(fields['delta']) +
        lengthOf(fields['textDelta']) +
        lengthOf(fields['argsTextDelta']);
  }
}

/** Of a stream that cannot be heard its parts alone tell of them. */
function keepHosted(record: CallRecord, part: Dictionary): void {
  const modelCall = modelCallOf(record);
  const hosted = hostedPartOf(part);
  if (modelCall === undefined || hosted === undefined || modelCall.heard !== undefined) return;
  if (modelCall.hosted.length < MOST_HOSTED) modelCall.hosted.push(hosted);
}

function readIdentity(
  { call }: CallRecord,
  response: Dictionary | undefined,
  body: Dictionary | undefined,
): void {
  call.responseId = asString(response?.['id']) ?? call.responseId;
  call.responseModel =
    asString(response?.['modelId']) ?? asString(body?.['model']) ?? call.responseModel;
}

/** The provider's own word where the specification keeps it, else the SDK's. */
function readFinish({ call }: CallRecord, reason: unknown): void {
  const both = asDictionary(reason);
  const told = asString(both?.['raw']) ?? asString(both?.['unified']) ?? asString(reason);
  if (told !== undefined) call.finishReasons = [told];
}

function readMoney(record: CallRecord, fields: Dictionary, body: unknown, provider: string): void {
  const { call } = record;
  const { usage, providerMetadata } = fields;
  const model = call.responseModel ?? call.requestModel;
  const served = { provider: call.provider, model };
  const whole = asDictionary(body) ?? modelCallOf(record)?.heard?.body;
  const sources = { usage, providerMetadata, body: whole, provider, served };
  call.usage = convertAiSdkUsage(sources) ?? call.usage;
  const answer = whole && readAnswer(whole, served);
  call.otherModelUsage =
    answer?.otherModelUsage ?? convertAiSdkAdvisors(sources) ?? call.otherModelUsage;
  if (answer === undefined) hostedUseOfParts(hostedParts(record, fields), served).putOn(call);
  else call.alsoBilled = answer.alsoBilled;
  call.providerCost = statedCostOfAiSdk(sources) ?? call.providerCost;
  putServed(record, servedInAiSdk(sources));
  call.finishReasons = answer?.finishReasons ?? call.finishReasons;
}

/** More than one answer has. */
const MOST_HOSTED = 1000;

function hostedParts(record: CallRecord, { content }: Dictionary): readonly Dictionary[] {
  const parts = (asArray(content) ?? []).map(asDictionary).filter((part) => part !== undefined);
  const hosted = parts.map(hostedPartOf).filter((part) => part !== undefined);
  return [...(modelCallOf(record)?.hosted ?? []), ...hosted];
}

function putServed({ call, attributes }: CallRecord, { tier, speed, geo }: Served): void {
  call.servedTier = tier ?? call.servedTier;
  call.speed = speed ?? call.speed;
  call.inferenceGeo = geo ?? call.inferenceGeo;
  if (call.servedTier !== undefined && call.provider === 'openai') {
    attributes[ATTR_OPENAI_RESPONSE_SERVICE_TIER] = call.servedTier;
  }
}

/**
 * The provider's own answer begins to arrive. What a stream tells of it counts from when it is told:
 * one that is left early has no last part.
 */
export function readHeard(record: CallRecord, heard: HeardAnswer): void {
  const modelCall = modelCallOf(record);
  if (modelCall === undefined || record.ended) return;
  modelCall.heard = heard;
  if (heard.streamed !== undefined) readBody(record, heard.streamed);
}

/** The same of a whole answer that the SDK could not make anything of. */
export function readRefused(record: CallRecord): void {
  const body = modelCallOf(record)?.heard?.body;
  if (body !== undefined && !record.ended) readBody(record, body);
}

function readBody(record: CallRecord, body: Dictionary): void {
  const { call } = record;
  const answer = readAnswer(body, { provider: call.provider, model: call.requestModel });
  call.usage = answer.usage ?? call.usage;
  call.otherModelUsage = answer.otherModelUsage ?? call.otherModelUsage;
  call.alsoBilled = answer.alsoBilled;
  call.providerCost = answer.cost ?? call.providerCost;
  call.responseId = answer.id ?? call.responseId;
  call.responseModel = answer.model ?? call.responseModel;
  call.finishReasons = answer.finishReasons ?? call.finishReasons;
  putServed(record, answer);
}

function readStreamError({ call }: CallRecord, error: unknown): void {
  call.outcome = 'error';
  const name = asDictionary(error)?.constructor.name;
  const isTelling = name !== undefined && name !== 'Error' && name.endsWith('Error');
  call.errorType = isTelling ? name : (asString(asDictionary(error)?.['type']) ?? '_OTHER');
}

/** The cost that a LiteLLM proxy worked out; the providers themselves do not state one there. */
function readHeaders({ call, isKnownHost }: CallRecord, headers: unknown): void {
  if (isKnownHost || call.providerCost !== undefined) return;
  const named = asDictionary(headers);
  call.providerCost = statedCostOfHeader(named?.[COST_HEADER], named?.[CACHE_HEADER]);
}
