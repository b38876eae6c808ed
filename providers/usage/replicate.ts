import type { TokenUsage } from '../../conventions/index.ts';
import { type Dictionary, asCount, asDictionary } from '../read.ts';

/** What models count that are priced by what they take and make, in older spellings and newer ones. */
const COUNTS: readonly (readonly [keyof TokenUsage, readonly string[]])[] = [
  ['input', ['token_input_count', 'input_token_count']],
  ['output', ['token_output_count', 'output_token_count']],
  ['inputCharacters', ['character_input_count']],
  ['images', ['image_output_count', 'image_count']],
  ['videoSeconds', ['video_output_duration_seconds']],
];

/**
 * What Replicate measured of a prediction: the tokens, images and seconds that its official models
 * are billed by; of all others the seconds that a machine worked, each model on its own.
 *
 * @see https://replicate.com/docs/topics/billing
 */
export function convertReplicateMetrics(raw: unknown): TokenUsage | undefined {
  const metrics = asDictionary(raw);
  if (metrics === undefined) return undefined;
  const usage: TokenUsage = {};
  for (const [unit, names] of COUNTS) {
    const count = firstCount(metrics, names);
    if (count !== undefined) usage[unit] = count;
  }
  if (Object.keys(usage).length > 0) return usage;
  const seconds = asCount(metrics['predict_time']);
  return seconds === undefined ? undefined : { modelUnits: seconds };
}

function firstCount(metrics: Dictionary, names: readonly string[]): number | undefined {
  for (const name of names) {
    const count = asCount(metrics[name]);
    if (count !== undefined) return count;
  }
  return undefined;
}
