import {
  ATTR_GEN_AI_MODEL_NAME,
  ATTR_GEN_AI_REQUEST_MODEL_NAME,
  ATTR_GEN_AI_SPAN_KIND,
  ATTR_GEN_AI_SPAN_KIND_NAME,
  GEN_AI_OPERATION_NAME_VALUE_CHAT,
  GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS,
} from '../../../../conventions/index.ts';
import type { SpanKind, SpanVendor } from '../vendor.ts';
import { fieldsWith } from './conventions.ts';

/** Its two dialects name the kind differently. */
const KIND = [ATTR_GEN_AI_SPAN_KIND, ATTR_GEN_AI_SPAN_KIND_NAME] as const;

const KINDS: ReadonlyMap<string, SpanKind> = new Map([
  ['LLM', 'call'],
  ['EMBEDDING', 'call'],
  ['AGENT', 'agent'],
  ['TOOL', 'tool'],
  ['WORKFLOW', 'workflow'],
]);

/**
 * LoongSuite, Dify's export and others that follow Alibaba's conventions: a kind beside the
 * OpenTelemetry names. Entries, steps and chains repeat the sums of the calls inside them.
 *
 * @see https://github.com/alibaba/loongsuite-python-agent
 */
export const loongsuite: SpanVendor = {
  name: 'LoongSuite',
  classify: ({ attributes }) => {
    const kind = attributes[KIND[0]] ?? attributes[KIND[1]];
    return typeof kind === 'string' ? (KINDS.get(kind.toUpperCase()) ?? 'other') : undefined;
  },
  operationOf: ({ attributes }) =>
    String(attributes[KIND[0]] ?? attributes[KIND[1]]).toUpperCase() === 'EMBEDDING'
      ? GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS
      : GEN_AI_OPERATION_NAME_VALUE_CHAT,
  fields: fieldsWith({ requestModel: [ATTR_GEN_AI_MODEL_NAME, ATTR_GEN_AI_REQUEST_MODEL_NAME] }),
};
