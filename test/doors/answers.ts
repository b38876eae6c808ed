/** How an answer is put, and by which API: each has a way of its own to be asked for. */
export type Wire =
  | 'chat'
  | 'responses'
  | 'anthropic'
  | 'gemini'
  | 'converse'
  | 'mistral'
  | 'cohere';

type Json = Readonly<Record<string, unknown>>;

/** One whole answer of a provider with something in it that is billed by a rule of its own. */
export interface RawAnswer {
  /** What is special about it. */
  readonly name: string;
  readonly wire: Wire;
  /** Where it comes from; providers with one wire of their own have none. */
  readonly baseUrl?: string;
  readonly model: string;
  readonly body: Json;
}

/** Asks for an answer of the server at `url`, and reads it to its end. */
export type Ask = (answer: RawAnswer, url: string, stream: boolean) => Promise<void>;

const OPENAI = 'https://api.openai.com/v1';
const XAI = 'https://api.x.ai/v1';
const OPENROUTER = 'https://openrouter.ai/api/v1';
const PERPLEXITY = 'https://api.perplexity.ai';

const TEXT = { type: 'output_text', text: 'Twice its half.', annotations: [], logprobs: [] };
const MESSAGE = { id: 'msg_1', type: 'message', status: 'completed', role: 'assistant' };

function responses(
  name: string,
  {
    output = [],
    usage = {},
    ...more
  }: { readonly output?: readonly object[]; readonly usage?: Json } & Json = {},
  { baseUrl = OPENAI, model = 'gpt-5-mini' } = {},
): RawAnswer {
  const body = {
    id: 'resp_door',
    object: 'response',
    created_at: 1_763_900_000,
    status: 'completed',
    incomplete_details: null,
    model,
    output: [...output, { ...MESSAGE, content: [TEXT] }],
    service_tier: 'default',
    usage: {
      input_tokens: 1000,
      input_tokens_details: { cached_tokens: 200 },
      output_tokens: 500,
      output_tokens_details: { reasoning_tokens: 100 },
      total_tokens: 1500,
      ...usage,
    },
    ...more,
  };
  return { name, wire: 'responses', baseUrl, model, body };
}

function chat(
  name: string,
  { usage = {}, ...more }: { readonly usage?: Json } & Json,
  { baseUrl = OPENAI, model = 'gpt-4o' } = {},
): RawAnswer {
  const body = {
    id: 'chatcmpl-door',
    object: 'chat.completion',
    created: 1_763_900_000,
    model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Twice its half.' },
        finish_reason: 'stop',
      },
    ],
    usage: { prompt_tokens: 1000, completion_tokens: 500, total_tokens: 1500, ...usage },
    ...more,
  };
  return { name, wire: 'chat', baseUrl, model, body };
}

function anthropic(
  name: string,
  usage: Json,
  {
    content = [],
    model = 'claude-sonnet-4-5-20250929',
  }: { readonly content?: readonly object[]; readonly model?: string } = {},
): RawAnswer {
  const body = {
    id: 'msg_door',
    type: 'message',
    role: 'assistant',
    model,
    content: [...content, { type: 'text', text: 'Twice its half.' }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: {
      input_tokens: 1000,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: 500,
      service_tier: 'standard',
      ...usage,
    },
  };
  return { name, wire: 'anthropic', model, body };
}

function gemini(
  name: string,
  usage: Json,
  {
    model = 'gemini-2.5-flash',
    grounding,
  }: { readonly model?: string; readonly grounding?: object } = {},
): RawAnswer {
  const body = {
    candidates: [
      {
        index: 0,
        content: { role: 'model', parts: [{ text: 'Twice its half.' }] },
        finishReason: 'STOP',
        ...(grounding && { groundingMetadata: grounding }),
      },
    ],
    usageMetadata: {
      promptTokenCount: 1000,
      candidatesTokenCount: 400,
      totalTokenCount: 1400,
      ...usage,
    },
    modelVersion: model,
    responseId: 'gemini-door',
  };
  return { name, wire: 'gemini', model, body };
}

function converse(name: string, usage: Json, more: Json = {}): RawAnswer {
  const body = {
    output: { message: { role: 'assistant', content: [{ text: 'Twice its half.' }] } },
    stopReason: 'end_turn',
    metrics: { latencyMs: 10 },
    usage: { inputTokens: 100, outputTokens: 500, totalTokens: 600, ...usage },
    ...more,
  };
  const model = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
  return { name, wire: 'converse', model, body };
}

const SEARCH = { type: 'web_search_call', status: 'completed' };
const SEARCHES = [
  { ...SEARCH, id: 'ws_1', action: { type: 'search', query: 'a' } },
  { ...SEARCH, id: 'ws_2', action: { type: 'open_page', url: 'https://example.com' } },
  { ...SEARCH, id: 'ws_3', action: { type: 'search', query: 'b' } },
];

export const ANSWERS: readonly RawAnswer[] = [
  responses('OpenAI responses, cached and reasoning'),
  responses('OpenAI responses, two web searches and a page', { output: SEARCHES }),
  responses('OpenAI responses, a code interpreter', {
    output: [
      {
        id: 'ci_1',
        type: 'code_interpreter_call',
        status: 'completed',
        container_id: 'cntr_1',
        code: '1',
        outputs: [],
      },
    ],
  }),
  responses('OpenAI responses, a file search', {
    output: [
      { id: 'fs_1', type: 'file_search_call', status: 'completed', queries: ['a'], results: null },
    ],
  }),
  responses('OpenAI responses, an image by the hosted tool', {
    output: [{ id: 'ig_1', type: 'image_generation_call', status: 'completed', result: 'aGk=' }],
    tool_usage: {
      image_gen: {
        input_tokens: 20,
        input_tokens_details: { image_tokens: 0, text_tokens: 20 },
        output_tokens: 4000,
        output_tokens_details: { image_tokens: 4000, text_tokens: 0 },
        total_tokens: 4020,
      },
      web_search: { num_requests: 0 },
    },
  }),
  responses(
    'OpenAI responses, served by priority',
    { service_tier: 'priority' },
    { model: 'gpt-5' },
  ),
  responses('OpenAI responses, served by flex', { service_tier: 'flex' }, { model: 'gpt-5' }),
  responses('OpenAI responses, the cache written', {
    model: 'gpt-5.6',
    usage: { input_tokens_details: { cached_tokens: 200, cache_write_tokens: 300 } },
  }),
  chat('OpenAI chat, plain', {}),
  chat(
    'OpenAI chat, cached and reasoning',
    {
      service_tier: 'default',
      usage: {
        prompt_tokens_details: { cached_tokens: 400, audio_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: 100, audio_tokens: 0 },
      },
    },
    { model: 'gpt-5' },
  ),
  chat(
    'OpenAI chat, audio in and out',
    {
      usage: {
        prompt_tokens_details: { cached_tokens: 0, audio_tokens: 300, text_tokens: 700 },
        completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 200, text_tokens: 300 },
      },
    },
    { model: 'gpt-4o-audio-preview' },
  ),
  chat('OpenAI chat, served by priority', { service_tier: 'priority' }, { model: 'gpt-5' }),
  chat(
    'xAI chat, reasoning beside the completion',
    {
      usage: {
        prompt_tokens: 690,
        completion_tokens: 3,
        total_tokens: 974,
        prompt_tokens_details: { cached_tokens: 600 },
        completion_tokens_details: { reasoning_tokens: 281 },
      },
    },
    { baseUrl: XAI, model: 'grok-4-0709' },
  ),
  chat(
    'xAI chat, its cost in ticks',
    {
      usage: { cost_in_usd_ticks: 55_680_000, num_sources_used: 3 },
    },
    { baseUrl: XAI, model: 'grok-4-0709' },
  ),
  responses(
    'xAI responses, its cost in ticks',
    {
      usage: { cost_in_usd_ticks: 55_680_000, num_server_side_tools_used: 2 },
    },
    { baseUrl: XAI, model: 'grok-4-0709' },
  ),
  chat(
    'OpenRouter, its cost',
    {
      provider: 'Anthropic',
      usage: { cost: 0.0042, cost_details: { upstream_inference_cost: null } },
    },
    { baseUrl: OPENROUTER, model: 'anthropic/claude-sonnet-4.5' },
  ),
  chat(
    'OpenRouter with an own key',
    {
      provider: 'Anthropic',
      usage: { cost: 0.0001, is_byok: true, cost_details: { upstream_inference_cost: 0.002 } },
    },
    { baseUrl: OPENROUTER, model: 'anthropic/claude-sonnet-4.5' },
  ),
  chat(
    'Perplexity, its cost',
    {
      citations: [],
      usage: {
        search_context_size: 'low',
        cost: {
          input_tokens_cost: 0.003,
          output_tokens_cost: 0.0075,
          request_cost: 0.006,
          total_cost: 0.0165,
        },
      },
    },
    { baseUrl: PERPLEXITY, model: 'sonar-pro' },
  ),
  chat(
    'Perplexity, its searches counted',
    {
      citations: [],
      usage: { num_search_queries: 7, citation_tokens: 50, reasoning_tokens: 100 },
    },
    { baseUrl: PERPLEXITY, model: 'sonar-deep-research' },
  ),
  anthropic('Anthropic, a cache of both lifetimes', {
    cache_creation_input_tokens: 1500,
    cache_read_input_tokens: 300,
    cache_creation: { ephemeral_5m_input_tokens: 500, ephemeral_1h_input_tokens: 1000 },
  }),
  anthropic(
    'Anthropic, web searches',
    { server_tool_use: { web_search_requests: 2, web_fetch_requests: 1 } },
    {
      content: [
        { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'a' } },
      ],
    },
  ),
  anthropic(
    'Anthropic, thinking',
    { output_tokens_details: { thinking_tokens: 200 } },
    {
      content: [{ type: 'thinking', thinking: 'Hm.', signature: 'c2ln' }],
    },
  ),
  anthropic('Anthropic, in the US', { inference_geo: 'us' }, { model: 'claude-opus-4-6' }),
  anthropic('Anthropic, fast', { speed: 'fast' }, { model: 'claude-opus-4-6' }),
  anthropic('Anthropic, a priority tier', { service_tier: 'priority' }),
  anthropic('Anthropic, a batch tier', { service_tier: 'batch' }),
  anthropic('Anthropic, an advisor', {
    iterations: [
      {
        type: 'message',
        input_tokens: 400,
        output_tokens: 200,
        model: 'claude-sonnet-4-5-20250929',
      },
      {
        type: 'advisor_message',
        input_tokens: 823,
        output_tokens: 1612,
        cache_read_input_tokens: 0,
        cache_creation_input_tokens: 0,
        model: 'claude-opus-4-5-20251101',
      },
      {
        type: 'message',
        input_tokens: 600,
        output_tokens: 300,
        model: 'claude-sonnet-4-5-20250929',
      },
    ],
  }),
  gemini('Gemini, cached and thoughts', {
    cachedContentTokenCount: 400,
    thoughtsTokenCount: 100,
    totalTokenCount: 1500,
  }),
  gemini(
    'Gemini 2.5, grounded by the prompt',
    {},
    {
      grounding: {
        webSearchQueries: ['a', 'b'],
        searchEntryPoint: { renderedContent: '<div></div>' },
      },
    },
  ),
  gemini(
    'Gemini 3, grounded by the query',
    {},
    {
      model: 'gemini-3-flash-preview',
      grounding: {
        webSearchQueries: ['a', 'b', 'c'],
        searchEntryPoint: { renderedContent: '<div></div>' },
      },
    },
  ),
  gemini('Gemini, audio and images by their details', {
    promptTokensDetails: [
      { modality: 'TEXT', tokenCount: 400 },
      { modality: 'AUDIO', tokenCount: 600 },
    ],
    candidatesTokensDetails: [{ modality: 'TEXT', tokenCount: 400 }],
  }),
  gemini('Gemini, a prompt by tools', { toolUsePromptTokenCount: 250, totalTokenCount: 1650 }),
  gemini('Gemini, served by priority', { trafficType: 'ON_DEMAND_PRIORITY' }),
  gemini('Gemini, an image made', {
    candidatesTokensDetails: [
      { modality: 'TEXT', tokenCount: 100 },
      { modality: 'IMAGE', tokenCount: 300 },
    ],
  }),
  gemini('Gemini, served by flex', { trafficType: 'ON_DEMAND_FLEX' }),
  converse('Bedrock, a cache of one hour', {
    cacheReadInputTokens: 50,
    cacheWriteInputTokens: 1560,
    totalTokens: 2210,
    cacheDetails: [
      { ttl: '1h', inputTokens: 1500 },
      { ttl: '5m', inputTokens: 60 },
    ],
  }),
  converse('Bedrock, served by flex', {}, { serviceTier: { type: 'flex' } }),
  converse('Bedrock, served by priority', {}, { serviceTier: { type: 'priority' } }),
  {
    name: 'Mistral, cached',
    wire: 'mistral',
    model: 'mistral-medium-latest',
    body: {
      id: 'mistral-door',
      object: 'chat.completion',
      created: 1_763_900_000,
      model: 'mistral-medium-latest',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Twice its half.' },
          finish_reason: 'stop',
        },
      ],
      usage: {
        prompt_tokens: 1000,
        completion_tokens: 500,
        total_tokens: 1500,
        num_cached_tokens: 900,
      },
    },
  },
  {
    name: 'Cohere, billed units',
    wire: 'cohere',
    model: 'command-a-03-2025',
    body: {
      id: 'cohere-door',
      finish_reason: 'COMPLETE',
      message: { role: 'assistant', content: [{ type: 'text', text: 'Twice its half.' }] },
      usage: {
        billed_units: { input_tokens: 7, output_tokens: 30 },
        tokens: { input_tokens: 69, output_tokens: 31 },
      },
    },
  },
];
