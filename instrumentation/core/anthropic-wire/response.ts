import type { CallRecord } from '../call/call-record.ts';
import { toolRequested } from '../call/requested-tools.ts';
import { type Dictionary, asArray, asDictionary, asString } from '../../../providers/read.ts';
import { lengthOf } from '../sdk-values.ts';
import { statedCost } from '../../../providers/stated-cost.ts';
import {
  type MessageCounters,
  convertAdvisors,
  convertCounters,
  emptyCounters,
  updateInput,
  updateOutput,
} from '../../../providers/usage/anthropic.ts';

/** A whole message. */
export function readMessage(record: CallRecord, response: unknown): void {
  const body = asDictionary(response);
  if (body === undefined) return;
  const { call } = record;
  call.responseId = asString(body['id']);
  call.responseModel = asString(body['model']);
  const reason = asString(body['stop_reason']);
  if (reason !== undefined) call.finishReasons = [reason];
  const counters = emptyCounters();
  for (const value of asArray(body['content']) ?? []) {
    const block = asDictionary(value);
    readBlock(record, block);
    if (block !== undefined) counters.tools.addBlock(block);
  }
  const usage = asDictionary(body['usage']);
  if (usage !== undefined) {
    updateInput(counters, usage);
    updateOutput(counters, usage);
    putUsage(record, counters, usage);
  }
  if (body['type'] === 'error') readError(record, body);
}

/** What a content block says, whole or at its start in a stream. */
export function readBlock(
  record: CallRecord,
  block: Dictionary | undefined,
  index?: unknown,
): void {
  if (block === undefined) return;
  const { call } = record;
  switch (block['type']) {
    case 'tool_use':
      call.toolCalls = (call.toolCalls ?? 0) + 1;
      // At its start in a stream its input is empty and still to come.
      toolRequested(call, block['name'], index === undefined ? block['input'] : '', index);
      break;
    case 'fallback':
      // Another model takes over from here, and the answer is billed at its rates.
      call.responseModel = asString(asDictionary(block['to'])?.['model']) ?? call.responseModel;
      break;
    default:
      record.outputCharacters += lengthOf(block['text']) + lengthOf(block['thinking']);
  }
}

/** Sets the usage that `counters` add up to, and what `usage` says of how the call was served. */
export function putUsage(record: CallRecord, counters: MessageCounters, usage: Dictionary): void {
  const { call } = record;
  call.usage = convertCounters(counters);
  call.otherModelUsage = convertAdvisors(counters);
  putTools(record, counters);
  call.servedTier = asString(usage['service_tier']) ?? call.servedTier;
  call.speed = asString(usage['speed']) ?? call.speed;
  const geo = asString(usage['inference_geo']);
  // What has no such choice tells so, on Vertex AI too, whose client knows.
  if (geo !== undefined && geo !== 'not_available') call.inferenceGeo = geo;
  call.providerCost = statedCost(call.provider, usage) ?? call.providerCost;
}

/** Sets what the tools come to that the provider ran so far. */
export function putTools({ call }: CallRecord, { tools }: MessageCounters): void {
  call.alsoBilled = undefined;
  tools.use().putOn(call);
}

/** An error where a message or an event should be. */
export function readError(record: CallRecord, body: Dictionary): void {
  record.call.outcome = 'error';
  record.call.errorType = asString(asDictionary(body['error'])?.['type']) ?? '_OTHER';
}

/** A whole answer of the older completions API. */
export function readCompletion(record: CallRecord, response: unknown): void {
  const body = asDictionary(response);
  if (body === undefined) return;
  const { call } = record;
  call.responseId ??= asString(body['id']);
  call.responseModel ??= asString(body['model']);
  const reason = asString(body['stop_reason']);
  if (reason !== undefined) {
    call.finishReasons = [reason];
    record.finished = true;
  }
  record.outputCharacters += lengthOf(body['completion']);
}
