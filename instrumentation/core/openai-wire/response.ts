import {
  ATTR_GEN_AI_EMBEDDINGS_DIMENSION_COUNT,
  ATTR_GEN_AI_RESPONSE_STATUS,
  ATTR_OPENAI_RESPONSE_SERVICE_TIER,
  ATTR_OPENAI_RESPONSE_SYSTEM_FINGERPRINT,
} from '../../../conventions/index.ts';
import type { CallRecord } from '../call/call-record.ts';
import { responseFetched } from '../call/fetched-response.ts';
import { toolRequested } from '../call/requested-tools.ts';
import { type Dictionary, asArray, asDictionary, asString } from '../../../providers/read.ts';
import { lengthOf } from '../sdk-values.ts';
import { statedCostOfBody } from '../../../providers/stated-cost.ts';
import { isOpenAiFlavour } from './request.ts';
import {
  type ServedBy,
  convertInputTotal,
  convertOpenAiUsage,
} from '../../../providers/usage/openai.ts';
import { hostedUseIn } from '../../../providers/usage/wire.ts';
import { putHostedUse } from './hosted-tools.ts';

/** What every OpenAI-shaped response body may hold at its top level. */
export function readEnvelope(record: CallRecord, body: Dictionary): void {
  const { call } = record;
  call.responseId ??= asString(body['id']);
  // Azure's first chunk has an empty model, so this may take a second look.
  call.responseModel ??= asString(body['model']);
  // Mistral says it among the counts.
  const tier =
    asString(body['service_tier']) ?? asString(asDictionary(body['usage'])?.['service_tier']);
  if (tier !== undefined) {
    call.servedTier = tier;
    if (isOpenAiFlavour(call.provider)) {
      record.attributes[ATTR_OPENAI_RESPONSE_SERVICE_TIER] = tier;
    }
  }
  const fingerprint = asString(body['system_fingerprint']);
  if (fingerprint !== undefined && isOpenAiFlavour(call.provider)) {
    record.attributes[ATTR_OPENAI_RESPONSE_SYSTEM_FINGERPRINT] = fingerprint;
  }
  readUsage(record, body);
}

/** Whose usage and tools they are. */
export function servedBy({ call }: CallRecord): ServedBy {
  return { provider: call.provider, model: call.responseModel ?? call.requestModel };
}

/** Servers may send usage on every chunk, each time the sum so far: the last one counts. */
export function readUsage(record: CallRecord, body: Dictionary): void {
  const { call } = record;
  const usage = convertOpenAiUsage(body['usage'], servedBy(record));
  if (usage !== undefined) call.usage = usage;
  call.providerCost = statedCostOfBody(call.provider, body) ?? call.providerCost;
}

export function readCompletion(record: CallRecord, response: unknown): void {
  const body = asDictionary(response);
  if (body === undefined) return;
  readEnvelope(record, body);
  const { call } = record;
  const reasons: string[] = [];
  let toolCalls = 0;
  for (const choice of asArray(body['choices']) ?? []) {
    const fields = asDictionary(choice);
    const reason = asString(fields?.['finish_reason']);
    if (reason !== undefined) reasons.push(reason);
    const message = asDictionary(fields?.['message']);
    for (const toolCall of asArray(message?.['tool_calls']) ?? []) {
      toolCalls += 1;
      const asked = asDictionary(toolCall);
      const details = asDictionary(asked?.['function']) ?? asDictionary(asked?.['custom']);
      toolRequested(call, details?.['name'], details?.['arguments'] ?? details?.['input']);
    }
    record.outputCharacters += lengthOf(message?.['content']) + lengthOf(fields?.['text']);
  }
  if (reasons.length > 0) call.finishReasons = reasons;
  if (toolCalls > 0) call.toolCalls = toolCalls;
  hostedUseIn(body, servedBy(record)).putOn(call);
  readInlineError(record, body);
}

/** Some servers answer 200 with an error inside: OpenRouter, Groq's tool validation. */
export function readInlineError(record: CallRecord, body: Dictionary): void {
  const error = asDictionary(body['error']);
  if (error === undefined) return;
  record.finished = true;
  record.call.outcome = 'error';
  const code = error['code'];
  record.call.errorType =
    asString(code) ??
    (typeof code === 'number' ? `${code}` : undefined) ??
    asString(error['type']) ??
    '_OTHER';
}

export function readEmbeddings(record: CallRecord, response: unknown): void {
  const body = asDictionary(response);
  if (body === undefined) return;
  readEnvelope(record, body);
  record.call.usage ??= convertInputTotal(body['usage']);
  const first = asArray(asDictionary(asArray(body['data'])?.[0])?.['embedding']);
  if (first !== undefined) {
    record.attributes[ATTR_GEN_AI_EMBEDDINGS_DIMENSION_COUNT] = first.length;
  }
}

/** Images, transcriptions, moderations: an envelope and perhaps a usage. */
export function readPlainResponse(record: CallRecord, response: unknown): void {
  const body = asDictionary(response);
  if (body === undefined || response instanceof Response) return;
  readEnvelope(record, body);
}

/** A whole object of the Responses API, from `create` or from a final stream event. */
export function readResponseObject(record: CallRecord, response: unknown): void {
  const body = asDictionary(response);
  if (body === undefined) return;
  readEnvelope(record, body);
  const { call } = record;
  if (body['background'] === true) call.isBackground = true;
  const status = asString(body['status']);
  let toolCalls = 0;
  const output = asArray(body['output']) ?? [];
  for (const item of output) {
    const fields = asDictionary(item);
    const type = fields?.['type'];
    if (type === 'function_call' || type === 'custom_tool_call') {
      toolCalls += 1;
      toolRequested(call, fields?.['name'], fields?.['arguments'] ?? fields?.['input']);
    }
  }
  if (toolCalls > 0) call.toolCalls = toolCalls;
  putHostedUse(record, body, servedBy(record));
  switch (status) {
    case 'queued':
    case 'in_progress':
      call.usagePending = true;
      break;
    case 'cancelled':
      call.outcome = 'aborted';
      call.finishReasons = ['cancelled'];
      break;
    case 'failed':
      call.outcome = 'error';
      call.errorType = asString(asDictionary(body['error'])?.['code']) ?? '_OTHER';
      call.finishReasons = ['error'];
      break;
    case 'incomplete':
      call.finishReasons = [incompleteReason(body)];
      break;
    case 'completed':
      call.finishReasons = [toolCalls > 0 ? 'tool_calls' : 'stop'];
      break;
    default:
  }
}

function incompleteReason(body: Dictionary): string {
  const reason = asString(asDictionary(body['incomplete_details'])?.['reason']);
  return reason === 'max_output_tokens' ? 'length' : (reason ?? 'error');
}

/** A stored response, and what has become of it. Whether its tokens are booked is not decided here. */
export function readFetchedResponse(record: CallRecord, response: unknown): void {
  const body = asDictionary(response);
  if (body === undefined) return;
  const { call } = record;
  call.usagePending = false;
  readResponseObject(record, body);
  const status = asString(body['status']);
  if (status !== undefined) record.attributes[ATTR_GEN_AI_RESPONSE_STATUS] = status;
  const isOver = !call.usagePending && (status !== undefined || call.usage !== undefined);
  responseFetched(call, isOver);
}
