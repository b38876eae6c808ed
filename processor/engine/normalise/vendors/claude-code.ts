import { GEN_AI_OPERATION_NAME_VALUE_CHAT } from '../../../../conventions/index.ts';
import { countOf, textOf } from '../read-attribute.ts';
import type { SpanKind, SpanVendor } from '../vendor.ts';
import { fieldsWith } from './conventions.ts';

const KINDS: ReadonlyMap<unknown, SpanKind> = new Map([
  ['llm_request', 'call'],
  ['interaction', 'agent'],
  ['tool', 'tool'],
]);

/**
 * Claude Code's own traces: names of its own without a namespace, with the counts as Anthropic's API
 * has them, cached tokens beside the input. An interaction is one turn of its agent.
 *
 * @see https://code.claude.com/docs/en/monitoring-usage
 */
export const claudeCode: SpanVendor = {
  name: 'Claude Code',
  classify: ({ name }) => {
    if (!name.startsWith('claude_code.')) return undefined;
    return KINDS.get(name.slice('claude_code.'.length)) ?? 'other';
  },
  operationOf: () => GEN_AI_OPERATION_NAME_VALUE_CHAT,
  fields: fieldsWith({
    requestModel: ['model'],
    responseId: ['request_id'],
    tool: ['tool_name'],
    finishReasons: ['stop_reason'],
    input: ['input_tokens'],
    output: ['output_tokens'],
    cacheRead: ['cache_read_tokens'],
    cacheWrite: ['cache_creation_tokens'],
  }),
  readTokens(counts) {
    counts.cache = 'outside';
  },
  readCall(call, { attributes }) {
    call.speed ??= textOf(attributes, ['speed']);
    const milliseconds = countOf(attributes, ['ttft_ms']);
    if (milliseconds === undefined) return;
    call.stream = true;
    call.timeToFirstChunkSeconds ??= milliseconds / 1000;
  },
};
