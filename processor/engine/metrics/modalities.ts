import {
  cacheWriteTokensOf,
  inputTokensOf,
  outputTokensOf,
  type TokenUsage,
} from '../../../conventions/index.ts';
import {
  type Series,
  USAGE_CACHE_READ,
  USAGE_CACHE_WRITE,
  USAGE_INPUT,
  USAGE_OUTPUT,
  USAGE_REASONING,
} from './series.ts';

/** Indexes into `MODALITIES`. */
const UNKNOWN = 0;
const TEXT = 1;
const AUDIO = 2;
const IMAGE = 3;

/**
 * Adds to the `gen_ai.client.inference.usage.*` counters: one addition for each modality that was
 * reported, the rest as `unknown`. A call without usage adds a 0, so that it shows.
 * @see https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/gen-ai-token-metrics.md
 */
export function addInferenceUsage(series: Series, usage: TokenUsage | undefined): void {
  if (usage === undefined) {
    series.addUsage(USAGE_INPUT, UNKNOWN, 0);
    series.addUsage(USAGE_OUTPUT, UNKNOWN, 0);
    return;
  }
  const cacheWrite = cacheWriteTokensOf(usage);
  const input = inputTokensOf(usage);
  const output = outputTokensOf(usage);
  addSplit(series, USAGE_INPUT, input ?? 0, usage.inputText, usage.inputAudio, usage.inputImage);
  addSplit(
    series,
    USAGE_OUTPUT,
    output ?? 0,
    usage.outputText,
    usage.outputAudio,
    usage.outputImage,
  );
  if (usage.cacheRead !== undefined) {
    const { cacheRead, cacheReadAudio, cacheReadImage } = usage;
    addSplit(series, USAGE_CACHE_READ, cacheRead, undefined, cacheReadAudio, cacheReadImage);
  }
  if (cacheWrite !== undefined) series.addUsage(USAGE_CACHE_WRITE, UNKNOWN, cacheWrite);
  if (usage.reasoning !== undefined) series.addUsage(USAGE_REASONING, UNKNOWN, usage.reasoning);
}

function addSplit(
  series: Series,
  counter: number,
  total: number,
  text: number | undefined,
  audio: number | undefined,
  image: number | undefined,
): void {
  let rest = total;
  rest -= addPart(series, counter, TEXT, text, rest);
  rest -= addPart(series, counter, AUDIO, audio, rest);
  rest -= addPart(series, counter, IMAGE, image, rest);
  // Nothing left of a total that was told apart needs no series of its own.
  if (rest > 0 || total === 0) series.addUsage(counter, UNKNOWN, rest);
}

/** Never more than is left: the sum over modalities must be the total. */
function addPart(
  series: Series,
  counter: number,
  modality: number,
  tokens: number | undefined,
  most: number,
): number {
  if (tokens === undefined || tokens === 0) return 0;
  const part = Math.min(tokens, most);
  if (part > 0) series.addUsage(counter, modality, part);
  return part;
}
