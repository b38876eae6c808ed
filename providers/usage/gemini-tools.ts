import { type Dictionary, asArray, asCount, asDictionary, asString } from '../read.ts';
import { HostedUse, type HostedUnit } from './hosted-use.ts';
import type { ServedBy } from './openai.ts';

/** Models before Gemini 3, which are billed for each prompt that was grounded and not for its searches. */
const BY_PROMPT = /gemini-(?:1|2|live-2|pro\b|flash-1)/;

/** Tools and steps whose whole price is in tokens. */
const UNBILLED =
  /^(?:function|code_execution|url_context|mcp_server_tool|processing|media_processing|tool_type_unspecified)$/;

/** Units of tools by what parts and steps call them. */
const UNIT_OF_TOOL: Readonly<Partial<Record<string, HostedUnit>>> = {
  google_search: 'webSearches',
  google_search_web: 'webSearches',
  google_search_image: 'webSearches',
  google_maps: 'mapSearches',
};

/**
 * What grounding an answer comes to, as its candidates come in: in a stream each chunk may tell it
 * again, so the most counts.
 *
 * - From Gemini 3 on each search is billed once, empty ones left aside; before, the prompt.
 * - Where only places of Google Maps were found, the searches were of maps.
 * - Data of the customer's own in Vertex AI Search is billed by the request; file stores and RAG
 *   corpora cost tokens alone.
 * - Reading URLs and running code cost tokens alone.
 *
 * Free daily and monthly allowances are shared by a project and told by no answer, so every search
 * counts; whoever stays within them sets the rate to 0 in the price overlay.
 *
 * @see https://ai.google.dev/gemini-api/docs/pricing
 * @see https://cloud.google.com/vertex-ai/generative-ai/pricing
 */
export class Grounding {
  readonly #counts = new Map<HostedUnit, number>();
  readonly #others = new Set<string>();
  readonly #isEnterprise: boolean;

  /** @param isEnterprise whether the request asked for the web for enterprises: no answer tells. */
  constructor(isEnterprise = false) {
    this.#isEnterprise = isEnterprise;
  }

  /** Takes in a candidate; whether it tells of a tool. */
  addCandidate(candidate: Dictionary, served: ServedBy): boolean {
    const metadata = asDictionary(candidate['groundingMetadata']);
    if (metadata !== undefined) this.addMetadata(metadata, served);
    for (const value of asArray(asDictionary(candidate['content'])?.['parts']) ?? []) {
      const tool = asString(asDictionary(asDictionary(value)?.['toolCall'])?.['toolType']);
      if (tool !== undefined) this.#addUncounted(tool.toLowerCase());
    }
    return this.#counts.size + this.#others.size > 0;
  }

  addMetadata(metadata: Dictionary, served: ServedBy): void {
    const chunks = (asArray(metadata['groundingChunks']) ?? []).map(asDictionary);
    const queries = new Set(
      [metadata['webSearchQueries'], metadata['imageSearchQueries']]
        .flatMap((list) => asArray(list) ?? [])
        .filter((query) => typeof query === 'string' && query.trim() !== ''),
    ).size;
    const hasPlaces =
      metadata['googleMapsWidgetContextToken'] != null || chunks.some((chunk) => chunk?.['maps']);
    const hasPages = metadata['searchEntryPoint'] != null || chunks.some((chunk) => chunk?.['web']);
    if (queries > 0 && (hasPages || !hasPlaces)) {
      if (this.#isEnterprise) this.#others.add('enterprise_web_search');
      else this.#add('webSearches', queries, served);
    }
    if (hasPlaces) this.#add('mapSearches', hasPages ? 1 : Math.max(1, queries), served);
    if (served.provider === 'gcp.vertex_ai' && chunks.some(isOfOwnData)) {
      this.#add('fileSearches', 1, served);
    }
  }

  /** Takes over what an interaction counts, and the steps that nothing counts. */
  addInteraction(body: Dictionary, served: ServedBy): void {
    for (const value of asArray(asDictionary(body['usage'])?.['grounding_tool_count']) ?? []) {
      const tool = asDictionary(value);
      const count = asCount(tool?.['count']) ?? 0;
      const name = asString(tool?.['type']);
      if (name === undefined || count === 0) continue;
      const unit = UNIT_OF_TOOL[name];
      if (unit !== undefined) this.#add(unit, count, served);
      else if (name === 'retrieval' && served.provider === 'gcp.vertex_ai') {
        this.#add('fileSearches', count, served);
      } else if (name !== 'retrieval') this.#addUncounted(name);
    }
    for (const value of asArray(body['steps']) ?? asArray(body['outputs']) ?? []) {
      const name = /^(\w+)_call$/.exec(asString(asDictionary(value)?.['type']) ?? '')?.[1];
      if (name !== undefined) this.#addUncounted(name);
    }
  }

  use(): HostedUse {
    const use = new HostedUse();
    for (const [unit, count] of this.#counts) use.state(unit, count);
    for (const tool of this.#others) use.name(tool);
    return use;
  }

  #add(unit: HostedUnit, count: number, { model }: ServedBy): void {
    const billed = BY_PROMPT.test(model ?? '') ? Math.min(1, count) : count;
    this.#counts.set(unit, Math.max(billed, this.#counts.get(unit) ?? 0));
  }

  /** A tool that no count tells of, where that is not because it costs nothing. */
  #addUncounted(name: string): void {
    const isKnown =
      UNIT_OF_TOOL[name] !== undefined ||
      UNBILLED.test(name) ||
      name === 'file_search' ||
      name === 'retrieval';
    if (!isKnown) this.#others.add(name);
  }
}

function isOfOwnData(chunk: Dictionary | undefined): boolean {
  const found = asDictionary(chunk?.['retrievedContext']);
  return found !== undefined && found['ragChunk'] == null && found['fileSearchStore'] == null;
}

/** The same for a whole answer, with names as the SDK or as other hosts spell them. */
export function hostedUseOfGemini(body: Dictionary, served: ServedBy): HostedUse {
  const grounding = new Grounding();
  for (const value of asArray(body['candidates']) ?? []) {
    const candidate = asDictionary(value);
    if (candidate !== undefined) grounding.addCandidate(candidate, served);
  }
  if (asDictionary(body['usage'])?.['total_input_tokens'] !== undefined) {
    grounding.addInteraction(body, served);
  }
  return grounding.use();
}
