import type { SpanVendor } from '../vendor.ts';
import { callOperation, fieldsWith, kindOfOperation } from './conventions.ts';

const OP = 'sentry.op';
const MODEL = 'ai.model_id';
/** `gen_ai.chat`, and `ai.chat_completions.create.openai` of its older versions. */
const CALL = /^(?:gen_ai|ai)\.(?:chat|messages|responses|completions|generate|embed|text_comp)/;

/**
 * Sentry: the conventions under older names. Money that it computed itself is not read; its
 * attributes with `tokens` in their names that hold dollars are not tokens.
 *
 * @see https://github.com/getsentry/sentry-conventions/tree/main/model/attributes/gen_ai
 */
export const sentry: SpanVendor = {
  name: 'Sentry',
  classify: ({ attributes }) => {
    const operation = attributes[OP];
    if (typeof operation !== 'string' && attributes[MODEL] === undefined) return undefined;
    const kind = kindOfOperation(attributes);
    if (kind !== undefined) return kind;
    return typeof operation === 'string' && CALL.test(operation) ? 'call' : undefined;
  },
  operationOf: ({ attributes }) =>
    /embed/.test(String(attributes[OP])) ? 'embeddings' : callOperation(attributes),
  fields: fieldsWith({
    provider: ['ai.provider', 'ai.system'],
    requestModel: [MODEL],
    input: ['ai.prompt_tokens.used'],
    output: ['ai.completion_tokens.used'],
    total: ['ai.total_tokens.used'],
  }),
  readTokens(counts) {
    counts.cache = 'inside';
  },
};
