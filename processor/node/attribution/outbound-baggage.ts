import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type Context, context, createContextKey, diag, type DiagLogger } from '@opentelemetry/api';
import { type AttributionKey, CALL_CONTEXT_KEY } from '../../../conventions/index.ts';
import { providerOfHost } from '../../../providers/hosts.ts';
import {
  attributionBaggage,
  configureBaggageHeader,
  DEFAULT_OUTBOUND_KEYS,
  type CurrentRun,
} from './baggage-header.ts';
import { HostPatterns, parseHostAddress, type HostAddress } from './host-patterns.ts';

export interface OutboundBaggageOptions {
  /** `attribution.outboundHosts`: `host` or `*.suffix`, each with an optional `:port`. */
  readonly hosts: readonly string[];
  /** Default: a believed inbound run, else the run of `withAttribution`. */
  readonly currentRun?: CurrentRun | undefined;
  /** What is handed on. Default: everything but `userId` and `environment`. */
  readonly keys?: readonly (AttributionKey | 'runId')[] | undefined;
}

/** The part of an undici request that is used; published by `fetch` and by the undici package. */
interface UndiciRequest {
  readonly origin?: string | URL | null;
  readonly method?: string;
  readonly headers?: unknown;
  addHeader?(name: string, value: string): unknown;
}

/** The part of `http.ClientRequest` that is used. */
interface HttpRequest {
  readonly host?: string;
  readonly protocol?: string;
  readonly socketPath?: string;
  readonly headersSent?: boolean;
  getHeader?(name: string): number | string | string[] | undefined;
  setHeader?(name: string, value: string): unknown;
}

const UNDICI_CHANNEL = 'undici:request:create';
const HTTP_CHANNEL = 'http.client.request.created';
const HEADER = 'baggage';
/** W3C Baggage, "Limits": what every receiver must take. A longer header goes without ours. */
const MAX_HEADER_LENGTH = 8192;
const MAX_REMEMBERED_ORIGINS = 512;

/** The key under which OpenTelemetry marks its exporters' own requests. */
const SUPPRESSED: symbol = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** In the context of every SDK call; the same symbol for all copies of the API. */
const IN_CALL: symbol = createContextKey(CALL_CONTEXT_KEY);

const log: DiagLogger = diag.createComponentLogger({ namespace: 'costspan/attribution' });

/**
 * Writes the attribution in force into the `baggage` header of HTTP/1.1 requests to the given
 * hosts, and to no others; never to a known provider of models, whatever the patterns say.
 *
 * Both channels publish in the caller's context, under any sampler, with or without an HTTP
 * instrumentation; a propagator could not do it, because it is not told the host. A header that is
 * there is appended to. HTTP/2 and gRPC pass by: see `attributionBaggage`.
 */
export function startOutboundBaggage(options: OutboundBaggageOptions): { stop(): void } {
  configureBaggageHeader(options.keys ?? DEFAULT_OUTBOUND_KEYS, options.currentRun);
  const hosts = new HostPatterns(options.hosts);
  for (const pattern of hosts.invalid) {
    log.warn(
      `attribution.outboundHosts: ${JSON.stringify(pattern)} is neither a ` +
        'host nor *.suffix, each with an optional :port; it was left out.',
    );
  }
  if (hosts.isEmpty) {
    return { stop() {} };
  }
  const writer = new BaggageWriter(hosts);
  running = writer;
  const onUndici = (message: unknown): void => writer.onUndiciRequest(message);
  const onHttp = (message: unknown): void => writer.onHttpRequest(message);
  subscribe(UNDICI_CHANNEL, onUndici);
  subscribe(HTTP_CHANNEL, onHttp);
  return {
    stop() {
      if (running === writer) running = undefined;
      unsubscribe(UNDICI_CHANNEL, onUndici);
      unsubscribe(HTTP_CHANNEL, onHttp);
    },
  };
}

/** The writer for the hosts that are allowed now. */
let running: BaggageWriter | undefined;

/**
 * The members for a message to `origin` by another way than an HTTP header, under the same rule;
 * `undefined` where that origin may not have them.
 */
export function membersFor(ctx: Context, origin: string): string | undefined {
  return running?.allows(origin) === true ? attributionBaggage(ctx) : undefined;
}

/** Handlers of the two channels. A subscriber that throws ends the process, so neither may. */
class BaggageWriter {
  readonly #hosts: HostPatterns;
  readonly #allowedOrigins = new Map<string, boolean>();
  #warned = false;

  constructor(hosts: HostPatterns) {
    this.#hosts = hosts;
  }

  onUndiciRequest(message: unknown): void {
    try {
      const { request } = message as { request: UndiciRequest };
      if (request.method === 'CONNECT' || !this.allows(String(request.origin))) {
        return;
      }
      const members = membersToSend();
      if (members === undefined) {
        return;
      }
      if (!appendToList(request.headers, members)) {
        // A second header line counts as one list with the first (RFC 9110, section 5.3).
        request.addHeader?.(HEADER, members);
      }
    } catch (error) {
      this.#warn(error);
    }
  }

  onHttpRequest(message: unknown): void {
    try {
      const { request } = message as { request: HttpRequest };
      if (request.headersSent === true || request.socketPath) {
        return;
      }
      const address = addressOfHttpRequest(request);
      if (address === undefined || !this.#isAllowed(address)) {
        return;
      }
      const members = membersToSend();
      if (members !== undefined) {
        request.setHeader?.(HEADER, join(request.getHeader?.(HEADER), members));
      }
    } catch (error) {
      this.#warn(error);
    }
  }

  allows(origin: string): boolean {
    const known = this.#allowedOrigins.get(origin);
    if (known !== undefined) {
      return known;
    }
    const address = addressOfOrigin(origin);
    const allowed = address !== undefined && this.#isAllowed(address);
    if (this.#allowedOrigins.size >= MAX_REMEMBERED_ORIGINS) {
      this.#allowedOrigins.clear();
    }
    this.#allowedOrigins.set(origin, allowed);
    return allowed;
  }

  #isAllowed(address: HostAddress): boolean {
    return (
      this.#hosts.matches(address) &&
      providerOfHost(address.port ? `${address.name}:${address.port}` : address.name) === undefined
    );
  }

  #warn(error: unknown): void {
    if (!this.#warned) {
      this.#warned = true;
      log.warn('A request left without baggage.', error);
    }
  }
}

/**
 * OpenTelemetry's own exports are nobody's work, and an SDK call goes to a provider of models, be it
 * on a host of the application's own.
 */
function membersToSend(): string | undefined {
  const ctx = context.active();
  const isWithheld = ctx.getValue(SUPPRESSED) === true || ctx.getValue(IN_CALL) !== undefined;
  return isWithheld ? undefined : attributionBaggage(ctx);
}

function addressOfOrigin(origin: string): HostAddress | undefined {
  if (!URL.canParse(origin)) {
    return undefined;
  }
  const url = new URL(origin);
  const port = url.port === '' ? defaultPort(url.protocol) : Number(url.port);
  return { name: url.hostname.replace(/\.$/, ''), port };
}

/**
 * Where the request goes, which is not what a `Host` header of the application's own may say. The
 * port is known only from that header, so it counts only if the header names the same host.
 */
function addressOfHttpRequest(request: HttpRequest): HostAddress | undefined {
  const { host } = request;
  if (typeof host !== 'string') {
    return undefined;
  }
  const target = parseHostAddress(host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);
  const header = request.getHeader?.('host');
  const named = typeof header === 'string' ? parseHostAddress(header) : undefined;
  if (target === undefined || named?.name !== target.name) {
    return target;
  }
  return { name: target.name, port: named.port ?? defaultPort(request.protocol) };
}

function defaultPort(protocol: string | undefined): number | undefined {
  return protocol === 'https:' ? 443 : protocol === 'http:' ? 80 : undefined;
}

/** Appends to the `baggage` header in undici's flat list of names and values, if it has one. */
function appendToList(headers: unknown, members: string): boolean {
  if (!Array.isArray(headers)) {
    return false;
  }
  const list: unknown[] = headers;
  for (let index = 0; index + 1 < list.length; index += 2) {
    const name = list[index];
    const value = list[index + 1];
    if (typeof name === 'string' && name.toLowerCase() === HEADER && typeof value === 'string') {
      list[index + 1] = join(value, members);
      return true;
    }
  }
  return false;
}

/** Appends, or leaves what is there alone when both together would be too long. */
function join(present: number | string | readonly string[] | undefined, members: string): string {
  if (present === undefined || present === '') {
    return members;
  }
  const before = typeof present === 'object' ? present.join(',') : String(present);
  const joined = `${before},${members}`;
  return joined.length > MAX_HEADER_LENGTH ? before : joined;
}
