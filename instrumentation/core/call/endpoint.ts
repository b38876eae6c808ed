import type { Gateway } from '../../../providers/gateways.ts';
import { factsOfHost } from '../../../providers/hosts.ts';

/** Where a client sends its calls. */
export interface Endpoint {
  /** `gen_ai.provider.name`, when the host is a known one. */
  readonly provider: string | undefined;
  readonly address: string | undefined;
  readonly port: number | undefined;
  /** Whether the host belongs to a provider we know. */
  readonly isKnown: boolean;
  /** A gateway whose host does not tell whom it asks. */
  readonly gateway?: Gateway | undefined;
}

const UNKNOWN: Endpoint = {
  provider: undefined,
  address: undefined,
  port: undefined,
  isKnown: false,
};
const MAX_CACHED = 200;
const endpoints = new Map<string, Endpoint>();

/** The endpoint behind a client's `baseURL`; parsed once per distinct URL. */
export function endpointOf(baseURL: unknown): Endpoint {
  if (typeof baseURL !== 'string') return UNKNOWN;
  let endpoint = endpoints.get(baseURL);
  if (endpoint === undefined) {
    endpoint = parse(baseURL);
    if (endpoints.size >= MAX_CACHED) endpoints.clear();
    endpoints.set(baseURL, endpoint);
  }
  return endpoint;
}

function parse(baseURL: string): Endpoint {
  if (!URL.canParse(baseURL)) return UNKNOWN;
  const url = new URL(baseURL);
  const port = url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : Number(url.port);
  const { provider, gateway } = factsOfHost(url.host, url.pathname) ?? {};
  return { provider, address: url.hostname, port, isKnown: provider !== undefined, gateway };
}
