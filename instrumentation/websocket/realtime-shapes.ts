import {
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_GEN_AI_OUTPUT_TYPE,
  ATTR_GEN_AI_REQUEST_MAX_TOKENS,
} from '../../conventions/index.ts';
import { type Dictionary, asArray, asCount, asDictionary, asString } from '../../providers/read.ts';
import { convertOpenAiUsage } from '../../providers/usage/openai.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import { bodyOf } from '../core/call/request-parameters.ts';
import { toolRequested } from '../core/call/requested-tools.ts';
import type { CallShape } from '../core/call/shape.ts';
import { sessionModel } from '../core/session/session-calls.ts';

/**
 * One answer of the Realtime API. The request is the `response` of `response.create`, which may be
 * empty: the session holds the rest.
 *
 * @see https://platform.openai.com/docs/api-reference/realtime-server-events/response/done
 */
export const realtimeResponse: CallShape = {
  operation: 'chat',
  requestedModel: sessionModel,
  readRequest(record, args) {
    const { call, attributes } = record;
    const body = bodyOf(args);
    call.stream = true;
    // The first of each pair is the newer name.
    const limit = body['max_output_tokens'] ?? body['max_response_output_tokens'];
    call.maxOutputTokens = asCount(limit);
    if (call.maxOutputTokens !== undefined) {
      attributes[ATTR_GEN_AI_REQUEST_MAX_TOKENS] = call.maxOutputTokens;
    }
    const modalities = asArray(body['output_modalities'] ?? body['modalities']);
    if (modalities !== undefined) {
      attributes[ATTR_GEN_AI_OUTPUT_TYPE] = modalities.includes('audio') ? 'speech' : 'text';
    }
  },
  readResponse(record, response) {
    const body = asDictionary(response);
    if (body === undefined) return;
    const { call } = record;
    call.responseId = asString(body['id']) ?? call.responseId;
    const conversation = asString(body['conversation_id']);
    if (conversation !== undefined) record.attributes[ATTR_GEN_AI_CONVERSATION_ID] = conversation;
    const model = call.responseModel ?? call.requestModel;
    call.usage =
      convertOpenAiUsage(body['usage'], { provider: call.provider, model }) ?? call.usage;
    readTools(record, body);
    readStatus(record, body);
  },
};

function readTools({ call }: CallRecord, body: Dictionary): void {
  for (const value of asArray(body['output']) ?? []) {
    const item = asDictionary(value);
    if (item?.['type'] !== 'function_call') continue;
    call.toolCalls = (call.toolCalls ?? 0) + 1;
    toolRequested(call, item['name'], item['arguments']);
  }
}

/** An answer that was cut off is billed for what it came to. */
function readStatus({ call }: CallRecord, body: Dictionary): void {
  const details = asDictionary(body['status_details']);
  const reason = asString(details?.['reason']);
  switch (body['status']) {
    case 'cancelled':
      call.outcome = 'aborted';
      call.finishReasons = [reason ?? 'cancelled'];
      break;
    case 'incomplete':
      call.finishReasons = [reason === 'max_output_tokens' ? 'length' : (reason ?? 'error')];
      break;
    case 'failed': {
      const error = asDictionary(details?.['error']);
      call.outcome = 'error';
      call.errorType = asString(error?.['code']) ?? asString(error?.['type']) ?? '_OTHER';
      call.finishReasons = ['error'];
      break;
    }
    default:
      call.finishReasons = [call.toolCalls === undefined ? 'stop' : 'tool_calls'];
  }
}

/**
 * The transcript of what was said, which another model makes beside the conversation and which is
 * billed at that model's price.
 */
export const realtimeTranscription: CallShape = {
  operation: 'generate_content',
  requestedModel: (args) => asString(bodyOf(args)['model']),
  readRequest({ attributes }) {
    attributes[ATTR_GEN_AI_OUTPUT_TYPE] = 'text';
  },
  readResponse({ call }, event) {
    const usage = asDictionary(event)?.['usage'];
    const model = call.requestModel;
    call.usage = convertOpenAiUsage(usage, { provider: call.provider, model });
  },
};
