import { type CallFacts, wholeInput, wholeOutput } from './facts.ts';
import { WRITERS } from './spans.ts';
import { attributesOf, type SpanAttributes, type WrittenSpan } from './writer.ts';

type Structure = 'agent' | 'workflow' | 'tool';

/** How one family of writers words a whole trace: its calls, and what is around them. */
export interface Dialect {
  /** Of one of {@link WRITERS}, or a name of its own. */
  readonly name: string;
  /** Facts of the calls that it tells of, the first one for most. */
  readonly calls: readonly [string, string];
  readonly writeCall: (facts: CallFacts) => WrittenSpan;
  /** `rollUp`: what everything inside has used, which many repeat. */
  readonly writeStructure: (kind: Structure, name: string, rollUp: Used) => WrittenSpan;
}

/** What the calls inside a span have used. */
export interface Used {
  readonly input: number;
  readonly output: number;
}

export function usedBy(calls: readonly CallFacts[]): Used {
  const used = { input: 0, output: 0 };
  for (const { usage } of calls) {
    used.input += usage === undefined ? 0 : wholeInput(usage);
    used.output += usage === undefined ? 0 : wholeOutput(usage);
  }
  return used;
}

function writerOf(name: string): (facts: CallFacts) => WrittenSpan {
  const writer = WRITERS.find((each) => each.name === name);
  if (writer === undefined) throw new Error(`There is no writer of the name ${name}.`);
  return writer.write;
}

const OPERATIONS = { agent: 'invoke_agent', workflow: 'invoke_workflow', tool: 'execute_tool' };

/** Agents, workflows and tools by the conventions; agents repeat what was used. */
function conventionalStructure(scopeName: string): Dialect['writeStructure'] {
  return (kind, name, used) => ({
    name: `${OPERATIONS[kind]} ${name}`,
    scopeName,
    kind: 1,
    attributes: attributesOf({
      'gen_ai.operation.name': OPERATIONS[kind],
      [`gen_ai.${kind}.name`]: name,
      ...(kind === 'agent' ? sums(used) : {}),
    }),
  });
}

function sums({ input, output }: Used): SpanAttributes {
  return { 'gen_ai.usage.input_tokens': input, 'gen_ai.usage.output_tokens': output };
}

export const DIALECTS: readonly Dialect[] = [
  {
    name: 'newest-conventions',
    calls: ['plain', 'claude'],
    writeCall: writerOf('newest-conventions'),
    writeStructure: conventionalStructure('somebody.genai'),
  },
  {
    name: 'pydantic-ai',
    calls: ['stream', 'claudeStream'],
    writeCall: writerOf('pydantic-ai'),
    writeStructure: conventionalStructure('pydantic-ai'),
  },
  {
    name: 'strands',
    calls: ['bedrockCached', 'nova'],
    writeCall: writerOf('strands'),
    writeStructure: conventionalStructure('strands.telemetry.tracer'),
  },
  {
    name: 'openllmetry-python',
    calls: ['older', 'claude'],
    writeCall: writerOf('openllmetry-python'),
    writeStructure: (kind, name) => ({
      name: `${name}.${kind}`,
      scopeName: 'opentelemetry.instrumentation.langchain',
      kind: 1,
      attributes: {
        'traceloop.span.kind': kind,
        'traceloop.entity.name': name,
        'traceloop.workflow.name': name,
      },
    }),
  },
  {
    name: 'openinference-python',
    calls: ['plain', 'claude'],
    writeCall: writerOf('openinference-python'),
    writeStructure: (kind, name, { input, output }) => ({
      name,
      scopeName: 'openinference.instrumentation.langchain',
      kind: 1,
      attributes: attributesOf({
        'openinference.span.kind': kind === 'workflow' ? 'CHAIN' : kind.toUpperCase(),
        [`${kind === 'workflow' ? 'agent' : kind}.name`]: name,
        'llm.token_count.prompt': kind === 'tool' ? undefined : input,
        'llm.token_count.completion': kind === 'tool' ? undefined : output,
      }),
    }),
  },
  {
    name: 'ai-sdk-6',
    calls: ['plain', 'claude'],
    writeCall: writerOf('ai-sdk-6'),
    writeStructure: (kind, name, { input, output }) => ({
      name: kind === 'tool' ? 'ai.toolCall' : 'ai.generateText',
      scopeName: 'ai',
      kind: 1,
      attributes: attributesOf(
        kind === 'tool'
          ? { 'ai.operationId': 'ai.toolCall', 'ai.toolCall.name': name }
          : {
              'ai.operationId': kind === 'agent' ? 'ai.generateText' : 'ai.workflow',
              'ai.telemetry.functionId': name,
              'ai.usage.inputTokens': input,
              'ai.usage.outputTokens': output,
            },
      ),
    }),
  },
  {
    name: 'langfuse',
    calls: ['plain', 'claude'],
    writeCall: writerOf('langfuse'),
    writeStructure: (kind, name) => ({
      name,
      scopeName: 'langfuse-sdk',
      kind: 1,
      attributes: { 'langfuse.observation.type': kind === 'workflow' ? 'chain' : kind },
    }),
  },
  {
    name: 'langsmith',
    calls: ['plain', 'claude'],
    writeCall: writerOf('langsmith'),
    writeStructure: (kind, name, used) => ({
      name,
      scopeName: 'langsmith',
      kind: 1,
      attributes: {
        'langsmith.span.kind': kind === 'tool' ? 'tool' : 'chain',
        'langsmith.trace.name': name,
        ...(kind === 'tool' ? {} : sums(used)),
      },
    }),
  },
  {
    name: 'google-adk',
    calls: ['geminiThinking', 'gemini'],
    writeCall: writerOf('google-adk'),
    writeStructure: conventionalStructure('gcp.vertex.agent'),
  },
  {
    name: 'claude-code',
    calls: ['claudeMostlyCached', 'claude'],
    writeCall: writerOf('claude-code'),
    writeStructure: (kind, name) => ({
      name: kind === 'tool' ? 'claude_code.tool' : 'claude_code.interaction',
      scopeName: 'com.anthropic.claude_code.tracing',
      kind: 1,
      attributes: attributesOf({ tool_name: kind === 'tool' ? name : undefined }),
    }),
  },
  {
    name: 'spring-ai',
    calls: ['plain', 'older'],
    writeCall: writerOf('spring-ai'),
    writeStructure: conventionalStructure('org.springframework.boot'),
  },
];
