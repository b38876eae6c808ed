import type { TokenUsage } from '../../conventions/index.ts';
import { type Dictionary, asCount, asDictionary } from '../read.ts';

/**
 * Turns what Cohere says of a call into disjoint classes. It tells two counts: `tokens`, what the
 * model read and wrote with its own templates around the text, and `billedUnits`, what costs. The
 * billed ones count here; the others only where there are none.
 *
 * `cachedTokens` is a share of the former and has no price of its own, so it is told apart only
 * where it can be a share of the billed input as well.
 *
 * @param counts `usage` of chat v2, `meta` of all else
 * @see https://docs.cohere.com/docs/how-does-cohere-pricing-work
 */
export function convertCohereUsage(counts: unknown): TokenUsage | undefined {
  const told = asDictionary(counts);
  if (told === undefined) return undefined;
  const billed = field(told, 'billedUnits', 'billed_units');
  const usage: TokenUsage = {};
  const units = hasTokens(billed) ? billed : (field(told, 'tokens') ?? billed);
  if (units !== undefined) {
    const images = count(units, 'imageTokens', 'image_tokens');
    const text = count(units, 'inputTokens', 'input_tokens');
    const input = images === undefined ? text : (text ?? 0) + images;
    const cached = count(told, 'cachedTokens', 'cached_tokens');
    const isShare = cached !== undefined && input !== undefined && cached <= input;
    put(usage, 'input', isShare ? input - cached : input);
    put(usage, 'cacheRead', isShare ? cached : undefined);
    put(usage, 'inputImage', images);
    put(usage, 'output', count(units, 'outputTokens', 'output_tokens'));
  }
  put(usage, 'searchUnits', billed && count(billed, 'searchUnits', 'search_units'));
  return Object.keys(usage).length === 0 ? undefined : usage;
}

function hasTokens(units: Dictionary | undefined): boolean {
  return (
    units !== undefined &&
    [
      count(units, 'inputTokens', 'input_tokens'),
      count(units, 'outputTokens', 'output_tokens'),
      count(units, 'imageTokens', 'image_tokens'),
    ].some((tokens) => tokens !== undefined)
  );
}

function put(usage: TokenUsage, name: keyof TokenUsage, value: number | undefined): void {
  if (value !== undefined) usage[name] = value;
}

/** What the SDK does not know keeps its name of the wire. */
function field(object: Dictionary, ...names: readonly string[]): Dictionary | undefined {
  for (const name of names) {
    const found = asDictionary(object[name]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function count(object: Dictionary, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const found = asCount(object[name]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Search units of reranking, where nobody else counts them: one is a query with up to 100 documents.
 * @see https://aws.amazon.com/bedrock/pricing/
 */
export function searchUnitsFor(documents: number): number {
  return Math.max(1, Math.ceil(documents / 100));
}
