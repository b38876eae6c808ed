import {
  addConverseBlock,
  addGuardrail,
  hostedUseOfConverse,
} from '../../providers/usage/bedrock-tools.ts';
import { convertBedrockUsage } from '../../providers/usage/bedrock.ts';
import { HostedUse } from '../../providers/usage/hosted-use.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import { choiceSeen } from '../core/call/finish-reasons.ts';
import { type Dictionary, asArray, asDictionary, asString } from '../../providers/read.ts';
import { lengthOf } from '../core/sdk-values.ts';
import { toolArgumentsCame, toolRequested } from '../core/call/requested-tools.ts';

/** The message of Converse, which Nova's own bodies share. */
export function readConverseBody(record: CallRecord, body: Dictionary): void {
  const { call } = record;
  const reason = asString(body['stopReason']);
  if (reason !== undefined) call.finishReasons = [reason];
  const message = asDictionary(asDictionary(body['output'])?.['message']);
  for (const value of asArray(message?.['content']) ?? []) {
    const block = asDictionary(value);
    record.outputCharacters += lengthOf(block?.['text']);
    const tool = asDictionary(block?.['toolUse']);
    if (tool === undefined || tool['type'] === 'server_tool_use') continue;
    call.toolCalls = (call.toolCalls ?? 0) + 1;
    toolRequested(call, tool['name'], tool['input']);
  }
  readServed(record, body);
  hostedUseOfConverse(body).putOn(call);
}

/** Usage, tier and the model that a prompt router chose: in the answer, and in a stream's last event. */
function readServed({ call }: CallRecord, body: Dictionary): void {
  call.usage = convertBedrockUsage(body['usage']) ?? call.usage;
  const tier = body['serviceTier'];
  call.servedTier = asString(asDictionary(tier)?.['type']) ?? asString(tier) ?? call.servedTier;
  const router = asDictionary(asDictionary(body['trace'])?.['promptRouter']);
  call.responseModel = asString(router?.['invokedModelId']) ?? call.responseModel;
}

/** One event of ConverseStream, or of Nova's own stream. */
export function readConverseEvent(record: CallRecord, event: unknown): void {
  const body = asDictionary(event);
  if (body === undefined) return;
  const { call } = record;
  if (body['contentBlockDelta'] !== undefined) {
    readDelta(record, asDictionary(body['contentBlockDelta']));
  } else if (body['messageStart'] !== undefined) {
    choiceSeen(call, 0);
  } else if (body['contentBlockStart'] !== undefined) {
    readBlockStart(record, asDictionary(body['contentBlockStart']));
  } else if (body['messageStop'] !== undefined) {
    const stop = asDictionary(body['messageStop']);
    const reason = asString(stop?.['stopReason']);
    if (reason !== undefined) call.finishReasons = [reason];
    if (stop !== undefined) readGuardrail(record, stop);
    record.finished = true;
  }
  const metadata = asDictionary(body['metadata']);
  if (metadata !== undefined) {
    readServed(record, metadata);
    readGuardrail(record, metadata);
  }
}

/** A guardrail bills the text that it read. */
export function readGuardrail({ call }: CallRecord, body: Dictionary): void {
  const use = new HostedUse();
  addGuardrail(use, body);
  use.putOn(call);
}

function readDelta(record: CallRecord, block: Dictionary | undefined): void {
  const delta = asDictionary(block?.['delta']);
  if (delta === undefined) return;
  const input = asDictionary(delta['toolUse'])?.['input'];
  toolArgumentsCame(record.call, block?.['contentBlockIndex'], input);
  record.outputCharacters +=
    lengthOf(delta['text']) +
    lengthOf(asDictionary(delta['reasoningContent'])?.['text']) +
    lengthOf(input);
}

function readBlockStart({ call }: CallRecord, block: Dictionary | undefined): void {
  const tool = asDictionary(asDictionary(block?.['start'])?.['toolUse']);
  if (tool === undefined) return;
  if (tool['type'] === 'server_tool_use') {
    const use = new HostedUse();
    addConverseBlock(use, block?.['start']);
    use.putOn(call);
    return;
  }
  call.toolCalls = (call.toolCalls ?? 0) + 1;
  toolRequested(call, tool['name'], '', block?.['contentBlockIndex']);
}
