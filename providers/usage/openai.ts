import type { TokenUsage } from '../../conventions/index.ts';
import { type Dictionary, asCount, asDictionary } from '../read.ts';

/** Who answered: rules differ by provider, and behind an unknown host by the model's family. */
export interface ServedBy {
  readonly provider: string;
  readonly model: string | undefined;
}

function isGemini({ provider, model }: ServedBy): boolean {
  return provider.startsWith('gcp.') || (model?.includes('gemini') ?? false);
}

function isGrok({ provider, model }: ServedBy): boolean {
  return provider === 'x_ai' || (model?.includes('grok') ?? false);
}

function isPerplexity({ provider, model }: ServedBy): boolean {
  return provider === 'perplexity' || (model?.includes('sonar') ?? false);
}

/**
 * Turns an OpenAI-shaped usage object into disjoint classes. Chat completions, responses, images,
 * audio and the many compatible servers share the shape but not its meaning:
 *
 * - `prompt_tokens` and `input_tokens` include cached tokens, except on servers whose cached count
 *   exceeds them.
 * - `completion_tokens` includes reasoning, except on xAI chat and Perplexity's deep research, and
 *   wherever the total says so. A gateway's estimate of reasoning may exceed the completion it is in.
 * - Gemini's compatible endpoint shows thinking only as the rest of `total_tokens`.
 *
 * Returns `undefined` when the object counts nothing.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/object
 * @see https://docs.x.ai/docs/guides/reasoning
 */
export function convertOpenAiUsage(raw: unknown, served: ServedBy): TokenUsage | undefined {
  const wire = asDictionary(raw);
  if (wire === undefined) return undefined;
  const prompt = asCount(wire['prompt_tokens']) ?? asCount(wire['input_tokens']);
  const completion = asCount(wire['completion_tokens']) ?? asCount(wire['output_tokens']);
  // Mistral bills audio by the second and has its tokens in the total alone; 0 stands for no audio.
  const mistralSeconds = asCount(wire['prompt_audio_seconds']) || undefined;
  const seconds = asCount(wire['seconds']) ?? mistralSeconds;
  if (prompt === undefined && completion === undefined && seconds === undefined) return undefined;

  const promptDetails = details(
    wire,
    'prompt_tokens_details',
    'input_tokens_details',
    'input_token_details',
  );
  const completionDetails = details(
    wire,
    'completion_tokens_details',
    'output_tokens_details',
    'output_token_details',
  );
  const total = asCount(wire['total_tokens']);
  const cacheTold = readCacheRead(wire, promptDetails);
  // Of a prompt that leaves out the audio, what is cached beyond it can only be that audio.
  const isOfAudio = mistralSeconds !== undefined && (cacheTold ?? 0) > (prompt ?? 0);
  const cacheRead = isOfAudio ? undefined : cacheTold;
  const cacheWrite =
    asCount(promptDetails?.['cache_write_tokens']) ??
    asCount(promptDetails?.['cache_creation_tokens']) ??
    asCount(wire['cache_creation_input_tokens']);
  const cached = (cacheRead ?? 0) + (cacheWrite ?? 0);

  // Cached tokens beyond the prompt can only mean that the prompt leaves them out, and so can a total
  // that holds them besides, unless it is reasoning that it holds.
  const holdsReasoning = isGrok(served) || isGemini(served);
  const isBeside =
    prompt !== undefined &&
    (cached > prompt ||
      (cached > 0 && !holdsReasoning && total === prompt + cached + (completion ?? 0)));
  const usage: TokenUsage = {
    input: prompt === undefined || isBeside ? prompt : prompt - cached,
    total,
  };
  if (cacheRead !== undefined) usage.cacheRead = cacheRead;
  if (cacheWrite !== undefined) usage.cacheWrite = cacheWrite;
  splitOutput(usage, { wire, completionDetails, prompt, completion, total, served });
  readModalities(usage, promptDetails, completionDetails);
  if (seconds !== undefined) usage.inputAudioSeconds = seconds;
  if (mistralSeconds !== undefined) delete usage.inputAudio;
  const searches = asCount(wire['num_search_queries']);
  if (searches !== undefined) usage.webSearches = searches;
  // The sum is only comparable where the provider counts what we count.
  if (cached > (prompt ?? 0) || mistralSeconds !== undefined) usage.total = undefined;
  return usage;
}

/** For what has no output: some servers, such as Voyage and Jina, tell its tokens as a total only. */
export function convertInputTotal(raw: unknown): TokenUsage | undefined {
  const total = asCount(asDictionary(raw)?.['total_tokens']);
  return total === undefined ? undefined : { input: total };
}

function details(wire: Dictionary, ...names: readonly string[]): Dictionary | undefined {
  for (const name of names) {
    const found = asDictionary(wire[name]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The spellings of cached input: OpenAI, DeepSeek, Moonshot, Mistral, Anthropic-compatible. */
function readCacheRead(
  wire: Dictionary,
  promptDetails: Dictionary | undefined,
): number | undefined {
  return (
    asCount(promptDetails?.['cached_tokens']) ??
    asCount(wire['prompt_cache_hit_tokens']) ??
    asCount(wire['cached_tokens']) ??
    asCount(wire['num_cached_tokens']) ??
    asCount(wire['cache_read_input_tokens'])
  );
}

interface OutputCounts {
  readonly wire: Dictionary;
  readonly completionDetails: Dictionary | undefined;
  readonly prompt: number | undefined;
  readonly completion: number | undefined;
  readonly total: number | undefined;
  readonly served: ServedBy;
}

function splitOutput(usage: TokenUsage, counts: OutputCounts): void {
  const { wire, completionDetails, prompt, completion, total, served } = counts;
  if (completion === undefined) return;
  const visible = (prompt ?? 0) + completion;
  const reasoning =
    asCount(completionDetails?.['reasoning_tokens']) ?? asCount(wire['reasoning_tokens']);
  if (reasoning === undefined) {
    usage.output = completion;
    const rest = total === undefined ? 0 : total - visible;
    if (rest > 0 && isGemini(served)) usage.reasoning = rest;
    return;
  }
  const isOutside =
    total === undefined
      ? reasoning > completion || (isGrok(served) && 'completion_tokens' in wire)
      : total === visible
        ? reasoning > completion && isPerplexity(served)
        : reasoning > completion || total === visible + reasoning;
  usage.reasoning = isOutside ? reasoning : Math.min(reasoning, completion);
  usage.output = isOutside ? completion : completion - usage.reasoning;
}

function readModalities(
  usage: TokenUsage,
  prompt: Dictionary | undefined,
  completion: Dictionary | undefined,
): void {
  const put = (field: keyof TokenUsage, value: unknown): void => {
    const count = asCount(value);
    if (count !== undefined && count > 0) usage[field] = count;
  };
  put('inputText', prompt?.['text_tokens']);
  put('inputAudio', prompt?.['audio_tokens']);
  put('inputImage', prompt?.['image_tokens']);
  put('inputVideo', prompt?.['video_tokens']);
  const cachedDetails = asDictionary(prompt?.['cached_tokens_details']);
  put('cacheReadAudio', cachedDetails?.['audio_tokens']);
  put('cacheReadImage', cachedDetails?.['image_tokens']);
  put('outputText', completion?.['text_tokens']);
  put('outputAudio', completion?.['audio_tokens']);
  put('outputImage', completion?.['image_tokens']);
}
