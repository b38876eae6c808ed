import type { TokenUsage } from '../../conventions/index.ts';
import { asArray, asCount, asDictionary } from '../read.ts';

/**
 * The tokens of watsonx.ai's text generation. A stream counts its output up to each piece, and its
 * input on one of them only: of what `before` counted, the larger number stays.
 *
 * @see https://cloud.ibm.com/apidocs/watsonx-ai#text-generation
 */
export function convertWatsonxResults(
  results: unknown,
  before: TokenUsage | undefined,
): TokenUsage | undefined {
  let input: number | undefined;
  let output: number | undefined;
  for (const value of asArray(results) ?? []) {
    const result = asDictionary(value);
    const read = asCount(result?.['input_token_count']);
    const written = asCount(result?.['generated_token_count']);
    if (read !== undefined) input = (input ?? 0) + read;
    if (written !== undefined) output = (output ?? 0) + written;
  }
  if (input === undefined && output === undefined) return undefined;
  return { input: larger(input, before?.input), output: larger(output, before?.output) };
}

function larger(count: number | undefined, before: number | undefined): number | undefined {
  return count === undefined ? before : Math.max(count, before ?? 0);
}
