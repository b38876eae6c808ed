import type { HostedUnit } from './usage/hosted-use.ts';
import { type Dictionary, asString } from './read.ts';

/** Units of the tools that a request may offer, by the beginning of their names. */
const UNITS: readonly (readonly [RegExp, HostedUnit])[] = [
  [/^web_search_preview/, 'webSearchPreviews'],
  [/^(?:web_search|x_search|google_search|enterprise_web_search|browser_search)/, 'webSearches'],
  [/^google_maps/, 'mapSearches'],
  [/^(?:file_search|collections_search|document_library|vertex_rag_store)/, 'fileSearches'],
  [/^code_(?:interpreter|execution)/, 'codeExecutions'],
];

/** Tools that Gemini runs once for a prompt, each a field of its own. */
const FIELDS: Readonly<Partial<Record<string, HostedUnit>>> = {
  googleSearch: 'webSearches',
  google_search: 'webSearches',
  googleSearchRetrieval: 'webSearches',
  enterpriseWebSearch: 'webSearches',
  googleMaps: 'mapSearches',
  google_maps: 'mapSearches',
  retrieval: 'fileSearches',
};

/** What a tool that a request offers is counted in, where the provider runs it and counts it. */
export function unitOfTool(tool: Dictionary): HostedUnit | undefined {
  // The AI SDK's tools have ids such as `openai.web_search`.
  const name = asString(tool['id'])?.replace(/^.*\./, '') ?? asString(tool['type']);
  return name === undefined ? undefined : UNITS.find(([pattern]) => pattern.test(name))?.[1];
}

/** The same for a field of a tool, as Gemini writes them. */
export function unitOfToolField(field: string): HostedUnit | undefined {
  return Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined;
}
