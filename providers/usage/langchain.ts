import type { TokenUsage } from '../../conventions/index.ts';
import { asCount, asDictionary } from '../read.ts';
import { usageOf } from './token-counts.ts';

/**
 * Disjoint classes of LangChain's `usage_metadata`, whose input and output have their parts inside.
 * Versions of some models hand on an input that leaves cached tokens out, which the numbers tell.
 *
 * @see https://docs.langchain.com/oss/javascript/langchain/messages
 */
export function convertLangChainUsage(metadata: unknown): TokenUsage | undefined {
  const usage = asDictionary(metadata);
  if (usage === undefined) return undefined;
  const into = asDictionary(usage['input_token_details']);
  const out = asDictionary(usage['output_token_details']);
  const fiveMinutes = asCount(into?.['ephemeral_5m_input_tokens']);
  const oneHour =
    asCount(into?.['ephemeral_1h_input_tokens']) ?? asCount(into?.['ephemeral_1hr_input_tokens']);
  const written =
    asCount(into?.['cache_creation']) ??
    (fiveMinutes === undefined && oneHour === undefined
      ? undefined
      : (fiveMinutes ?? 0) + (oneHour ?? 0));
  const found = usageOf({
    input: asCount(usage['input_tokens']),
    output: asCount(usage['output_tokens']),
    cacheRead: asCount(into?.['cache_read']),
    cacheWrite: written,
    cacheWrite1h: oneHour,
    reasoning: asCount(out?.['reasoning']),
    total: asCount(usage['total_tokens']),
    cache: 'inside',
  });
  if (found === undefined) return undefined;
  const inputAudio = asCount(into?.['audio']);
  const outputAudio = asCount(out?.['audio']);
  if (inputAudio !== undefined && inputAudio > 0) found.inputAudio = inputAudio;
  if (outputAudio !== undefined && outputAudio > 0) found.outputAudio = outputAudio;
  return found;
}
