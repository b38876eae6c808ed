import { asDictionary, asString } from '../core/read.ts';
import { endpointOf } from '../core/endpoint.ts';
import type { CallEndpoint } from '../core/start-call.ts';

/**
 * First parts of a model's `provider` and the `gen_ai.provider.name` each stands for. The longest
 * one that fits counts.
 * @see https://ai-sdk.dev/providers/ai-sdk-providers
 */
const PROVIDERS: readonly (readonly [string, string])[] = [
  ['openai', 'openai'],
  ['azure', 'azure.ai.openai'],
  ['azure-openai', 'azure.ai.openai'],
  ['anthropic', 'anthropic'],
  ['vertex.anthropic', 'gcp.vertex_ai'],
  ['bedrock', 'aws.bedrock'],
  ['amazon-bedrock', 'aws.bedrock'],
  ['google', 'gcp.gemini'],
  ['google.vertex', 'gcp.vertex_ai'],
  ['google-vertex', 'gcp.vertex_ai'],
  ['vertex', 'gcp.vertex_ai'],
  ['mistral', 'mistral_ai'],
  ['xai', 'x_ai'],
  ['togetherai', 'together'],
  ['moonshotai', 'moonshot_ai'],
  ['gateway', 'vercel'],
  ['workers-ai', 'cloudflare'],
];

/** Longer than any name: it would fill a metric. */
const LONGEST_PROVIDER = 40;

/** Who answers for a model object of `@ai-sdk/*` or of the same interface, and where. */
export function modelEndpoint(model: unknown): CallEndpoint {
  const fields = asDictionary(model);
  const endpoint = endpointOf(fields === undefined ? undefined : baseUrlOf(fields));
  return { ...endpoint, provider: providerOf(asString(fields?.['provider']), endpoint.provider) };
}

/**
 * The host knows best, but for platforms that offer others' models: a proxy in front of them has a
 * host of its own.
 */
function providerOf(name: string | undefined, ofHost: string | undefined): string {
  if (ofHost !== undefined) return ofHost;
  if (name === undefined) return 'unknown';
  let found: readonly [string, string] | undefined;
  for (const entry of PROVIDERS) {
    const [prefix] = entry;
    const fits = name === prefix || name.startsWith(`${prefix}.`);
    if (fits && prefix.length > (found?.[0].length ?? 0)) found = entry;
  }
  // Others name themselves: `groq.chat`, `deepseek.chat`, `my-provider.chat`.
  return found?.[1] ?? (name.split('.')[0] ?? name).slice(0, LONGEST_PROVIDER);
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
