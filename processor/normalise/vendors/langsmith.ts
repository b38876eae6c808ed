import { ATTR_GEN_AI_SYSTEM } from '../../../conventions/index.ts';
import { asCount, asDictionary, type Dictionary } from '../../../providers/read.ts';
import { jsonOf } from '../read-attribute.ts';
import type { TokenCounts } from '../../../providers/usage/token-counts.ts';
import type { SpanVendor } from '../vendor.ts';
import { callOperation, CONVENTION_FIELDS, fieldsWith } from './conventions.ts';

const KIND = 'langsmith.span.kind';

/**
 * LangSmith's OpenTelemetry export. The run type says what a span is: the operation's name calls
 * retrievers embeddings and prompts chats, and chains repeat the usage of the runs inside them.
 *
 * @see https://docs.langchain.com/langsmith/trace-with-opentelemetry
 */
export const langsmith: SpanVendor = {
  name: 'LangSmith',
  classify: ({ attributes }) => {
    const kind = attributes[KIND];
    if (kind === undefined) return undefined;
    return kind === 'llm' ? 'call' : kind === 'tool' ? 'tool' : 'other';
  },
  operationOf: ({ attributes }) => callOperation(attributes),
  fields: {
    ...fieldsWith({
      conversation: ['langsmith.metadata.thread_id', 'langsmith.metadata.session_id'],
      user: ['langsmith.metadata.user_id'],
      tool: ['langsmith.trace.name'],
    }),
    // What stands under the conventions' name is guessed from the model.
    provider: ['langsmith.metadata.ls_provider', ...CONVENTION_FIELDS.provider],
    requestModel: [...CONVENTION_FIELDS.requestModel, 'langsmith.metadata.ls_model_name'],
  },
  readTokens(counts, { attributes }) {
    const usage = jsonOf(attributes, [
      'langsmith.usage_metadata',
      'langsmith.metadata.usage_metadata',
    ]);
    counts.input ??= asCount(usage?.['input_tokens']);
    counts.output ??= asCount(usage?.['output_tokens']);
    counts.total ??= asCount(usage?.['total_tokens']);
    readInput(counts, asDictionary(usage?.['input_token_details']));
    readOutput(counts, asDictionary(usage?.['output_token_details']));
    counts.cache = 'inside';
  },
  readCall(call, { attributes }) {
    if (attributes[ATTR_GEN_AI_SYSTEM] === 'langchain' && call.responseModel === undefined) {
      call.responseModel = call.requestModel;
    }
  },
};

function readInput(counts: TokenCounts, details: Dictionary | undefined): void {
  if (details === undefined) return;
  const fiveMinutes = asCount(details['ephemeral_5m_input_tokens']);
  const oneHour =
    asCount(details['ephemeral_1h_input_tokens']) ?? asCount(details['ephemeral_1hr_input_tokens']);
  counts.cacheRead ??= asCount(details['cache_read']);
  counts.cacheWrite ??=
    asCount(details['cache_creation']) ??
    (fiveMinutes === undefined && oneHour === undefined
      ? undefined
      : (fiveMinutes ?? 0) + (oneHour ?? 0));
  counts.cacheWrite1h ??= oneHour;
  const audio = asCount(details['audio']);
  if (audio !== undefined && audio > 0) counts.parts = { ...counts.parts, inputAudio: audio };
}

function readOutput(counts: TokenCounts, details: Dictionary | undefined): void {
  if (details === undefined) return;
  counts.reasoning ??= asCount(details['reasoning']);
  const audio = asCount(details['audio']);
  if (audio !== undefined && audio > 0) counts.parts = { ...counts.parts, outputAudio: audio };
}
