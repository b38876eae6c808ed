import type { TokenUsage } from '../../conventions/index.ts';
import { asCount, asDictionary } from '../read.ts';

/**
 * Turns the usage of Voyage into disjoint classes: a total, and for what holds pictures the text
 * tokens among it, in the spelling of the wire or of its SDK. The rest of the total are pictures,
 * which have a rate of their own.
 *
 * @see https://docs.voyageai.com/docs/multimodal-embeddings
 */
export function convertVoyageUsage(raw: unknown): TokenUsage | undefined {
  const wire = asDictionary(raw);
  const total = asCount(wire?.['totalTokens'] ?? wire?.['total_tokens']);
  if (wire === undefined || total === undefined) return undefined;
  const usage: TokenUsage = { input: total };
  const pixels = asCount(wire['imagePixels'] ?? wire['image_pixels']) ?? 0;
  const text = asCount(wire['textTokens'] ?? wire['text_tokens']);
  if (pixels > 0 && text !== undefined && text <= total) usage.inputImage = total - text;
  return usage;
}
