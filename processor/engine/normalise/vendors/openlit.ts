import {
  ATTR_GEN_AI_REQUEST_IS_STREAM,
  METRIC_GEN_AI_SERVER_TIME_TO_FIRST_TOKEN,
} from '../../../../conventions/index.ts';
import { asCount } from '../../../../providers/read.ts';
import type { SpanLook, SpanVendor } from '../vendor.ts';
import { callOperation, CONVENTION_FIELDS, kindOfOperation } from './conventions.ts';

const WRITER = 'telemetry.sdk.name';

function isOpenLit({ attributes, instrumentationScope }: SpanLook): boolean {
  return (
    attributes[WRITER] === 'openlit' ||
    instrumentationScope?.name.startsWith('@openlit/') === true ||
    instrumentationScope?.name.startsWith('openlit.') === true
  );
}

/**
 * OpenLIT: the conventions, with Anthropic's and Bedrock's input as the API counts it, and times to
 * the first token in seconds under a metric's name.
 *
 * @see https://github.com/openlit/openlit sdk/typescript/src/semantic-convention.ts
 */
export const openlit: SpanVendor = {
  name: 'OpenLIT',
  classify: (span) => (isOpenLit(span) ? kindOfOperation(span.attributes) : undefined),
  operationOf: ({ attributes }) => callOperation(attributes),
  fields: {
    ...CONVENTION_FIELDS,
    cacheRead: [...CONVENTION_FIELDS.cacheRead, 'prompt_tokens_details.cache_read'],
    cacheWrite: [...CONVENTION_FIELDS.cacheWrite, 'prompt_tokens_details.cache_write'],
  },
  readTokens(counts, _span, { provider }) {
    if (provider === 'anthropic' || provider === 'aws.bedrock') counts.cache = 'outside';
  },
  readCall(call, { attributes }) {
    if (attributes[ATTR_GEN_AI_REQUEST_IS_STREAM] === true) call.stream = true;
    if (call.stream) {
      call.timeToFirstChunkSeconds ??= asCount(
        attributes[METRIC_GEN_AI_SERVER_TIME_TO_FIRST_TOKEN],
      );
    }
  },
};
