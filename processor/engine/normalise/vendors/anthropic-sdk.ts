import { asCount } from '../../../../providers/read.ts';
import type { SpanVendor } from '../vendor.ts';
import { callOperation, CONVENTION_FIELDS, kindOfOperation } from './conventions.ts';

const SCOPE = 'com.anthropic.sdk.typescript';

/**
 * The spans that `@anthropic-ai/sdk` makes of its own calls, from 0.134 on: the newest conventions,
 * with the tier served and the cache's lifetime beside them.
 *
 * @see `internal/tracing.mjs` of the package
 */
export const anthropicSdk: SpanVendor = {
  name: 'Anthropic SDK',
  classify: ({ attributes, instrumentationScope }) =>
    instrumentationScope?.name === SCOPE ? (kindOfOperation(attributes) ?? 'other') : undefined,
  operationOf: ({ attributes }) => callOperation(attributes),
  fields: { ...CONVENTION_FIELDS, servedTier: ['anthropic.response.service_tier'] },
  readTokens(counts, { attributes }) {
    counts.cache = 'inside';
    counts.cacheWrite1h = asCount(
      attributes['anthropic.usage.cache_creation.ephemeral_1h_input_tokens'],
    );
  },
  readCall(call, { attributes }) {
    const reason = attributes['anthropic.message.stop_reason'];
    if (typeof reason === 'string') call.finishReasons ??= [reason];
  },
};
