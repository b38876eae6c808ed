import { asDictionary, asString } from '../../../providers/read.ts';

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
