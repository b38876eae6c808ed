import type { TokenUsage } from '../../conventions/index.ts';
import { asArray, asCount, asDictionary } from '../read.ts';

/** The response header with what a request to fal is billed for, in units of the model's own. */
export const FAL_UNITS_HEADER = 'x-fal-billable-units';

/**
 * What a request to fal is billed for: the units that a header of its answer counts, else the images
 * in it.
 *
 * @see https://docs.fal.ai/documentation/model-apis/pricing
 */
export function convertFalUsage(header: string | undefined, data: unknown): TokenUsage | undefined {
  const counted = header === undefined ? undefined : asCount(Number(header));
  if (counted !== undefined) return { modelUnits: counted };
  const images = asArray(asDictionary(data)?.['images'])?.length ?? 0;
  return images > 0 ? { images } : undefined;
}
