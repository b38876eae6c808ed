import { PROVIDERS } from './table.ts';

/** The table of providers, by host. `hosts.ts` is what everybody asks. */

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

/** The name of a host without its port and without the dot that ends a fully qualified name. */
export function hostName(host: string): string {
  const colon = host.lastIndexOf(':');
  const name = colon > host.lastIndexOf(']') ? host.slice(0, colon) : host;
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

/** The `gen_ai.provider.name` whose own a host is, in lower case; a gateway's is its own. */
export function providerInTable(host: string, name: string = hostName(host)): string | undefined {
  return (
    PROVIDER_BY_HOST.get(host) ??
    PROVIDER_BY_HOST.get(name) ??
    providerOfDomain(name) ??
    (isVertexHost(name) ? 'gcp.vertex_ai' : isBedrockHost(name) ? 'aws.bedrock' : undefined)
  );
}
