import type { SpanCase } from './span-case.ts';

const CHAT = { 'gen_ai.operation.name': 'chat' };

function llm(scope: string, attributes: SpanCase['attributes']): Omit<SpanCase, 'call'> {
  return { name: 'call', scope, attributes, kind: 'call' };
}

/** Shapes written from the sources of instrumentations that are not installed here. */
export const SPANS_FROM_SOURCES: Readonly<Record<string, readonly SpanCase[]>> = {
  'Google ADK': [
    {
      title: 'with recorded responses',
      name: 'call_llm',
      scope: 'gcp.vertex.agent',
      attributes: {
        'gen_ai.system': 'gcp.vertex.agent',
        'gen_ai.request.model': 'gemini-2.5-flash',
        'gen_ai.usage.input_tokens': 1200,
        'gen_ai.usage.output_tokens': 40,
        'gcp.vertex.agent.llm_response': JSON.stringify({
          modelVersion: 'gemini-2.5-flash',
          usageMetadata: {
            promptTokenCount: 1200,
            cachedContentTokenCount: 800,
            toolUsePromptTokenCount: 30,
            candidatesTokenCount: 40,
            thoughtsTokenCount: 60,
            totalTokenCount: 1330,
          },
        }),
      },
      kind: 'call',
      call: {
        operation: 'generate_content',
        provider: 'gcp.gen_ai',
        responseModel: 'gemini-2.5-flash',
        usage: { input: 430, cacheRead: 800, output: 40, reasoning: 60, total: 1330 },
      },
    },
    {
      title: 'without recorded responses',
      name: 'call_llm',
      scope: 'gcp.vertex.agent',
      attributes: {
        'gen_ai.system': 'gcp.vertex.agent',
        'gen_ai.request.model': 'gemini-2.5-flash',
        'gen_ai.usage.input_tokens': 10,
        'gen_ai.usage.output_tokens': 4,
        'gcp.vertex.agent.llm_response': '{}',
      },
      kind: 'call',
      call: { usage: { input: 10, output: 4 } },
    },
    {
      name: 'execute_tool (merged)',
      scope: 'gcp.vertex.agent',
      attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': '(merged tools)' },
      kind: 'other',
    },
    {
      name: 'execute_node a',
      scope: 'gcp.vertex.agent',
      attributes: { 'gen_ai.operation.name': 'execute_node' },
      kind: 'other',
    },
  ],
  Genkit: [
    {
      name: 'googleai/gemini-2.5-flash',
      scope: 'genkit-tracer',
      attributes: {
        'genkit:type': 'action',
        'genkit:metadata:subtype': 'model',
        'genkit:name': 'googleai/gemini-2.5-flash',
        'genkit:output': JSON.stringify({
          finishReason: 'stop',
          usage: {
            inputTokens: 100,
            outputTokens: 20,
            thoughtsTokens: 50,
            cachedContentTokens: 60,
            totalTokens: 170,
          },
          custom: { modelVersion: 'gemini-2.5-flash-001', responseId: 'r-1' },
        }),
      },
      kind: 'call',
      call: {
        operation: 'chat',
        provider: 'gcp.gemini',
        requestModel: 'gemini-2.5-flash',
        responseModel: 'gemini-2.5-flash-001',
        responseId: 'r-1',
        finishReasons: ['stop'],
        usage: { input: 40, cacheRead: 60, output: 20, reasoning: 50, total: 170 },
      },
    },
    {
      title: 'the helper around a model',
      name: 'generate',
      scope: 'genkit-tracer',
      attributes: { 'genkit:type': 'util', 'genkit:name': 'generate' },
      kind: 'other',
    },
    {
      name: 'menuFlow',
      scope: 'genkit-tracer',
      attributes: {
        'genkit:type': 'action',
        'genkit:metadata:subtype': 'flow',
        'genkit:name': 'menuFlow',
      },
      kind: 'workflow',
    },
  ],
  'OpenInference, other packages': [
    {
      title: 'an Anthropic that records cached tokens in the body alone',
      ...llm('@arizeai/openinference-instrumentation-anthropic', {
        'openinference.span.kind': 'LLM',
        'llm.provider': 'anthropic',
        'llm.model_name': 'claude-sonnet-4-5',
        'llm.token_count.prompt': 21,
        'llm.token_count.completion': 6,
        'llm.token_count.total': 27,
        'output.value': JSON.stringify({
          id: 'msg_1',
          usage: {
            input_tokens: 21,
            cache_read_input_tokens: 300,
            cache_creation_input_tokens: 40,
            output_tokens: 6,
          },
        }),
      }),
      call: { usage: { input: 21, cacheRead: 300, cacheWrite: 40, output: 6 } },
    },
    {
      title: 'Bedrock, whose prompt leaves cached tokens out',
      ...llm('@arizeai/openinference-instrumentation-bedrock', {
        'openinference.span.kind': 'LLM',
        'llm.provider': 'amazon',
        'llm.system': 'amazon',
        'llm.model_name': 'anthropic.claude-sonnet-4-5-20250929-v1:0',
        'llm.token_count.prompt': 500,
        'llm.token_count.completion': 6,
        'llm.token_count.prompt_details.cache_read': 300,
      }),
      call: { usage: { input: 500, cacheRead: 300, output: 6 } },
    },
    {
      title: 'a chain with copied counts',
      name: 'RunnableSequence',
      scope: '@arizeai/openinference-instrumentation-langchain',
      attributes: { 'openinference.span.kind': 'CHAIN', 'llm.token_count.prompt': 21 },
      kind: 'other',
    },
    {
      name: 'agent',
      scope: '@arizeai/openinference-instrumentation-langchain',
      attributes: { 'openinference.span.kind': 'AGENT', 'llm.token_count.prompt': 21 },
      kind: 'agent',
    },
  ],
  'AI SDK, other providers': [
    {
      title: 'version 5 with Anthropic, whose input leaves cached tokens out',
      ...llm('ai', {
        'ai.operationId': 'ai.generateText.doGenerate',
        'ai.model.provider': 'anthropic.messages',
        'ai.model.id': 'claude-sonnet-4-5',
        'ai.usage.inputTokens': 3000,
        'ai.usage.outputTokens': 6,
        'ai.usage.cachedInputTokens': 1000,
        'ai.response.providerMetadata': JSON.stringify({
          anthropic: {
            cacheCreationInputTokens: 200,
            usage: { cache_creation: { ephemeral_1h_input_tokens: 50 } },
          },
        }),
      }),
      call: {
        provider: 'anthropic',
        usage: { input: 3000, cacheRead: 1000, cacheWrite: 150, cacheWrite1h: 50, output: 6 },
      },
    },
    {
      title: 'version 5 with Google, whose output leaves thinking out',
      ...llm('ai', {
        'ai.operationId': 'ai.streamText.doStream',
        'ai.model.provider': 'google.generative-ai',
        'ai.model.id': 'gemini-2.5-pro',
        'ai.usage.inputTokens': 100,
        'ai.usage.outputTokens': 70,
        'ai.usage.reasoningTokens': 50,
        'ai.usage.totalTokens': 220,
      }),
      call: {
        provider: 'gcp.gemini',
        stream: true,
        usage: { input: 100, output: 70, reasoning: 50, total: 220 },
      },
    },
    {
      title: 'a gateway that states the cost',
      ...llm('ai', {
        'ai.operationId': 'ai.generateText.doGenerate',
        'ai.model.provider': 'gateway',
        'ai.model.id': 'openai/gpt-4o',
        'ai.usage.inputTokens': 100,
        'ai.usage.outputTokens': 10,
        'ai.response.providerMetadata': JSON.stringify({ gateway: { cost: '0.00035' } }),
      }),
      call: {
        provider: 'vercel',
        providerCost: { amount: 0.00035, currency: 'USD' },
        usage: { input: 100, output: 10 },
      },
    },
    {
      title: 'version 4 that was told nothing',
      ...llm('ai', {
        'ai.operationId': 'ai.generateText.doGenerate',
        'ai.model.provider': 'openai.chat',
        'ai.model.id': 'gpt-4o',
        'ai.usage.promptTokens': Number.NaN,
        'ai.usage.completionTokens': Number.NaN,
      }),
      call: { provider: 'openai', usage: undefined },
    },
    {
      title: 'version 7 with Azure OpenAI',
      ...llm('gen_ai', {
        ...CHAT,
        'gen_ai.provider.name': 'azure.ai.inference',
        'gen_ai.request.model': 'my-deployment',
        'gen_ai.usage.input_tokens': 5,
        'gen_ai.usage.output_tokens': 5,
      }),
      call: { provider: 'azure.ai.openai', usage: { input: 5, output: 5 } },
    },
    {
      name: 'ai.generateObject',
      scope: 'ai',
      attributes: { 'ai.operationId': 'ai.generateObject', 'ai.usage.inputTokens': 5 },
      kind: 'agent',
    },
  ],
  'OpenLLMetry, older and other packages': [
    {
      title: 'the first names, Anthropic',
      ...llm('opentelemetry.instrumentation.anthropic', {
        'llm.request.type': 'chat',
        'gen_ai.system': 'Anthropic',
        'gen_ai.request.model': 'claude-3-5-sonnet-20241022',
        'gen_ai.usage.prompt_tokens': 400,
        'gen_ai.usage.completion_tokens': 6,
        'gen_ai.usage.cache_read_input_tokens': 300,
        'gen_ai.usage.cache_creation_input_tokens': 0,
        'llm.usage.total_tokens': 706,
      }),
      call: {
        provider: 'anthropic',
        usage: { input: 400, cacheRead: 300, cacheWrite: 0, output: 6, total: 706 },
      },
    },
    {
      title: 'the first names, completions',
      ...llm('@traceloop/instrumentation-openai', {
        'llm.request.type': 'completion',
        'gen_ai.system': 'OpenAI',
        'gen_ai.request.model': 'gpt-3.5-turbo-instruct',
        'gen_ai.usage.prompt_tokens': 4,
        'gen_ai.usage.completion_tokens': 6,
        'llm.usage.total_tokens': 10,
      }),
      call: { operation: 'text_completion', provider: 'openai', usage: { input: 4, output: 6 } },
    },
    {
      title: 'Bedrock, whose input leaves cached tokens out',
      ...llm('@traceloop/instrumentation-bedrock', {
        ...CHAT,
        'gen_ai.provider.name': 'aws.bedrock',
        'gen_ai.request.model': 'claude-sonnet-4-5',
        'gen_ai.usage.input_tokens': 400,
        'gen_ai.usage.output_tokens': 6,
        'gen_ai.usage.cache_read.input_tokens': 300,
      }),
      call: { provider: 'aws.bedrock', usage: { input: 400, cacheRead: 300, output: 6 } },
    },
    {
      title: 'Google, whose output leaves thinking out',
      ...llm('@traceloop/instrumentation-google-generativeai', {
        'gen_ai.operation.name': 'generate_content',
        'gen_ai.provider.name': 'gcp.gen_ai',
        'gen_ai.request.model': 'gemini-2.5-pro',
        'gen_ai.usage.input_tokens': 100,
        'gen_ai.usage.output_tokens': 70,
        'gen_ai.usage.reasoning_tokens': 50,
        'gen_ai.usage.total_tokens': 220,
      }),
      call: {
        operation: 'generate_content',
        usage: { input: 100, output: 70, reasoning: 50, total: 220 },
      },
    },
    {
      name: 'triage.workflow',
      scope: '@traceloop/node-server-sdk',
      attributes: { 'traceloop.span.kind': 'workflow', 'traceloop.entity.name': 'triage' },
      kind: 'workflow',
    },
    {
      title: 'a task with the counts of what it called',
      name: 'summarise.task',
      scope: '@traceloop/node-server-sdk',
      attributes: {
        'traceloop.span.kind': 'task',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.usage.input_tokens': 5,
      },
      kind: 'other',
    },
  ],
  'LangSmith, other runs': ['chain', 'prompt', 'retriever'].map((kind) => ({
    name: kind,
    scope: 'langsmith',
    attributes: {
      'langsmith.span.kind': kind,
      'gen_ai.operation.name': kind === 'retriever' ? 'embeddings' : 'chat',
      'gen_ai.usage.input_tokens': 8,
    },
    kind: 'other',
  })),
  'Sentry, older names': [
    {
      ...llm('sentry.javascript.node', {
        'sentry.op': 'gen_ai.chat',
        'gen_ai.system': 'openai',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.usage.input_tokens': 100,
        'gen_ai.usage.input_tokens.cached': 60,
        'gen_ai.usage.output_tokens': 50,
        'gen_ai.usage.output_tokens.reasoning': 20,
        'gen_ai.cost.total_tokens': 0.5,
      }),
      call: { usage: { input: 40, cacheRead: 60, output: 30, reasoning: 20 } },
    },
    {
      ...llm('sentry.python', {
        'sentry.op': 'ai.chat_completions.create.openai',
        'ai.model_id': 'gpt-4o',
        'ai.prompt_tokens.used': 100,
        'ai.completion_tokens.used': 50,
      }),
      call: { provider: 'openai', requestModel: 'gpt-4o', usage: { input: 100, output: 50 } },
    },
  ],
  'Conventions of every age': [
    {
      title: '1.28, without an operation',
      ...llm('my-app', {
        'gen_ai.system': 'xai',
        'gen_ai.request.model': 'grok-4',
        'gen_ai.usage.prompt_tokens': 10,
        'gen_ai.usage.completion_tokens': 5,
      }),
      call: { operation: 'chat', provider: 'x_ai', usage: { input: 10, output: 5 } },
    },
    {
      title: 'Pydantic AI, which tells cached tokens twice',
      ...llm('pydantic-ai', {
        ...CHAT,
        'gen_ai.system': 'google-gla',
        'gen_ai.request.model': 'gemini-2.5-pro',
        'gen_ai.usage.input_tokens': 100,
        'gen_ai.usage.cache_read.input_tokens': 60,
        'gen_ai.usage.details.cache_read_tokens': 60,
        'gen_ai.usage.output_tokens': 50,
        'gen_ai.usage.details.reasoning_tokens': 20,
        'operation.cost': 0.1,
      }),
      call: {
        provider: 'gcp.gemini',
        usage: { input: 40, cacheRead: 60, output: 30, reasoning: 20 },
      },
    },
    {
      title: 'more cached tokens than input: they stand beside it',
      ...llm('somebody', {
        ...CHAT,
        'gen_ai.provider.name': 'anthropic',
        'gen_ai.usage.input_tokens': 10,
        'gen_ai.usage.cache_read.input_tokens': 60,
        'gen_ai.usage.output_tokens': 5,
      }),
      call: { usage: { input: 10, cacheRead: 60, output: 5 } },
    },
    {
      title: 'a total that holds the cached tokens and the reasoning',
      ...llm('somebody', {
        ...CHAT,
        'gen_ai.provider.name': 'x_ai',
        'gen_ai.usage.input_tokens': 100,
        'gen_ai.usage.cache_read.input_tokens': 60,
        'gen_ai.usage.output_tokens': 50,
        'gen_ai.usage.reasoning_tokens': 30,
        'gen_ai.usage.total_tokens': 240,
      }),
      call: { usage: { input: 100, cacheRead: 60, output: 50, reasoning: 30, total: 240 } },
    },
    {
      title: 'a total that nothing adds up to',
      ...llm('somebody', {
        ...CHAT,
        'gen_ai.provider.name': 'openai',
        'gen_ai.usage.input_tokens': 100,
        'gen_ai.usage.output_tokens': 50,
        'gen_ai.usage.total_tokens': 999,
      }),
      call: { usage: { input: 100, output: 50, total: 999 } },
      totalMismatch: true,
    },
    {
      title: 'a model that nobody knows',
      ...llm('somebody', { ...CHAT, 'gen_ai.request.model': 'house-model' }),
      call: { provider: '_OTHER', requestModel: 'house-model', usage: undefined },
    },
    ...['invoke_agent', 'invoke_workflow', 'execute_tool'].map((operation) => ({
      name: operation,
      scope: 'somebody',
      attributes: { 'gen_ai.operation.name': operation, 'gen_ai.usage.input_tokens': 5 },
      kind: ({ invoke_agent: 'agent', invoke_workflow: 'workflow', execute_tool: 'tool' } as const)[
        operation as 'invoke_agent'
      ],
    })),
    ...['agent_step', 'plan', 'fetch_response', 'retrieval', 'create_agent'].map((operation) => ({
      name: operation,
      scope: 'somebody',
      attributes: {
        'gen_ai.operation.name': operation,
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.usage.input_tokens': 5,
      },
      kind: 'other' as const,
    })),
  ],
  'Langfuse, by hand': [
    {
      title: 'Anthropic’s own class names',
      ...llm('langfuse-sdk', {
        'langfuse.observation.type': 'generation',
        'langfuse.observation.model.name': 'claude-sonnet-4-5',
        'langfuse.observation.usage_details': JSON.stringify({
          input: 10,
          output: 5,
          cache_read_input_tokens: 60,
          cache_creation_input_tokens: 7,
          total: 82,
        }),
      }),
      call: {
        provider: 'anthropic',
        usage: { input: 10, cacheRead: 60, cacheWrite: 7, output: 5 },
      },
    },
    ...(['span', 'chain', 'retriever', 'guardrail', 'event'] as const).map((type) => ({
      name: type,
      scope: 'langfuse-sdk',
      attributes: { 'langfuse.observation.type': type },
      kind: 'other' as const,
    })),
  ],
  'Writers in other languages': [
    {
      title: 'Spring AI by way of Micrometer, whose values are all text',
      ...llm('org.springframework.boot', {
        ...CHAT,
        'gen_ai.system': 'openai',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.usage.input_tokens': '1200',
        'gen_ai.usage.output_tokens': '30',
        'gen_ai.usage.total_tokens': '1230',
        'gen_ai.response.finish_reasons': '["STOP"]',
        'gen_ai.request.stream': 'true',
      }),
      call: {
        provider: 'openai',
        stream: true,
        finishReasons: ['STOP'],
        usage: { input: 1200, output: 30 },
      },
    },
    {
      title: 'text that is no count',
      ...llm('org.springframework.boot', {
        ...CHAT,
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.usage.input_tokens': '-1',
        'gen_ai.usage.output_tokens': 'none',
      }),
      call: { provider: 'openai', usage: undefined },
    },
    ...[
      'chat.completions',
      'chat.streaming_completions',
      'llm_call',
      'an_operation_of_tomorrow',
    ].map((operation) => ({
      title: operation,
      ...llm('somebody', {
        'gen_ai.operation.name': operation,
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.usage.input_tokens': 10,
        'gen_ai.usage.output_tokens': 5,
      }),
      call: { operation: 'chat', provider: 'openai', usage: { input: 10, output: 5 } },
    })),
    {
      title: 'Semantic Kernel of 2024, which told tokens of the response',
      ...llm('Microsoft.SemanticKernel.Diagnostics', {
        'gen_ai.operation.name': 'chat.completions',
        'gen_ai.system': 'openai',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.response.prompt_tokens': 16,
        'gen_ai.response.completion_tokens': 28,
      }),
      call: { operation: 'chat', provider: 'openai', usage: { input: 16, output: 28 } },
    },
    {
      title: 'LiteLLM, which names itself as the provider',
      ...llm('litellm', {
        ...CHAT,
        'gen_ai.provider.name': 'litellm',
        'gen_ai.request.model': 'bedrock/anthropic.claude-sonnet-4-20250514-v1:0',
        'gen_ai.usage.input_tokens': 10,
        'gen_ai.usage.output_tokens': 5,
      }),
      call: { provider: 'aws.bedrock', usage: { input: 10, output: 5 } },
    },
    {
      title: 'an operation of tomorrow without tokens',
      name: 'call',
      scope: 'somebody',
      attributes: { 'gen_ai.operation.name': 'muse', 'gen_ai.request.model': 'gpt-4o' },
      kind: 'other',
    },
    {
      title: 'Strands Agents, which names itself as the provider',
      ...llm('strands.telemetry.tracer', {
        ...CHAT,
        'gen_ai.system': 'strands-agents',
        'gen_ai.request.model': 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
        'gen_ai.usage.input_tokens': 900,
        'gen_ai.usage.output_tokens': 20,
        'gen_ai.usage.cache_read_input_tokens': 300,
        'gen_ai.usage.cache_write_input_tokens': 40,
        'gen_ai.usage.total_tokens': 1260,
      }),
      call: {
        provider: 'aws.bedrock',
        usage: { input: 900, cacheRead: 300, cacheWrite: 40, output: 20, total: 1260 },
      },
    },
    {
      name: 'claude_code.llm_request',
      scope: 'com.anthropic.claude_code.tracing',
      attributes: {
        'span.type': 'llm_request',
        'gen_ai.system': 'anthropic',
        'gen_ai.request.model': 'claude-sonnet-4-5',
        model: 'claude-sonnet-4-5',
        request_id: 'req_1',
        input_tokens: 2,
        output_tokens: 1200,
        cache_read_tokens: 84562,
        cache_creation_tokens: 7096,
        ttft_ms: 1500,
        stop_reason: 'tool_use',
      },
      kind: 'call',
      call: {
        operation: 'chat',
        provider: 'anthropic',
        responseId: 'req_1',
        timeToFirstChunkSeconds: 1.5,
        finishReasons: ['tool_use'],
        usage: { input: 2, cacheRead: 84562, cacheWrite: 7096, output: 1200 },
      },
    },
    {
      name: 'claude_code.interaction',
      scope: 'com.anthropic.claude_code.tracing',
      attributes: {},
      kind: 'agent',
    },
    {
      name: 'claude_code.tool',
      scope: 'com.anthropic.claude_code.tracing',
      attributes: { tool_name: 'Bash' },
      kind: 'tool',
    },
    {
      name: 'claude_code.tool.execution',
      scope: 'com.anthropic.claude_code.tracing',
      attributes: {},
      kind: 'other',
    },
    {
      title: 'Codex, which tells tokens without a model',
      name: 'handle_responses',
      scope: 'codex_cli_rs',
      attributes: {
        'gen_ai.usage.input_tokens': 500,
        'gen_ai.usage.cache_read.input_tokens': 400,
        'gen_ai.usage.output_tokens': 20,
      },
      kind: 'call',
      call: { provider: '_OTHER', usage: { input: 100, cacheRead: 400, output: 20 } },
    },
  ],
  'Other people’s spans': [
    {
      name: 'GET /',
      scope: '@opentelemetry/instrumentation-http',
      attributes: { 'http.request.method': 'GET' },
      kind: undefined,
    },
    { name: 'chat gpt-4o', scope: 'app', attributes: {}, kind: undefined },
  ],
};
