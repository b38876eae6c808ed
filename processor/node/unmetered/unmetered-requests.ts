import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type Context, context, createContextKey, trace } from '@opentelemetry/api';
import {
  CALL_CONTEXT_KEY,
  isConnectionWatched,
  TOLD_CALL_CONTEXT_KEY,
} from '../../../conventions/index.ts';
import { isInferenceConnection, isInferenceRequest } from '../../../providers/inference-request.ts';
import {
  opensWebSocket,
  type OutboundRequest,
  providerHostOf,
  REQUEST_CHANNELS,
  requestIn,
} from '../../../providers/request-host.ts';
import { describeError } from '../../../conventions/error-text.ts';
import { warnOnce } from '../../../conventions/warn-once.ts';
import type { SpanNode } from '../../engine/loops/span-node.ts';
import { nodeOf } from '../recorded-span.ts';
import { callerFrame } from './caller-frame.ts';
import type { WaitingRequests } from './waiting-requests.ts';

export interface UnmeteredOptions {
  /** Where a request waits for the span around it to be booked. */
  readonly waiting: WaitingRequests;
  /** One more request to `host` that nobody saw, made in `context`. */
  readonly count: (host: string, context: Context) => void;
  /** The first one to a host. `caller` is where the application made it, if that can be told. */
  readonly first: (host: string, caller: string | undefined) => void;
}

/** Hosts told of. */
const MAX_TOLD = 50;
/** Looks at the stack, for requests of which only a span's end says whether they are to be told of. */
const MAX_LOOKS = 1_000;

/** The key under which OpenTelemetry marks its exporters' own requests. */
const SUPPRESSED: symbol = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
const IN_CALL: symbol = createContextKey(CALL_CONTEXT_KEY);
const IN_TOLD_CALL: symbol = createContextKey(TOLD_CALL_CONTEXT_KEY);

/**
 * Watches requests, through undici (so `fetch`), `node:http` and `node:http2`, for those that ask a
 * provider of models for something while no call that is booked is around them, neither one of ours
 * nor one that another instrumentation's span tells of: money that nobody sees. A connection by
 * WebSocket is one, unless what goes over it is watched.
 *
 * The channels publish in the caller's context. Other hosts cost one lookup a request.
 */
export function watchUnmeteredRequests(options: UnmeteredOptions): RequestWatch {
  const watcher = new RequestWatcher(options);
  const requested = (message: unknown): void => watcher.requested(message);
  for (const channel of REQUEST_CHANNELS) subscribe(channel, requested);
  return {
    requested,
    stop() {
      for (const channel of REQUEST_CHANNELS) unsubscribe(channel, requested);
    },
  };
}

export interface RequestWatch {
  /** Takes a message of one of the channels that came before the watch was there. */
  requested(message: unknown): void;
  stop(): void;
}

/** A subscriber that throws ends the process, so none may. */
class RequestWatcher {
  readonly #options: UnmeteredOptions;
  readonly #told = new Set<string>();
  #looks = 0;

  constructor(options: UnmeteredOptions) {
    this.#options = options;
  }

  requested(message: unknown): void {
    try {
      const request = requestIn(message);
      const host = providerHostOf(request);
      if (host !== undefined) this.#providerAsked(host, request);
    } catch (error) {
      warnOnce('unmetered', `unmetered requests are not counted: ${describeError(error)}`);
    }
  }

  #providerAsked(host: string, request: OutboundRequest): void {
    const { method, isHttp2 } = request;
    const path = String(request.path);
    const isConnection = opensWebSocket(request);
    const isBilled = isConnection
      ? isInferenceConnection(host, path)
      : isInferenceRequest(String(method), host, path);
    if (!isBilled) return;
    // Undici's requests have been told of, whatever they go by.
    if (isHttp2 === true && isOfUndici(new Error('caller').stack)) return;
    const current = context.active();
    if (isOurs(current)) return;
    const caller = this.#mayTell(host) && this.#looks++ < MAX_LOOKS ? callerFrame() : undefined;
    const tell = (): void => {
      this.#options.waiting.add(nodeOf(trace.getSpan(current)), () => {
        this.#unseen(host, current, caller);
      });
    };
    if (isConnection) this.#unlessWatched(request, host, path, tell);
    else tell();
  }

  /** Who watches a connection gets hold of its request only once that has been made. */
  #unlessWatched(request: OutboundRequest, host: string, path: string, tell: () => void): void {
    queueMicrotask(() => {
      try {
        const { origin = `https://${host}` } = request;
        if (!isConnectionWatched(request, String(origin) + path)) tell();
      } catch (error) {
        warnOnce('unmetered', `unmetered requests are not counted: ${describeError(error)}`);
      }
    });
  }

  #unseen(host: string, made: Context, caller: string | undefined): void {
    this.#options.count(host, made);
    if (!this.#mayTell(host)) return;
    this.#told.add(host);
    this.#options.first(host, caller);
  }

  #mayTell(host: string): boolean {
    return !this.#told.has(host) && this.#told.size < MAX_TOLD;
  }
}

/** Inside a call that we watch, or an exporter's own request. */
function isOurs(current: Context): boolean {
  return (
    current.getValue(SUPPRESSED) === true ||
    current.getValue(IN_CALL) !== undefined ||
    current.getValue(IN_TOLD_CALL) !== undefined ||
    isInOwnSpan(nodeOf(trace.getSpan(current)))
  );
}

function isOfUndici(stack: string | undefined): boolean {
  return /[\\/]undici[\\/]|node:internal\/deps\/undici/.test(stack ?? '');
}

function isInOwnSpan(node: SpanNode | undefined): boolean {
  return node !== undefined && (node.kind === 'own' || node.insideOwnCall);
}
