/**
 * What the place of inference adds. Bedrock's and Azure's places are models of their own in the
 * price book, so only first-party APIs are here.
 */

/** Place → factor on every token rate. */
export type GeoPrices = ReadonlyMap<string, number>;

/** `eu.api.openai.com` → `eu`; `undefined` for the plain host and for anything else. */
export function regionOfHost(host: string | undefined): string | undefined {
  if (host === undefined || host.length > 64) return undefined;
  for (const domain of ['.api.openai.com', '.api.x.ai']) {
    if (host.endsWith(domain)) {
      const label = host.slice(0, -domain.length).toLowerCase();
      return label === '' || label.includes('.') ? undefined : label;
    }
  }
  return undefined;
}

/** OpenAI charges residency for models released on or after 2026-03-05: GPT-5.4 was the first. */
const OPENAI_MODELS_WITH_UPLIFT = /^gpt-(?:5[.-][4-9]|[6-9])/;
const NO_PLACE: ReadonlySet<string> = new Set(['global', 'not_available', '']);

/**
 * The built-in factor of a place.
 *
 * @see https://developers.openai.com/api/docs/guides/data-residency (10 %, models from 2026-03-05)
 * @see https://platform.claude.com/docs/en/about-claude/pricing (US-only inference: 1.1 on all
 *   token classes; models older than Opus 4.6 report `not_available`)
 * @see https://docs.x.ai/developers/regions (10 % on the US endpoint)
 */
export function geoFactor(bookId: string, modelId: string, place: string | undefined): number {
  if (place === undefined || NO_PLACE.has(place)) return 1;
  switch (bookId) {
    case 'anthropic':
      return place === 'us' ? 1.1 : 1;
    case 'openai':
      return OPENAI_MODELS_WITH_UPLIFT.test(modelId) ? 1.1 : 1;
    case 'x-ai':
      return place === 'us' ? 1.1 : 1;
    default:
      return 1;
  }
}
