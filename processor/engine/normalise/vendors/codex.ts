import {
  ATTR_GEN_AI_USAGE_INPUT_TOKENS,
  GEN_AI_OPERATION_NAME_VALUE_CHAT,
} from '../../../../conventions/index.ts';
import type { SpanVendor } from '../vendor.ts';
import { CONVENTION_FIELDS } from './conventions.ts';

const SCOPE = /^codex\b|^codex_/;

/**
 * The Codex command line: tokens of a response without its model, which stands in its log events
 * alone. Such a call counts and has no price. The spans of turns repeat the sum under other names.
 *
 * @see https://github.com/openai/codex codex-rs/otel
 */
export const codex: SpanVendor = {
  name: 'Codex',
  classify: ({ name, attributes, instrumentationScope }) => {
    if (attributes[ATTR_GEN_AI_USAGE_INPUT_TOKENS] === undefined) return undefined;
    const isCodex = name === 'handle_responses' || SCOPE.test(instrumentationScope?.name ?? '');
    return isCodex ? 'call' : undefined;
  },
  operationOf: () => GEN_AI_OPERATION_NAME_VALUE_CHAT,
  fields: CONVENTION_FIELDS,
  readTokens(counts) {
    counts.cache = 'inside';
  },
};
