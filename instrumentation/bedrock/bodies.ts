import {
  ATTR_GEN_AI_EMBEDDINGS_DIMENSION_COUNT,
  type TokenUsage,
} from '../../conventions/index.ts';
import { readCompletion, readMessage } from '../core/anthropic-wire/response.ts';
import { choiceFinished, choiceSeen } from '../core/call/finish-reasons.ts';
import { readMessageEvent } from '../core/anthropic-wire/stream.ts';
import { completed, convertBedrockUsage } from '../../providers/usage/bedrock.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import { searchUnitsFor } from '../../providers/usage/cohere.ts';
import { convertOpenAiUsage } from '../../providers/usage/openai.ts';
import { type Dictionary, asArray, asCount, asDictionary, asString } from '../../providers/read.ts';
import { lengthOf } from '../core/sdk-values.ts';
import { readConverseBody, readConverseEvent, readGuardrail } from './response.ts';

/** The answer of one maker's models. */
interface BodyReader {
  /** Whether a body or an event is of this kind. */
  matches(body: Dictionary): boolean;
  read(record: CallRecord, body: Dictionary): void;
}

/** What the models of each maker answer, told by the fields they have. */
const READERS: readonly BodyReader[] = [
  // Claude 1 and 2, which count nothing in their bodies.
  { matches: (body) => 'completion' in body, read: readCompletion },
  // Anthropic.
  { matches: (body) => body['type'] === 'message', read: readMessage },
  { matches: (body) => typeof body['type'] === 'string', read: readMessageEvent },
  // Amazon Nova.
  { matches: (body) => 'output' in body && 'stopReason' in body, read: readConverseBody },
  { matches: (body) => NOVA_EVENTS.some((name) => name in body), read: readConverseEvent },
  // Meta Llama.
  { matches: (body) => 'generation' in body, read: readLlama },
  // Embeddings of Amazon and Cohere.
  { matches: (body) => 'embedding' in body || 'embeddings' in body, read: readEmbeddings },
  // Amazon Titan.
  { matches: (body) => 'inputTextTokenCount' in body || 'outputText' in body, read: readTitan },
  // Reranking.
  { matches: isReranking, read: readReranking },
  // AI21, DeepSeek, OpenAI, Qwen, newer Mistral.
  { matches: (body) => 'choices' in body, read: readChoices },
  // Jurassic of AI21, Mistral and Cohere, which count nothing in their bodies.
  { matches: (body) => 'completions' in body, read: readJurassic },
  {
    matches: (body) => 'outputs' in body,
    read: (record, body) => readTexts(record, body['outputs']),
  },
  {
    matches: (body) => 'generations' in body,
    read(record, body) {
      record.call.responseId ??= asString(body['id']);
      readTexts(record, body['generations']);
    },
  },
  {
    matches: (body) => 'text' in body || 'finish_reason' in body,
    read: (record, body) => readText(record, body),
  },
];

const NOVA_EVENTS = [
  'messageStart',
  'contentBlockStart',
  'contentBlockDelta',
  'contentBlockStop',
  'messageStop',
  'metadata',
] as const;

/** Reads a whole body of InvokeModel, or one event of its stream. */
export function readModelBody(record: CallRecord, body: Dictionary): void {
  READERS.find(({ matches }) => matches(body))?.read(record, body);
  const metrics = body['amazon-bedrock-invocationMetrics'];
  if (metrics !== undefined) readMetrics(record, metrics);
  if (body['amazon-bedrock-guardrailAction'] != null) readGuardrail(record, body);
}

/** The last event of a stream counts for models whose own events do not. */
function readMetrics(record: CallRecord, metrics: unknown): void {
  record.finished = true;
  record.call.usage = completed(record.call.usage, convertBedrockUsage(metrics));
}

function countsOf(input: unknown, output: unknown): TokenUsage | undefined {
  const counts: TokenUsage = {};
  const [given, made] = [asCount(input), asCount(output)];
  if (given !== undefined) counts.input = given;
  if (made !== undefined) counts.output = made;
  return given === undefined && made === undefined ? undefined : counts;
}

/** Of a stream's counts each is the sum so far, and the prompt's stands in the first event only. */
function addCounts(record: CallRecord, counts: TokenUsage | undefined): void {
  if (counts !== undefined) record.call.usage = { ...record.call.usage, ...counts };
}

function finished(record: CallRecord, reason: unknown, index = 0): void {
  const told = asString(reason);
  if (told === undefined) choiceSeen(record.call, index);
  else record.finished = choiceFinished(record.call, index, told);
}

/** The place of an entry among those of its answer; a stream sends them one by one. */
function indexOf(entry: Dictionary | undefined, position: number): number {
  return asCount(entry?.['index']) ?? position;
}

function readLlama(record: CallRecord, body: Dictionary): void {
  record.outputCharacters += lengthOf(body['generation']);
  addCounts(record, countsOf(body['prompt_token_count'], body['generation_token_count']));
  finished(record, body['stop_reason']);
}

function readTitan(record: CallRecord, body: Dictionary): void {
  record.outputCharacters += lengthOf(body['outputText']);
  let output = asCount(body['totalOutputTextTokenCount']);
  const results = asArray(body['results']) ?? [];
  if (results.length === 0) finished(record, body['completionReason']);
  for (const [position, value] of results.entries()) {
    const result = asDictionary(value);
    const tokens = asCount(result?.['tokenCount']);
    if (tokens !== undefined) output = (output ?? 0) + tokens;
    record.outputCharacters += lengthOf(result?.['outputText']);
    finished(record, result?.['completionReason'], position);
  }
  addCounts(record, countsOf(body['inputTextTokenCount'], output));
}

function readEmbeddings(record: CallRecord, body: Dictionary): void {
  const many = body['embeddings'];
  const first = asArray(many)?.[0] ?? Object.values(asDictionary(many) ?? {})[0];
  const vector =
    asArray(body['embedding']) ??
    asArray(asDictionary(first)?.['embedding']) ??
    (Array.isArray(first) && Array.isArray(first[0]) ? first[0] : asArray(first));
  if (vector !== undefined) {
    record.attributes[ATTR_GEN_AI_EMBEDDINGS_DIMENSION_COUNT] = vector.length;
  }
  addCounts(record, countsOf(body['inputTextTokenCount'] ?? body['inputTokenCount'], undefined));
}

function isReranking(body: Dictionary): boolean {
  return asDictionary(asArray(body['results'])?.[0])?.['relevance_score'] !== undefined;
}

function readReranking(record: CallRecord): void {
  const documents = typeof record.scratch === 'number' ? record.scratch : 1;
  record.call.usage = { searchUnits: searchUnitsFor(documents) };
}

function readChoices(record: CallRecord, body: Dictionary): void {
  const { call } = record;
  call.responseId ??= asString(body['id']);
  call.responseModel ??= asString(body['model']);
  let toolCalls = 0;
  for (const [position, value] of (asArray(body['choices']) ?? []).entries()) {
    const choice = asDictionary(value);
    const message = asDictionary(choice?.['message']) ?? asDictionary(choice?.['delta']);
    record.outputCharacters += lengthOf(message?.['content']) + lengthOf(choice?.['text']);
    toolCalls += asArray(message?.['tool_calls'])?.length ?? 0;
    const reason = choice?.['finish_reason'] ?? choice?.['stop_reason'];
    finished(record, reason, indexOf(choice, position));
  }
  if (toolCalls > 0) call.toolCalls = toolCalls;
  const model = call.responseModel ?? call.requestModel;
  call.usage = convertOpenAiUsage(body['usage'], { provider: call.provider, model }) ?? call.usage;
}

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-jurassic2.html */
function readJurassic(record: CallRecord, body: Dictionary): void {
  const id = body['id'];
  record.call.responseId ??= typeof id === 'number' ? `${id}` : asString(id);
  for (const [position, value] of (asArray(body['completions']) ?? []).entries()) {
    const completion = asDictionary(value);
    record.outputCharacters += lengthOf(asDictionary(completion?.['data'])?.['text']);
    finished(record, asDictionary(completion?.['finishReason'])?.['reason'], position);
  }
}

function readTexts(record: CallRecord, list: unknown): void {
  for (const [position, value] of (asArray(list) ?? []).entries()) {
    const entry = asDictionary(value);
    if (entry !== undefined) readText(record, entry, position);
  }
}

function readText(record: CallRecord, entry: Dictionary, position = 0): void {
  record.outputCharacters += lengthOf(entry['text']);
  finished(record, entry['stop_reason'] ?? entry['finish_reason'], indexOf(entry, position));
  record.call.responseId ??= asString(entry['response_id']) ?? asString(entry['generation_id']);
}
