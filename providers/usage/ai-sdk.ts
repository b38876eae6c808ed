import { type ProviderCost, type TokenUsage, outputTokensOf } from '../../conventions/index.ts';
import { type Dictionary, asCount, asDictionary } from '../read.ts';
import {
  statedCost,
  statedCostOfBody,
  statedCostOfGateway,
  statedCostOfMetadata,
} from '../stated-cost.ts';
import { type ModelUsage, advisorsIn } from './anthropic.ts';
import { type Served, servedIn } from './answer.ts';
import { Grounding } from './gemini-tools.ts';
import type { ServedBy } from './openai.ts';
import { usageOf } from './token-counts.ts';
import { convertWireBody, convertWireUsage, hostedUseIn } from './wire.ts';

/** What the AI SDK says of a call's usage, in a result or on a span. */
export interface UsageSources {
  /** The SDK's own form. */
  readonly usage: unknown;
  readonly providerMetadata: unknown;
  /** The provider's own body, where the result has it. */
  readonly body: unknown;
  /** The model's `provider`, such as `anthropic.messages`. */
  readonly provider: string;
  readonly served: ServedBy;
}

/**
 * Disjoint classes of a usage of `@ai-sdk/provider`, specification 1 to 4; `undefined` when nothing
 * was counted.
 *
 * - The provider's own object goes before all else where it is handed on, since the SDK knows fewer
 *   of its counters and not what Cohere bills.
 * - 3 and 4 tell cached from uncached and text from reasoning themselves.
 * - 1 and 2 hand on the provider's own input count: Anthropic's and Bedrock's leave cached tokens
 *   out, everybody else's have them inside.
 *
 * @see https://github.com/vercel/ai/blob/main/packages/provider/src/language-model/v4/language-model-v4-usage.ts
 */
export function convertAiSdkUsage(sources: UsageSources): TokenUsage | undefined {
  const ofBody = usageOfBody(sources);
  if (ofBody !== undefined) return ofBody;
  const told = asDictionary(sources.usage) ?? {};
  const own = ownUsages(sources);
  const ofWire = own
    .map((raw) => convertWireUsage(raw, sources.served))
    .find((found) => found !== undefined);
  const ofSdk = isWhole(ofWire)
    ? undefined
    : asDictionary(told['inputTokens']) === undefined
      ? convertFlat(told, sources)
      : convertNested(told);
  if (ofWire === undefined && ofSdk === undefined) return undefined;
  const usage = completed(ofWire, ofSdk);
  for (const raw of own) refine(usage, raw);
  const searches = searchesIn(sources);
  if (searches !== undefined && searches > 0) usage.webSearches ??= searches;
  return usage;
}

/** The provider's whole answer needs nothing beside it. */
function usageOfBody({ body, served }: UsageSources): TokenUsage | undefined {
  const answer = asDictionary(body);
  const usage = answer && convertWireBody(answer, served).usage;
  return isWhole(usage) ? usage : undefined;
}

function isWhole(usage: TokenUsage | undefined): boolean {
  return usage?.input !== undefined && outputTokensOf(usage) !== undefined;
}

/** The provider's word, and where it says nothing the SDK's. */
function completed(ofWire: TokenUsage | undefined, ofSdk: TokenUsage | undefined): TokenUsage {
  const usage: TokenUsage = { ...ofSdk };
  for (const [name, count] of Object.entries(ofWire ?? {}) as [keyof TokenUsage, number?][]) {
    if (count !== undefined) usage[name] = count;
  }
  return usage;
}

/** What other models used within the call. */
export function convertAiSdkAdvisors(sources: UsageSources): readonly ModelUsage[] | undefined {
  return ownUsages(sources)
    .map(advisorsIn)
    .find((found) => found !== undefined);
}

/**
 * The provider's own usage objects, wherever a version of the SDK hands them on. The body comes
 * first: Cohere's alone says what is billed.
 */
function ownUsages({ usage, providerMetadata, body }: UsageSources): readonly Dictionary[] {
  const answer = asDictionary(body);
  const groups = Object.values(asDictionary(providerMetadata) ?? {}).map(asDictionary);
  return [
    answer?.['usage'],
    answer?.['usageMetadata'],
    asDictionary(answer?.['response'])?.['usage'],
    asDictionary(usage)?.['raw'],
    ...groups.flatMap((group) => [group?.['usage'], group?.['usageMetadata']]),
  ]
    .map(asDictionary)
    .filter((found) => found !== undefined);
}

function convertNested(told: Dictionary): TokenUsage | undefined {
  const input = asDictionary(told['inputTokens']);
  const output = asDictionary(told['outputTokens']);
  const cacheRead = asCount(input?.['cacheRead']);
  const cacheWrite = asCount(input?.['cacheWrite']);
  const reasoning = asCount(output?.['reasoning']);
  const cached = (cacheRead ?? 0) + (cacheWrite ?? 0);
  const uncached = asCount(input?.['noCache']);
  const text = asCount(output?.['text']);
  return usageOf({
    input: uncached === undefined ? asCount(input?.['total']) : uncached + cached,
    cacheRead,
    cacheWrite,
    output:
      asCount(output?.['total']) ?? (text === undefined ? undefined : text + (reasoning ?? 0)),
    reasoning,
  });
}

function convertFlat(
  told: Dictionary,
  { providerMetadata, provider }: UsageSources,
): TokenUsage | undefined {
  const own = mergedMetadata(providerMetadata);
  return usageOf({
    // Specification 1 has NaN for what it does not know.
    input: asCount(told['inputTokens'] ?? told['promptTokens'] ?? told['tokens']),
    output: asCount(told['outputTokens'] ?? told['completionTokens']),
    cacheRead:
      asCount(told['cachedInputTokens']) ??
      asCount(own['cachedPromptTokens']) ??
      asCount(own['cacheReadInputTokens']) ??
      asCount(own['promptCacheHitTokens']),
    cacheWrite: asCount(own['cacheCreationInputTokens']) ?? asCount(own['cacheWriteInputTokens']),
    reasoning: asCount(told['reasoningTokens']) ?? asCount(own['reasoningTokens']),
    total: asCount(told['totalTokens']),
    cache: /anthropic|bedrock|claude/u.test(provider) ? 'outside' : 'inside',
    // Google counts thinking beside the candidates; the total tells where it was added up.
    thinking: provider.startsWith('google') ? 'outside' : 'inside',
  });
}

/** Counters of all providers in one: no two of them answer one call. */
function mergedMetadata(metadata: unknown): Dictionary {
  const merged: Record<string, unknown> = {};
  for (const group of Object.values(asDictionary(metadata) ?? {})) {
    const own = asDictionary(group);
    Object.assign(merged, own, asDictionary(own?.['usage']));
  }
  return merged;
}

/** What a part of the provider's own object tells beside the SDK's counts. */
function refine(usage: TokenUsage, raw: Dictionary): void {
  const creation = asDictionary(raw['cache_creation']);
  const oneHour = asCount(creation?.['ephemeral_1h_input_tokens']);
  if (oneHour !== undefined && usage.cacheWrite !== undefined && usage.cacheWrite1h === undefined) {
    usage.cacheWrite1h = Math.min(oneHour, usage.cacheWrite);
    usage.cacheWrite -= usage.cacheWrite1h;
  }
  const searches = asCount(raw['numSearchQueries']) ?? asCount(raw['num_search_queries']);
  if (searches !== undefined) usage.webSearches ??= searches;
  const prompt = asDictionary(raw['prompt_tokens_details'] ?? raw['input_tokens_details']);
  const completion = asDictionary(raw['completion_tokens_details'] ?? raw['output_tokens_details']);
  const inputAudio = asCount(prompt?.['audio_tokens']);
  const outputAudio = asCount(completion?.['audio_tokens']);
  if (inputAudio !== undefined && inputAudio > 0) usage.inputAudio ??= inputAudio;
  if (outputAudio !== undefined && outputAudio > 0) usage.outputAudio ??= outputAudio;
}

/** Searches that the provider ran and bills, where its usage does not count them. */
function searchesIn({ providerMetadata, body, served }: UsageSources): number | undefined {
  const answer = asDictionary(body);
  const inBody = answer && hostedUseIn(answer, served).counts.webSearches;
  if (inBody !== undefined && inBody > 0) return inBody;
  const grounding = new Grounding();
  for (const group of Object.values(asDictionary(providerMetadata) ?? {})) {
    const metadata = asDictionary(asDictionary(group)?.['groundingMetadata']);
    if (metadata !== undefined) grounding.addMetadata(metadata, served);
  }
  return grounding.use().counts.webSearches;
}

/**
 * The cost that the provider, or a gateway before it, stated. What a gateway says beside the answer is
 * what its caller pays; then the provider's own words go before those that the SDK made of them.
 */
export function statedCostOfAiSdk(sources: UsageSources): ProviderCost | undefined {
  const { providerMetadata, body, served } = sources;
  const answer = asDictionary(body);
  let cost = statedCostOfGateway(providerMetadata);
  cost ??= answer && statedCostOfBody(served.provider, answer);
  for (const raw of ownUsages(sources)) cost ??= statedCost(served.provider, raw);
  return cost ?? statedCostOfMetadata(providerMetadata);
}

/** How the call was served, in the words of whichever provider hands it on. */
export function servedInAiSdk(sources: UsageSources): Served {
  const groups = Object.values(asDictionary(sources.providerMetadata) ?? {}).map(asDictionary);
  return servedIn([...ownUsages(sources), asDictionary(sources.body), ...groups]);
}
