import {
  BEDROCK_CALLS,
  type CallFacts,
  CLAUDE_CALLS,
  OPENAI_CALLS,
  type Usage,
  wholeInput,
  wholeOutput,
} from '../facts.ts';
import { attributesOf, some, type Writer } from '../writer.ts';
import { conventional, NEWEST, OF_1_36, OF_2025, withoutReasoning } from '../words.ts';

/** JSON without what is not there, as platforms write their objects. */
function json(value: object): string {
  return JSON.stringify(value);
}

/** A usage in the words of OpenAI's chat completions. */
function chatUsage(usage: Usage): object {
  return {
    prompt_tokens: wholeInput(usage),
    completion_tokens: wholeOutput(usage),
    total_tokens: wholeInput(usage) + wholeOutput(usage),
    prompt_tokens_details: { cached_tokens: usage.cacheRead ?? 0 },
    completion_tokens_details: { reasoning_tokens: usage.reasoning ?? 0 },
  };
}

/** A usage in the words of Anthropic's API. */
function claudeUsage(usage: Usage): object {
  return {
    input_tokens: usage.input ?? 0,
    output_tokens: wholeOutput(usage),
    cache_read_input_tokens: usage.cacheRead ?? 0,
    cache_creation_input_tokens: usage.cacheWrite ?? 0,
  };
}

function withoutUsage({ usage, ...facts }: CallFacts): CallFacts {
  return usage === undefined ? facts : { ...facts };
}

function isTold({ usage }: CallFacts): boolean {
  return usage !== undefined;
}

const COUNTED = OPENAI_CALLS.filter((name) => name !== 'failed' && name !== 'noUsage');
const COUNTED_CLAUDE = CLAUDE_CALLS.filter((name) => !/failed/iu.test(name));

/** Platforms whose own spans find their way to others, and writers that nobody knows. */
export const PLATFORMS: readonly Writer[] = [
  {
    name: 'mlflow',
    calls: ['plain', 'older', 'embeddings', 'unknownModel', 'claude'],
    write: (facts) => ({
      name: 'Completions',
      scopeName: 'mlflow.openai',
      attributes: attributesOf({
        'mlflow.spanType': facts.operation === undefined ? '"CHAT_MODEL"' : '"EMBEDDING"',
        'mlflow.llm.model': JSON.stringify(facts.model),
        'mlflow.llm.provider': JSON.stringify(facts.provider),
        'mlflow.chat.tokenUsage':
          facts.usage &&
          json({
            input_tokens: wholeInput(facts.usage),
            output_tokens: wholeOutput(facts.usage),
            total_tokens: wholeInput(facts.usage) + wholeOutput(facts.usage),
          }),
      }),
      kind: 1,
    }),
  },
  {
    name: 'mlflow-with-outputs',
    calls: ['plain', 'cached', 'reasoning'],
    write: (facts) => ({
      name: 'Completions',
      scopeName: 'mlflow.openai',
      attributes: attributesOf({
        'mlflow.spanType': '"CHAT_MODEL"',
        'mlflow.spanInputs': json({ model: facts.model, messages: [] }),
        'mlflow.spanOutputs':
          facts.usage &&
          json({
            id: facts.responseId ?? `chatcmpl-${facts.title.length}`,
            model: facts.model,
            choices: [],
            usage: chatUsage(facts.usage),
          }),
        'mlflow.chat.tokenUsage': json({ input_tokens: 1, output_tokens: 1 }),
      }),
      kind: 1,
    }),
  },
  {
    name: 'haystack',
    calls: [...COUNTED, ...COUNTED_CLAUDE],
    write: ({ usage, ...facts }) => ({
      name: 'haystack.component.run',
      scopeName: 'haystack',
      attributes: attributesOf({
        'haystack.component.name': 'llm',
        'haystack.component.type':
          facts.provider === 'openai' ? 'OpenAIChatGenerator' : 'AnthropicChatGenerator',
        'haystack.component.output':
          usage &&
          json({
            replies: [
              {
                role: 'assistant',
                meta: {
                  model: facts.model,
                  finish_reason: 'stop',
                  usage: facts.provider === 'openai' ? chatUsage(usage) : claudeUsage(usage),
                },
              },
            ],
          }),
      }),
      kind: 1,
    }),
    tells: (facts) => (isTold(facts) ? facts : undefined),
  },
  {
    name: 'braintrust',
    calls: ['plain', 'cached', 'reasoning', 'claude', 'unknownModel'],
    write: ({ usage, ...facts }) => ({
      name: 'Chat Completion',
      scopeName: 'braintrust',
      attributes: attributesOf({
        'braintrust.metadata': json({ provider: facts.provider, model: facts.model }),
        'braintrust.metrics':
          usage &&
          json({
            prompt_tokens: wholeInput(usage),
            completion_tokens: wholeOutput(usage),
            tokens: wholeInput(usage) + wholeOutput(usage),
            prompt_cached_tokens: some(usage.cacheRead),
            prompt_cache_creation_tokens: some(usage.cacheWrite),
            completion_reasoning_tokens: some(usage.reasoning),
          }),
      }),
      kind: 1,
    }),
  },
  {
    name: 'laminar',
    calls: ['plain', 'older', 'claude'],
    write: (facts) => ({
      name: 'openai.chat',
      scopeName: 'lmnr.sdk',
      attributes: {
        'lmnr.span.type': 'LLM',
        ...conventional(facts, { ...OF_1_36, operation: () => undefined }),
      },
      kind: 1,
    }),
  },
  {
    name: 'laminar-cached',
    calls: ['plain', 'claude'],
    write: (facts) => ({
      name: 'openai.chat',
      scopeName: 'lmnr.sdk',
      attributes: { 'lmnr.span.type': 'CACHED', ...conventional(facts, OF_1_36) },
      kind: 1,
    }),
    tells: () => undefined,
  },
  {
    name: 'loongsuite',
    calls: ['plain', 'older', 'claude', 'embeddings'],
    write: (facts) => ({
      name: `LLM ${facts.model}`,
      scopeName: 'loongsuite.instrumentation.dify',
      attributes: {
        'gen_ai.span.kind': facts.operation === undefined ? 'LLM' : 'EMBEDDING',
        ...conventional(facts, { ...OF_1_36, operation: () => undefined }),
      },
      kind: 1,
    }),
  },
  {
    name: 'logfire-pending',
    calls: ['plain', 'claude'],
    write: (facts) => ({
      name: `chat ${facts.model}`,
      scopeName: 'logfire.openai',
      attributes: {
        'logfire.span_type': 'pending_span',
        ...conventional(withoutUsage(facts), OF_1_36),
      },
      kind: 1,
    }),
    tells: () => undefined,
  },
  {
    name: 'agentcore',
    calls: BEDROCK_CALLS,
    write: (facts) => ({
      name: 'chat',
      scopeName: 'strands.telemetry.tracer',
      attributes: {
        ...conventional(facts, {
          ...OF_2025,
          spelling: () => 'strands-agents',
          cacheOutside: ({ model }) => model.includes('claude'),
        }),
        'aws.local.service': 'agent.DEFAULT',
        PlatformType: 'AWS::BedrockAgentCore',
      },
      kind: 1,
    }),
  },
  {
    name: 'framework-of-tomorrow',
    calls: ['plain', 'claude', 'bedrock'],
    write: (facts) => ({
      name: `chat ${facts.model}`,
      scopeName: 'mastra',
      attributes: conventional(facts, { ...NEWEST, spelling: () => 'mastra' }),
    }),
  },
  {
    name: 'nobody-known',
    calls: ['plain', 'reasoning', 'claude', 'unknownModel'],
    write: ({ usage, ...facts }) => ({
      name: 'ask the model',
      scopeName: 'acme.observability',
      attributes: attributesOf({
        'acme.llm.model': facts.model,
        'acme.llm.provider': facts.provider,
        'acme.llm.max_tokens': 4096,
        'acme.llm.usage.prompt_tokens': usage && wholeInput(usage),
        'acme.llm.usage.completion_tokens': usage && wholeOutput(usage),
        'acme.llm.usage.reasoning_tokens': some(usage?.reasoning),
      }),
    }),
  },
  {
    name: 'nobody-known-in-camel-case',
    calls: ['plain', 'cached', 'gemini'],
    write: ({ usage, ...facts }) => ({
      name: 'generate',
      scopeName: 'acme-node',
      attributes: attributesOf({
        'ai.acme.modelId': facts.model,
        'ai.acme.inputTokens': usage && `${wholeInput(usage)}`,
        'ai.acme.outputTokens': usage && `${wholeOutput(usage)}`,
        'ai.acme.cachedInputTokens': usage && some(usage.cacheRead),
        'ai.acme.totalTokens': usage && wholeInput(usage) + wholeOutput(usage),
      }),
    }),
    tells: withoutReasoning,
  },
  {
    name: 'nobody-known-without-a-model',
    calls: ['plain', 'claude'],
    write: ({ usage }) => ({
      name: 'split text',
      scopeName: 'acme-node',
      attributes: attributesOf({
        'acme.chunk.input_tokens': usage && wholeInput(usage),
        'acme.limit.max_tokens': 800,
      }),
    }),
    tells: () => undefined,
  },
];
