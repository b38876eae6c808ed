import { type Span, type Tracer, trace } from '@opentelemetry/api';
import type { Method } from '../core/patch.ts';
import { isRecordingCalls } from '../core/call/record-call.ts';

/**
 * From 0.134 on the SDK makes a span of its own for every call, with `client._tracer`, while the
 * method runs and before it returns. For exactly that long the client gets another tracer, so that
 * a call stays one span; the spans that the tool runner makes for its loop and its tools remain.
 *
 * @see the docstring of `internal/tracing.mjs` in `@anthropic-ai/sdk`
 */
interface TracedClient {
  _tracer: Tracer | undefined;
}

function isTraced(client: unknown): client is TracedClient {
  return typeof client === 'object' && client !== null && '_tracer' in client;
}

/** Hands the SDK our span as its own: it propagates it and parents its requests under it. */
class BorrowedSpanTracer implements Tracer {
  readonly startActiveSpan: Tracer['startActiveSpan'];
  readonly #span: Span;

  constructor(span: Span, own: Tracer) {
    // Not recording, so the SDK sets nothing on it and never ends it.
    this.#span = trace.wrapSpanContext(span.spanContext());
    this.startActiveSpan = own.startActiveSpan.bind(own);
  }

  startSpan(): Span {
    return this.#span;
  }
}

/** The client whose tracer a helper has put aside while it runs, and that tracer. */
let putAside: { readonly client: TracedClient; readonly tracer: Tracer } | undefined;

/** The method to call instead of `original`, so that the SDK takes `span` for its own. */
export function silenceNativeSpan(original: Method, client: unknown, span: Span): Method {
  if (!isTraced(client)) return original;
  const own = putAside?.client === client ? putAside.tracer : client._tracer;
  if (own === undefined) return original;
  const borrowed = new BorrowedSpanTracer(span, own);
  return function (this: unknown, ...args: unknown[]): unknown {
    return withTracer(client, borrowed, () => original.apply(this, args));
  };
}

/**
 * `messages.stream()` starts the span before it calls `create`, so there it must not find a tracer
 * at all; `create` then gets one from `silenceNativeSpan`.
 */
export function silenceHelperSpan(original: Method): Method {
  return function (this: { readonly _client?: unknown }, ...args: unknown[]): unknown {
    const client = this?._client;
    if (!isTraced(client) || client._tracer === undefined || !isRecordingCalls()) {
      return original.apply(this, args);
    }
    const outer = putAside;
    putAside = { client, tracer: client._tracer };
    try {
      return withTracer(client, undefined, () => original.apply(this, args));
    } finally {
      putAside = outer;
    }
  };
}

/** Runs `body`, once, with another tracer on the client where the client lets it be changed. */
function withTracer<T>(client: TracedClient, tracer: Tracer | undefined, body: () => T): T {
  const own = client._tracer;
  if (!Reflect.set(client, '_tracer', tracer)) return body();
  try {
    return body();
  } finally {
    Reflect.set(client, '_tracer', own);
  }
}
