import type { CallRecord } from '../core/call/call-record.ts';
import { type Dictionary, asDictionary, asString } from '../../providers/read.ts';
import { lengthOf } from '../core/sdk-values.ts';
import { toolArgumentsCame, toolRequested } from '../core/call/requested-tools.ts';
import {
  readBedrockMetrics,
  readEnd,
  readLegacyChat,
  readLegacyToolCalls,
  readMetered,
} from './response.ts';

/** Reads one event of chat v2. Nothing of the event is kept. */
export function readChatEvent(record: CallRecord, event: unknown): void {
  const body = asDictionary(event);
  if (body === undefined) return;
  const { call } = record;
  const delta = asDictionary(body['delta']);
  const message = asDictionary(delta?.['message']);
  switch (body['type']) {
    case 'message-start':
      call.responseId = asString(body['id']);
      break;
    case 'content-delta': {
      const content = asDictionary(message?.['content']);
      record.outputCharacters += lengthOf(content?.['text']) + lengthOf(content?.['thinking']);
      break;
    }
    case 'tool-plan-delta':
      record.outputCharacters += lengthOf(message?.['toolPlan']);
      break;
    case 'tool-call-start': {
      call.toolCalls = (call.toolCalls ?? 0) + 1;
      const called = calledOf(message);
      toolRequested(call, called?.['name'], called?.['arguments'], body['index']);
      break;
    }
    case 'tool-call-delta': {
      const piece = calledOf(message)?.['arguments'];
      record.outputCharacters += lengthOf(piece);
      toolArgumentsCame(call, body['index'], piece);
      break;
    }
    case 'message-end':
      record.finished = true;
      if (delta !== undefined) readMessageEnd(record, delta);
      readBedrockMetrics(record, body);
      break;
    default:
  }
}

function calledOf(message: Dictionary | undefined): Dictionary | undefined {
  return asDictionary(asDictionary(message?.['toolCalls'])?.['function']);
}

function readMessageEnd(record: CallRecord, delta: Dictionary): void {
  readEnd(record, delta);
  if (delta['error'] == null && delta['finishReason'] !== 'ERROR') return;
  record.call.outcome = 'error';
  record.call.errorType = '_OTHER';
}

/** Finish reasons of chat v1 that are errors of the provider. */
const FAILURES: ReadonlySet<unknown> = new Set(['ERROR', 'ERROR_TOXIC', 'ERROR_LIMIT']);

/** Reads one event of chat v1. */
export function readLegacyChatEvent(record: CallRecord, event: unknown): void {
  const body = asDictionary(event);
  if (body === undefined) return;
  const { call } = record;
  switch (body['eventType']) {
    case 'stream-start':
      call.responseId = asString(body['generationId']);
      break;
    case 'text-generation':
      record.outputCharacters += lengthOf(body['text']);
      break;
    case 'tool-calls-generation':
      readLegacyToolCalls(record, body['toolCalls']);
      break;
    case 'stream-end': {
      record.finished = true;
      readLegacyChat(record, body['response']);
      readBedrockMetrics(record, body);
      const reason = asString(body['finishReason']);
      if (reason !== undefined) call.finishReasons = [reason];
      if (!FAILURES.has(reason)) break;
      call.outcome = 'error';
      call.errorType = '_OTHER';
      break;
    }
    default:
  }
}

/** Reads one event of a streamed generation. */
export function readGenerationEvent(record: CallRecord, event: unknown): void {
  const body = asDictionary(event);
  if (body === undefined) return;
  record.outputCharacters += lengthOf(body['text']);
  if (body['eventType'] !== 'stream-end') return;
  record.finished = true;
  const reason = asString(body['finishReason']);
  if (reason !== undefined) record.call.finishReasons = [reason];
  const response = asDictionary(body['response']);
  if (response !== undefined) readMetered(record, response);
  readBedrockMetrics(record, body);
}
