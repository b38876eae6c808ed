import {
  GEN_AI_OPERATION_NAME_VALUE_CHAT,
  GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS,
} from '../../../../conventions/index.ts';
import { statedCostOfBody } from '../../../../providers/stated-cost.ts';
import { jsonOf } from '../read-attribute.ts';
import { readRecorded } from '../recorded-answer.ts';
import type { SpanKind, SpanVendor } from '../vendor.ts';
import { fieldsWith } from './conventions.ts';

const KIND = 'openinference.span.kind';

const KINDS: ReadonlyMap<unknown, SpanKind> = new Map([
  ['LLM', 'call'],
  ['EMBEDDING', 'call'],
  ['AGENT', 'agent'],
  ['TOOL', 'tool'],
]);

/** Scopes whose prompt count is Bedrock's own, which leaves cached tokens out. */
const BEDROCK = /openinference[-.](?:instrumentation[-.])?bedrock/;

/**
 * OpenInference (Arize Phoenix). Chains and agents may repeat their children's counts and are never
 * calls; rerankers record nothing that could be priced.
 *
 * Older Anthropic and all Bedrock instrumentations leave cached tokens out of the prompt's count;
 * some record them nowhere but in the response body, which goes first where it was recorded.
 *
 * @see https://github.com/Arize-ai/openinference/blob/main/spec/semantic_conventions.md
 */
export const openinference: SpanVendor = {
  name: 'OpenInference',
  classify: ({ attributes }) => {
    const kind = attributes[KIND];
    return kind === undefined ? undefined : (KINDS.get(kind) ?? 'other');
  },
  operationOf: ({ attributes }) =>
    attributes[KIND] === 'EMBEDDING'
      ? GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS
      : GEN_AI_OPERATION_NAME_VALUE_CHAT,
  fields: fieldsWith({
    provider: ['llm.provider', 'llm.system'],
    requestModel: ['llm.request.model_name', 'llm.model_name', 'embedding.model_name'],
    responseModel: ['llm.response.model_name'],
    finishReasons: ['llm.finish_reason'],
    conversation: ['session.id'],
    agent: ['agent.name'],
    tool: ['tool.name'],
    input: ['llm.token_count.prompt'],
    output: ['llm.token_count.completion'],
    cacheRead: [
      'llm.token_count.prompt_details.cache_read',
      'llm.token_count.prompt_details.cache_input',
    ],
    cacheWrite: ['llm.token_count.prompt_details.cache_write'],
    reasoning: ['llm.token_count.completion_details.reasoning'],
    total: ['llm.token_count.total'],
  }),
  readUsage: ({ attributes }, call) => readRecorded(call, jsonOf(attributes, ['output.value'])),
  readTokens(counts, { instrumentationScope }) {
    const isTold = counts.cacheRead !== undefined || counts.cacheWrite !== undefined;
    if (isTold && BEDROCK.test(instrumentationScope?.name ?? '')) counts.cache = 'outside';
  },
  readCall(call, { attributes }) {
    if (attributes['output.mime_type'] !== 'application/json') return;
    const body = jsonOf(attributes, ['output.value']);
    const id = body?.['id'];
    if (typeof id === 'string' && id !== '') call.responseId ??= id;
    const stated = body && statedCostOfBody(call.provider, body);
    if (stated !== undefined) call.providerCost = stated;
  },
};
