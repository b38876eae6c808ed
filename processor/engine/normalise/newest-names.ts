import {
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_REQUEST_STREAM,
  ATTR_GEN_AI_RESPONSE_FINISH_REASONS,
  ATTR_GEN_AI_RESPONSE_ID,
  ATTR_GEN_AI_RESPONSE_MODEL,
  ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK,
  ATTR_GEN_AI_TOOL_NAME,
  ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_OUTPUT_TOKENS,
  ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS,
  ATTR_GEN_AI_WORKFLOW_NAME,
  ATTR_USER_ID,
  cacheWriteTokensOf,
  inputTokensOf,
  type LlmCall,
  outputTokensOf,
  type Attributes,
} from '../../../conventions/index.ts';
import { textOf } from './read-attribute.ts';
import type { Recognised } from './recognise.ts';

/**
 * What the newest conventions would say on a neighbour's span and its own attributes do not. What is
 * there stays as it is: the neighbour's own backend reads it.
 */
export function newestCallNames(
  present: Attributes,
  call: LlmCall,
  { vendor }: Recognised,
): Attributes {
  const { usage } = call;
  return missing(present, {
    [ATTR_GEN_AI_OPERATION_NAME]: call.operation,
    [ATTR_GEN_AI_PROVIDER_NAME]: call.provider,
    [ATTR_GEN_AI_REQUEST_MODEL]: call.requestModel,
    [ATTR_GEN_AI_RESPONSE_MODEL]: call.responseModel,
    [ATTR_GEN_AI_RESPONSE_ID]: call.responseId,
    [ATTR_GEN_AI_RESPONSE_FINISH_REASONS]: call.finishReasons,
    [ATTR_GEN_AI_REQUEST_STREAM]: call.stream ? true : undefined,
    [ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK]: call.timeToFirstChunkSeconds,
    [ATTR_GEN_AI_USAGE_INPUT_TOKENS]: usage && inputTokensOf(usage),
    [ATTR_GEN_AI_USAGE_OUTPUT_TOKENS]: usage && outputTokensOf(usage),
    [ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS]: usage?.cacheRead,
    [ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS]: usage && cacheWriteTokensOf(usage),
    [ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS]: usage?.reasoning,
    [ATTR_GEN_AI_CONVERSATION_ID]: textOf(present, vendor.fields.conversation),
    [ATTR_USER_ID]: textOf(present, vendor.fields.user),
  });
}

/** The same for an agent, a workflow or a tool: its name, which its metrics are told apart by. */
export function newestStructureNames(
  present: Attributes,
  { kind, vendor: { fields } }: Recognised,
): Attributes {
  return missing(present, {
    [ATTR_GEN_AI_AGENT_NAME]: kind === 'agent' ? textOf(present, fields.agent) : undefined,
    [ATTR_GEN_AI_WORKFLOW_NAME]: kind === 'workflow' ? textOf(present, fields.workflow) : undefined,
    [ATTR_GEN_AI_TOOL_NAME]: kind === 'tool' ? textOf(present, fields.tool) : undefined,
  });
}

function missing(present: Attributes, wanted: Attributes): Attributes {
  const added: Attributes = {};
  for (const [key, value] of Object.entries(wanted)) {
    if (value !== undefined && present[key] === undefined) added[key] = value;
  }
  return added;
}
