import type { CallRecord } from '../call/call-record.ts';
import { choiceSeen } from '../call/finish-reasons.ts';
import { toolArgumentsCame } from '../call/requested-tools.ts';
import { type Dictionary, asDictionary, asString } from '../../../providers/read.ts';
import { lengthOf } from '../sdk-values.ts';
import { putTools, putUsage, readBlock, readCompletion, readError } from './response.ts';
import {
  type MessageCounters,
  emptyCounters,
  updateInput,
  updateOutput,
} from '../../../providers/usage/anthropic.ts';

/**
 * Reads one event of a streamed message, in the order in which they come: `message_start`, then per
 * block `content_block_start`, `content_block_delta`, `content_block_stop`, then `message_delta` and
 * `message_stop`. Nothing of the event is kept but its counters.
 *
 * @see https://platform.claude.com/docs/en/build-with-claude/streaming
 */
export function readMessageEvent(record: CallRecord, event: unknown): void {
  if (typeof event !== 'object' || event === null) return;
  const body = event as Dictionary;
  switch (body['type']) {
    case 'content_block_delta':
      readBlockDelta(record, body['delta'], body['index'] ?? -1);
      break;
    case 'content_block_start':
      readBlockStart(record, asDictionary(body['content_block']), body['index'] ?? -1);
      break;
    case 'message_start':
      readStart(record, asDictionary(body['message']));
      break;
    case 'message_delta':
      readMessageDelta(record, body);
      break;
    case 'message_stop':
      record.finished = true;
      break;
    case 'error':
      readError(record, body);
      break;
    default:
  }
}

function readBlockStart(record: CallRecord, block: Dictionary | undefined, index: unknown): void {
  readBlock(record, block, index);
  const type = block?.['type'];
  if (block === undefined || type === 'text' || type === 'thinking' || type === 'tool_use') return;
  const counters = countersOf(record);
  if (counters.tools.addBlock(block)) putTools(record, counters);
}

function readBlockDelta(record: CallRecord, value: unknown, index: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const delta = value as Dictionary;
  const text = delta['text'];
  if (typeof text === 'string') {
    record.outputCharacters += text.length;
    return;
  }
  toolArgumentsCame(record.call, index, delta['partial_json']);
  record.outputCharacters += lengthOf(delta['thinking']) + lengthOf(delta['partial_json']);
}

/** May come a second time, and then corrects the first. */
function readStart(record: CallRecord, message: Dictionary | undefined): void {
  if (message === undefined) return;
  const { call } = record;
  call.responseId = asString(message['id']) ?? call.responseId;
  call.responseModel = asString(message['model']) ?? call.responseModel;
  choiceSeen(call, 0);
  const usage = asDictionary(message['usage']);
  if (usage === undefined) return;
  const counters = countersOf(record);
  updateInput(counters, usage);
  putUsage(record, counters, usage);
}

function readMessageDelta(record: CallRecord, event: Dictionary): void {
  const reason = asString(asDictionary(event['delta'])?.['stop_reason']);
  if (reason !== undefined) {
    record.call.finishReasons = [reason];
    record.finished = true;
  }
  const usage = asDictionary(event['usage']);
  if (usage === undefined) return;
  const counters = countersOf(record);
  updateInput(counters, usage);
  updateOutput(counters, usage);
  putUsage(record, counters, usage);
}

/** The counters of this stream so far. */
function countersOf(record: CallRecord): MessageCounters {
  return (record.scratch ??= emptyCounters()) as MessageCounters;
}

/** Reads one event of the older completions API: each has some of the text. */
export function readCompletionEvent(record: CallRecord, event: unknown): void {
  readCompletion(record, event);
  if (asString(asDictionary(event)?.['stop_reason']) !== undefined) record.finished = true;
}
