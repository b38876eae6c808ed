import { PROVIDERS } from './table.ts';

const PROVIDER_BY_HOST: ReadonlyMap<string, string> = new Map(
  PROVIDERS.flatMap(({ name, hosts = [] }) => hosts.map((host) => [host, name] as const)),
);

const PROVIDER_BY_DOMAIN: ReadonlyMap<string, string> = new Map(
  PROVIDERS.flatMap(({ name, domains = [] }) => domains.map((domain) => [domain, name] as const)),
);

/** First labels of Bedrock hosts: `<label>.<region>.amazonaws.com` and `.api.aws`. */
const BEDROCK_LABELS: ReadonlySet<string> = new Set([
  'bedrock-runtime',
  'bedrock-runtime-fips',
  'bedrock-mantle',
  'bedrock-agent-runtime',
]);
const AWS_DOMAINS: readonly string[] = ['.amazonaws.com', '.amazonaws.com.cn', '.api.aws'];

/** `<region>-aiplatform.googleapis.com`, and `aiplatform.<region>.rep.googleapis.com`. */
function isVertexHost(name: string): boolean {
  return (
    name.endsWith('-aiplatform.googleapis.com') ||
    (name.startsWith('aiplatform.') && name.endsWith('.rep.googleapis.com'))
  );
}

/** Also the names of private endpoints, whose service label stands further to the right. */
function isBedrockHost(name: string): boolean {
  return (
    AWS_DOMAINS.some((domain) => name.endsWith(domain)) &&
    name.split('.').some((label) => BEDROCK_LABELS.has(label))
  );
}

function providerOfDomain(name: string): string | undefined {
  for (let dot = -1; ;) {
    const provider = PROVIDER_BY_DOMAIN.get(name.slice(dot + 1));
    if (provider !== undefined) {
      return provider;
    }
    dot = name.indexOf('.', dot + 1);
    if (dot < 0) {
      return undefined;
    }
  }
}

/** The name without port and without the dot that ends a fully qualified name. */
function hostName(host: string): string {
  const colon = host.lastIndexOf(':');
  const name = colon > host.lastIndexOf(']') ? host.slice(0, colon) : host;
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

/** Longer than any DNS name with a port; what is longer is not looked at. */
const MAX_HOST_LENGTH = 260;

/**
 * The `gen_ai.provider.name` of a host: for naming the provider of a client, for noticing requests
 * that no instrumentation saw, and for keeping baggage away from providers. `undefined` for a host
 * of no known provider. The host may carry a port and any letter case: `api.openai.com`,
 * `api.x.ai:443`, `localhost:11434`.
 *
 * `path` tells apart the one host that speaks two dialects: `/openai/` on
 * `*.services.ai.azure.com` is Azure OpenAI.
 */
export function providerOfHost(host: string, path?: string): string | undefined {
  if (host.length > MAX_HOST_LENGTH) {
    return undefined;
  }
  const lower = host.toLowerCase();
  const name = hostName(lower);
  const provider =
    PROVIDER_BY_HOST.get(lower) ??
    PROVIDER_BY_HOST.get(name) ??
    providerOfDomain(name) ??
    (isVertexHost(name) ? 'gcp.vertex_ai' : isBedrockHost(name) ? 'aws.bedrock' : undefined);
  if (
    provider === 'azure.ai.inference' &&
    name.endsWith('.services.ai.azure.com') &&
    path?.includes('/openai/') === true
  ) {
    return 'azure.ai.openai';
  }
  return provider;
}
