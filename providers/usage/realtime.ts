import type { TokenUsage } from '../../conventions/index.ts';

/** Bytes of a second of audio, by the name of its format: 24 kHz of 16 bits, or 8 kHz of 8. */
function bytesASecond(format: string): number {
  return format.startsWith('g711') || format.includes('pcmu') || format.includes('pcma')
    ? 8_000
    : 48_000;
}

/**
 * Tokens of audio by its length. What is heard takes a token each 100 ms, what is said one each 50.
 *
 * @param base64 characters of base64
 * @see https://platform.openai.com/docs/guides/realtime-costs
 */
export function audioTokens(base64: number, format: string, direction: 'in' | 'out'): number {
  const seconds = (base64 * 3) / 4 / bytesASecond(format);
  return Math.ceil(seconds * (direction === 'in' ? 10 : 20));
}

/** The estimated usage of an answer that broke off. */
export function brokenOffUsage(
  input: number,
  inputAudio: number,
  outputText: number,
  outputAudio: number,
): TokenUsage {
  const usage: TokenUsage = { input: input + inputAudio, output: outputText + outputAudio };
  if (inputAudio > 0) usage.inputAudio = inputAudio;
  if (outputAudio > 0) usage.outputAudio = outputAudio;
  return usage;
}
