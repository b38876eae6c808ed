import { providerOfHost } from './hosts.ts';

/**
 * Where undici (so `fetch`), `node:http` and `node:http2` tell of requests, in the context of the
 * caller.
 */
export const REQUEST_CHANNELS = [
  'undici:request:create',
  'http.client.request.created',
  'http2.client.stream.created',
] as const;

/** The part of a request that is read; undici's have an origin, those of `node:http` a host. */
export interface OutboundRequest {
  readonly origin?: unknown;
  readonly host?: unknown;
  readonly method?: unknown;
  readonly path?: unknown;
  readonly isHttp2?: boolean;
  /** What undici is to make of the connection. */
  readonly upgrade?: unknown;
  /** Of `node:http`. */
  getHeader?(name: string): unknown;
}

/** Whether a request opens a WebSocket. */
export function opensWebSocket(request: OutboundRequest): boolean {
  if (request.method !== 'GET') return false;
  const upgrade = request.upgrade ?? request.getHeader?.('upgrade');
  return String(upgrade).toLowerCase() === 'websocket';
}

/** The request that a message of one of the channels tells of. */
export function requestIn(message: unknown): OutboundRequest {
  const { request, headers, stream } = (message ?? {}) as {
    readonly request?: OutboundRequest;
    readonly headers?: Readonly<Record<string, unknown>>;
    readonly stream?: {
      readonly session?: { readonly socket?: { readonly servername?: unknown } };
    };
  };
  if (request !== undefined) return request;
  return {
    // Node 22 adds the authority only when the request is sent.
    host: headers?.[':authority'] ?? headers?.['host'] ?? stream?.session?.socket?.servername,
    method: headers?.[':method'],
    path: headers?.[':path'],
    isHttp2: true,
  };
}

/** Addresses whose verdict is remembered. */
const MAX_ADDRESSES = 512;
const hosts = new Map<string, string | undefined>();

/**
 * Name of the host that a request goes to, without its port, where it is a provider's; `undefined`
 * for everybody else's, which costs one lookup.
 */
export function providerHostOf({ origin, host }: OutboundRequest): string | undefined {
  const address = origin ?? host;
  if (typeof address !== 'string' && !(address instanceof URL)) return undefined;
  const key = String(address);
  if (hosts.has(key)) return hosts.get(key);
  if (hosts.size >= MAX_ADDRESSES) hosts.clear();
  const name = nameOf(key);
  const isProvider = name !== undefined && providerOfHost(name) !== undefined;
  const found = isProvider ? name.replace(/:\d+$/, '') : undefined;
  hosts.set(key, found);
  return found;
}

function nameOf(address: string): string | undefined {
  if (!address.includes('://')) return address;
  return URL.canParse(address) ? new URL(address).host : undefined;
}
