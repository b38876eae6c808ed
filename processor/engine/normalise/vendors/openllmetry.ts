import {
  GEN_AI_OPERATION_NAME_VALUE_CHAT,
  GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS,
  GEN_AI_OPERATION_NAME_VALUE_TEXT_COMPLETION,
} from '../../../../conventions/index.ts';
import type { TokenCounts } from '../../../../providers/usage/token-counts.ts';
import type { SpanKind, SpanLook, SpanVendor } from '../vendor.ts';
import { callOperation, fieldsWith, kindOfOperation } from './conventions.ts';

const REQUEST_TYPE = 'llm.request.type';
const KIND = 'traceloop.span.kind';

const OPERATIONS: ReadonlyMap<unknown, string> = new Map([
  ['chat', GEN_AI_OPERATION_NAME_VALUE_CHAT],
  ['completion', GEN_AI_OPERATION_NAME_VALUE_TEXT_COMPLETION],
  ['embedding', GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS],
]);

const STRUCTURE: ReadonlyMap<unknown, SpanKind> = new Map([
  ['workflow', 'workflow'],
  ['agent', 'agent'],
  ['tool', 'tool'],
]);

const FIELDS = fieldsWith({
  provider: ['llm.vendor', 'llm.system'],
  requestModel: ['llm.request.model'],
  responseModel: ['llm.response.model'],
  conversation: [
    'traceloop.association.properties.session_id',
    'traceloop.association.properties.thread_id',
  ],
  user: ['traceloop.association.properties.user_id'],
  agent: ['traceloop.entity.name'],
  workflow: ['traceloop.workflow.name', 'traceloop.entity.name'],
  tool: ['traceloop.entity.name'],
  input: ['llm.usage.prompt_tokens'],
  output: ['llm.usage.completion_tokens'],
  reasoning: ['llm.usage.reasoning_tokens'],
  cacheRead: ['llm.usage.cache_read_input_tokens'],
  cacheWrite: ['llm.usage.cache_creation_input_tokens'],
  total: ['llm.usage.total_tokens'],
});

/** Decorated functions: they hold calls and are none, whatever counts they carry. */
export const openllmetryStructure: SpanVendor = {
  name: 'OpenLLMetry workflows',
  classify: ({ attributes }) => {
    const kind = attributes[KIND];
    return kind === undefined ? undefined : (STRUCTURE.get(kind) ?? 'other');
  },
  operationOf: ({ attributes }) => callOperation(attributes),
  fields: FIELDS,
};

const TRACELOOP = /^(?:@traceloop\/|opentelemetry\.instrumentation\.)/;

function isTraceloop({ instrumentationScope }: SpanLook): boolean {
  return TRACELOOP.test(instrumentationScope?.name ?? '');
}

/**
 * OpenLLMetry (Traceloop), new and old. The old form names the request's type and the provider with
 * a capital letter, and its Anthropic input leaves cached tokens out, as Bedrock's always does.
 *
 * @see https://github.com/traceloop/openllmetry-js/tree/main/packages/ai-semantic-conventions
 */
export const openllmetry: SpanVendor = {
  name: 'OpenLLMetry',
  classify: (span) => {
    const { attributes } = span;
    if (OPERATIONS.has(attributes[REQUEST_TYPE])) return 'call';
    if (attributes[REQUEST_TYPE] === 'rerank') return 'other';
    return isTraceloop(span) ? kindOfOperation(attributes) : undefined;
  },
  operationOf: ({ attributes }) =>
    OPERATIONS.get(attributes[REQUEST_TYPE]) ?? callOperation(attributes),
  fields: FIELDS,
  readTokens(counts, { attributes, instrumentationScope }, { provider }) {
    const scope = instrumentationScope?.name ?? '';
    const isOld = attributes[REQUEST_TYPE] !== undefined;
    if (scope.includes('bedrock') || provider === 'aws.bedrock') counts.cache = 'outside';
    else if (isOld && provider === 'anthropic') readOldAnthropic(counts);
    if (/google|vertex/.test(scope) || provider.startsWith('gcp.')) counts.thinking = 'outside';
  },
};

/** Python's old form adds the cached tokens up itself; its total then equals the sum of the two. */
function readOldAnthropic(counts: TokenCounts): void {
  const { input = 0, output = 0, cacheRead = 0, cacheWrite = 0, total } = counts;
  const isAddedUp = total === input + output && input >= cacheRead + cacheWrite;
  if (!isAddedUp) counts.cache = 'outside';
}
