import {
  BEDROCK_CALLS,
  type CallFacts,
  CLAUDE_CALLS,
  GEMINI_CALLS,
  OPENAI_CALLS,
  wholeInput,
  wholeOutput,
} from '../facts.ts';
import { attributesOf, some, type Writer } from '../writer.ts';
import {
  conventional,
  NEWEST,
  OF_1_36,
  OF_2025,
  operationOf,
  withoutCache,
  withoutReasoning,
} from '../words.ts';

function nameOf(facts: CallFacts): string {
  return `${operationOf(facts)} ${facts.model}`;
}

const SPELT_BY_OPENLLMETRY: Readonly<Record<string, string>> = {
  openai: 'OpenAI',
  anthropic: 'Anthropic',
  'aws.bedrock': 'AWS',
  'gcp.gemini': 'Google',
};

function isClaude({ provider }: CallFacts): boolean {
  return provider === 'anthropic' || provider === 'aws.bedrock';
}

function openllmetryScope(provider: string): string {
  if (provider === 'anthropic') return 'anthropic';
  if (provider === 'aws.bedrock') return 'bedrock';
  return provider === 'gcp.gemini' ? 'google_generativeai' : 'openai.v1';
}

/** Writers whose words are the conventions', or were once. */
export const CONVENTIONAL: readonly Writer[] = [
  {
    name: 'costspan',
    calls: ['plain', 'cached', 'claudeCached', 'embeddings', 'failed'],
    write: (facts) => ({
      name: nameOf(facts),
      scopeName: 'costspan',
      attributes: {
        ...conventional(facts, NEWEST),
        'costspan.price.state': 'priced',
        'costspan.price.book': 'genai-prices@0.1.8',
      },
    }),
    tells: () => undefined,
  },
  {
    name: 'booked-elsewhere',
    calls: ['plain', 'claude', 'gemini'],
    write: (facts) => ({
      name: nameOf(facts),
      scopeName: 'opentelemetry.instrumentation.openai.v1',
      attributes: {
        ...conventional(facts, NEWEST),
        'costspan.price.state': 'priced',
        'costspan.price.book': 'genai-prices@0.1.8',
      },
    }),
    tells: () => undefined,
  },
  {
    name: 'newest-conventions',
    calls: [
      ...OPENAI_CALLS,
      ...CLAUDE_CALLS,
      ...GEMINI_CALLS,
      ...BEDROCK_CALLS,
      'flex',
      'embeddings',
      'azure',
      'mistral',
      'deepseek',
      'groq',
    ],
    write: (facts) => ({
      name: nameOf(facts),
      scopeName: 'somebody.genai',
      attributes: conventional(facts, NEWEST),
    }),
  },
  {
    name: 'conventions-of-2025',
    calls: [...OPENAI_CALLS, ...CLAUDE_CALLS, 'embeddings', 'flex'],
    write: (facts) => ({
      name: nameOf(facts),
      scopeName: 'somebody.genai',
      attributes: conventional(facts, OF_2025),
    }),
  },
  {
    name: 'conventions-1.36',
    calls: [...OPENAI_CALLS, 'embeddings', 'mistral', 'groq'],
    write: (facts) => ({
      name: nameOf(facts),
      scopeName: 'somebody.genai',
      attributes: conventional(facts, {
        ...OF_1_36,
        spelling: (provider) => (provider === 'mistral_ai' ? 'mistral' : provider),
      }),
    }),
    tells: (facts) => withoutReasoning(withoutCache(facts)),
  },
  {
    name: 'before-1.28',
    calls: ['plain', 'older', 'unknownModel', 'claude', 'gemini'],
    write: (facts) => ({
      name: 'llm',
      scopeName: 'by-hand',
      attributes: conventional(facts, {
        ...OF_1_36,
        operation: () => undefined,
        input: 'gen_ai.usage.prompt_tokens',
        output: 'gen_ai.usage.completion_tokens',
      }),
    }),
  },
  {
    name: 'operation-of-tomorrow',
    calls: ['plain', 'claude', 'gemini', 'failed'],
    write: (facts) => ({
      name: `think ${facts.model}`,
      scopeName: 'tomorrow',
      attributes: conventional(facts, { ...NEWEST, operation: () => 'think' }),
    }),
    tells: (facts) => (facts.usage === undefined ? undefined : facts),
  },
  {
    name: 'openllmetry-python',
    calls: [...OPENAI_CALLS, ...CLAUDE_CALLS, 'embeddings'],
    write: (facts) => ({
      name: `${facts.provider}.chat`,
      scopeName: `opentelemetry.instrumentation.${openllmetryScope(facts.provider)}`,
      attributes: {
        ...conventional(facts, {
          ...OF_2025,
          reasoning: 'gen_ai.usage.reasoning_tokens',
          total: 'gen_ai.usage.total_tokens',
        }),
        'gen_ai.is_streaming': facts.firstChunkMs !== undefined,
      },
    }),
  },
  {
    name: 'openllmetry-python-bedrock',
    calls: BEDROCK_CALLS,
    write: (facts) => ({
      name: 'bedrock.converse',
      scopeName: 'opentelemetry.instrumentation.bedrock',
      attributes: conventional(facts, {
        ...OF_2025,
        spelling: () => 'AWS',
        cacheOutside: isClaude,
      }),
    }),
  },
  {
    name: 'openllmetry-python-google',
    calls: GEMINI_CALLS,
    write: (facts) => ({
      name: 'gemini.generate_content',
      scopeName: 'opentelemetry.instrumentation.google_generativeai',
      attributes: conventional(facts, {
        ...OF_2025,
        spelling: () => 'Google',
        operation: () => 'generate_content',
        reasoning: 'gen_ai.usage.reasoning_tokens',
        reasoningOutside: () => true,
      }),
    }),
  },
  {
    name: 'openllmetry-python-old',
    calls: ['plain', 'older', 'embeddings', 'unknownModel', 'failed', 'noUsage', ...CLAUDE_CALLS],
    write: (facts) => ({
      name: `${facts.provider}.chat`,
      scopeName: `opentelemetry.instrumentation.${openllmetryScope(facts.provider)}`,
      attributes: {
        'llm.request.type': facts.operation === undefined ? 'chat' : 'embedding',
        ...conventional(facts, {
          provider: 'gen_ai.system',
          spelling: (provider) => SPELT_BY_OPENLLMETRY[provider] ?? provider,
          operation: () => undefined,
          input: 'gen_ai.usage.prompt_tokens',
          output: 'gen_ai.usage.completion_tokens',
          cacheRead: 'gen_ai.usage.cache_read_input_tokens',
          cacheWrite: 'gen_ai.usage.cache_creation_input_tokens',
          total: 'llm.usage.total_tokens',
        }),
      },
    }),
  },
  {
    name: 'openllmetry-js',
    calls: [...OPENAI_CALLS, ...CLAUDE_CALLS, ...BEDROCK_CALLS],
    write: (facts) => ({
      name: `${facts.provider}.chat`,
      scopeName: `@traceloop/instrumentation-${facts.provider === 'aws.bedrock' ? 'bedrock' : facts.provider}`,
      attributes: conventional(facts, {
        ...OF_2025,
        reasoning: 'gen_ai.usage.reasoning_tokens',
        cacheOutside: ({ provider }) => provider === 'aws.bedrock',
      }),
    }),
  },
  {
    name: 'openllmetry-js-old',
    calls: ['plain', 'older', 'failed', 'unknownModel', 'claude'],
    write: (facts) => ({
      name: `${facts.provider}.chat`,
      scopeName: `@traceloop/instrumentation-${facts.provider}`,
      attributes: {
        'llm.request.type': 'chat',
        ...conventional(facts, {
          provider: 'gen_ai.system',
          spelling: (provider) => SPELT_BY_OPENLLMETRY[provider] ?? provider,
          operation: () => undefined,
          input: 'gen_ai.usage.prompt_tokens',
          output: 'gen_ai.usage.completion_tokens',
          total: 'llm.usage.total_tokens',
        }),
      },
    }),
  },
  {
    name: 'openllmetry-go',
    calls: ['plain', 'older', 'unknownModel'],
    write: ({ model, usage, responseModel }) => ({
      name: 'openai.chat',
      scopeName: 'github.com/traceloop/go-openllmetry/traceloop-sdk',
      attributes: attributesOf({
        'llm.vendor': 'openai',
        'llm.request.type': 'chat',
        'llm.request.model': model,
        'llm.response.model': responseModel,
        'llm.usage.prompt_tokens': usage && wholeInput(usage),
        'llm.usage.completion_tokens': usage && wholeOutput(usage),
        'llm.usage.total_tokens': usage && wholeInput(usage) + wholeOutput(usage),
      }),
    }),
  },
  {
    name: 'contrib-python-openai',
    calls: [...OPENAI_CALLS, 'embeddings', 'flex'],
    write: (facts) => ({
      name: nameOf(facts),
      scopeName: 'opentelemetry.instrumentation.openai_v2',
      attributes: conventional(facts, OF_1_36),
    }),
    tells: (facts) => withoutReasoning(withoutCache(facts)),
  },
  {
    name: 'contrib-python-bedrock',
    calls: ['bedrock', 'nova', 'bedrockFailed'],
    write: (facts) => ({
      name: nameOf(facts),
      scopeName: 'opentelemetry.instrumentation.botocore.bedrock-runtime',
      attributes: {
        ...conventional(facts, OF_1_36),
        'rpc.system': 'aws-api',
        'rpc.service': 'Bedrock Runtime',
      },
    }),
  },
  {
    name: 'contrib-python-vertex',
    calls: ['gemini', 'geminiPro', 'geminiFailed'],
    write: (facts) => ({
      name: nameOf(facts),
      scopeName: 'opentelemetry.instrumentation.vertexai',
      attributes: conventional(facts, { ...OF_1_36, spelling: () => 'vertex_ai' }),
    }),
    tells: (facts) => ({ ...facts, provider: 'gcp.vertex_ai' }),
  },
  {
    name: 'microsoft-extensions-ai',
    calls: [...OPENAI_CALLS, 'embeddings', 'azure'],
    write: (facts) => ({
      name: nameOf(facts),
      scopeName: 'Experimental.Microsoft.Extensions.AI',
      attributes: conventional(facts, { ...NEWEST }),
    }),
  },
  {
    name: 'semantic-kernel',
    calls: ['plain', 'older', 'noUsage', 'failed', 'unknownModel', 'azure'],
    write: (facts) => ({
      name: `chat.completions ${facts.model}`,
      scopeName: 'Microsoft.SemanticKernel.Diagnostics',
      attributes: conventional(facts, { ...OF_1_36, operation: () => 'chat.completions' }),
    }),
  },
  {
    name: 'pydantic-ai',
    calls: [...OPENAI_CALLS, ...CLAUDE_CALLS],
    write: (facts) => ({
      name: nameOf(facts),
      scopeName: 'pydantic-ai',
      attributes: attributesOf({
        ...conventional(facts, OF_2025),
        'gen_ai.usage.details.cache_read_tokens': some(facts.usage?.cacheRead),
        'gen_ai.usage.details.cache_write_tokens': some(facts.usage?.cacheWrite),
        'gen_ai.usage.details.reasoning_tokens': some(facts.usage?.reasoning),
        'operation.cost': 0.5,
      }),
    }),
  },
  {
    name: 'litellm-proxy',
    calls: ['plain', 'older', 'failed', 'unknownModel', 'claude', 'mistral', 'groq'],
    write: (facts) => ({
      name: 'litellm_request',
      scopeName: 'litellm',
      attributes: {
        ...conventional(facts, {
          provider: 'gen_ai.system',
          operation: () => undefined,
          input: 'gen_ai.usage.prompt_tokens',
          output: 'gen_ai.usage.completion_tokens',
          total: 'gen_ai.usage.total_tokens',
          spelling: (provider) => (provider === 'mistral_ai' ? 'mistral' : provider),
        }),
        'llm.is_streaming': 'False',
      },
    }),
    tells: (facts) => (facts.usage === undefined ? undefined : facts),
  },
  {
    name: 'azure-ai-inference',
    calls: ['older', 'noUsage', 'failed'],
    write: (facts) => ({
      name: nameOf(facts),
      scopeName: 'azure.ai.inference',
      attributes: {
        ...conventional(facts, { ...OF_1_36, spelling: () => 'az.ai.inference' }),
        'server.address': 'house.services.ai.azure.com',
      },
    }),
    tells: (facts) => ({ ...facts, provider: 'azure.ai.inference' }),
  },
  {
    name: 'anthropic-sdk',
    calls: CLAUDE_CALLS,
    write: (facts) => ({
      name: nameOf(facts),
      scopeName: 'com.anthropic.sdk.typescript',
      attributes: conventional(facts, OF_2025),
    }),
  },
  {
    name: 'openlit',
    calls: [...OPENAI_CALLS, ...CLAUDE_CALLS],
    write: (facts) => ({
      name: nameOf(facts),
      scopeName: '@openlit/openai',
      attributes: {
        ...conventional(facts, {
          ...OF_2025,
          reasoning: 'gen_ai.usage.reasoning_tokens',
          cacheOutside: isClaude,
        }),
        'telemetry.sdk.name': 'openlit',
        'gen_ai.usage.cost': 0.5,
      },
    }),
  },
  {
    name: 'sentry',
    calls: [...OPENAI_CALLS, ...CLAUDE_CALLS],
    write: (facts) => ({
      name: nameOf(facts),
      scopeName: '@sentry/node',
      attributes: {
        ...conventional(facts, {
          ...OF_1_36,
          cacheRead: 'gen_ai.usage.input_tokens.cached',
          cacheWrite: 'gen_ai.usage.input_tokens.cache_write',
          reasoning: 'gen_ai.usage.output_tokens.reasoning',
          total: 'gen_ai.usage.total_tokens',
        }),
        'sentry.op': 'gen_ai.chat',
        'gen_ai.cost.total_tokens': 0.5,
      },
    }),
  },
  {
    name: 'strands',
    calls: [...BEDROCK_CALLS, 'claudeCached', 'plain'],
    write: (facts) => ({
      name: 'chat',
      scopeName: 'strands.telemetry.tracer',
      attributes: conventional(facts, {
        ...OF_1_36,
        spelling: () => 'strands-agents',
        cacheRead: 'gen_ai.usage.cache_read_input_tokens',
        cacheWrite: 'gen_ai.usage.cache_write_input_tokens',
        cacheOutside: isClaude,
      }),
    }),
  },
  {
    name: 'gemini-cli',
    calls: ['gemini', 'geminiPro'],
    write: (facts) => ({
      name: 'llm_call',
      scopeName: 'gemini-cli',
      attributes: {
        ...conventional(facts, { ...NEWEST, operation: () => 'llm_call' }),
        'gen_ai.agent.name': 'gemini-cli',
      },
    }),
  },
  {
    name: 'microsoft-agent-framework',
    calls: ['plain', 'claude', 'bedrock'],
    write: (facts) => ({
      name: nameOf(facts),
      scopeName: 'Experimental.Microsoft.Agents.AI',
      attributes: conventional(facts, { ...NEWEST, spelling: () => 'microsoft.agents.ai' }),
    }),
  },
];
