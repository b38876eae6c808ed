import { providerNameOf } from '../../providers/names.ts';
import { asDictionary, asString } from '../../providers/read.ts';
import { endpointOf } from '../core/call/endpoint.ts';
import type { CallEndpoint } from '../core/call/start-call.ts';

/** Who answers for a model object of `@ai-sdk/*` or of the same interface, and where. */
export function modelEndpoint(model: unknown): CallEndpoint {
  const fields = asDictionary(model);
  const endpoint = endpointOf(fields === undefined ? undefined : baseUrlOf(fields));
  // The host knows best, but for platforms that offer others' models: a proxy in front of them has a
  // host of its own.
  const provider =
    endpoint.provider ??
    providerNameOf(asString(fields?.['provider']), asString(fields?.['modelId']));
  return { ...endpoint, provider };
}

/** Where the model sends its calls: the providers keep it in one of these places. */
function baseUrlOf(model: Readonly<Record<string, unknown>>): string | undefined {
  const config = asDictionary(model['config']);
  if (config === undefined) return undefined;
  for (const key of ['baseURL', 'baseUrl']) {
    const value = config[key];
    const url = asString(typeof value === 'function' ? value.call(config) : value);
    if (url !== undefined) return url;
  }
  const { url } = config;
  if (typeof url !== 'function') return undefined;
  return asString(url.call(config, { path: '/', modelId: model['modelId'] }));
}
