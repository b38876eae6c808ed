import {
  GEN_AI_OPERATION_NAME_VALUE_CHAT,
  GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS,
} from '../../../conventions/index.ts';
import { asCount, asDictionary } from '../../../providers/read.ts';
import { jsonOf } from '../read-attribute.ts';
import type { SpanKind, SpanVendor } from '../vendor.ts';
import { fieldsWith } from './conventions.ts';

const KIND = 'openinference.span.kind';

const KINDS: ReadonlyMap<unknown, SpanKind> = new Map([
  ['LLM', 'call'],
  ['EMBEDDING', 'call'],
  ['AGENT', 'agent'],
  ['TOOL', 'tool'],
]);

/** Scopes whose prompt count is Anthropic's or Bedrock's own, which leaves cached tokens out. */
const COUNTS_AS_SENT = /openinference[-.](?:instrumentation[-.])?(?:bedrock|anthropic)/;
/** Bedrock's own spellings, when a request went through Converse. */
const BODY_READ = ['cache_read_input_tokens', 'cacheReadInputTokens', 'cacheReadInputTokenCount'];
const BODY_WRITE = [
  'cache_creation_input_tokens',
  'cacheWriteInputTokens',
  'cacheWriteInputTokenCount',
];

/**
 * OpenInference (Arize Phoenix). Chains and agents may repeat their children's counts and are never
 * calls; rerankers record nothing that could be priced.
 *
 * Older Anthropic and all Bedrock instrumentations leave cached tokens out of the prompt's count;
 * some record them nowhere but in the response body, which is looked at where it was recorded.
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
  readTokens(counts, { attributes, instrumentationScope }) {
    if (!COUNTS_AS_SENT.test(instrumentationScope?.name ?? '')) return;
    const isBedrock = instrumentationScope?.name.includes('bedrock') === true;
    const isTold = counts.cacheRead !== undefined || counts.cacheWrite !== undefined;
    if (isTold) {
      if (isBedrock) counts.cache = 'outside';
      return;
    }
    const body = jsonOf(attributes, ['output.value']);
    const usage = asDictionary(body?.['usage']);
    if (usage === undefined) return;
    // The body also says whether the writer has added them up already.
    const sent = asCount(usage['input_tokens']) ?? asCount(usage['inputTokens']);
    if (sent === undefined || sent !== counts.input) return;
    counts.cacheRead = firstCount(usage, BODY_READ);
    counts.cacheWrite = firstCount(usage, BODY_WRITE);
    counts.cache = 'outside';
  },
  readCall(call, { attributes }) {
    if (attributes['output.mime_type'] !== 'application/json') return;
    const body = jsonOf(attributes, ['output.value']);
    const id = body?.['id'];
    if (typeof id === 'string' && id !== '') call.responseId ??= id;
  },
};

function firstCount(usage: Readonly<Record<string, unknown>>, keys: readonly string[]) {
  for (const key of keys) {
    const count = asCount(usage[key]);
    if (count !== undefined) return count;
  }
  return undefined;
}
