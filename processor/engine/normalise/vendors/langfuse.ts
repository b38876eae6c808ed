import {
  GEN_AI_OPERATION_NAME_VALUE_CHAT,
  GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS,
} from '../../../../conventions/index.ts';
import { asCount, type Dictionary } from '../../../../providers/read.ts';
import { jsonOf } from '../read-attribute.ts';
import type { TokenCounts } from '../../../../providers/usage/token-counts.ts';
import type { SpanKind, SpanVendor } from '../vendor.ts';
import { fieldsWith } from './conventions.ts';

const TYPE = 'langfuse.observation.type';

const KINDS: ReadonlyMap<unknown, SpanKind> = new Map([
  ['generation', 'call'],
  ['embedding', 'call'],
  ['agent', 'agent'],
  ['tool', 'tool'],
]);

/**
 * Langfuse's own spans. Their usage is a JSON object of classes that do not overlap: whatever starts
 * with `input` or `output` is added up. A generation names one model, which becomes the response's.
 *
 * @see https://langfuse.com/docs/observability/features/token-and-cost-tracking
 */
export const langfuse: SpanVendor = {
  name: 'Langfuse',
  classify: ({ attributes }) => {
    const type = attributes[TYPE];
    return type === undefined ? undefined : (KINDS.get(type) ?? 'other');
  },
  operationOf: ({ name, attributes }) =>
    attributes[TYPE] === 'embedding' || /embedding/i.test(name)
      ? GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS
      : GEN_AI_OPERATION_NAME_VALUE_CHAT,
  fields: fieldsWith({
    requestModel: ['langfuse.observation.model.name'],
    conversation: ['langfuse.session.id'],
    user: ['langfuse.user.id'],
  }),
  readTokens(counts, { attributes }) {
    const usage = jsonOf(attributes, ['langfuse.observation.usage_details']);
    if (usage !== undefined) readUsageDetails(counts, usage);
  },
  readCall(call, { attributes }) {
    const parameters = jsonOf(attributes, ['langfuse.observation.model.parameters']);
    if (parameters?.['stream'] === true) call.stream = true;
    const firstToken = attributes['langfuse.observation.completion_start_time'];
    if (typeof firstToken !== 'string') return;
    const firstTokenMs = Date.parse(firstToken.replaceAll('"', ''));
    if (firstTokenMs >= call.startTimeMs) {
      call.stream = true;
      call.timeToFirstChunkSeconds = (firstTokenMs - call.startTimeMs) / 1000;
    }
  },
};

const CACHE_READ = /^(?:input_)?cached?_(?:read|tokens)/;
const CACHE_WRITE = /^(?:input_)?cache_(?:creation|write)/;
const REASONING = /^output_(?:reasoning|thinking|thought)/;

function readUsageDetails(counts: TokenCounts, usage: Dictionary): void {
  for (const [key, value] of Object.entries(usage)) {
    const tokens = asCount(value);
    if (tokens === undefined) continue;
    if (key === 'total') {
      counts.total = tokens;
    } else if (CACHE_READ.test(key)) {
      counts.cacheRead = (counts.cacheRead ?? 0) + tokens;
      counts.input = (counts.input ?? 0) + tokens;
    } else if (CACHE_WRITE.test(key)) {
      counts.cacheWrite = (counts.cacheWrite ?? 0) + tokens;
      counts.input = (counts.input ?? 0) + tokens;
    } else if (REASONING.test(key)) {
      counts.reasoning = (counts.reasoning ?? 0) + tokens;
      counts.output = (counts.output ?? 0) + tokens;
    } else if (/^input|^prompt_tokens$/.test(key)) {
      counts.input = (counts.input ?? 0) + tokens;
    } else if (/^output|^completion_tokens$/.test(key)) {
      counts.output = (counts.output ?? 0) + tokens;
    }
  }
  counts.cache = 'inside';
  counts.thinking = 'inside';
}
