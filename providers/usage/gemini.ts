import type { TokenUsage } from '../../conventions/index.ts';
import { type Dictionary, asArray, asCount, asDictionary } from '../read.ts';

/**
 * Turns Gemini's `usageMetadata` into disjoint classes. The prompt includes what came from a cache;
 * what tools put into the prompt and the thoughts stand outside of prompt and candidates. Where a
 * server counts them inside, its own total tells, and the total wins.
 *
 * Returns `undefined` when the object counts nothing.
 *
 * @see https://ai.google.dev/api/generate-content#UsageMetadata
 */
export function convertGeminiUsage(raw: unknown): TokenUsage | undefined {
  const wire = asDictionary(raw);
  if (wire === undefined) return undefined;
  const prompt = asCount(wire['promptTokenCount']);
  const told = asCount(wire['candidatesTokenCount']) ?? asCount(wire['responseTokenCount']);
  const thoughts = asCount(wire['thoughtsTokenCount']);
  const toolPrompt = asCount(wire['toolUsePromptTokenCount']) ?? 0;
  const total = asCount(wire['totalTokenCount']);
  if (prompt === undefined && told === undefined && thoughts === undefined) {
    return total === undefined ? undefined : { input: total, total };
  }

  const candidates = told ?? restOf(total, (prompt ?? 0) + toolPrompt + (thoughts ?? 0));
  const plain = (prompt ?? 0) + (candidates ?? 0);
  const outside = plain + toolPrompt + (thoughts ?? 0);
  const thoughtsInside = total === plain + toolPrompt && total !== outside;
  const toolsInside = total === plain + (thoughts ?? 0) && total !== outside;
  const cached = asCount(wire['cachedContentTokenCount']);
  const input = prompt === undefined ? undefined : prompt + (toolsInside ? 0 : toolPrompt);
  const usage: TokenUsage = {};
  if (input !== undefined) usage.input = Math.max(0, input - (cached ?? 0));
  if (cached !== undefined) usage.cacheRead = cached;
  if (candidates !== undefined) {
    usage.output = Math.max(0, candidates - (thoughtsInside ? (thoughts ?? 0) : 0));
  }
  if (thoughts !== undefined) usage.reasoning = thoughts;
  if (total !== undefined) usage.total = total;
  addModalities(usage, wire);
  return usage;
}

/** A count that the total shows though nobody names it. */
function restOf(total: number | undefined, known: number): number | undefined {
  return total !== undefined && total > known ? total - known : undefined;
}

type Modalities = Partial<Record<string, number>>;

function addModalities(usage: TokenUsage, wire: Dictionary): void {
  const input = sumOf(wire['promptTokensDetails'], wire['toolUsePromptTokensDetails']);
  const cached = sumOf(wire['cacheTokensDetails']);
  const output = sumOf(wire['candidatesTokensDetails'] ?? wire['responseTokensDetails']);
  put(usage, 'inputText', input['TEXT']);
  put(usage, 'inputAudio', input['AUDIO']);
  put(usage, 'inputImage', input['IMAGE']);
  put(usage, 'inputVideo', input['VIDEO']);
  put(usage, 'cacheReadAudio', cached['AUDIO']);
  put(usage, 'cacheReadImage', cached['IMAGE']);
  // Thoughts are text that the candidates' details leave out.
  const text = output['TEXT'];
  put(usage, 'outputText', text === undefined ? undefined : text + (usage.reasoning ?? 0));
  put(usage, 'outputAudio', output['AUDIO']);
  put(usage, 'outputImage', output['IMAGE']);
}

function sumOf(...lists: readonly unknown[]): Modalities {
  const sums: Modalities = {};
  for (const list of lists) {
    for (const item of asArray(list) ?? []) {
      const entry = asDictionary(item);
      const modality = entry?.['modality'];
      const tokens = asCount(entry?.['tokenCount']) ?? asCount(entry?.['tokens']);
      if (typeof modality !== 'string' || tokens === undefined) continue;
      const name = modality.toUpperCase();
      sums[name] = (sums[name] ?? 0) + tokens;
    }
  }
  return sums;
}

function put(usage: TokenUsage, field: keyof TokenUsage, tokens: number | undefined): void {
  if (tokens !== undefined) usage[field] = tokens;
}

/**
 * Adds the counts of one stream chunk to those of the chunks before. Each count is the sum so far,
 * and a later chunk may leave out what an earlier one had.
 */
export function mergeUsage(before: Dictionary | undefined, chunk: Dictionary): Dictionary {
  if (before === undefined) return chunk;
  const merged: Record<string, unknown> = { ...before };
  for (const [name, value] of Object.entries(chunk)) {
    if (value !== undefined && value !== null) merged[name] = value;
  }
  return merged;
}

/**
 * The same for an interaction's `usage`, whose names differ.
 *
 * @see https://ai.google.dev/api/interactions-api
 */
export function convertInteractionUsage(raw: unknown): TokenUsage | undefined {
  const wire = asDictionary(raw);
  return (
    wire &&
    convertGeminiUsage({
      promptTokenCount: wire['total_input_tokens'],
      cachedContentTokenCount: wire['total_cached_tokens'],
      toolUsePromptTokenCount: wire['total_tool_use_tokens'],
      candidatesTokenCount: wire['total_output_tokens'],
      thoughtsTokenCount: wire['total_thought_tokens'],
      totalTokenCount: wire['total_tokens'],
      promptTokensDetails: wire['input_tokens_by_modality'],
      toolUsePromptTokensDetails: wire['tool_use_tokens_by_modality'],
      cacheTokensDetails: wire['cached_tokens_by_modality'],
      candidatesTokensDetails: wire['output_tokens_by_modality'],
    })
  );
}
