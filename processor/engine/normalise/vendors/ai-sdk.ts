import {
  ATTR_GEN_AI_OPERATION_NAME,
  GEN_AI_OPERATION_NAME_VALUE_CHAT,
  GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS,
  METRIC_GEN_AI_CLIENT_OPERATION_TIME_TO_FIRST_CHUNK,
  type LlmCall,
} from '../../../../conventions/index.ts';
import { asCount } from '../../../../providers/read.ts';
import { hostedUseOfTools } from '../../../../providers/usage/ai-sdk-tools.ts';
import {
  type UsageSources,
  convertAiSdkAdvisors,
  convertAiSdkUsage,
  servedInAiSdk,
  statedCostOfAiSdk,
} from '../../../../providers/usage/ai-sdk.ts';
import { countOf, jsonListOf, jsonOf, textOf } from '../read-attribute.ts';
import type { FieldKeys, SpanKind, SpanLook, SpanVendor } from '../vendor.ts';
import { callOperation, CONVENTION_FIELDS, fieldsWith, kindOfOperation } from './conventions.ts';

const OPERATION = 'ai.operationId';
const PROVIDER = ['ai.model.provider'];
const METADATA = ['ai.response.providerMetadata'];
/** From version 6 on the input holds cached tokens for every provider, and says how many it does not. */
const NO_CACHE = 'ai.usage.inputTokenDetails.noCacheTokens';

/** What asks a model, perhaps several times: the loop of an agent. */
const LOOP = /^ai\.(?:generate|stream)(?:Text|Object)$/;
const CALL = /\.do(?:Generate|Stream|Embed|Rerank)$/;

function kindOf(operation: string): SpanKind {
  if (CALL.test(operation)) return 'call';
  if (LOOP.test(operation)) return 'agent';
  return operation === 'ai.toolCall' ? 'tool' : 'other';
}

/**
 * The telemetry spans of the AI SDK 4 to 6, and of 7 in its legacy format. The span around the steps
 * repeats the sum of their usage; only what ends in `.doGenerate`, `.doStream`, `.doEmbed` or
 * `.doRerank` is a call.
 *
 * @see https://ai-sdk.dev/docs/ai-sdk-core/telemetry
 */
export const aiSdk: SpanVendor = {
  name: 'AI SDK 4 to 6',
  classify: ({ attributes }) => {
    const operation = attributes[OPERATION];
    return typeof operation === 'string' ? kindOf(operation) : undefined;
  },
  operationOf: ({ attributes }) => {
    const operation = String(attributes[OPERATION]);
    if (operation.endsWith('.doEmbed')) return GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS;
    return operation.endsWith('.doRerank') ? 'rerank' : GEN_AI_OPERATION_NAME_VALUE_CHAT;
  },
  fields: fieldsWith({
    provider: PROVIDER,
    requestModel: ['ai.model.id'],
    responseModel: ['ai.response.model'],
    responseId: ['ai.response.id'],
    finishReasons: ['ai.response.finishReason'],
    conversation: ['ai.telemetry.metadata.sessionId'],
    user: ['ai.telemetry.metadata.userId'],
    agent: ['ai.telemetry.functionId'],
    tool: ['ai.toolCall.name'],
    input: ['ai.usage.inputTokens', 'ai.usage.promptTokens', 'ai.usage.tokens'],
    output: ['ai.usage.outputTokens', 'ai.usage.completionTokens'],
    cacheRead: ['ai.usage.inputTokenDetails.cacheReadTokens', 'ai.usage.cachedInputTokens'],
    cacheWrite: ['ai.usage.inputTokenDetails.cacheWriteTokens'],
    reasoning: ['ai.usage.outputTokenDetails.reasoningTokens', 'ai.usage.reasoningTokens'],
    total: ['ai.usage.totalTokens'],
  }),
  readUsage: (span, call) => convertAiSdkUsage(sourcesOf(span, call)),
  readCall(call, span) {
    const { attributes } = span;
    if (String(attributes[OPERATION]).endsWith('.doStream')) call.stream = true;
    const milliseconds = asCount(attributes['ai.response.msToFirstChunk']);
    if (milliseconds !== undefined) call.timeToFirstChunkSeconds = milliseconds / 1000;
    readMetadata(call, sourcesOf(span, call));
    readTools(call, span);
  },
};

/** Hosted tools of which the span tells that they were used, or may have been, and not how often. */
function readTools(call: LlmCall, { attributes }: SpanLook): void {
  const offered = jsonListOf(attributes, ['ai.prompt.tools']);
  if (offered === undefined) return;
  const calls = jsonListOf(attributes, ['ai.response.toolCalls']);
  const isAnswerTold = calls !== undefined || attributes['ai.response.text'] !== undefined;
  const called = new Set((calls ?? []).map(({ toolName }) => String(toolName)));
  hostedUseOfTools(offered, isAnswerTold ? called : undefined).putOn(call);
}

/** What only the provider's metadata tells: the cost it states, and how the call was served. */
function readMetadata(call: LlmCall, sources: UsageSources): void {
  if (sources.providerMetadata === undefined) return;
  const { tier, speed, geo } = servedInAiSdk(sources);
  call.servedTier ??= tier;
  call.speed ??= speed;
  call.inferenceGeo ??= geo;
  call.otherModelUsage = convertAiSdkAdvisors(sources);
  call.providerCost = statedCostOfAiSdk(sources) ?? call.providerCost;
}

/** The SDK's usage as a result of a model would have it. */
function sourcesOf({ attributes }: SpanLook, call: LlmCall): UsageSources {
  const count = (field: keyof FieldKeys): number | undefined =>
    countOf(attributes, aiSdk.fields[field]);
  const noCache = countOf(attributes, [NO_CACHE]);
  const usage =
    noCache === undefined
      ? {
          inputTokens: count('input'),
          outputTokens: count('output'),
          totalTokens: count('total'),
          cachedInputTokens: count('cacheRead'),
          reasoningTokens: count('reasoning'),
        }
      : {
          inputTokens: {
            total: count('input'),
            noCache,
            cacheRead: count('cacheRead'),
            cacheWrite: count('cacheWrite'),
          },
          outputTokens: { total: count('output'), reasoning: count('reasoning') },
        };
  return {
    usage,
    providerMetadata: jsonOf(attributes, METADATA),
    body: undefined,
    provider: textOf(attributes, PROVIDER) ?? '',
    served: { provider: call.provider, model: call.responseModel ?? call.requestModel },
  };
}

/** Tracer of `@ai-sdk/otel`. */
const AI_SDK_7_SCOPE = 'gen_ai';

/**
 * AI SDK 7 with `@ai-sdk/otel`: the conventions, but the agent around the calls repeats their usage,
 * and the bare name of its Azure OpenAI provider comes out as another service.
 */
export const aiSdk7: SpanVendor = {
  name: 'AI SDK 7',
  classify: ({ attributes, instrumentationScope }) =>
    instrumentationScope?.name === AI_SDK_7_SCOPE ? kindOfOperation(attributes) : undefined,
  operationOf: ({ attributes }) => callOperation(attributes),
  fields: {
    ...CONVENTION_FIELDS,
    cacheWrite: [...CONVENTION_FIELDS.cacheWrite, 'ai.usage.inputTokenDetails.cacheWriteTokens'],
    reasoning: [...CONVENTION_FIELDS.reasoning, 'ai.usage.outputTokenDetails.reasoningTokens'],
  },
  readTokens(counts) {
    counts.cache = 'inside';
  },
  readCall(call, { attributes }) {
    if (call.provider === 'azure.ai.inference') call.provider = 'azure.ai.openai';
    const seconds = asCount(attributes[METRIC_GEN_AI_CLIENT_OPERATION_TIME_TO_FIRST_CHUNK]);
    if (seconds !== undefined && attributes[ATTR_GEN_AI_OPERATION_NAME] !== undefined) {
      call.stream = true;
      call.timeToFirstChunkSeconds ??= seconds;
    }
  },
};
