import { asDictionary, asString } from '../../../providers/read.ts';

/** The first version of Azure's API that takes `stream_options`, by its date. */
const FIRST_WITH_STREAM_OPTIONS = '2024-09-01';

/** The API that goes by no date, such as `https://name.openai.azure.com/openai/v1/`. */
const UNDATED_API = /\/openai\/v1(?:\/|$)/;

/**
 * Whether Azure takes `stream_options` in the version of its API that a request goes to. Older ones
 * answer 400, and one that nobody can tell may be older.
 *
 * @see https://learn.microsoft.com/en-us/azure/ai-foundry/openai/reference-preview and the pages of
 *   the versions before
 */
export function azureTakesStreamOptions(baseURL: string, apiVersion: string | undefined): boolean {
  if (UNDATED_API.test(URL.canParse(baseURL) ? new URL(baseURL).pathname : '')) return true;
  if (apiVersion === 'preview' || apiVersion === 'latest') return true;
  const date = /^(\d{4}-\d{2}-\d{2})(?:-preview)?$/.exec(apiVersion ?? '')?.[1];
  return date !== undefined && date >= FIRST_WITH_STREAM_OPTIONS;
}

/** The `api-version` that the SDK sends, wherever it was given. */
export function apiVersionOf(client: unknown, requestOptions: unknown): string | undefined {
  const fields = asDictionary(client);
  const baseURL = asString(fields?.['baseURL']) ?? '';
  return (
    versionIn(asDictionary(requestOptions)?.['query']) ??
    versionIn(asDictionary(fields?.['_options'])?.['defaultQuery']) ??
    asString(fields?.['apiVersion']) ??
    (URL.canParse(baseURL) ? new URL(baseURL).searchParams.get('api-version') : undefined) ??
    undefined
  );
}

function versionIn(query: unknown): string | undefined {
  return asString(asDictionary(query)?.['api-version']);
}
