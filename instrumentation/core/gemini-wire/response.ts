import { ATTR_GEN_AI_EMBEDDINGS_DIMENSION_COUNT } from '../../../conventions/index.ts';
import type { CallRecord } from '../call/call-record.ts';
import { choiceFinished, choiceSeen } from '../call/finish-reasons.ts';
import { type Dictionary, asArray, asDictionary, asString } from '../../../providers/read.ts';
import { lengthOf } from '../sdk-values.ts';
import { toolRequested } from '../call/requested-tools.ts';
import { Grounding } from '../../../providers/usage/gemini-tools.ts';
import { convertGeminiUsage, mergeUsage } from '../../../providers/usage/gemini.ts';
import type { HostedUse } from '../../../providers/usage/hosted-use.ts';

/** The parts of a stream's chunks that must be remembered. */
interface Seen {
  usage: Dictionary | undefined;
  grounding: Grounding | undefined;
  /** The request asked for the web for enterprises, whose price is another. */
  isEnterprise: boolean;
  /** What of it stands on the call. */
  use: HostedUse | undefined;
}

function seenOf(record: CallRecord): Seen {
  const none: Seen = {
    usage: undefined,
    grounding: undefined,
    isEnterprise: false,
    use: undefined,
  };
  return (record.scratch ??= none) as Seen;
}

/** Remembers of the tools of a request what its answer does not tell. */
export function rememberTools(record: CallRecord, tools: unknown): void {
  const isEnterprise = asArray(tools)?.some(
    (tool) => asDictionary(tool)?.['enterpriseWebSearch'] !== undefined,
  );
  if (isEnterprise === true) seenOf(record).isEnterprise = true;
}

/**
 * Reads a whole answer or one chunk of a stream: both have the same shape.
 *
 * @see https://ai.google.dev/api/generate-content#GenerateContentResponse
 */
export function readGenerateResponse(record: CallRecord, response: unknown): void {
  const body = asDictionary(response);
  if (body === undefined) return;
  const { call } = record;
  readEnvelope(record, body);
  const candidates = asArray(body['candidates']);
  if (candidates !== undefined) readCandidates(record, candidates);
  const blocked = asString(asDictionary(body['promptFeedback'])?.['blockReason']);
  if (blocked !== undefined && call.finishReasons === undefined) {
    call.finishReasons = [blocked.toLowerCase()];
    record.finished = true;
  }
  const usage = asDictionary(body['usageMetadata']);
  if (usage !== undefined) readUsage(record, usage, body);
}

/**
 * Reads one chunk of a stream whose whole answer comes beside it: its counts, which a later chunk
 * may leave out, and how much was said until the stream breaks off.
 */
export function readStreamChunk(record: CallRecord, chunk: unknown): void {
  const body = asDictionary(chunk);
  if (body === undefined) return;
  readEnvelope(record, body);
  for (const candidate of asArray(body['candidates']) ?? []) {
    const parts = asArray(asDictionary(asDictionary(candidate)?.['content'])?.['parts']) ?? [];
    for (const part of parts) record.outputCharacters += lengthOf(asDictionary(part)?.['text']);
  }
  const usage = asDictionary(body['usageMetadata']);
  if (usage !== undefined) readUsage(record, usage, body);
}

function readUsage(record: CallRecord, usage: Dictionary, body: Dictionary): void {
  const { call } = record;
  const seen = seenOf(record);
  seen.usage = mergeUsage(seen.usage, usage);
  call.usage = convertGeminiUsage(seen.usage) ?? call.usage;
  call.servedTier =
    asString(usage['trafficType']) ??
    asString(usage['serviceTier']) ??
    headerTier(body) ??
    call.servedTier;
  seen.use?.putOn(call);
}

function readEnvelope({ call }: CallRecord, body: Dictionary): void {
  call.responseId ??= asString(body['responseId']);
  call.responseModel ??= asString(body['modelVersion']);
}

/** The Gemini API tells the tier served in a header, which newer SDKs keep beside the body. */
function headerTier(body: Dictionary): string | undefined {
  const headers = asDictionary(asDictionary(body['sdkHttpResponse'])?.['headers']);
  return asString(headers?.['x-gemini-service-tier']);
}

function readCandidates(record: CallRecord, candidates: readonly unknown[]): void {
  const { call } = record;
  for (let position = 0; position < candidates.length; position += 1) {
    const candidate = asDictionary(candidates[position]);
    if (candidate === undefined) continue;
    const parts = asArray(asDictionary(candidate['content'])?.['parts']);
    if (parts !== undefined) readParts(record, parts);
    const index = typeof candidate['index'] === 'number' ? candidate['index'] : position;
    const reason = asString(candidate['finishReason']);
    if (reason === undefined) choiceSeen(call, index);
    else record.finished = choiceFinished(call, index, reason.toLowerCase());
    readGrounding(record, candidate, parts);
  }
}

function readParts(record: CallRecord, parts: readonly unknown[]): void {
  for (let index = 0; index < parts.length; index += 1) {
    const part = asDictionary(parts[index]);
    if (part === undefined) continue;
    record.outputCharacters += lengthOf(part['text']);
    const tool = asDictionary(part['functionCall']);
    if (tool === undefined) continue;
    record.call.toolCalls = (record.call.toolCalls ?? 0) + 1;
    toolRequested(record.call, tool['name'], tool['args']);
  }
}

/** In a stream each chunk may tell it again, and the last one nothing. */
function readGrounding(
  record: CallRecord,
  candidate: Dictionary,
  parts: readonly unknown[] | undefined,
): void {
  const isTold =
    candidate['groundingMetadata'] != null ||
    parts?.some((part) => asDictionary(part)?.['toolCall'] !== undefined) === true;
  if (!isTold) return;
  const { call } = record;
  const seen = seenOf(record);
  seen.grounding ??= new Grounding(seen.isEnterprise);
  const model = call.responseModel ?? call.requestModel;
  if (!seen.grounding.addCandidate(candidate, { provider: call.provider, model })) return;
  call.alsoBilled = undefined;
  seen.use = seen.grounding.use();
  seen.use.putOn(call);
}

/** Embeddings of the Gemini API (`embeddings`) or of its older method (`embedding`). */
export function readEmbedResponse(record: CallRecord, response: unknown): void {
  const body = asDictionary(response);
  if (body === undefined) return;
  const { call } = record;
  const embeddings = asArray(body['embeddings']) ?? [body['embedding']];
  const dimensions = asArray(asDictionary(embeddings[0])?.['values'])?.length;
  if (dimensions !== undefined) {
    record.attributes[ATTR_GEN_AI_EMBEDDINGS_DIMENSION_COUNT] = dimensions;
  }
  const usage = asDictionary(body['usageMetadata']);
  if (usage !== undefined) {
    call.usage = convertGeminiUsage(usage);
    return;
  }
  // Vertex AI counts each text apart.
  let tokens: number | undefined;
  for (const embedding of embeddings) {
    const count = asDictionary(asDictionary(embedding)?.['statistics'])?.['tokenCount'];
    if (typeof count === 'number') tokens = (tokens ?? 0) + count;
  }
  if (tokens !== undefined) call.usage = { input: tokens };
}
