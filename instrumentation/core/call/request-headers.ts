import { asArray, asDictionary, asString } from '../../../providers/read.ts';

/** Value of a header by its name in lower case. */
export type HeaderReader = (name: string) => string | undefined;

/**
 * Reads the headers that a call will be sent with, as far as the caller set them: for the one
 * request, else for the client. SDKs keep them as they were given.
 */
export function headerReader(client: unknown, args: readonly unknown[]): HeaderReader {
  const fields = asDictionary(client);
  const config = asDictionary(fields?.['config']);
  const places: readonly unknown[] = [
    asDictionary(args[1])?.['headers'],
    asDictionary(args[0])?.['headers'],
    asDictionary(fields?.['_options'])?.['defaultHeaders'],
    config?.['headers'],
    // Portkey keeps them there, and its resources their client.
    asDictionary(fields?.['client'])?.['customHeaders'],
  ];
  return (name) => {
    for (const place of places) {
      const found = headerIn(typeof place === 'function' ? place.call(config) : place, name);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

function headerIn(headers: unknown, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const pairs = asArray(headers) ?? Object.entries(asDictionary(headers) ?? {});
  for (const pair of pairs) {
    const [key, value] = asArray(pair) ?? [];
    if (typeof key === 'string' && key.toLowerCase() === name) return asString(value);
  }
  return undefined;
}
