import type { CallRecord } from '../core/call/call-record.ts';
import { readGenerateRequest } from '../core/gemini-wire/request.ts';
import { type Dictionary, asDictionary, asString } from '../../providers/read.ts';
import { asSignal } from '../core/sdk-values.ts';
import { plainModel } from './rewrite.ts';

/** A model or a chat of either SDK: both keep the parameters that a request may leave out. */
function parametersOf(target: unknown): Dictionary {
  const fields = asDictionary(target) ?? {};
  return asDictionary(fields['params']) ?? fields;
}

/** The model of a model or a chat. */
export function modelOf(_args: readonly unknown[], target: unknown): string | undefined {
  const fields = asDictionary(target);
  return plainModel(asString(fields?.['model']) ?? asString(fields?.['resourcePath']));
}

/** A model takes a text, parts, or a whole request. */
export function readModelRequest(
  record: CallRecord,
  args: readonly unknown[],
  target: unknown,
): void {
  readOptions(record, args, target);
  const request = asDictionary(args[0]);
  const config = asDictionary(request?.['generationConfig']) ?? configOf(target);
  readGenerateRequest(record, request?.['contents'] ?? args[0], config);
}

/** A chat takes the new message; what was said before is its own. */
export function readChatRequest(
  record: CallRecord,
  args: readonly unknown[],
  target: unknown,
): void {
  readOptions(record, args, target);
  readGenerateRequest(record, conversationOf(args, target), configOf(target));
}

function readOptions(record: CallRecord, args: readonly unknown[], target: unknown): void {
  const own = asDictionary(asDictionary(target)?.['_requestOptions']);
  record.signal = asSignal(asDictionary(args[1])?.['signal']) ?? asSignal(own?.['signal']);
}

function configOf(target: unknown): Dictionary | undefined {
  return asDictionary(parametersOf(target)['generationConfig']);
}

/** The contents that a chat sends. */
function conversationOf(args: readonly unknown[], target: unknown): unknown[] {
  const fields = asDictionary(target);
  const history = fields?.['_history'] ?? fields?.['historyInternal'];
  const before: unknown[] = Array.isArray(history) ? history : [];
  const parts = Array.isArray(args[0]) ? args[0] : [args[0]];
  return [...before, { role: 'user', parts }];
}

/** All that a model reads. */
export function modelText(args: readonly unknown[], target: unknown): unknown {
  const { systemInstruction, tools } = parametersOf(target);
  return [args[0], systemInstruction, tools];
}

export function chatText(args: readonly unknown[], target: unknown): unknown {
  const { systemInstruction, tools } = parametersOf(target);
  return [conversationOf(args, target), systemInstruction, tools];
}
