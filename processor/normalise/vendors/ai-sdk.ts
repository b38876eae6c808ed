import {
  ATTR_GEN_AI_OPERATION_NAME,
  GEN_AI_OPERATION_NAME_VALUE_CHAT,
  GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS,
  METRIC_GEN_AI_CLIENT_OPERATION_TIME_TO_FIRST_CHUNK,
} from '../../../conventions/index.ts';
import { asCount, asDictionary, type Dictionary } from '../../../providers/read.ts';
import { statedCostOfMetadata } from '../../../providers/stated-cost.ts';
import { jsonOf, textOf } from '../read-attribute.ts';
import type { TokenCounts } from '../../../providers/usage/token-counts.ts';
import type { SpanKind, SpanVendor } from '../vendor.ts';
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
  readTokens(counts, { attributes }) {
    const metadata = jsonOf(attributes, METADATA);
    if (metadata !== undefined) readMetadata(counts, metadata);
    const provider = textOf(attributes, PROVIDER) ?? '';
    if (attributes[NO_CACHE] !== undefined) {
      counts.cache = 'inside';
    } else if (/anthropic|bedrock/.test(provider)) {
      counts.cache = 'outside';
    }
    // Google counts thinking beside the candidates; the total tells where it was added up.
    if (provider.startsWith('google') && attributes[NO_CACHE] === undefined) {
      counts.thinking = 'outside';
    }
  },
  readCall(call, { attributes }) {
    if (String(attributes[OPERATION]).endsWith('.doStream')) call.stream = true;
    const milliseconds = asCount(attributes['ai.response.msToFirstChunk']);
    if (milliseconds !== undefined) call.timeToFirstChunkSeconds = milliseconds / 1000;
    const metadata = jsonOf(attributes, METADATA);
    if (metadata === undefined) return;
    const tier = asDictionary(metadata['openai'])?.['serviceTier'];
    if (typeof tier === 'string') call.servedTier ??= tier;
    call.providerCost = statedCostOfMetadata(metadata) ?? call.providerCost;
  },
};

/** What the providers' packages of versions 4 and 5 tell only here, under the provider's own name. */
function readMetadata(counts: TokenCounts, metadata: Dictionary): void {
  for (const key of ['anthropic', 'bedrock', 'openai', 'azure', 'google', 'vertex']) {
    const own = asDictionary(metadata[key]);
    if (own === undefined) continue;
    const usage = asDictionary(own['usage']);
    const google = asDictionary(own['usageMetadata']);
    counts.cacheRead ??=
      asCount(own['cacheReadInputTokens']) ??
      asCount(usage?.['cache_read_input_tokens']) ??
      asCount(usage?.['cacheReadInputTokens']) ??
      asCount(own['cachedPromptTokens']) ??
      asCount(google?.['cachedContentTokenCount']);
    counts.cacheWrite ??=
      asCount(own['cacheCreationInputTokens']) ??
      asCount(usage?.['cache_creation_input_tokens']) ??
      asCount(usage?.['cacheWriteInputTokens']);
    counts.cacheWrite1h ??= asCount(
      asDictionary(usage?.['cache_creation'])?.['ephemeral_1h_input_tokens'],
    );
    counts.reasoning ??= asCount(own['reasoningTokens']) ?? asCount(google?.['thoughtsTokenCount']);
  }
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
