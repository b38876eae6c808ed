import {
  ATTR_GEN_AI_OUTPUT_TYPE,
  ATTR_GEN_AI_REQUEST_MAX_TOKENS,
  ATTR_GEN_AI_REQUEST_PREVIOUS_RESPONSE_ID,
  ATTR_GEN_AI_REQUEST_REASONING_LEVEL,
  ATTR_GEN_AI_REQUEST_SEED,
  ATTR_GEN_AI_REQUEST_TEMPERATURE,
  ATTR_GEN_AI_REQUEST_TOP_P,
  ATTR_GEN_AI_RESPONSE_ID,
  ATTR_GEN_AI_RESPONSE_STATUS,
  addUsage,
} from '../../conventions/index.ts';
import { conversationDepth, onlyAnswers } from '../../providers/conversation.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import { Grounding } from '../../providers/usage/gemini-tools.ts';
import { convertInteractionUsage } from '../../providers/usage/gemini.ts';
import { type Dictionary, asArray, asCount, asDictionary, asString } from '../../providers/read.ts';
import { asSignal, lengthOf } from '../core/sdk-values.ts';
import { responseFetched } from '../core/call/fetched-response.ts';
import type { CallShape } from '../core/call/shape.ts';
import { parametersOf } from './request.ts';
import { readNumbers, readStops } from '../core/call/request-parameters.ts';

/** @see https://ai.google.dev/api/interactions-api */
function readRequest(record: CallRecord, args: readonly unknown[]): void {
  const parameters = parametersOf(args);
  const { attributes, call } = record;
  record.requests = 0;
  record.signal = asSignal(asDictionary(asDictionary(args[1])?.['fetch_options'])?.['signal']);
  call.stream = parameters['stream'] === true;
  call.isBackground = parameters['background'] === true;
  const tier = asString(parameters['service_tier']);
  if (tier !== undefined) call.requestedTier = tier;
  if (parameters['response_mime_type'] === 'application/json') {
    attributes[ATTR_GEN_AI_OUTPUT_TYPE] = 'json';
  }
  readConfig(record, asDictionary(parameters['generation_config']));
  call.conversationDepth = conversationDepth(parameters['input']);
  const previous = asString(parameters['previous_interaction_id']);
  if (previous === undefined) return;
  call.previousResponseId = previous;
  call.continuesPreviousResponse = onlyAnswers(parameters['input']);
  attributes[ATTR_GEN_AI_REQUEST_PREVIOUS_RESPONSE_ID] = previous;
}

function readConfig({ attributes, call }: CallRecord, config: Dictionary | undefined): void {
  if (config === undefined) return;
  readNumbers(attributes, config, SAMPLING);
  call.maxOutputTokens = asCount(config['max_output_tokens']);
  const level = asString(config['thinking_level']);
  if (level !== undefined) attributes[ATTR_GEN_AI_REQUEST_REASONING_LEVEL] = level;
  readStops(attributes, config['stop_sequences']);
}

const SAMPLING = [
  ['temperature', ATTR_GEN_AI_REQUEST_TEMPERATURE],
  ['top_p', ATTR_GEN_AI_REQUEST_TOP_P],
  ['max_output_tokens', ATTR_GEN_AI_REQUEST_MAX_TOKENS],
  ['seed', ATTR_GEN_AI_REQUEST_SEED],
] as const;

function readInteraction(record: CallRecord, response: unknown): void {
  const body = asDictionary(response);
  if (body === undefined) return;
  const { call } = record;
  call.responseId = asString(body['id']) ?? call.responseId;
  call.responseModel ??= asString(body['model']);
  call.servedTier = asString(body['service_tier']) ?? call.servedTier;
  call.usage = convertInteractionUsage(body['usage']) ?? call.usage;
  const model = call.responseModel ?? call.requestModel;
  const grounding = new Grounding();
  grounding.addInteraction(body, { provider: call.provider, model });
  grounding.use().putOn(call);
  const calls = (asArray(body['steps']) ?? asArray(body['outputs']) ?? []).filter(
    (step) => asDictionary(step)?.['type'] === 'function_call',
  ).length;
  if (calls > 0) call.toolCalls = calls;
  readStatus(record, asString(body['status']));
}

function readStatus(record: CallRecord, status: string | undefined): void {
  const { call } = record;
  switch (status) {
    case undefined:
      break;
    case 'in_progress':
      if (call.usage !== undefined) break;
      call.usagePending = true;
      break;
    case 'cancelled':
      call.usagePending = false;
      call.outcome = 'aborted';
      call.finishReasons = ['cancelled'];
      break;
    case 'failed':
      call.usagePending = false;
      call.outcome = 'error';
      call.errorType = '_OTHER';
      call.finishReasons = ['error'];
      break;
    default:
      call.usagePending = false;
      record.finished = true;
      call.finishReasons = [status];
  }
}

/** An SDK that goes on by itself after a limit yields every hop; each one is billed. */
function readEvent(record: CallRecord, event: unknown): void {
  const body = asDictionary(event);
  if (body === undefined) return;
  const interaction = asDictionary(body['interaction']);
  switch (body['event_type']) {
    case 'interaction.completed':
    case 'interaction.complete': {
      const { call } = record;
      const before = call.usage;
      call.usage = undefined;
      readInteraction(record, interaction);
      if (before !== undefined) call.usage = addUsage(before, call.usage);
      break;
    }
    case 'interaction.created':
    case 'interaction.start':
      record.call.responseId = asString(interaction?.['id']);
      record.call.responseModel ??= asString(interaction?.['model']);
      // Its work goes on when nobody listens any more.
      if (record.call.isBackground) record.call.usagePending = true;
      break;
    case 'error':
      record.call.outcome = 'error';
      record.call.errorType = asString(asDictionary(body['error'])?.['code']) ?? '_OTHER';
      break;
    default:
      readStep(record, body);
  }
}

function readStep(record: CallRecord, event: Dictionary): void {
  const delta = asDictionary(event['delta']);
  record.outputCharacters += lengthOf(delta?.['text']);
  record.outputCharacters += lengthOf(asDictionary(delta?.['content'])?.['text']);
  const started = asDictionary(event['step']) ?? asDictionary(event['content']);
  if (started?.['type'] === 'function_call') {
    record.call.toolCalls = (record.call.toolCalls ?? 0) + 1;
  }
}

export const createInteraction: CallShape = {
  operation: 'generate_content',
  // An agent of Google's stands where a model would.
  requestedModel: (args) =>
    asString(parametersOf(args)['model']) ?? asString(parametersOf(args)['agent']),
  readRequest,
  // An agent's limits are its own.
  outputLimit: (body) =>
    body['agent'] == null ? 'generation_config.max_output_tokens' : undefined,
  readResponse: readInteraction,
  readChunk: readEvent,
  requestText: (args) => [
    parametersOf(args)['input'],
    parametersOf(args)['system_instruction'],
    parametersOf(args)['tools'],
  ],
};

/** A stored interaction, and what has become of it. Whether its tokens are booked is not decided here. */
function readFetched(record: CallRecord, response: unknown): void {
  const body = asDictionary(response);
  if (body === undefined) return;
  const { call } = record;
  call.usagePending = false;
  readInteraction(record, body);
  const status = asString(body['status']);
  if (status !== undefined) record.attributes[ATTR_GEN_AI_RESPONSE_STATUS] = status;
  responseFetched(call, !call.usagePending && (status !== undefined || call.usage !== undefined));
}

export const getInteraction: CallShape = {
  operation: 'fetch_response',
  requestedModel: () => undefined,
  readRequest(record, args) {
    const id = asString(args[0]);
    if (id !== undefined) record.attributes[ATTR_GEN_AI_RESPONSE_ID] = id;
    record.call.stream = asDictionary(args[1])?.['stream'] === true;
  },
  readResponse: readFetched,
  readChunk(record, event) {
    const interaction = asDictionary(asDictionary(event)?.['interaction']);
    if (interaction !== undefined) readFetched(record, interaction);
  },
};
