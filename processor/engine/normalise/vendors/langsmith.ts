import { ATTR_GEN_AI_SYSTEM } from '../../../../conventions/index.ts';
import { convertLangChainUsage } from '../../../../providers/usage/langchain.ts';
import { jsonOf } from '../read-attribute.ts';
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
  readUsage: ({ attributes }, { provider, requestModel: model }) =>
    convertLangChainUsage(
      jsonOf(attributes, ['langsmith.usage_metadata', 'langsmith.metadata.usage_metadata']),
      { provider, model },
    ),
  readTokens(counts) {
    counts.cache = 'inside';
  },
  readCall(call, { attributes }) {
    if (attributes[ATTR_GEN_AI_SYSTEM] === 'langchain' && call.responseModel === undefined) {
      call.responseModel = call.requestModel;
    }
  },
};
