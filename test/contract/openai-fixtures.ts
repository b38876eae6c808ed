import type { CallOptions, ContractApi, ApiPromise } from './api.ts';

export const SAME_ID: Record<string, string> = {
  'x-request-id': 'req_fixed',
  'request-id': 'req_fixed',
};

type Create = (body: object, options?: object) => unknown;

export function methodOf(client: unknown, path: string): Create {
  let owner: unknown = client;
  let value: unknown = client;
  for (const step of path.split('.')) {
    owner = value;
    value = Reflect.get(Object(value), step);
  }
  if (typeof value !== 'function') throw new TypeError(`no ${path}`);
  return value.bind(owner) as Create;
}

function creator(path: string, request: object): ContractApi['create'] {
  return (client, stream, options: CallOptions = {}, body = request): ApiPromise =>
    methodOf(client, `${path}.create`)(
      stream ? { ...body, stream: true } : body,
      options,
    ) as ApiPromise;
}

const WIRE_USAGE = {
  prompt_tokens: 100,
  completion_tokens: 30,
  total_tokens: 130,
  prompt_tokens_details: { cached_tokens: 40 },
  completion_tokens_details: { reasoning_tokens: 10 },
};

const ENVELOPE = {
  id: 'chatcmpl-1',
  created: 1_700_000_000,
  model: 'gpt-4o-2024-08-06',
  service_tier: 'default',
  system_fingerprint: 'fp_1',
};

function chunk(choices: readonly object[], more: object = {}): object {
  return { ...ENVELOPE, object: 'chat.completion.chunk', choices, ...more };
}

function delta(content: string): object {
  return chunk([{ index: 0, delta: { content }, logprobs: null, finish_reason: null }]);
}

export const CHAT_REQUEST: object = {
  model: 'gpt-4o',
  messages: [{ role: 'user', content: 'How long is a piece of string?' }],
  temperature: 0.5,
  max_completion_tokens: 200,
  stop: ['END'],
};

const USAGE_ATTRIBUTES = {
  'gen_ai.usage.input_tokens': 100,
  'gen_ai.usage.output_tokens': 30,
  'gen_ai.usage.cache_read.input_tokens': 40,
  'gen_ai.usage.reasoning.output_tokens': 10,
};

const CHAT_ATTRIBUTES = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o',
  'gen_ai.request.temperature': 0.5,
  'gen_ai.request.max_tokens': 200,
  'gen_ai.request.stop_sequences': ['END'],
  'gen_ai.response.id': 'chatcmpl-1',
  'gen_ai.response.model': 'gpt-4o-2024-08-06',
  'gen_ai.response.finish_reasons': ['stop'],
  'openai.api.type': 'chat_completions',
  'openai.response.service_tier': 'default',
  'openai.response.system_fingerprint': 'fp_1',
  ...USAGE_ATTRIBUTES,
};

const USAGE = { input: 60, cacheRead: 40, output: 20, reasoning: 10, total: 130 };
const STREAMING = {
  'gen_ai.request.stream': true,
  'gen_ai.response.time_to_first_chunk': 'a number',
};

export const chatCompletions: ContractApi = {
  name: 'chat.completions',
  path: '/v1',
  create: creator('chat.completions', CHAT_REQUEST),
  whole: {
    headers: SAME_ID,
    json: {
      ...ENVELOPE,
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Twice its half – naïvely 🙂.', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: WIRE_USAGE,
    },
  },
  events: [
    chunk([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }]),
    delta('Twice its half'),
    delta(' – naïvely 🙂'),
    delta('.'),
    chunk([{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }]),
    chunk([], { usage: WIRE_USAGE }),
  ],
  errorEvent: { error: { message: 'overloaded', type: 'server_error', code: 'overloaded' } },
  cutAfter: 3,
  hangAfter: 3,
  wholeAttributes: CHAT_ATTRIBUTES,
  streamAttributes: { ...CHAT_ATTRIBUTES, ...STREAMING },
  usage: USAGE,
};

export const RESPONSES_REQUEST: object = {
  model: 'gpt-4o',
  input: 'How long is a piece of string?',
  max_output_tokens: 200,
  temperature: 0.5,
  reasoning: { effort: 'low' },
};

const RESPONSE = {
  id: 'resp_1',
  object: 'response',
  created_at: 1_700_000_000,
  status: 'completed',
  model: 'gpt-4o-2024-08-06',
  error: null,
  incomplete_details: null,
  instructions: null,
  service_tier: 'default',
  tools: [],
  output: [
    {
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: 'Twice its half – naïvely 🙂.', annotations: [] }],
    },
  ],
  usage: {
    input_tokens: 100,
    input_tokens_details: { cached_tokens: 40 },
    output_tokens: 30,
    output_tokens_details: { reasoning_tokens: 10 },
    total_tokens: 130,
  },
};

const RESPONSES_ATTRIBUTES = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o',
  'gen_ai.request.temperature': 0.5,
  'gen_ai.request.max_tokens': 200,
  'gen_ai.request.reasoning.level': 'low',
  'gen_ai.response.id': 'resp_1',
  'gen_ai.response.model': 'gpt-4o-2024-08-06',
  'gen_ai.response.finish_reasons': ['stop'],
  'openai.api.type': 'responses',
  'openai.response.service_tier': 'default',
  ...USAGE_ATTRIBUTES,
};

const STARTED = { ...RESPONSE, status: 'in_progress', output: [], usage: null };
const PLACE = { item_id: 'msg_1', output_index: 0, content_index: 0 };

export const responses: ContractApi = {
  name: 'responses',
  path: '/v1',
  create: creator('responses', RESPONSES_REQUEST),
  whole: { headers: SAME_ID, json: RESPONSE },
  events: [
    { type: 'response.created', sequence_number: 0, response: STARTED },
    {
      type: 'response.output_item.added',
      sequence_number: 1,
      output_index: 0,
      item: { ...RESPONSE.output[0], status: 'in_progress', content: [] },
    },
    {
      type: 'response.content_part.added',
      sequence_number: 2,
      ...PLACE,
      part: { type: 'output_text', text: '', annotations: [] },
    },
    { type: 'response.output_text.delta', sequence_number: 3, ...PLACE, delta: 'Twice its half' },
    { type: 'response.output_text.delta', sequence_number: 4, ...PLACE, delta: ' – naïvely 🙂.' },
    {
      type: 'response.output_text.done',
      sequence_number: 5,
      ...PLACE,
      text: 'Twice its half – naïvely 🙂.',
    },
    { type: 'response.completed', sequence_number: 6, response: RESPONSE },
  ],
  errorEvent: { error: { message: 'overloaded', type: 'server_error', code: 'overloaded' } },
  cutAfter: 4,
  hangAfter: 4,
  wholeAttributes: RESPONSES_ATTRIBUTES,
  streamAttributes: { ...RESPONSES_ATTRIBUTES, ...STREAMING },
  usage: USAGE,
};
