import {
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_GEN_AI_OPENAI_REQUEST_SERVICE_TIER,
  ATTR_GEN_AI_OPENAI_RESPONSE_SERVICE_TIER,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_RESPONSE_COMPLETION_TOKENS,
  ATTR_GEN_AI_RESPONSE_FINISH_REASONS,
  ATTR_GEN_AI_RESPONSE_ID,
  ATTR_GEN_AI_RESPONSE_MODEL,
  ATTR_GEN_AI_RESPONSE_PROMPT_TOKENS,
  ATTR_GEN_AI_RESPONSE_SERVICE_TIER,
  ATTR_GEN_AI_SYSTEM,
  ATTR_GEN_AI_TOOL_NAME,
  ATTR_GEN_AI_USAGE_CACHE_CREATION_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_CACHE_CREATION_INPUT_TOKENS_OPENLLMETRY,
  ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS_OPENLLMETRY,
  ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS_STRANDS,
  ATTR_GEN_AI_USAGE_COMPLETION_TOKENS,
  ATTR_GEN_AI_USAGE_DETAILS_CACHE_READ_TOKENS,
  ATTR_GEN_AI_USAGE_DETAILS_CACHE_WRITE_TOKENS,
  ATTR_GEN_AI_USAGE_DETAILS_REASONING_TOKENS,
  ATTR_GEN_AI_USAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_INPUT_TOKENS_CACHED,
  ATTR_GEN_AI_USAGE_INPUT_TOKENS_CACHE_WRITE,
  ATTR_GEN_AI_USAGE_OUTPUT_TOKENS,
  ATTR_GEN_AI_USAGE_OUTPUT_TOKENS_REASONING,
  ATTR_GEN_AI_USAGE_PROMPT_TOKENS,
  ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS,
  ATTR_GEN_AI_USAGE_REASONING_TOKENS,
  ATTR_GEN_AI_USAGE_TOTAL_TOKENS,
  ATTR_GEN_AI_WORKFLOW_NAME,
  ATTR_OPENAI_REQUEST_SERVICE_TIER,
  ATTR_OPENAI_RESPONSE_SERVICE_TIER,
  ATTR_SESSION_ID,
  ATTR_USER_ID,
  GEN_AI_OPERATION_NAME_VALUE_CHAT,
  GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS,
  GEN_AI_OPERATION_NAME_VALUE_EXECUTE_TOOL,
  GEN_AI_OPERATION_NAME_VALUE_GENERATE_CONTENT,
  GEN_AI_OPERATION_NAME_VALUE_INVOKE_AGENT,
  GEN_AI_OPERATION_NAME_VALUE_INVOKE_WORKFLOW,
  GEN_AI_OPERATION_NAME_VALUE_TEXT_COMPLETION,
  type Attributes,
} from '../../../../conventions/index.ts';
import type { FieldKeys, SpanKind, SpanVendor } from '../vendor.ts';

/** Every spelling that the conventions have had, and those that others put into their namespace. */
export const CONVENTION_FIELDS: FieldKeys = {
  provider: [ATTR_GEN_AI_PROVIDER_NAME, ATTR_GEN_AI_SYSTEM],
  requestModel: [ATTR_GEN_AI_REQUEST_MODEL],
  responseModel: [ATTR_GEN_AI_RESPONSE_MODEL],
  responseId: [ATTR_GEN_AI_RESPONSE_ID],
  finishReasons: [ATTR_GEN_AI_RESPONSE_FINISH_REASONS],
  requestedTier: [ATTR_OPENAI_REQUEST_SERVICE_TIER, ATTR_GEN_AI_OPENAI_REQUEST_SERVICE_TIER],
  servedTier: [
    ATTR_OPENAI_RESPONSE_SERVICE_TIER,
    ATTR_GEN_AI_RESPONSE_SERVICE_TIER,
    ATTR_GEN_AI_OPENAI_RESPONSE_SERVICE_TIER,
  ],
  conversation: [ATTR_GEN_AI_CONVERSATION_ID, ATTR_SESSION_ID],
  user: [ATTR_USER_ID],
  agent: [ATTR_GEN_AI_AGENT_NAME],
  workflow: [ATTR_GEN_AI_WORKFLOW_NAME],
  tool: [ATTR_GEN_AI_TOOL_NAME],
  input: [
    ATTR_GEN_AI_USAGE_INPUT_TOKENS,
    ATTR_GEN_AI_USAGE_PROMPT_TOKENS,
    ATTR_GEN_AI_RESPONSE_PROMPT_TOKENS,
  ],
  output: [
    ATTR_GEN_AI_USAGE_OUTPUT_TOKENS,
    ATTR_GEN_AI_USAGE_COMPLETION_TOKENS,
    ATTR_GEN_AI_RESPONSE_COMPLETION_TOKENS,
  ],
  cacheRead: [
    ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS,
    ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS_OPENLLMETRY,
    ATTR_GEN_AI_USAGE_INPUT_TOKENS_CACHED,
    ATTR_GEN_AI_USAGE_DETAILS_CACHE_READ_TOKENS,
  ],
  cacheWrite: [
    ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS,
    ATTR_GEN_AI_USAGE_CACHE_CREATION_INPUT_TOKENS,
    ATTR_GEN_AI_USAGE_CACHE_CREATION_INPUT_TOKENS_OPENLLMETRY,
    ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS_STRANDS,
    ATTR_GEN_AI_USAGE_INPUT_TOKENS_CACHE_WRITE,
    ATTR_GEN_AI_USAGE_DETAILS_CACHE_WRITE_TOKENS,
  ],
  reasoning: [
    ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS,
    ATTR_GEN_AI_USAGE_REASONING_TOKENS,
    ATTR_GEN_AI_USAGE_OUTPUT_TOKENS_REASONING,
    ATTR_GEN_AI_USAGE_DETAILS_REASONING_TOKENS,
  ],
  total: [ATTR_GEN_AI_USAGE_TOTAL_TOKENS],
};

/** The names of the conventions behind a writer's own, which come first. */
export function fieldsWith(own: Partial<FieldKeys>): FieldKeys {
  const fields: Record<string, readonly string[]> = { ...CONVENTION_FIELDS };
  for (const [field, keys] of Object.entries(own)) {
    fields[field] = [...keys, ...(fields[field] ?? [])];
  }
  return fields as unknown as FieldKeys;
}

/** Operations that are calls, by every name seen, and the conventions' word for each. */
const CALLS: ReadonlyMap<unknown, string> = new Map([
  [GEN_AI_OPERATION_NAME_VALUE_CHAT, GEN_AI_OPERATION_NAME_VALUE_CHAT],
  ['message', GEN_AI_OPERATION_NAME_VALUE_CHAT],
  ['messages', GEN_AI_OPERATION_NAME_VALUE_CHAT],
  ['llm_call', GEN_AI_OPERATION_NAME_VALUE_CHAT],
  // Semantic Kernel's.
  ['chat.completions', GEN_AI_OPERATION_NAME_VALUE_CHAT],
  ['chat.streaming_completions', GEN_AI_OPERATION_NAME_VALUE_CHAT],
  ['text.completions', GEN_AI_OPERATION_NAME_VALUE_TEXT_COMPLETION],
  ['text.streaming_completions', GEN_AI_OPERATION_NAME_VALUE_TEXT_COMPLETION],
  ['responses', GEN_AI_OPERATION_NAME_VALUE_CHAT],
  ['generate', GEN_AI_OPERATION_NAME_VALUE_CHAT],
  [GEN_AI_OPERATION_NAME_VALUE_GENERATE_CONTENT, GEN_AI_OPERATION_NAME_VALUE_GENERATE_CONTENT],
  [GEN_AI_OPERATION_NAME_VALUE_TEXT_COMPLETION, GEN_AI_OPERATION_NAME_VALUE_TEXT_COMPLETION],
  ['completion', GEN_AI_OPERATION_NAME_VALUE_TEXT_COMPLETION],
  [GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS, GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS],
  ['embedding', GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS],
]);

/** Most are billed by the search, which spans leave out; a few by tokens, which they tell. */
const RERANK = 'rerank';

/** Operations that are no calls, whatever counts their spans repeat. */
const STRUCTURE: ReadonlyMap<unknown, SpanKind> = new Map<unknown, SpanKind>([
  [GEN_AI_OPERATION_NAME_VALUE_INVOKE_AGENT, 'agent'],
  ['agent_call', 'agent'],
  [GEN_AI_OPERATION_NAME_VALUE_INVOKE_WORKFLOW, 'workflow'],
  [GEN_AI_OPERATION_NAME_VALUE_EXECUTE_TOOL, 'tool'],
  ['tool_call', 'tool'],
  ['agent_step', 'other'],
  ['create_agent', 'other'],
  ['decide', 'other'],
  ['execute_node', 'other'],
  ['fetch_response', 'other'],
  ['handoff', 'other'],
  ['plan', 'other'],
  ['retrieval', 'other'],
]);

const TOKENS: readonly string[] = [...CONVENTION_FIELDS.input, ...CONVENTION_FIELDS.output];

/** Names a model and tokens: a call, by whatever name it goes, unless there is one inside it. */
function hasModelAndTokens(attributes: Attributes): boolean {
  return (
    (attributes[ATTR_GEN_AI_REQUEST_MODEL] !== undefined ||
      attributes[ATTR_GEN_AI_RESPONSE_MODEL] !== undefined) &&
    TOKENS.some((key) => attributes[key] !== undefined)
  );
}

/** The kind that `gen_ai.operation.name` gives; `undefined` where there is none. */
export function kindOfOperation(attributes: Attributes): SpanKind | undefined {
  const operation = attributes[ATTR_GEN_AI_OPERATION_NAME];
  if (operation === undefined) return undefined;
  if (CALLS.has(operation)) return 'call';
  // An operation of tomorrow that was paid for must not pass for nothing, nor a reranking by tokens.
  return STRUCTURE.get(operation) ?? (isPaid(operation, attributes) ? 'call' : 'other');
}

function isPaid(operation: unknown, attributes: Attributes): boolean {
  return !isCountingOfTokens(String(operation)) && hasModelAndTokens(attributes);
}

/** Whether something of this name counts the tokens of a request in advance, which is free. */
export function isCountingOfTokens(name: string): boolean {
  return /count[\W_]?tokens|tokeni[sz]e/i.test(name);
}

/** Whether a span names an operation, and none that anybody knows. */
export function isUnknownOperation(attributes: Attributes): boolean {
  const operation = attributes[ATTR_GEN_AI_OPERATION_NAME];
  const isKnown = CALLS.has(operation) || STRUCTURE.has(operation) || operation === RERANK;
  return operation !== undefined && !isKnown;
}

/** The conventions' name for the operation of a call. */
export function callOperation(attributes: Attributes): string {
  if (attributes[ATTR_GEN_AI_OPERATION_NAME] === RERANK) return RERANK;
  return CALLS.get(attributes[ATTR_GEN_AI_OPERATION_NAME]) ?? GEN_AI_OPERATION_NAME_VALUE_CHAT;
}

/** Any writer that follows the conventions, of whatever age. */
export const conventions: SpanVendor = {
  name: 'OpenTelemetry conventions',
  classify: ({ attributes }) => kindOfOperation(attributes),
  operationOf: ({ attributes }) => callOperation(attributes),
  fields: CONVENTION_FIELDS,
};

/** Writers that name a model and tokens and no operation: those before 1.28, and hand-made spans. */
export const bareUsage: SpanVendor = {
  ...conventions,
  name: 'spans without an operation',
  classify: ({ name, attributes }) =>
    hasModelAndTokens(attributes) && !isCountingOfTokens(name) ? 'call' : undefined,
};
