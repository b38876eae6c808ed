import type { CallRecord } from '../call/call-record.ts';
import { choiceFinished, choiceSeen } from '../call/finish-reasons.ts';
import { toolArgumentsCame, toolRequested } from '../call/requested-tools.ts';
import { type Dictionary, asArray, asDictionary, asString } from '../../../providers/read.ts';
import { lengthOf, textLength } from '../sdk-values.ts';
import { putToolDeltas, readBreakdown, readToolDelta, readToolItem } from './hosted-tools.ts';
import {
  readEnvelope,
  readFetchedResponse,
  readInlineError,
  readResponseObject,
  readUsage,
  servedBy,
} from './response.ts';

/** Reads one chunk of a chat completion or completion. Nothing of the chunk is kept. */
export function readCompletionChunk(record: CallRecord, chunk: unknown): void {
  if (typeof chunk !== 'object' || chunk === null) return;
  const body = chunk as Dictionary;
  const { call } = record;
  if (call.responseModel === undefined || call.responseId === undefined) readEnvelope(record, body);
  const choices = body['choices'];
  if (Array.isArray(choices)) {
    for (let index = 0; index < choices.length; index += 1) readChoice(record, choices[index]);
  }
  if (body['usage'] != null) readEnvelope(record, body);
  if (body['x_groq'] != null) readGroq(record, body);
  if (body['usage_breakdown'] != null) readBreakdown(record, body, servedBy(record));
  if (body['error'] != null) readInlineError(record, body);
  putToolDeltas(record);
}

/** Groq's own part: the usage, unless it stands in its usual place, and why a stream stopped early. */
function readGroq(record: CallRecord, body: Dictionary): void {
  const groq = asDictionary(body['x_groq']);
  if (groq === undefined) return;
  if (groq['usage'] != null && body['usage'] == null) readUsage(record, groq);
  if (groq['usage_breakdown'] != null) readBreakdown(record, groq, servedBy(record));
  const error = asString(groq['error']);
  if (error === undefined) return;
  record.finished = true;
  record.call.outcome = 'error';
  record.call.errorType = /^\w{1,64}$/.test(error) ? error : '_OTHER';
}

function readChoice(record: CallRecord, value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const choice = value as Dictionary;
  const delta = choice['delta'];
  if (typeof delta === 'object' && delta !== null) {
    const content = (delta as Dictionary)['content'];
    if (typeof content === 'string' && content !== '') record.outputCharacters += content.length;
    else readRareDelta(record, delta as Dictionary);
    if (hasTools(delta as Dictionary)) readToolDelta(record, delta as Dictionary);
  } else {
    record.outputCharacters += lengthOf(choice['text']);
  }
  const { call } = record;
  const index = typeof choice['index'] === 'number' ? choice['index'] : 0;
  const reason = choice['finish_reason'];
  // Some servers write an empty one on each chunk.
  if (typeof reason !== 'string' || reason === '') choiceSeen(call, index);
  else {
    record.finished = choiceFinished(call, index, reason);
    // Moonshot's last chunk has it here unless the usage was asked for.
    if (choice['usage'] != null) readUsage(record, choice);
  }
}

/** Whether a chunk may tell of tools; almost none does. */
function hasTools(delta: Dictionary): boolean {
  return (
    delta['executed_tools'] != null || delta['tool_calls'] != null || delta['annotations'] != null
  );
}

function readRareDelta(record: CallRecord, delta: Dictionary): void {
  // Mistral's models that think send parts instead of a text.
  if (Array.isArray(delta['content'])) record.outputCharacters += textLength(delta['content']);
  record.outputCharacters +=
    lengthOf(delta['reasoning_content']) +
    lengthOf(delta['reasoning']) +
    lengthOf(delta['refusal']);
  for (const value of asArray(delta['tool_calls']) ?? []) {
    const toolCall = asDictionary(value);
    const { call } = record;
    const details = asDictionary(toolCall?.['function']);
    if (asString(toolCall?.['id']) !== undefined) {
      call.toolCalls = (call.toolCalls ?? 0) + 1;
      toolRequested(call, details?.['name'], '', toolCall?.['index']);
    }
    toolArgumentsCame(call, toolCall?.['index'], details?.['arguments']);
    record.outputCharacters += lengthOf(details?.['arguments']);
  }
}

/** Reads one event of a streamed response. */
export function readResponseEvent(record: CallRecord, event: unknown): void {
  readEvent(record, event, readResponseObject);
}

/** Reads one event of a stored response that is streamed again. */
export function readFetchedEvent(record: CallRecord, event: unknown): void {
  readEvent(record, event, readFetchedResponse);
}

function readEvent(
  record: CallRecord,
  event: unknown,
  readWhole: (record: CallRecord, response: unknown) => void,
): void {
  if (typeof event !== 'object' || event === null) return;
  const { type } = event as Dictionary;
  switch (type) {
    case 'response.completed':
    case 'response.incomplete':
    case 'response.failed':
      record.call.usagePending = false;
      readWhole(record, (event as Dictionary)['response']);
      record.finished = true;
      break;
    case 'response.created': {
      const response = asDictionary((event as Dictionary)['response']);
      if (response === undefined) break;
      readEnvelope(record, response);
      // Its work goes on when nobody listens any more.
      if (response['background'] === true) {
        record.call.isBackground = true;
        record.call.usagePending = true;
      }
      break;
    }
    case 'response.output_item.done':
      readToolItem(record, (event as Dictionary)['item'], servedBy(record));
      break;
    case 'error':
      record.call.outcome = 'error';
      record.call.errorType = asString((event as Dictionary)['code']) ?? '_OTHER';
      break;
    default:
      record.outputCharacters += lengthOf((event as Dictionary)['delta']);
  }
}

/** Image and audio streams: the last event carries the usage. */
export function readMediaEvent(record: CallRecord, event: unknown): void {
  const body = asDictionary(event);
  if (body === undefined) return;
  if (body['usage'] != null) readUsage(record, body);
  const type = asString(body['type']);
  if (type !== undefined && (type.endsWith('.done') || type.endsWith('.completed'))) {
    record.finished = true;
  }
}
