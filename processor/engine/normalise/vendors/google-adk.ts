import { GEN_AI_OPERATION_NAME_VALUE_GENERATE_CONTENT } from '../../../../conventions/index.ts';
import { type Dictionary, inCamelCase } from '../../../../providers/read.ts';
import { jsonOf } from '../read-attribute.ts';
import { readRecorded } from '../recorded-answer.ts';
import type { SpanLook, SpanVendor } from '../vendor.ts';
import { CONVENTION_FIELDS, kindOfOperation } from './conventions.ts';

const SCOPE = 'gcp.vertex.agent';
const RESPONSE = ['gcp.vertex.agent.llm_response'];

/** The recorded response in the shape of the API's: it has one candidate's fields beside the rest. */
function answerOf({ attributes }: SpanLook): Dictionary | undefined {
  const response = jsonOf(attributes, RESPONSE);
  if (response === undefined) return undefined;
  const either = (camel: string, snake: string): unknown => response[camel] ?? response[snake];
  return {
    modelVersion: either('modelVersion', 'model_version'),
    usageMetadata: either('usageMetadata', 'usage_metadata'),
    candidates: [
      {
        content: response['content'],
        finishReason: either('finishReason', 'finish_reason'),
        groundingMetadata: either('groundingMetadata', 'grounding_metadata'),
      },
    ].map(inCamelCase),
  };
}

/**
 * Google's Agent Development Kit. Only `call_llm` is a call; its output leaves thinking out, which
 * stands, like the cached tokens, in the recorded response alone. One span that sums up parallel
 * tool calls beside their own is no tool call.
 *
 * @see https://github.com/google/adk-js core/src/telemetry
 */
export const googleAdk: SpanVendor = {
  name: 'Google ADK',
  classify: (span) => {
    const { name, attributes, instrumentationScope } = span;
    if (instrumentationScope?.name !== SCOPE) return undefined;
    if (name === 'call_llm') return 'call';
    if (name === 'execute_tool (merged)') return 'other';
    return kindOfOperation(attributes);
  },
  operationOf: () => GEN_AI_OPERATION_NAME_VALUE_GENERATE_CONTENT,
  fields: {
    ...CONVENTION_FIELDS,
    conversation: [...CONVENTION_FIELDS.conversation, 'gcp.vertex.agent.session_id'],
    workflow: [...CONVENTION_FIELDS.workflow, 'adk.workflow.name'],
  },
  readUsage: (span, call) => readRecorded(call, answerOf(span)),
  readTokens(counts) {
    counts.thinking = 'outside';
  },
  readCall(call, { attributes }) {
    const version = jsonOf(attributes, RESPONSE)?.['modelVersion'];
    if (typeof version === 'string' && version !== '') call.responseModel ??= version;
  },
};
