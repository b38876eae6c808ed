import { type TokenUsage, outputTokensOf, usageSince } from '../../conventions/index.ts';
import { providerNameOf } from '../../providers/names.ts';
import { asCount, asDictionary, asString } from '../../providers/read.ts';
import { convertClaudeCodeUsage } from '../../providers/usage/anthropic.ts';

/** What a session has used of one model so far, or in one turn. */
export interface ModelTotals extends TokenUsage {
  costUsd?: number | undefined;
}

export type SessionTotals = ReadonlyMap<string, ModelTotals>;

/** `modelUsage` of a result: running totals of the session, by model. */
export function readTotals(modelUsage: unknown): SessionTotals {
  const totals = new Map<string, ModelTotals>();
  for (const [model, value] of Object.entries(asDictionary(modelUsage) ?? {})) {
    const told = asDictionary(value);
    if (told === undefined) continue;
    const costUsd = asCount(told['costUSD']);
    totals.set(model, {
      ...convertClaudeCodeUsage(told),
      ...(costUsd !== undefined && { costUsd }),
    });
  }
  return totals;
}

/** What `now` has beyond `before`; all of it where the session began anew (`/clear`). */
export function since(before: ModelTotals | undefined, now: ModelTotals): ModelTotals {
  const isAnew = before === undefined || (outputTokensOf(now) ?? 0) < (outputTokensOf(before) ?? 0);
  return usageSince(isAnew ? undefined : before, now);
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
