import { providerInTable } from './host-table.ts';
import { knownProvider, knownProviderIn, providerOfModel } from './names.ts';
import { asDictionary, asString } from './read.ts';

/**
 * Relays that ask a provider at the provider's price, which is the one to name and to price by. Each
 * is told in ways of its own whom to ask: by its host, the path, the model's name or headers.
 * Sellers with prices of their own (OpenRouter, Requesty) are providers themselves.
 */
export interface Gateway {
  readonly domains: readonly string[];
  /** The provider that a path names. */
  readonly path?: RegExp;
  /** The provider that the first label of a host names, by that label. */
  readonly label?: (label: string) => string | undefined;
  /** Headers that name the provider, the address of its API, or a key that is called by it. */
  readonly headers?: readonly string[];
  /** How a model's name says whose it is. */
  readonly model?: (model: string) => string | undefined;
}

const GATEWAYS: readonly Gateway[] = [
  // @see https://developers.cloudflare.com/ai-gateway/usage/providers/ and …/usage/chat-completion/
  {
    domains: ['gateway.ai.cloudflare.com', 'api.cloudflare.com'],
    path: /^\/v1\/[^/]+\/[^/]+\/(?!compat(?:\/|$))([^/]+)/,
    model: vendorOf,
  },
  // @see https://portkey.ai/docs/api-reference/inference-api/headers
  {
    domains: ['api.portkey.ai'],
    model: (model) => (model.startsWith('@') ? slugOf(model.slice(1)) : undefined),
    headers: [
      'x-portkey-custom-host',
      'x-portkey-provider',
      'x-portkey-config',
      'x-portkey-virtual-key',
    ],
  },
  // @see https://docs.helicone.ai/getting-started/integration-method/gateway
  {
    domains: ['helicone.ai', 'hconeai.com'],
    label: (label) => (label === 'oai' ? 'openai' : knownProviderIn(label)),
    headers: ['helicone-target-url', 'helicone-openai-api-base', 'helicone-target-provider'],
    model: servedBy,
  },
];

/** `provider/model`. Cloudflare's own models begin with `@`. */
function vendorOf(model: string): string | undefined {
  if (model.startsWith('@')) return 'cloudflare';
  const slash = model.indexOf('/');
  return slash <= 0 ? undefined : knownProvider(model.slice(0, slash));
}

/** `slug/model`, of `@slug/model`: the slug is the customer's own word. */
function slugOf(model: string): string | undefined {
  const slash = model.indexOf('/');
  return slash <= 0 ? undefined : providerInSlug(model.slice(0, slash));
}

/** A provider's own name, or a word that was made with it. */
function providerInSlug(slug: string): string | undefined {
  return knownProvider(slug) ?? knownProviderIn(slug);
}

/** `model/provider`; of a list, which is tried in turn, the first. */
function servedBy(models: string): string | undefined {
  const model = models.split(',', 1)[0]!.trim();
  const slash = model.lastIndexOf('/');
  return slash <= 0 ? undefined : (knownProvider(model.slice(slash + 1)) ?? vendorOf(model));
}

/** The gateway at a host, in lower case; `undefined` where it is none. */
export function gatewayOf(host: string): Gateway | undefined {
  return GATEWAYS.find(({ domains }) =>
    domains.some((domain) => host === domain || host.endsWith(`.${domain}`)),
  );
}

/** Whom a gateway asks, as far as its host and the path tell. */
export function providerByAddress(
  gateway: Gateway,
  host: string,
  path: string | undefined,
): string | undefined {
  const named = path === undefined ? undefined : gateway.path?.exec(path)?.[1];
  if (named !== undefined) return knownProvider(named);
  return gateway.label?.(host.slice(0, host.indexOf('.')));
}

/**
 * Whom a gateway asks for a call, as far as its headers and the model tell; `undefined` where they
 * do not. A model that only one provider makes tells it last.
 */
export function providerBehind(
  gateway: Gateway,
  model: string | undefined,
  header: (name: string) => string | undefined,
): string | undefined {
  const byModel = model === undefined ? undefined : gateway.model?.(model);
  if (byModel !== undefined) return byModel;
  for (const name of gateway.headers ?? []) {
    const value = header(name);
    const found = value === undefined ? undefined : providerInHeader(value);
    if (found !== undefined) return found;
  }
  return model === undefined ? undefined : providerOfModel(model.replace(/^@[^/]*\//, ''));
}

/** Longer than any slug or address, and than a configuration that is worth reading. */
const LONGEST_HEADER = 4_096;

function providerInHeader(value: string): string | undefined {
  if (value.length > LONGEST_HEADER) return undefined;
  if (URL.canParse(value) && value.includes('://')) return providerInTable(new URL(value).host);
  if (value.startsWith('{')) return providerInConfig(value);
  return providerInSlug(value.replace(/^@/, ''));
}

/** A configuration in JSON may name one provider; one with several targets names none. */
function providerInConfig(json: string): string | undefined {
  try {
    const provider = asString(asDictionary(JSON.parse(json))?.['provider']);
    return provider === undefined ? undefined : providerInSlug(provider.replace(/^@/, ''));
  } catch {
    return undefined;
  }
}
