import { type Dictionary, asArray, asDictionary, asString } from '../../providers/read.ts';
import { convertGeminiUsage, mergeUsage } from '../../providers/usage/gemini.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import { toolRequested } from '../core/call/requested-tools.ts';
import type { CallShape } from '../core/call/shape.ts';
import { readGenerateRequest } from '../core/gemini-wire/request.ts';
import { lengthOf } from '../core/sdk-values.ts';
import { sessionModel } from '../core/session/session-calls.ts';

/** What the application has set up, beside the model. */
export interface LiveSetup {
  readonly config: Dictionary | undefined;
}

/**
 * One generation of a Live session. The request is its set-up; the response each message of the
 * provider.
 *
 * @see https://ai.google.dev/api/live
 */
export const liveGeneration: CallShape = {
  operation: 'generate_content',
  requestedModel: sessionModel,
  readRequest(record, args) {
    const setup = args[0] as LiveSetup | undefined;
    record.call.stream = true;
    readGenerateRequest(record, undefined, setup?.config);
  },
  readResponse: readLiveMessage,
  readChunk: readLiveMessage,
};

function readLiveMessage(record: CallRecord, message: unknown): void {
  const body = asDictionary(message);
  if (body === undefined) return;
  readParts(record, asDictionary(body['serverContent']));
  readTools(record, asDictionary(body['toolCall']));
  const told = asDictionary(body['usageMetadata']);
  if (told === undefined) return;
  // Within a generation each telling has the sums so far, and may leave out what one before had.
  const usage = mergeUsage(asDictionary(record.scratch), told);
  record.scratch = usage;
  const { call } = record;
  call.usage = convertGeminiUsage(usage) ?? call.usage;
  call.servedTier =
    asString(told['trafficType']) ?? asString(told['serviceTier']) ?? call.servedTier;
}

function readParts(record: CallRecord, content: Dictionary | undefined): void {
  const parts = asArray(asDictionary(content?.['modelTurn'])?.['parts']) ?? [];
  for (const part of parts) record.outputCharacters += lengthOf(asDictionary(part)?.['text']);
}

function readTools({ call }: CallRecord, toolCall: Dictionary | undefined): void {
  for (const value of asArray(toolCall?.['functionCalls']) ?? []) {
    const asked = asDictionary(value);
    call.toolCalls = (call.toolCalls ?? 0) + 1;
    toolRequested(call, asked?.['name'], asked?.['args']);
  }
}
