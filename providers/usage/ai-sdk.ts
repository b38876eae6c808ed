import type { TokenUsage } from '../../conventions/index.ts';
import { type ServedBy, convertOpenAiUsage } from './openai.ts';
import { type Dictionary, asCount, asDictionary } from '../read.ts';

/** What a result says of its usage: the SDK's own form, and the provider's where it is handed on. */
export interface UsageSources {
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
 * - 3 and 4 tell cached from uncached and text from reasoning themselves.
 * - 1 and 2 hand on the provider's own input count: Anthropic's and Bedrock's leave cached tokens
 *   out, everybody else's have them inside.
 * - Reasoning is inside the output unless the total says otherwise (Gemini, xAI).
 * - The provider's own object goes before all that where it is OpenAI-shaped, since the SDK knows
 *   fewer spellings of its counters, and where Cohere tells what it bills.
 *
 * @see https://github.com/vercel/ai/blob/main/packages/provider/src/language-model/v4/language-model-v4-usage.ts
 */
export function convertAiSdkUsage(sources: UsageSources): TokenUsage | undefined {
  const told = asDictionary(sources.usage);
  if (told === undefined) return undefined;
  const raw = rawUsageOf(told, sources);
  const usage =
    convertRaw(raw, sources) ??
    (asDictionary(told['inputTokens']) === undefined
      ? convertFlat(told, raw, sources)
      : convertNested(told));
  if (usage === undefined) return undefined;
  if (raw !== undefined) refine(usage, raw);
  return usage;
}

/** The provider's own usage object, wherever a version of the SDK hands it on. */
function rawUsageOf(told: Dictionary, sources: UsageSources): Dictionary | undefined {
  const body = asDictionary(sources.body);
  const ofResponse = asDictionary(body?.['response']);
  const metadata = asDictionary(sources.providerMetadata);
  return [
    told['raw'],
    body?.['usage'],
    body?.['usageMetadata'],
    ofResponse?.['usage'],
    asDictionary(metadata?.['anthropic'])?.['usage'],
    asDictionary(metadata?.['google'])?.['usageMetadata'],
    asDictionary(metadata?.['openai'])?.['usage'],
  ]
    .map(asDictionary)
    .find((found) => found !== undefined);
}

function convertRaw(
  raw: Dictionary | undefined,
  { body, served }: UsageSources,
): TokenUsage | undefined {
  if (asCount(raw?.['prompt_tokens']) !== undefined) return convertOpenAiUsage(raw, served);
  const billed = asDictionary(asDictionary(asDictionary(body)?.['usage'])?.['billed_units']);
  const input = asCount(billed?.['input_tokens']);
  const output = asCount(billed?.['output_tokens']);
  return classes(input, undefined, undefined, output, undefined);
}

function convertNested(told: Dictionary): TokenUsage | undefined {
  const input = asDictionary(told['inputTokens']);
  const output = asDictionary(told['outputTokens']);
  const cacheRead = asCount(input?.['cacheRead']);
  const cacheWrite = asCount(input?.['cacheWrite']);
  const reasoning = asCount(output?.['reasoning']);
  const cached = (cacheRead ?? 0) + (cacheWrite ?? 0);
  const uncached = asCount(input?.['noCache']) ?? without(asCount(input?.['total']), cached);
  const rest = without(asCount(output?.['total']), reasoning ?? 0) ?? asCount(output?.['text']);
  return classes(uncached, cacheRead, cacheWrite, rest, reasoning);
}

function convertFlat(
  told: Dictionary,
  raw: Dictionary | undefined,
  { providerMetadata, provider }: UsageSources,
): TokenUsage | undefined {
  const own = mergedMetadata(providerMetadata);
  // Specification 1 has NaN for what it does not know.
  const input = asCount(told['inputTokens'] ?? told['promptTokens'] ?? told['tokens']);
  const output = asCount(told['outputTokens'] ?? told['completionTokens']);
  const cacheRead =
    asCount(told['cachedInputTokens']) ??
    asCount(own['cachedPromptTokens']) ??
    asCount(own['cacheReadInputTokens']) ??
    asCount(own['promptCacheHitTokens']);
  const cacheWrite =
    asCount(own['cacheCreationInputTokens']) ?? asCount(own['cacheWriteInputTokens']);
  const reasoning =
    asCount(told['reasoningTokens']) ??
    asCount(own['reasoningTokens']) ??
    asCount(raw?.['thoughtsTokenCount']);
  const cached = (cacheRead ?? 0) + (cacheWrite ?? 0);
  const leavesOutCache = /anthropic|bedrock|claude/u.test(provider) || cached > (input ?? 0);
  const total = asCount(told['totalTokens']) ?? asCount(raw?.['totalTokenCount']);
  const isBeside =
    reasoning !== undefined &&
    reasoning > 0 &&
    output !== undefined &&
    (reasoning > output || total === (input ?? 0) + output + reasoning);
  return classes(
    leavesOutCache ? input : without(input, cached),
    cacheRead,
    cacheWrite,
    isBeside ? output : without(output, reasoning ?? 0),
    reasoning,
  );
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

function classes(
  input: number | undefined,
  cacheRead: number | undefined,
  cacheWrite: number | undefined,
  output: number | undefined,
  reasoning: number | undefined,
): TokenUsage | undefined {
  if (input === undefined && output === undefined) return undefined;
  const usage: TokenUsage = {};
  if (input !== undefined) usage.input = input;
  if (cacheRead !== undefined) usage.cacheRead = cacheRead;
  if (cacheWrite !== undefined) usage.cacheWrite = cacheWrite;
  if (output !== undefined) usage.output = output;
  if (reasoning !== undefined) usage.reasoning = reasoning;
  return usage;
}

/** What only the provider's own object tells: cache lifetimes, modalities, searches. */
function refine(usage: TokenUsage, raw: Dictionary): void {
  const creation = asDictionary(raw['cache_creation']);
  const oneHour = asCount(creation?.['ephemeral_1h_input_tokens']);
  if (oneHour !== undefined && usage.cacheWrite !== undefined) {
    usage.cacheWrite1h = Math.min(oneHour, usage.cacheWrite);
    usage.cacheWrite -= usage.cacheWrite1h;
  }
  const searches =
    asCount(asDictionary(raw['server_tool_use'])?.['web_search_requests']) ??
    asCount(raw['num_search_queries']);
  if (searches !== undefined) usage.webSearches = searches;
  const prompt = asDictionary(raw['prompt_tokens_details'] ?? raw['input_tokens_details']);
  const completion = asDictionary(raw['completion_tokens_details'] ?? raw['output_tokens_details']);
  const modalities = {
    inputAudio: asCount(prompt?.['audio_tokens']) ?? modality(raw['promptTokensDetails'], 'AUDIO'),
    inputImage: asCount(prompt?.['image_tokens']) ?? modality(raw['promptTokensDetails'], 'IMAGE'),
    inputVideo: modality(raw['promptTokensDetails'], 'VIDEO'),
    outputAudio:
      asCount(completion?.['audio_tokens']) ?? modality(raw['candidatesTokensDetails'], 'AUDIO'),
    outputImage:
      asCount(completion?.['image_tokens']) ?? modality(raw['candidatesTokensDetails'], 'IMAGE'),
  } as const;
  for (const [name, tokens] of Object.entries(modalities)) {
    if (tokens !== undefined && tokens > 0) usage[name as keyof typeof modalities] = tokens;
  }
}

/** Tokens of one modality in a list of Gemini's. */
function modality(details: unknown, wanted: string): number | undefined {
  if (!Array.isArray(details)) return undefined;
  const found = details.map(asDictionary).find((entry) => entry?.['modality'] === wanted);
  return asCount(found?.['tokenCount']);
}

function without(total: number | undefined, part: number): number | undefined {
  if (total === undefined) return undefined;
  return part > total ? total : total - part;
}
