import {
  ATTR_AWS_BEDROCK_GUARDRAIL_ID,
  ATTR_GEN_AI_REQUEST_MAX_TOKENS,
  ATTR_GEN_AI_REQUEST_TEMPERATURE,
  ATTR_GEN_AI_REQUEST_TOP_K,
  ATTR_GEN_AI_REQUEST_TOP_P,
} from '../../conventions/index.ts';
import { readMessagesRequest } from '../core/anthropic-wire/request.ts';
import { conversationDepth } from '../../providers/conversation.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import { type Dictionary, asCount, asDictionary, asString } from '../../providers/read.ts';
import { readNumbers, readStops } from '../core/call/request-parameters.ts';

/** Larger bodies are mostly files; reading them would slow the call down. */
const LARGEST_BODY = 512 * 1024;

/** One command on its way: its input, the body that it carries, and the record of the call. */
export class BedrockRequest {
  readonly input: Dictionary;
  /** The caller's, which ends a stream by an error of the connection's. */
  readonly signal: AbortSignal | undefined;
  record: CallRecord | undefined = undefined;
  #body: { readonly value: Dictionary | undefined } | undefined;

  constructor(input: Dictionary, signal?: AbortSignal) {
    this.input = input;
    this.signal = signal;
  }

  /** Called when the record of this call begins. */
  recordedBy(record: CallRecord): void {
    this.record = record;
    record.signal = this.signal;
  }

  /** The same command with another input. */
  with(input: Dictionary): BedrockRequest {
    const request = new BedrockRequest(input, this.signal);
    request.record = this.record;
    return request;
  }

  /** The body of `InvokeModel` as its model wants it; `undefined` when it can't be read. */
  get body(): Dictionary | undefined {
    this.#body ??= { value: parseBody(this.input['body']) };
    return this.#body.value;
  }
}

/** JSON, as text or bytes. Never throws. */
export function parseBody(body: unknown): Dictionary | undefined {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return undefined;
  if (body.length > LARGEST_BODY) return undefined;
  try {
    const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
    return asDictionary(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function requestOf(args: readonly unknown[]): BedrockRequest {
  return args[0] as BedrockRequest;
}

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
export function readConverseRequest(record: CallRecord, args: readonly unknown[]): void {
  const request = requestOf(args);
  request.recordedBy(record);
  const { input } = request;
  readShared(record, input);
  readParameters(record, asDictionary(input['inferenceConfig']));
  record.call.conversationDepth = conversationDepth(input['messages']);
}

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html */
export function readInvokeRequest(record: CallRecord, args: readonly unknown[]): void {
  const request = requestOf(args);
  request.recordedBy(record);
  readShared(record, request.input);
  const { body } = request;
  if (body === undefined) return;
  if ('anthropic_version' in body) {
    const { stream } = record.call;
    readMessagesRequest(record, [body]);
    record.call.stream = stream;
    return;
  }
  readParameters(
    record,
    asDictionary(body['inferenceConfig']) ?? asDictionary(body['textGenerationConfig']) ?? body,
  );
  record.call.conversationDepth = conversationDepth(body['messages']);
}

function readShared({ attributes, call }: CallRecord, input: Dictionary): void {
  const guardrail =
    asString(input['guardrailIdentifier']) ??
    asString(asDictionary(input['guardrailConfig'])?.['guardrailIdentifier']);
  if (guardrail !== undefined) attributes[ATTR_AWS_BEDROCK_GUARDRAIL_ID] = guardrail;
  const tier = input['serviceTier'];
  call.requestedTier = asString(tier) ?? asString(asDictionary(tier)?.['type']);
}

/** The same parameters as each model's maker spells them. */
const NUMBERS = [
  ['temperature', ATTR_GEN_AI_REQUEST_TEMPERATURE],
  ['topP', ATTR_GEN_AI_REQUEST_TOP_P],
  ['top_p', ATTR_GEN_AI_REQUEST_TOP_P],
  ['p', ATTR_GEN_AI_REQUEST_TOP_P],
  ['top_k', ATTR_GEN_AI_REQUEST_TOP_K],
  ['k', ATTR_GEN_AI_REQUEST_TOP_K],
] as const;

export const OUTPUT_LIMITS = [
  'maxTokens',
  'max_tokens',
  'max_completion_tokens',
  'max_gen_len',
  'maxTokenCount',
  'max_new_tokens',
] as const;

const STOPS = ['stopSequences', 'stop_sequences', 'stop'] as const;

function readParameters({ attributes, call }: CallRecord, config: Dictionary | undefined): void {
  if (config === undefined) return;
  readNumbers(attributes, config, NUMBERS);
  for (const parameter of OUTPUT_LIMITS) {
    const value = asCount(config[parameter]);
    if (value === undefined) continue;
    attributes[ATTR_GEN_AI_REQUEST_MAX_TOKENS] = value;
    call.maxOutputTokens = value;
  }
  for (const parameter of STOPS) {
    readStops(attributes, config[parameter]);
  }
}
