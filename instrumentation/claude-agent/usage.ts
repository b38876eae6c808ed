import { type TokenUsage, usageSince } from '../../conventions/index.ts';
import { providerNameOf } from '../../providers/names.ts';
import { type Dictionary, asCount, asDictionary, asString } from '../../providers/read.ts';

/** What a session has used of one model so far, or in one turn. */
export interface ModelTotals {
  readonly input: number;
  readonly output: number;
  readonly thinking: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly cacheWrite1h: number;
  readonly webSearches: number;
  readonly costUsd: number;
}

const NOTHING: ModelTotals = {
  input: 0,
  output: 0,
  thinking: 0,
  cacheRead: 0,
  cacheWrite: 0,
  cacheWrite1h: 0,
  webSearches: 0,
  costUsd: 0,
};

export type SessionTotals = ReadonlyMap<string, ModelTotals>;

/**
 * `modelUsage` of a result: running totals of the session, by model.
 * @see https://code.claude.com/docs/en/agent-sdk/cost-tracking
 */
export function readTotals(modelUsage: unknown): SessionTotals {
  const totals = new Map<string, ModelTotals>();
  for (const [model, value] of Object.entries(asDictionary(modelUsage) ?? {})) {
    const usage = asDictionary(value);
    if (usage === undefined) continue;
    totals.set(model, {
      input: asCount(usage['inputTokens']) ?? 0,
      output: asCount(usage['outputTokens']) ?? 0,
      thinking: asCount(usage['thinkingTokens']) ?? 0,
      cacheRead: asCount(usage['cacheReadInputTokens']) ?? 0,
      cacheWrite: asCount(usage['cacheCreationInputTokens']) ?? 0,
      cacheWrite1h: asCount(usage['cacheCreationEphemeral1hInputTokens']) ?? 0,
      webSearches: asCount(usage['webSearchRequests']) ?? 0,
      costUsd: asCount(usage['costUSD']) ?? 0,
    });
  }
  return totals;
}

/** What `now` has beyond `before`; all of it where the session began anew (`/clear`). */
export function since(before: ModelTotals | undefined, now: ModelTotals): ModelTotals {
  const isAnew = before === undefined || now.output < before.output;
  return usageSince(isAnew ? undefined : before, now);
}

/** Thinking is inside the output; cached input stands beside the input. */
export function usageOf(totals: ModelTotals): TokenUsage {
  const { input, output, thinking, cacheRead, cacheWrite, webSearches } = totals;
  const oneHour = Math.min(totals.cacheWrite1h, cacheWrite);
  const reasoning = Math.min(thinking, output);
  return {
    input,
    cacheRead,
    cacheWrite: cacheWrite - oneHour,
    cacheWrite1h: oneHour > 0 ? oneHour : undefined,
    output: output - reasoning,
    reasoning: reasoning > 0 ? reasoning : undefined,
    webSearches: webSearches > 0 ? webSearches : undefined,
  };
}

/** The same of a usage object of the Messages API. */
export function totalsOfMessage(usage: Dictionary): ModelTotals {
  const creation = asDictionary(usage['cache_creation']);
  const tools = asDictionary(usage['server_tool_use']);
  return {
    ...NOTHING,
    input: asCount(usage['input_tokens']) ?? 0,
    output: asCount(usage['output_tokens']) ?? 0,
    cacheRead: asCount(usage['cache_read_input_tokens']) ?? 0,
    cacheWrite: asCount(usage['cache_creation_input_tokens']) ?? 0,
    cacheWrite1h: asCount(creation?.['ephemeral_1h_input_tokens']) ?? 0,
    webSearches: asCount(tools?.['web_search_requests']) ?? 0,
  };
}

/** Clouds that may serve the model, as Claude Code names them; its other words mean Anthropic. */
const CLOUDS: ReadonlySet<unknown> = new Set(['bedrock', 'anthropicAws', 'vertex', 'foundry']);

export interface ServedModel {
  readonly provider: string;
  /** The id that its price was looked up by. */
  readonly canonical: string | undefined;
  /** False where Claude Code itself had no price and guessed. */
  readonly isPriced: boolean;
}

export function servedModel(modelUsage: unknown, model: string): ServedModel {
  const usage = asDictionary(asDictionary(modelUsage)?.[model]);
  const cloud = asString(usage?.['provider']);
  return {
    provider: providerNameOf(CLOUDS.has(cloud) ? cloud : 'anthropic', undefined),
    canonical: asString(usage?.['canonicalModel']),
    isPriced: usage !== undefined && usage['costBasis'] !== 'unknown',
  };
}
