import type { ApiPromise, CallOptions, ContractApi } from './api.ts';
import { SAME_ID, methodOf } from './openai-fixtures.ts';

const TEXT = 'Twice its half – naïvely 🙂.';

const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-opus-4-5-20251101',
  content: [{ type: 'text', text: TEXT, citations: null }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: {
    input_tokens: 60,
    cache_read_input_tokens: 40,
    cache_creation_input_tokens: 30,
    cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
    output_tokens: 30,
    output_tokens_details: { thinking_tokens: 10 },
    server_tool_use: { web_search_requests: 1, web_fetch_requests: 0 },
    service_tier: 'standard',
    inference_geo: 'global',
  },
};

const BEGUN = {
  ...MESSAGE,
  content: [],
  stop_reason: null,
  usage: { ...MESSAGE.usage, output_tokens: 1, output_tokens_details: null, server_tool_use: null },
};

export const MESSAGES_REQUEST: object = {
  model: 'claude-opus-4-5',
  max_tokens: 200,
  messages: [{ role: 'user', content: 'How long is a piece of string?' }],
  temperature: 0.5,
  top_k: 5,
  stop_sequences: ['END'],
};

const ATTRIBUTES = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'anthropic',
  'gen_ai.request.model': 'claude-opus-4-5',
  'gen_ai.request.max_tokens': 200,
  'gen_ai.request.temperature': 0.5,
  'gen_ai.request.top_k': 5,
  'gen_ai.request.stop_sequences': ['END'],
  'gen_ai.response.id': 'msg_1',
  'gen_ai.response.model': 'claude-opus-4-5-20251101',
  'gen_ai.response.finish_reasons': ['end_turn'],
  'gen_ai.usage.input_tokens': 130,
  'gen_ai.usage.output_tokens': 30,
  'gen_ai.usage.cache_read.input_tokens': 40,
  'gen_ai.usage.cache_write.input_tokens': 30,
  'gen_ai.usage.reasoning.output_tokens': 10,
};

function delta(text: string): object {
  return { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } };
}

const messages: Omit<ContractApi, 'name' | 'create'> = {
  path: '',
  whole: { headers: SAME_ID, json: MESSAGE },
  events: [
    { type: 'message_start', message: BEGUN },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    delta('Twice its half'),
    { type: 'ping' },
    delta(' – naïvely 🙂.'),
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: {
        input_tokens: 60,
        cache_read_input_tokens: 40,
        cache_creation_input_tokens: 30,
        output_tokens: 30,
        output_tokens_details: { thinking_tokens: 10 },
        server_tool_use: { web_search_requests: 1 },
      },
    },
    { type: 'message_stop' },
  ],
  errorEvent: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
  cutAfter: 3,
  // The ping too: 0.27 shows an event when the next one begins.
  hangAfter: 4,
  wholeAttributes: ATTRIBUTES,
  streamAttributes: {
    ...ATTRIBUTES,
    'gen_ai.request.stream': true,
    'gen_ai.response.time_to_first_chunk': 'a number',
  },
  usage: {
    input: 60,
    cacheRead: 40,
    cacheWrite: 10,
    cacheWrite1h: 20,
    output: 20,
    reasoning: 10,
    webSearches: 1,
  },
};

/** `path` of the resource: `messages`, `beta.messages` or `beta.promptCaching.messages`. */
export function messagesApi(path: string): ContractApi {
  return {
    ...messages,
    name: path,
    create: (client, stream, options: CallOptions = {}, body = MESSAGES_REQUEST): ApiPromise =>
      methodOf(client, `${path}.create`)(
        stream ? { ...body, stream: true } : body,
        options,
      ) as ApiPromise,
  };
}
