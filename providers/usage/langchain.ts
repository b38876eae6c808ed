import type { TokenUsage } from '../../conventions/index.ts';
import { type Dictionary, asCount, asDictionary } from '../read.ts';
import type { ServedBy } from './openai.ts';
import { usageOf } from './token-counts.ts';

/**
 * Disjoint classes of LangChain's `usage_metadata`, whose input and output have their parts inside.
 * Versions of some models hand on an input that leaves cached tokens out, which the numbers tell.
 *
 * @see https://docs.langchain.com/oss/javascript/langchain/messages
 */
export function convertLangChainUsage(
  metadata: unknown,
  served?: ServedBy,
): TokenUsage | undefined {
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
  const input = asCount(usage['input_tokens']);
  const output = asCount(usage['output_tokens']);
  const total = asCount(usage['total_tokens']);
  const reasoning = asCount(out?.['reasoning']);
  // Of Gemini it leaves out what tools put into the prompt, and some versions the thoughts: the
  // total alone shows them.
  const isGemini = served?.provider.startsWith('gcp.') === true;
  const outside = isGemini ? Math.max(0, (total ?? 0) - (input ?? 0) - (output ?? 0)) : 0;
  const isThought = reasoning === undefined && outside > 0;
  const found = usageOf({
    input: input === undefined || isThought ? input : input + outside,
    output: output === undefined || !isThought ? output : output + outside,
    cacheRead: asCount(into?.['cache_read']),
    cacheWrite: written,
    cacheWrite1h: oneHour,
    reasoning: isThought ? outside : reasoning,
    total,
    cache: 'inside',
  });
  if (found === undefined) return undefined;
  readModalities(found, into, out);
  return found;
}

const MODALITIES = [
  ['inputText', 'text'],
  ['inputAudio', 'audio'],
  ['inputImage', 'image'],
  ['inputVideo', 'video'],
] as const;

const OUTPUT_MODALITIES = [
  ['outputText', 'text'],
  ['outputAudio', 'audio'],
  ['outputImage', 'image'],
] as const;

function readModalities(
  usage: TokenUsage,
  into: Dictionary | undefined,
  out: Dictionary | undefined,
): void {
  const put = (name: keyof TokenUsage, value: unknown): void => {
    const tokens = asCount(value);
    if (tokens !== undefined && tokens > 0) usage[name] = tokens;
  };
  for (const [name, key] of MODALITIES) put(name, into?.[key]);
  for (const [name, key] of OUTPUT_MODALITIES) put(name, out?.[key]);
  // Thoughts are text that the details leave out.
  if (usage.outputText !== undefined) usage.outputText += usage.reasoning ?? 0;
}
