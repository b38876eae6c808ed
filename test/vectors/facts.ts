import type { TokenUsage } from '../../conventions/index.ts';

/** One call to a model as it happened, before any writer puts it into words. */
export interface CallFacts {
  readonly title: string;
  /** `gen_ai.provider.name`. */
  readonly provider: string;
  readonly model: string;
  readonly operation?: 'embeddings';
  /** Classes that do not overlap. `undefined` where nobody was told any. */
  readonly usage?: Usage;
  /** The response's own name for the model. */
  readonly responseModel?: string;
  readonly responseId?: string;
  readonly finishReason?: string;
  /** Milliseconds from the request to the first chunk; a stream where it stands. */
  readonly firstChunkMs?: number;
  /** Requested and served, by OpenAI's names. */
  readonly tier?: string;
  readonly errorType?: string;
  readonly conversation?: string;
  /** Milliseconds from its start to its end. */
  readonly durationMs: number;
}

export type Usage = Pick<TokenUsage, 'input' | 'output' | 'cacheRead' | 'cacheWrite' | 'reasoning'>;

/** All tokens that went in, cached ones included. */
export function wholeInput({ input = 0, cacheRead = 0, cacheWrite = 0 }: Usage): number {
  return input + cacheRead + cacheWrite;
}

/** All tokens that came out, reasoning included. */
export function wholeOutput({ output = 0, reasoning = 0 }: Usage): number {
  return output + reasoning;
}

const OK = { finishReason: 'stop', durationMs: 1_200 } as const;

const OPENAI = { provider: 'openai', model: 'gpt-5-mini', ...OK } as const;
const ANTHROPIC = { provider: 'anthropic', model: 'claude-sonnet-4-5', ...OK } as const;
const GEMINI = { provider: 'gcp.gemini', model: 'gemini-2.5-flash', ...OK } as const;
const BEDROCK = {
  provider: 'aws.bedrock',
  model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  ...OK,
} as const;

/** Calls of each kind that is paid differently, or told differently. Writers choose among them. */
const FACTS: Readonly<Record<string, CallFacts>> = {
  plain: { ...OPENAI, title: 'a plain call', usage: { input: 1_200, output: 300 } },
  cached: {
    ...OPENAI,
    title: 'tokens read from the cache',
    usage: { input: 904, cacheRead: 4_096, output: 200 },
    responseModel: 'gpt-5-mini-2025-08-07',
    responseId: 'resp-cached',
  },
  reasoning: {
    ...OPENAI,
    title: 'reasoning',
    usage: { input: 500, output: 260, reasoning: 640 },
    responseId: 'resp-reasoning',
  },
  stream: {
    ...OPENAI,
    title: 'a stream',
    usage: { input: 700, output: 450 },
    firstChunkMs: 400,
    conversation: 'conversation-7',
  },
  flex: {
    ...OPENAI,
    title: 'a cheaper tier',
    usage: { input: 2_000, output: 100 },
    tier: 'flex',
  },
  toolCall: {
    ...OPENAI,
    title: 'an answer that asks for a tool',
    usage: { input: 640, output: 32 },
    finishReason: 'tool_calls',
    responseId: 'resp-tool',
  },
  older: {
    ...OPENAI,
    title: 'an older model',
    model: 'gpt-4o',
    responseModel: 'gpt-4o-2024-08-06',
    usage: { input: 800, output: 120 },
  },
  embeddings: {
    provider: 'openai',
    model: 'text-embedding-3-small',
    operation: 'embeddings',
    title: 'embeddings',
    usage: { input: 8_000 },
    durationMs: 90,
  },
  noUsage: { ...OPENAI, title: 'an answer without usage' },
  failed: {
    provider: 'openai',
    model: 'gpt-5-mini',
    title: 'a call that failed',
    errorType: 'RateLimitError',
    durationMs: 60,
  },
  unknownModel: {
    ...OPENAI,
    title: 'a model that has no price',
    model: 'house-model-7',
    usage: { input: 100, output: 50 },
  },
  claude: { ...ANTHROPIC, title: 'Claude', usage: { input: 1_000, output: 250 } },
  claudeCached: {
    ...ANTHROPIC,
    title: 'Claude, cached tokens read and written',
    usage: { input: 400, cacheRead: 3_000, cacheWrite: 1_500, output: 250 },
    responseModel: 'claude-sonnet-4-5-20250929',
    responseId: 'msg-cached',
  },
  claudeMostlyCached: {
    ...ANTHROPIC,
    title: 'Claude, more from the cache than new',
    usage: { input: 3, cacheRead: 90_000, output: 1_100 },
    finishReason: 'tool_use',
  },
  claudeStream: {
    ...ANTHROPIC,
    title: 'Claude, a stream',
    usage: { input: 2_200, output: 800 },
    firstChunkMs: 650,
  },
  claudeFailed: {
    provider: 'anthropic',
    model: 'claude-sonnet-4-5',
    title: 'Claude, overloaded',
    errorType: 'overloaded_error',
    durationMs: 20,
  },
  gemini: { ...GEMINI, title: 'Gemini', usage: { input: 900, output: 210 } },
  geminiThinking: {
    ...GEMINI,
    title: 'Gemini, thinking and cached tokens',
    usage: { input: 430, cacheRead: 800, output: 40, reasoning: 600 },
    responseModel: 'gemini-2.5-flash-001',
  },
  geminiPro: {
    ...GEMINI,
    model: 'gemini-2.5-pro',
    title: 'Gemini, beyond its long-context step',
    usage: { input: 250_000, output: 2_000 },
  },
  geminiFailed: {
    provider: 'gcp.gemini',
    model: 'gemini-2.5-flash',
    title: 'Gemini, refused',
    errorType: '503',
    durationMs: 45,
  },
  bedrock: { ...BEDROCK, title: 'Claude at Bedrock', usage: { input: 1_500, output: 90 } },
  bedrockCached: {
    ...BEDROCK,
    title: 'Claude at Bedrock, cached tokens',
    usage: { input: 600, cacheRead: 2_048, cacheWrite: 512, output: 75 },
  },
  nova: {
    provider: 'aws.bedrock',
    model: 'amazon.nova-lite-v1:0',
    title: 'Nova at Bedrock',
    usage: { input: 4_000, output: 60 },
    ...OK,
  },
  bedrockFailed: {
    provider: 'aws.bedrock',
    model: 'amazon.nova-lite-v1:0',
    title: 'Bedrock, throttled',
    errorType: 'ThrottlingException',
    durationMs: 30,
  },
  azure: {
    provider: 'azure.ai.openai',
    model: 'gpt-4o',
    responseModel: 'gpt-4o-2024-08-06',
    title: 'Azure OpenAI',
    usage: { input: 350, output: 25 },
    ...OK,
  },
  mistral: {
    provider: 'mistral_ai',
    model: 'mistral-large-latest',
    title: 'Mistral',
    usage: { input: 900, output: 70 },
    ...OK,
  },
  deepseek: {
    provider: 'deepseek',
    model: 'deepseek-chat',
    title: 'DeepSeek',
    usage: { input: 1_000, cacheRead: 2_000, output: 70 },
    ...OK,
  },
  groq: {
    provider: 'groq',
    model: 'llama-3.3-70b-versatile',
    title: 'Groq',
    usage: { input: 1_000, output: 70 },
    ...OK,
  },
};

export type FactName = string;

/** @throws Error for a name that no facts have. */
export function factsOf(name: FactName): CallFacts {
  const facts = FACTS[name];
  if (facts === undefined) throw new Error(`There are no facts of the name ${name}.`);
  return facts;
}

/** What every writer of OpenAI's calls is asked to tell. */
export const OPENAI_CALLS: readonly FactName[] = [
  'plain',
  'cached',
  'reasoning',
  'stream',
  'toolCall',
  'older',
  'noUsage',
  'failed',
  'unknownModel',
];

export const CLAUDE_CALLS: readonly FactName[] = [
  'claude',
  'claudeCached',
  'claudeMostlyCached',
  'claudeStream',
  'claudeFailed',
];

export const GEMINI_CALLS: readonly FactName[] = [
  'gemini',
  'geminiThinking',
  'geminiPro',
  'geminiFailed',
];

export const BEDROCK_CALLS: readonly FactName[] = [
  'bedrock',
  'bedrockCached',
  'nova',
  'bedrockFailed',
];
