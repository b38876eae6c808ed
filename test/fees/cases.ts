import type { TokenUsage } from '../../conventions/index.ts';

/** One answer, and what it comes to whoever tells of it. */
export interface FeeCase {
  readonly name: string;
  readonly wire: 'responses' | 'chat' | 'messages' | 'gemini';
  readonly provider: string;
  readonly model: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Units that are counted beside the tokens. */
  readonly counts?: TokenUsage;
  readonly others?: readonly { readonly model: string; readonly usage: TokenUsage }[];
  readonly also?: readonly string[];
  /** USD beside the tokens of the model, which cost `tokensUsd` where no card tells. */
  readonly feesUsd?: number;
  readonly tokensUsd?: number;
  readonly missing?: readonly string[];
}

const searchCall = (action: string): object => ({
  type: 'web_search_call',
  id: `ws_${action}`,
  status: 'completed',
  action: { type: action },
});

const text = { type: 'message', id: 'msg_1', role: 'assistant', content: [] };

interface ResponseParts {
  readonly output?: readonly object[];
  readonly tools?: readonly object[];
  readonly tool_usage?: object;
  readonly usage?: object;
}

/** 1,000 input and 100 output tokens. */
function response(model: string, parts: ResponseParts): FeeCase['body'] {
  return {
    id: 'resp_1',
    object: 'response',
    status: 'completed',
    model,
    usage: { input_tokens: 1_000, output_tokens: 100, total_tokens: 1_100 },
    ...parts,
    output: [...(parts.output ?? []), text],
  };
}

function openai(name: string, parts: ResponseParts, rest: Partial<FeeCase>): FeeCase {
  const model = rest.model ?? 'gpt-5.4';
  return {
    name,
    wire: 'responses',
    provider: 'openai',
    body: response(model, parts),
    ...rest,
    model,
  };
}

const IMAGE_GEN = {
  input_tokens: 1_200,
  input_tokens_details: { text_tokens: 200, image_tokens: 1_000 },
  output_tokens: 5_000,
  output_tokens_details: { text_tokens: 0, image_tokens: 5_000 },
  total_tokens: 6_200,
};
const IMAGE_USAGE: TokenUsage = {
  input: 1_200,
  total: 6_200,
  output: 5_000,
  inputText: 200,
  inputImage: 1_000,
  outputImage: 5_000,
};
const imageCall = {
  type: 'image_generation_call',
  id: 'ig_1',
  status: 'completed',
  result: 'AA==',
};
const noSearch = { num_requests: 0 };

const OPENAI: readonly FeeCase[] = [
  openai(
    'searches, of which only those count that searched',
    { output: [searchCall('search'), searchCall('open_page'), searchCall('search')] },
    { counts: { webSearches: 2 }, feesUsd: 0.02 },
  ),
  openai(
    'more searches stated than items',
    {
      output: [searchCall('search')],
      tool_usage: { web_search: { num_requests: 3 }, image_gen: { total_tokens: 0 } },
    },
    { counts: { webSearches: 3 }, feesUsd: 0.03 },
  ),
  openai(
    'searches that were given for nothing',
    { output: [searchCall('search')], tool_usage: { web_search: noSearch } },
    {},
  ),
  openai(
    'the preview of the search on a model that does not reason',
    { output: [searchCall('search')], tools: [{ type: 'web_search_preview_2025_03_11' }] },
    { model: 'gpt-4o', counts: { webSearchPreviews: 1 }, feesUsd: 0.025 },
  ),
  openai(
    'the preview of the search on a model that reasons',
    { output: [searchCall('search')], tools: [{ type: 'web_search_preview' }] },
    { counts: { webSearchPreviews: 1 }, feesUsd: 0.01 },
  ),
  openai(
    'an image by another model',
    {
      output: [imageCall],
      tools: [{ type: 'image_generation', model: 'gpt-image-2' }],
      tool_usage: { image_gen: IMAGE_GEN, web_search: noSearch },
    },
    {
      others: [{ model: 'gpt-image-2', usage: IMAGE_USAGE }],
      // 200 at $5, 1,000 at $8 and 5,000 at $30 a million.
      feesUsd: 0.001 + 0.008 + 0.15,
    },
  ),
  openai(
    'an image without the split of its output',
    {
      output: [imageCall],
      tools: [{ type: 'image_generation', model: 'gpt-image-1.5' }],
      tool_usage: {
        image_gen: { input_tokens: 100, output_tokens: 5_000, total_tokens: 5_100 },
      },
    },
    {
      others: [
        {
          model: 'gpt-image-1.5',
          usage: { input: 100, output: 5_000, outputImage: 5_000, total: 5_100 },
        },
      ],
      feesUsd: 0.0005 + 0.16,
    },
  ),
  openai(
    'an image that nothing counts',
    { output: [imageCall], tools: [{ type: 'image_generation', model: 'gpt-image-2' }] },
    { also: ['image_generation'] },
  ),
  openai(
    'an image by a model that the book lacks',
    {
      output: [imageCall],
      tools: [{ type: 'image_generation', model: 'painter-of-tomorrow' }],
      tool_usage: { image_gen: IMAGE_GEN },
    },
    {
      others: [{ model: 'painter-of-tomorrow', usage: IMAGE_USAGE }],
      missing: ['image_generation.rate'],
    },
  ),
  openai(
    'searches of files',
    {
      output: [
        { type: 'file_search_call', id: 'fs_1', status: 'completed', queries: ['a', 'b'] },
        { type: 'file_search_call', id: 'fs_2', status: 'completed', queries: ['c'] },
      ],
    },
    { counts: { fileSearches: 2 }, feesUsd: 0.005 },
  ),
  openai(
    'code in a container',
    {
      output: [
        { type: 'code_interpreter_call', id: 'ci_1', status: 'completed', container_id: 'cntr_1' },
      ],
    },
    { also: ['code_interpreter'] },
  ),
  openai(
    'a shell in a container',
    {
      output: [{ type: 'shell_call', id: 'sh_1', action: { commands: ['ls'] } }],
      tools: [{ type: 'shell', environment: { type: 'container_auto' } }],
    },
    { also: ['shell'] },
  ),
  openai(
    'what the caller runs, and what costs tokens alone',
    {
      output: [
        { type: 'function_call', id: 'fc', call_id: 'c', name: 'f', arguments: '{}' },
        { type: 'custom_tool_call', id: 'ct', call_id: 'd', name: 'g', input: '' },
        { type: 'computer_call', id: 'cu', call_id: 'e', action: { type: 'screenshot' } },
        { type: 'local_shell_call', id: 'ls', action: { type: 'exec' } },
        { type: 'shell_call', id: 'sh', action: { commands: ['ls'] } },
        { type: 'apply_patch_call', id: 'ap' },
        { type: 'mcp_list_tools', id: 'ml' },
        { type: 'mcp_call', id: 'mc' },
        { type: 'tool_search_call', id: 'ts' },
        { type: 'reasoning', id: 'rs', summary: [] },
      ],
    },
    {},
  ),
  openai(
    'a search whose block of tokens the usage leaves out',
    { output: [searchCall('search')], tools: [{ type: 'web_search' }] },
    {
      model: 'gpt-4o-mini',
      counts: { webSearches: 1 },
      feesUsd: 0.01,
      also: ['search_content'],
    },
  ),
  openai(
    'a search on Azure, which is one of Bing',
    { output: [searchCall('search')] },
    { provider: 'azure.ai.openai', counts: { webSearches: 1 }, feesUsd: 0.014 },
  ),
  openai(
    'tools of xAI, where no cost is stated',
    {
      output: [{ type: 'custom_tool_call', id: 'x', name: 'x_keyword_search', input: '{}' }],
      usage: {
        input_tokens: 1_000,
        output_tokens: 100,
        total_tokens: 1_100,
        num_server_side_tools_used: 5,
        server_side_tool_usage_details: {
          web_search_calls: 2,
          x_search_calls: 1,
          code_interpreter_calls: 1,
          file_search_calls: 1,
          mcp_calls: 4,
          hologram_calls: 1,
        },
      },
    },
    {
      provider: 'x_ai',
      model: 'grok-4',
      counts: { webSearches: 3, codeExecutions: 1, fileSearches: 1 },
      feesUsd: 0.015 + 0.005 + 0.0025,
      also: ['hologram'],
    },
  ),
  openai(
    'tools of tomorrow',
    {
      output: [
        { type: 'hologram_call', id: 'h' },
        { type: 'dream_search_call', id: 'd' },
      ],
    },
    { also: ['dream_search', 'hologram'] },
  ),
];

function breakdownOf(model: string, input: number, output: number): object {
  const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
  return { model, usage };
}

function chat(
  provider: string,
  model: string,
  message: object,
  rest: Partial<FeeCase>,
  more: object = {},
): FeeCase {
  return {
    name: `chat of ${model}`,
    wire: 'chat',
    provider,
    model,
    body: {
      id: 'chatcmpl_1',
      object: 'chat.completion',
      model,
      choices: [
        {
          index: 0,
          finish_reason: 'stop',
          message: { role: 'assistant', content: 'a', ...message },
        },
      ],
      usage: { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 },
      ...more,
    },
    ...rest,
  };
}

const CHAT: readonly FeeCase[] = [
  chat(
    'openai',
    'gpt-4o-search-preview',
    { annotations: [{ type: 'url_citation' }] },
    {
      feesUsd: 0.025,
      tokensUsd: 0.0025 + 0.001,
    },
  ),
  chat(
    'groq',
    'groq/compound',
    { executed_tools: [{ type: 'search', index: 0 }] },
    {
      others: [
        { model: 'openai/gpt-oss-120b', usage: { input: 700, output: 60, total: 760 } },
        { model: 'llama-3.3-70b-versatile', usage: { input: 300, output: 40, total: 340 } },
      ],
      also: ['search'],
      // $0.15 and $0.60, $0.59 and $0.79 a million.
      tokensUsd: (700 * 0.15 + 60 * 0.6 + 300 * 0.59 + 40 * 0.79) / 1e6,
    },
    {
      usage_breakdown: {
        models: [
          breakdownOf('openai/gpt-oss-120b', 700, 60),
          breakdownOf('llama-3.3-70b-versatile', 300, 40),
        ],
      },
    },
  ),
  chat(
    'groq',
    'openai/gpt-oss-120b',
    {
      executed_tools: [
        { type: 'browser_search', index: 0 },
        { type: 'python', index: 1 },
        { type: 'browser_search', index: 2 },
      ],
    },
    { also: ['browser_search', 'python'] },
  ),
  chat(
    'moonshot_ai',
    'kimi-k2-0905-preview',
    {
      tool_calls: [{ id: 'a', type: 'function', function: { name: '$web_search', arguments: '' } }],
    },
    { counts: { webSearches: 1 }, feesUsd: 0.005 },
  ),
  chat(
    'openai',
    'gpt-5.4',
    {
      tool_calls: [{ id: 'a', type: 'function', function: { name: 'web_search', arguments: '' } }],
    },
    { name: 'a function of the caller that is called like a tool' },
  ),
];

interface MessageParts {
  readonly content: readonly object[];
  readonly server_tool_use?: object | null;
}

function claude(name: string, parts: MessageParts, rest: Partial<FeeCase>): FeeCase {
  return {
    name,
    wire: 'messages',
    provider: 'anthropic',
    model: 'claude-opus-4-8',
    body: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-opus-4-8',
      stop_reason: 'end_turn',
      content: [...parts.content, { type: 'text', text: 'a' }],
      usage: {
        input_tokens: 1_000,
        output_tokens: 100,
        server_tool_use: parts.server_tool_use ?? null,
      },
    },
    ...rest,
  };
}

const serverTool = (name: string, caller = 'direct'): object => ({
  type: 'server_tool_use',
  id: `srvtoolu_${name}`,
  name,
  input: {},
  caller: { type: caller },
});
const found = { type: 'web_search_tool_result', tool_use_id: 'a', content: [] };

const CLAUDE: readonly FeeCase[] = [
  claude(
    'searches as Claude counts them',
    {
      content: [serverTool('web_search'), found],
      server_tool_use: { web_search_requests: 3, web_fetch_requests: 2 },
    },
    { counts: { webSearches: 3 }, feesUsd: 0.03 },
  ),
  claude(
    'searches that only the blocks tell',
    {
      content: [
        serverTool('web_search'),
        found,
        serverTool('web_search'),
        { ...found, content: { type: 'web_search_tool_result_error', error_code: 'unavailable' } },
      ],
    },
    { counts: { webSearches: 1 }, feesUsd: 0.01 },
  ),
  claude(
    'tools that cost tokens alone',
    {
      content: [
        serverTool('web_fetch'),
        serverTool('tool_search_tool_bm25'),
        { type: 'mcp_tool_use', id: 'm', name: 'x', server_name: 's', input: {} },
        { type: 'mcp_tool_result', tool_use_id: 'm', content: [] },
        { type: 'tool_use', id: 't', name: 'code_execution', input: {} },
      ],
      server_tool_use: { web_search_requests: 0, web_fetch_requests: 1 },
    },
    { counts: { webSearches: 0 } },
  ),
  claude(
    'code in a container',
    { content: [serverTool('bash_code_execution'), { type: 'bash_code_execution_tool_result' }] },
    { also: ['code_execution'] },
  ),
  claude(
    'code that only filters what a search found',
    {
      content: [
        serverTool('code_execution'),
        serverTool('web_search', 'code_execution_20260120'),
        found,
      ],
      server_tool_use: { web_search_requests: 1 },
    },
    { counts: { webSearches: 1 }, feesUsd: 0.01 },
  ),
  claude(
    'tools of tomorrow',
    { content: [serverTool('hologram')], server_tool_use: { dream_requests: 2 } },
    { also: ['dream', 'hologram'] },
  ),
];

function gemini(name: string, candidate: object, rest: Partial<FeeCase>): FeeCase {
  const model = rest.model ?? 'gemini-3-flash-preview';
  return {
    name,
    wire: 'gemini',
    provider: 'gcp.gemini',
    body: {
      responseId: 'r1',
      modelVersion: model,
      candidates: [
        {
          index: 0,
          finishReason: 'STOP',
          content: { role: 'model', parts: [{ text: 'a' }] },
          ...candidate,
        },
      ],
      usageMetadata: {
        promptTokenCount: 1_000,
        candidatesTokenCount: 100,
        totalTokenCount: 1_100,
      },
    },
    ...rest,
    model,
  };
}

const page = { web: { uri: 'https://a.example', title: 'a' } };
const place = { maps: { uri: 'https://maps.example', placeId: 'p' } };

const GEMINI: readonly FeeCase[] = [
  gemini(
    'each search since Gemini 3, empty and repeated ones aside',
    { groundingMetadata: { webSearchQueries: ['a', 'b', '', 'a'], groundingChunks: [page] } },
    { counts: { webSearches: 2 }, feesUsd: 0.028 },
  ),
  gemini(
    'the prompt before Gemini 3',
    { groundingMetadata: { webSearchQueries: ['a', 'b', 'c'], groundingChunks: [page] } },
    { model: 'gemini-2.5-flash', counts: { webSearches: 1 }, feesUsd: 0.035 },
  ),
  gemini(
    'places, before Gemini 3',
    { groundingMetadata: { webSearchQueries: ['a', 'b'], groundingChunks: [place, place] } },
    { model: 'gemini-2.5-pro', counts: { mapSearches: 1 }, feesUsd: 0.025 },
  ),
  gemini(
    'places and pages',
    { groundingMetadata: { webSearchQueries: ['a', 'b'], groundingChunks: [place, page] } },
    { counts: { mapSearches: 1, webSearches: 2 }, feesUsd: 0.042 },
  ),
  gemini(
    'data of the customer in Vertex AI Search',
    { groundingMetadata: { groundingChunks: [{ retrievedContext: { uri: 'u', text: 't' } }] } },
    { provider: 'gcp.vertex_ai', counts: { fileSearches: 1 }, feesUsd: 0.0025 },
  ),
  gemini(
    'what costs tokens alone',
    {
      content: {
        parts: [
          { executableCode: { language: 'PYTHON', code: '1' } },
          { codeExecutionResult: { outcome: 'OUTCOME_OK' } },
          { toolCall: { toolType: 'URL_CONTEXT', id: 'u' } },
          { toolCall: { toolType: 'FILE_SEARCH', id: 'f' } },
        ],
      },
      urlContextMetadata: { urlMetadata: [] },
      groundingMetadata: {
        groundingChunks: [{ retrievedContext: { fileSearchStore: 's', text: 't' } }],
      },
    },
    {},
  ),
  gemini(
    'tools of tomorrow',
    { content: { parts: [{ toolCall: { toolType: 'HOLOGRAM', id: 'h' } }] } },
    { also: ['hologram'] },
  ),
];

export const FEE_CASES: readonly FeeCase[] = [...OPENAI, ...CHAT, ...CLAUDE, ...GEMINI];
