import { GEN_AI_OPERATION_NAME_VALUE_CHAT } from '../../../../conventions/index.ts';
import { providerNameOf } from '../../../../providers/names.ts';
import { asCount, asString } from '../../../../providers/read.ts';
import { jsonOf } from '../read-attribute.ts';
import type { SpanVendor } from '../vendor.ts';
import { callOperation, CONVENTION_FIELDS, kindOfOperation } from './conventions.ts';

const METRICS = ['braintrust.metrics'];
const METADATA = ['braintrust.metadata'];

/**
 * Braintrust's spans: a JSON object of counts, and one that names the model. Only a span with both is
 * a call; evaluations have metrics too.
 *
 * @see https://www.braintrust.dev/docs/integrations/sdk-integrations/opentelemetry
 */
export const braintrust: SpanVendor = {
  name: 'Braintrust',
  classify: ({ attributes }) => {
    const metrics = jsonOf(attributes, METRICS);
    if (metrics === undefined) return undefined;
    const kind = kindOfOperation(attributes);
    if (kind !== undefined) return kind;
    const isCounted = asCount(metrics['prompt_tokens']) !== undefined;
    return isCounted && asString(jsonOf(attributes, METADATA)?.['model']) !== undefined
      ? 'call'
      : 'other';
  },
  operationOf: ({ attributes }) => callOperation(attributes) ?? GEN_AI_OPERATION_NAME_VALUE_CHAT,
  fields: CONVENTION_FIELDS,
  readTokens(counts, { attributes }) {
    const metrics = jsonOf(attributes, METRICS);
    counts.input ??= asCount(metrics?.['prompt_tokens']);
    counts.output ??= asCount(metrics?.['completion_tokens']);
    counts.cacheRead ??= asCount(metrics?.['prompt_cached_tokens']);
    counts.cacheWrite ??=
      asCount(metrics?.['prompt_cache_creation_tokens']) ??
      sumOf(
        asCount(metrics?.['prompt_cache_creation_5m_tokens']),
        asCount(metrics?.['prompt_cache_creation_1h_tokens']),
      );
    counts.cacheWrite1h ??= asCount(metrics?.['prompt_cache_creation_1h_tokens']);
    counts.reasoning ??= asCount(metrics?.['completion_reasoning_tokens']);
    counts.total ??= asCount(metrics?.['tokens']);
  },
  readCall(call, { attributes }) {
    const metadata = jsonOf(attributes, METADATA);
    call.requestModel ??= asString(metadata?.['model']);
    if (call.provider === '_OTHER') {
      call.provider = providerNameOf(asString(metadata?.['provider']), call.requestModel);
    }
  },
};

function sumOf(...counts: readonly (number | undefined)[]): number | undefined {
  const known = counts.filter((count) => count !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, count) => sum + count, 0);
}
