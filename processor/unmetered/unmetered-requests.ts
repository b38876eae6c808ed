import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type Context, context, createContextKey, trace } from '@opentelemetry/api';
import { CALL_CONTEXT_KEY } from '../../conventions/index.ts';
import {
  type OutboundRequest,
  providerHostOf,
  REQUEST_CHANNELS,
} from '../../conventions/provider-host.ts';
import { describeError, warnOnce } from '../guard.ts';
import { nodeOf, type SpanNode } from '../loops/span-node.ts';
import { callerFrame } from './caller-frame.ts';
import { isInferenceRequest } from './inference-request.ts';

export interface UnmeteredOptions {
  /** One more request to `host` that nobody saw, made in `context`. */
  readonly count: (host: string, context: Context) => void;
  /** The first one to a host. `caller` is where the application made it, if that can be told. */
  readonly first: (host: string, caller: string | undefined) => void;
}

/** Hosts told of, each with a look at the stack. */
const MAX_TOLD = 50;

/** The key under which OpenTelemetry marks its exporters' own requests. */
const SUPPRESSED: symbol = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
const IN_CALL: symbol = createContextKey(CALL_CONTEXT_KEY);

/** Tracers of those that tell only at its end that a span is a call. */
const WRITERS =
  /openinference|traceloop|openlit|genkit|^gen_ai$|^ai$|anthropic|vertex\.agent|instrumentation[-.](?:openai|bedrock|aws-sdk|google|cohere|langchain)/;

/**
 * Watches HTTP/1.1 requests, through undici (so `fetch`) and `node:http`, for those that ask a
 * provider of models for something while neither a call of ours nor a model span of another
 * instrumentation is around them: money that nobody sees.
 *
 * Both channels publish in the caller's context. Other hosts cost one lookup a request.
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

  constructor(options: UnmeteredOptions) {
    this.#options = options;
  }

  requested(message: unknown): void {
    try {
      const { request } = message as { readonly request: OutboundRequest };
      const host = providerHostOf(request);
      if (host !== undefined) this.#providerAsked(host, request);
    } catch (error) {
      warnOnce('unmetered', `unmetered requests are not counted: ${describeError(error)}`);
    }
  }

  #providerAsked(host: string, { method, path }: OutboundRequest): void {
    if (!isInferenceRequest(String(method), host, String(path))) return;
    const current = context.active();
    if (isCovered(current)) return;
    this.#options.count(host, current);
    if (this.#told.has(host) || this.#told.size >= MAX_TOLD) return;
    this.#told.add(host);
    this.#options.first(host, callerFrame());
  }
}

function isCovered(current: Context): boolean {
  if (current.getValue(SUPPRESSED) === true || current.getValue(IN_CALL) !== undefined) return true;
  let node: SpanNode | undefined = nodeOf(trace.getSpan(current));
  while (node !== undefined) {
    if (node.kind === 'own' || node.kind === 'call') return true;
    if (node.scope !== undefined && WRITERS.test(node.scope)) return true;
    node = node.parent;
  }
  return false;
}
