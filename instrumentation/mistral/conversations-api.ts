import { ATTR_GEN_AI_CONVERSATION_ID } from '../../conventions/index.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import { bodyOf } from '../core/call/request-parameters.ts';
import { hostedUseOfMistral } from '../../providers/usage/other-tools.ts';
import { convertMistralConversationUsage } from '../../providers/usage/mistral.ts';
import { type Dictionary, asArray, asDictionary, asString } from '../../providers/read.ts';
import { lengthOf, textLength } from '../core/sdk-values.ts';
import { toolArgumentsCame, toolRequested } from '../core/call/requested-tools.ts';
import type { CallShape } from '../core/call/shape.ts';
import { readConversationRequest } from './request.ts';

function readConversation(record: CallRecord, response: unknown): void {
  const body = asDictionary(response);
  if (body === undefined) return;
  readConversationId(record, body);
  const { call } = record;
  for (const item of asArray(body['outputs']) ?? []) {
    const output = asDictionary(item);
    call.responseModel ??= asString(output?.['model']);
    record.outputCharacters += textLength(output?.['content']);
    if (output?.['type'] !== 'function.call') continue;
    call.toolCalls = (call.toolCalls ?? 0) + 1;
    toolRequested(call, output['name'], output['arguments']);
  }
  call.usage = convertMistralConversationUsage(body['usage']) ?? call.usage;
  hostedUseOfMistral(body).putOn(call);
}

function readConversationId({ attributes }: CallRecord, body: Dictionary): void {
  const id = asString(body['conversation_id']);
  if (id !== undefined) attributes[ATTR_GEN_AI_CONVERSATION_ID] = id;
}

function readConversationEvent(record: CallRecord, event: unknown): void {
  const body = asDictionary(event);
  if (body === undefined) return;
  const { call } = record;
  switch (body['type']) {
    case 'conversation.response.started':
      readConversationId(record, body);
      break;
    case 'message.output.delta': {
      call.responseModel ??= asString(body['model']);
      const { content } = body;
      record.outputCharacters += typeof content === 'string' ? content.length : textLength(content);
      break;
    }
    case 'function.call.delta':
      readFunctionCall(record, body);
      break;
    case 'conversation.response.done':
      record.finished = true;
      call.usage = convertMistralConversationUsage(body['usage']) ?? call.usage;
      hostedUseOfMistral(body).putOn(call);
      break;
    case 'conversation.response.error':
      record.finished = true;
      call.outcome = 'error';
      call.errorType = typeof body['code'] === 'number' ? `${body['code']}` : '_OTHER';
      break;
    default:
  }
}

/** The first piece of a call names the function; the next ones go on with its arguments. */
function readFunctionCall(record: CallRecord, body: Dictionary): void {
  const { call } = record;
  const id = body['tool_call_id'];
  record.outputCharacters += lengthOf(body['arguments']);
  if (record.scratch === id) {
    toolArgumentsCame(call, id, body['arguments']);
    return;
  }
  record.scratch = id;
  call.toolCalls = (call.toolCalls ?? 0) + 1;
  toolRequested(call, body['name'], body['arguments'], id);
}

export const conversation: CallShape = {
  operation: 'chat',
  readRequest: readConversationRequest,
  outputLimit: () => 'completion_args.max_tokens',
  readResponse: readConversation,
  readChunk: readConversationEvent,
  requestText: (args) => [bodyOf(args)['inputs'], bodyOf(args)['instructions']],
};
