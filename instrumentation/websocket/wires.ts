import { providerOfHost } from '../../providers/hosts.ts';
import { type CallEndpoint } from '../core/call/start-call.ts';
import { SessionCalls } from '../core/session/session-calls.ts';
import type { WatchedSession } from '../core/session/watched-session.ts';
import { GeminiLiveSession } from './gemini-session.ts';
import { OpenAiLiveSession } from './live-session.ts';
import { RealtimeSession } from './realtime-session.ts';
import { ResponsesSession } from './responses-session.ts';

interface Wire {
  /** The path by which it is known, on whatever host: proxies keep the end of it. */
  readonly path: RegExp;
  /** Who it is where the host does not say. */
  readonly provider: string;
  /** The model, where the address names it. */
  model(query: URLSearchParams): string | null;
  /** @param path The path by which it was known. */
  create(calls: SessionCalls, path: string): WatchedSession;
}

const WIRES: readonly Wire[] = [
  {
    path: /\/realtime$/,
    provider: 'openai',
    model: (query) => query.get('model') ?? query.get('deployment'),
    create: (calls) => new RealtimeSession(calls),
  },
  {
    path: /\/responses$/,
    provider: 'openai',
    model: () => null,
    create: (calls) => new ResponsesSession(calls),
  },
  {
    path: /\/live\/sessions(?:\/[^/]+\/(?:fork|attach))?$/,
    provider: 'openai',
    model: () => null,
    create: (calls, path) => new OpenAiLiveSession(calls, /\/([^/]+)\/attach$/.exec(path)?.[1]),
  },
  {
    path: /\.LlmBidiService[./]BidiGenerateContent$/,
    provider: 'gcp.vertex_ai',
    model: () => null,
    create: (calls) => new GeminiLiveSession(calls),
  },
  {
    path: /\.GenerativeService[./]BidiGenerateContent(?:Constrained)?$/,
    provider: 'gcp.gemini',
    model: () => null,
    create: (calls) => new GeminiLiveSession(calls),
  },
];

/** Paths that Azure alone has, also behind a gateway of the user. */
const AZURE_PATH = /\/openai\/(?:v1\/)?(?:realtime|responses)$/;

/**
 * The session behind a connection to `address`, opened in the active context; `undefined` for
 * everything that is no wire of a provider that tells its usage.
 */
export function sessionAt(address: string): WatchedSession | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  const path = url.pathname.replace(/\/+$/, '');
  const wire = WIRES.find(({ path: pattern }) => pattern.test(path));
  if (wire === undefined) return undefined;
  const model = wire.model(url.searchParams) ?? undefined;
  return wire.create(new SessionCalls(endpointAt(url, path, wire), model), path);
}

function endpointAt(url: URL, path: string, wire: Wire): CallEndpoint {
  const known = providerOfHost(url.host, path);
  const isSecure = url.protocol === 'wss:' || url.protocol === 'https:';
  const guess = AZURE_PATH.test(path) ? 'azure.ai.openai' : wire.provider;
  return {
    provider: known ?? guess,
    address: url.hostname,
    port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
    isKnown: known !== undefined,
  };
}
