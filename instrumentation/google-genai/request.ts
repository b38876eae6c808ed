import { ATTR_GEN_AI_OUTPUT_TYPE } from '../../conventions/index.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import { readGenerateRequest } from '../core/gemini-wire/request.ts';
import { type Dictionary, asDictionary } from '../../providers/read.ts';
import { asSignal } from '../core/sdk-values.ts';

const NO_PARAMETERS: Dictionary = {};

export function parametersOf(args: readonly unknown[]): Dictionary {
  return asDictionary(args[0]) ?? NO_PARAMETERS;
}

/** `{ model, contents, config }`, where `config` holds the generation parameters and the tools. */
export function readContentRequest(record: CallRecord, args: readonly unknown[]): void {
  const { contents } = parametersOf(args);
  const config = asDictionary(parametersOf(args)['config']);
  record.requests = 0;
  record.signal = asSignal(config?.['abortSignal']);
  readGenerateRequest(record, contents, config);
}

/** A cache belongs to the model that it was made for. */
export function keepModelOfCache({ call }: CallRecord, args: readonly unknown[]): void {
  if (asDictionary(parametersOf(args)['config'])?.['cachedContent'] != null) {
    call.canSendModel = false;
  }
}

export function readImageRequest(record: CallRecord): void {
  record.attributes[ATTR_GEN_AI_OUTPUT_TYPE] = 'image';
}

/** What the model reads, for an estimate. */
export function contentText(args: readonly unknown[]): unknown {
  const { contents, config } = parametersOf(args);
  const { systemInstruction, tools } = asDictionary(config) ?? NO_PARAMETERS;
  return [contents, systemInstruction, tools];
}
