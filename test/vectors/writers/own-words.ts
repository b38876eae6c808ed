import {
  BEDROCK_CALLS,
  type CallFacts,
  CLAUDE_CALLS,
  GEMINI_CALLS,
  OPENAI_CALLS,
  wholeInput,
  wholeOutput,
} from '../facts.ts';
import {
  type AttributeValue,
  attributesOf,
  some,
  type SpanAttributes,
  type Writer,
} from '../writer.ts';
import {
  conventional,
  NEWEST,
  OF_1_36,
  OF_2025,
  operationOf,
  withoutCache,
  withoutReasoning,
} from '../words.ts';

/** Micrometer's key values are text, lists included. */
function asText(attributes: SpanAttributes): SpanAttributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [
      key,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  );
}

function openinference(facts: CallFacts, cacheOutside = false): SpanAttributes {
  const { usage } = facts;
  const isEmbedding = facts.operation === 'embeddings';
  const input = usage && (cacheOutside ? usage.input : wholeInput(usage));
  return attributesOf({
    'openinference.span.kind': isEmbedding ? 'EMBEDDING' : 'LLM',
    'llm.provider': facts.provider === 'aws.bedrock' ? 'amazon' : facts.provider,
    [isEmbedding ? 'embedding.model_name' : 'llm.model_name']: facts.model,
    'llm.response.model_name': facts.responseModel,
    'llm.finish_reason': facts.finishReason,
    'session.id': facts.conversation,
    'llm.token_count.prompt': input,
    'llm.token_count.completion': usage && !isEmbedding ? wholeOutput(usage) : undefined,
    'llm.token_count.prompt_details.cache_read': some(usage?.cacheRead),
    'llm.token_count.prompt_details.cache_write': some(usage?.cacheWrite),
    'llm.token_count.completion_details.reasoning': some(usage?.reasoning),
    'error.type': facts.errorType,
  });
}

/** Versions 5 and 6 name their attributes the same but for the parts of the usage. */
function aiSdk(facts: CallFacts, version: 5 | 6): SpanAttributes {
  const { usage } = facts;
  const isEmbedding = facts.operation === 'embeddings';
  const isStream = facts.firstChunkMs !== undefined;
  const words: Record<string, AttributeValue | undefined> = {
    'ai.operationId': isEmbedding
      ? 'ai.embed.doEmbed'
      : isStream
        ? 'ai.streamText.doStream'
        : 'ai.generateText.doGenerate',
    'ai.model.provider': `${facts.provider}.chat`,
    'ai.model.id': facts.model,
    'ai.response.model': facts.responseModel,
    'ai.response.id': facts.responseId,
    'ai.response.finishReason': facts.finishReason,
    'ai.response.msToFirstChunk': facts.firstChunkMs,
    'error.type': facts.errorType,
  };
  if (usage === undefined) return attributesOf(words);
  if (isEmbedding) return attributesOf({ ...words, 'ai.usage.tokens': wholeInput(usage) });
  words['ai.usage.inputTokens'] = wholeInput(usage);
  words['ai.usage.outputTokens'] = wholeOutput(usage);
  words['ai.usage.totalTokens'] = wholeInput(usage) + wholeOutput(usage);
  if (version === 5) {
    words['ai.usage.cachedInputTokens'] = some(usage.cacheRead);
    words['ai.usage.reasoningTokens'] = some(usage.reasoning);
  } else {
    words['ai.usage.inputTokenDetails.noCacheTokens'] = usage.input ?? 0;
    words['ai.usage.inputTokenDetails.cacheReadTokens'] = some(usage.cacheRead);
    words['ai.usage.inputTokenDetails.cacheWriteTokens'] = some(usage.cacheWrite);
    words['ai.usage.outputTokenDetails.reasoningTokens'] = some(usage.reasoning);
  }
  return attributesOf(words);
}

/** Google's own words for a usage, in which thinking stands beside the answer. */
function googleUsage({ usage }: CallFacts): Readonly<Record<string, number>> {
  if (usage === undefined) return {};
  const { cacheRead = 0, output = 0, reasoning = 0 } = usage;
  return {
    promptTokenCount: wholeInput(usage),
    cachedContentTokenCount: cacheRead,
    candidatesTokenCount: output,
    thoughtsTokenCount: reasoning,
    totalTokenCount: wholeInput(usage) + output + reasoning,
  };
}

/** The conventions of its time; reasoning it tells under a name of its own. */
const { reasoning: _reasoning, ...AI_SDK_7 } = OF_2025;

/** Writers with words of their own. */
export const OWN_WORDS: readonly Writer[] = [
  {
    name: 'openinference-python',
    calls: [...OPENAI_CALLS, ...CLAUDE_CALLS, 'embeddings'],
    write: (facts) => ({
      name: 'ChatCompletion',
      scopeName: `openinference.instrumentation.${facts.provider}`,
      attributes: openinference(facts),
      kind: 1,
    }),
  },
  {
    name: 'openinference-js-bedrock',
    calls: BEDROCK_CALLS,
    write: (facts) => ({
      name: 'bedrock.converse',
      scopeName: '@arizeai/openinference-instrumentation-bedrock',
      attributes: openinference(facts, true),
      kind: 1,
    }),
  },
  {
    name: 'envoy-ai-gateway',
    calls: ['plain', 'cached', 'reasoning', 'stream', 'failed', 'embeddings'],
    write: (facts) => ({
      name: 'ChatCompletion',
      scopeName: 'envoyproxy/ai-gateway',
      attributes: openinference(facts),
    }),
  },
  {
    name: 'spring-ai',
    calls: ['plain', 'older', 'noUsage', 'failed', 'embeddings', 'unknownModel', 'mistral'],
    write: (facts) => ({
      name: `${operationOf(facts) === 'chat' ? 'chat' : 'embedding'} ${facts.model}`,
      scopeName: 'org.springframework.boot',
      attributes: asText(
        conventional(facts, {
          ...OF_1_36,
          operation: ({ operation }) => (operation === undefined ? 'chat' : 'embedding'),
          total: 'gen_ai.usage.total_tokens',
        }),
      ),
    }),
  },
  {
    name: 'langchain4j',
    calls: ['plain', 'older', 'failed', 'claude', 'gemini'],
    write: (facts) => ({
      name: `chat ${facts.model}`,
      scopeName: 'dev.langchain4j',
      attributes: asText(conventional(facts, { ...OF_1_36, spelling: () => 'langchain4j' })),
    }),
  },
  {
    name: 'ai-sdk-5',
    calls: [...OPENAI_CALLS, 'embeddings', 'azure', 'mistral'],
    write: (facts) => ({
      name: 'ai.generateText.doGenerate',
      scopeName: 'ai',
      attributes: aiSdk(facts, 5),
      kind: 1,
    }),
  },
  {
    name: 'ai-sdk-6',
    calls: [...OPENAI_CALLS, ...CLAUDE_CALLS, 'embeddings'],
    write: (facts) => ({
      name: 'ai.generateText.doGenerate',
      scopeName: 'ai',
      attributes: aiSdk(facts, 6),
      kind: 1,
    }),
  },
  {
    name: 'ai-sdk-7',
    calls: [...OPENAI_CALLS, ...CLAUDE_CALLS],
    write: (facts) => ({
      name: `chat ${facts.model}`,
      scopeName: 'gen_ai',
      attributes: attributesOf({
        ...conventional(facts, AI_SDK_7),
        'ai.usage.outputTokenDetails.reasoningTokens': some(facts.usage?.reasoning),
      }),
    }),
  },
  {
    name: 'google-adk',
    calls: GEMINI_CALLS,
    write: (facts) => ({
      name: 'call_llm',
      scopeName: 'gcp.vertex.agent',
      attributes: attributesOf({
        'gen_ai.system': 'gcp.vertex.agent',
        'gen_ai.request.model': facts.model,
        'gen_ai.usage.input_tokens': facts.usage && wholeInput(facts.usage),
        'gen_ai.usage.output_tokens': facts.usage?.output,
        'gcp.vertex.agent.session_id': 'session-3',
        'gcp.vertex.agent.llm_response': JSON.stringify({
          modelVersion: facts.responseModel,
          usageMetadata: googleUsage(facts),
        }),
        'error.type': facts.errorType,
      }),
      kind: 1,
    }),
    tells: (facts) => ({ ...facts, provider: 'gcp.gen_ai' }),
  },
  {
    name: 'genkit',
    calls: ['gemini', 'geminiThinking', 'geminiPro'],
    write: (facts) => ({
      name: `googleai/${facts.model}`,
      scopeName: 'genkit-tracer',
      attributes: attributesOf({
        'genkit:type': 'action',
        'genkit:metadata:subtype': 'model',
        'genkit:name': `googleai/${facts.model}`,
        'genkit:output': JSON.stringify({
          finishReason: facts.finishReason,
          usage: {
            inputTokens: facts.usage && wholeInput(facts.usage),
            outputTokens: facts.usage?.output,
            thoughtsTokens: facts.usage?.reasoning,
            cachedContentTokens: facts.usage?.cacheRead,
          },
        }),
      }),
      kind: 1,
    }),
  },
  {
    name: 'langfuse',
    calls: [
      'plain',
      'cached',
      'reasoning',
      'stream',
      'unknownModel',
      ...CLAUDE_CALLS,
      'embeddings',
    ],
    write: ({ usage, ...facts }) => ({
      name: facts.operation === undefined ? 'OpenAI.chat' : 'OpenAI.embedding',
      scopeName: 'langfuse-sdk',
      attributes: attributesOf({
        'langfuse.observation.type': facts.operation === undefined ? 'generation' : 'embedding',
        'langfuse.observation.model.name': facts.model,
        'langfuse.session.id': facts.conversation,
        'langfuse.observation.usage_details':
          usage &&
          JSON.stringify({
            input: usage.input,
            output: usage.output,
            input_cached_tokens: some(usage.cacheRead),
            input_cache_creation_tokens: some(usage.cacheWrite),
            output_reasoning_tokens: some(usage.reasoning),
          }),
        'error.type': facts.errorType,
      }),
      kind: 1,
    }),
  },
  {
    name: 'langsmith',
    calls: [...OPENAI_CALLS, ...CLAUDE_CALLS],
    write: ({ usage, ...facts }) => ({
      name: 'ChatOpenAI',
      scopeName: 'langsmith',
      attributes: attributesOf({
        'langsmith.span.kind': 'llm',
        'gen_ai.operation.name': 'chat',
        'gen_ai.system': 'langchain',
        'langsmith.metadata.ls_provider': facts.provider,
        'langsmith.metadata.ls_model_name': facts.model,
        'gen_ai.request.model': facts.model,
        'gen_ai.response.model': facts.responseModel,
        'langsmith.metadata.thread_id': facts.conversation,
        'gen_ai.usage.input_tokens': usage && wholeInput(usage),
        'gen_ai.usage.output_tokens': usage && wholeOutput(usage),
        'langsmith.usage_metadata':
          usage &&
          JSON.stringify({
            input_tokens: wholeInput(usage),
            output_tokens: wholeOutput(usage),
            total_tokens: wholeInput(usage) + wholeOutput(usage),
            input_token_details: {
              cache_read: usage.cacheRead ?? 0,
              cache_creation: usage.cacheWrite ?? 0,
            },
            output_token_details: { reasoning: usage.reasoning ?? 0 },
          }),
        'error.type': facts.errorType,
      }),
      kind: 1,
    }),
  },
  {
    name: 'claude-code',
    calls: ['claude', 'claudeCached', 'claudeMostlyCached', 'claudeStream'],
    write: ({ usage, ...facts }) => ({
      name: 'claude_code.llm_request',
      scopeName: 'com.anthropic.claude_code.tracing',
      attributes: attributesOf({
        'span.type': 'llm_request',
        'gen_ai.system': 'anthropic',
        'gen_ai.request.model': facts.model,
        model: facts.model,
        request_id: facts.responseId,
        'session.id': 'session-9',
        input_tokens: usage?.input,
        output_tokens: usage?.output,
        cache_read_tokens: usage?.cacheRead ?? 0,
        cache_creation_tokens: usage?.cacheWrite ?? 0,
        ttft_ms: facts.firstChunkMs,
        stop_reason: facts.finishReason,
        success: true,
      }),
      kind: 1,
    }),
  },
  {
    name: 'codex',
    calls: ['plain', 'cached', 'reasoning'],
    write: ({ usage }) => ({
      name: 'handle_responses',
      scopeName: 'codex_cli_rs',
      attributes: attributesOf({
        'gen_ai.usage.input_tokens': usage && wholeInput(usage),
        'gen_ai.usage.cache_read.input_tokens': some(usage?.cacheRead),
        'gen_ai.usage.output_tokens': usage && wholeOutput(usage),
        'codex.usage.reasoning_output_tokens': some(usage?.reasoning),
      }),
      kind: 1,
    }),
    tells: (facts) => ({
      ...withoutReasoning(facts),
      provider: '_OTHER',
      model: '',
      responseModel: '',
    }),
  },
  {
    name: 'contrib-js-openai',
    calls: [...OPENAI_CALLS, 'embeddings'],
    write: (facts) => ({
      name: `chat ${facts.model}`,
      scopeName: '@opentelemetry/instrumentation-openai',
      attributes: { ...conventional(facts, OF_1_36), 'server.address': 'api.openai.com' },
    }),
    tells: (facts) => withoutReasoning(withoutCache(facts)),
  },
  {
    name: 'states-its-cost',
    calls: ['plain', 'unknownModel'],
    write: (facts) => ({
      name: `chat ${facts.model}`,
      scopeName: 'a-gateway',
      attributes: {
        ...conventional(facts, NEWEST),
        'gen_ai.usage.cost.amount': 0.0125,
        'gen_ai.usage.cost.currency': 'USD',
        'gen_ai.usage.cost.source': 'provider',
      },
    }),
    tells: () => undefined,
  },
];
