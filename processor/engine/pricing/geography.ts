/**
 * What the place of inference adds. Bedrock's places are models of their own in the price book.
 */

/** Place → factor on every token rate. */
export type GeoPrices = ReadonlyMap<string, number>;

const LABELLED_DOMAINS: readonly string[] = ['.api.openai.com', '.api.x.ai'];
/**
 * A region of Vertex AI has a host of its own, and so have the regions of a continent together.
 * @see https://docs.cloud.google.com/vertex-ai/generative-ai/docs/learn/locations
 */
const VERTEX_HOST =
  /^(?:([a-z0-9-]{2,40})-aiplatform|aiplatform\.([a-z0-9-]{2,40})\.rep)\.googleapis\.com$/;

/**
 * `eu.api.openai.com` → `eu`, `us-east5-aiplatform.googleapis.com` → `us-east5`; `undefined` for a
 * plain host and for anything else.
 */
function regionOfHost(host: string | undefined): string | undefined {
  if (host === undefined || host.length > 80) return undefined;
  const name = host.toLowerCase();
  for (const domain of LABELLED_DOMAINS) {
    if (name.endsWith(domain)) {
      const label = name.slice(0, -domain.length);
      return label === '' || label.includes('.') ? undefined : label;
    }
  }
  const vertex = VERTEX_HOST.exec(name);
  return vertex?.[1] ?? vertex?.[2];
}

/** Words of providers that name no place; the host may name one. */
const UNTOLD: ReadonlySet<string> = new Set(['not_available', '']);

/** The place of a call: what the answer says of it, else its host, else what is known beforehand. */
export function placeOf(
  told: string | undefined,
  host: string | undefined,
  known: string | undefined,
): string | undefined {
  const place = told?.trim().toLowerCase();
  return place === undefined || UNTOLD.has(place) ? (regionOfHost(host) ?? known) : place;
}

/** OpenAI charges residency for models released on or after 2026-03-05: GPT-5.4 was the first. */
const OPENAI_MODELS_WITH_UPLIFT = /^gpt-(?:5[.-][4-9]|[6-9]|image-2|realtime-2)/;
/** Claude up to 4.1, which costs the same everywhere. */
const CLAUDE_WITHOUT_UPLIFT =
  /claude-(?:v?[123](?![0-9])|instant|4-(?:opus|sonnet)|(?:opus|sonnet)-4(?:-[01])?(?:[@-]20\d{6}|@.*|$))/;
/** Of Gemini, those that Google sells by region at another price. */
const GEMINI_WITH_UPLIFT = /^gemini-(?:3\.[5-9]|[4-9])/;

const UPLIFT = 1.1;

/**
 * The built-in factor of a place.
 *
 * @see https://developers.openai.com/api/docs/guides/data-residency (10 %, models from 2026-03-05)
 * @see https://platform.claude.com/docs/en/about-claude/pricing (10 % on all token classes for US-only
 *   inference, and outside of Vertex AI's global endpoint from Claude 4.5 on)
 * @see https://cloud.google.com/vertex-ai/generative-ai/pricing (10 % outside of the global endpoint)
 * @see https://azure.microsoft.com/pricing/details/azure-openai (10 % for data zones and regions)
 * @see https://docs.x.ai/developers/regions (10 % on the US endpoint)
 */
export function geoFactor(bookId: string, modelId: string, place: string | undefined): number {
  if (place === undefined || place === 'global') return 1;
  const id = modelId.toLowerCase();
  if (id.includes('claude') && bookId !== 'aws') {
    return CLAUDE_WITHOUT_UPLIFT.test(id) ? 1 : UPLIFT;
  }
  switch (bookId) {
    case 'openai':
      return OPENAI_MODELS_WITH_UPLIFT.test(id) ? UPLIFT : 1;
    case 'google':
      return GEMINI_WITH_UPLIFT.test(id) ? UPLIFT : 1;
    case 'azure':
      return UPLIFT;
    case 'x-ai':
      return place === 'us' ? UPLIFT : 1;
    default:
      return 1;
  }
}
