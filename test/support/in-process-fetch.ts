import { answerRealistically } from './provider/answer.ts';
import {
  encodeBody,
  encodeStream,
  framingOf,
  replyHeaders,
  type EncodedStream,
} from './provider/encode.ts';
import type { ProviderRequest, Reply } from './provider/reply.ts';
import { parseBody } from './provider/request-body.ts';
import { ProviderState, type ProviderOptions } from './provider/state.ts';

/** A request whose parts are worked out only when a handler asks for them. */
class LazyRequest implements ProviderRequest {
  readonly method: string;
  readonly #url: string;
  readonly #init: RequestInit | undefined;
  #parsedUrl: URL | undefined;

  constructor(url: string, init: RequestInit | undefined) {
    this.#url = url;
    this.#init = init;
    this.method = init?.method?.toUpperCase() ?? 'GET';
  }

  get #parsed(): URL {
    return (this.#parsedUrl ??= new URL(this.#url));
  }

  get path(): string {
    return this.#parsed.pathname;
  }

  get query(): URLSearchParams {
    return this.#parsed.searchParams;
  }

  get headers(): Record<string, string> {
    return Object.fromEntries(new Headers(this.#init?.headers));
  }

  /** Forms stay as the SDK made them; JSON is parsed. */
  get body(): unknown {
    const body = this.#init?.body;
    if (body instanceof FormData) return Object.fromEntries(body);
    return typeof body === 'string' ? parseBody(Buffer.from(body), undefined) : body;
  }
}

interface Encoded {
  readonly headers: Record<string, string>;
  readonly body: Buffer<ArrayBuffer>;
  readonly stream: EncodedStream | undefined;
}

/** The same reply object is encoded once, so that a benchmark measures the client alone. */
const encodedReplies = new WeakMap<Reply, Map<string, Encoded>>();

function encode(reply: Reply, path: string): Encoded {
  let byFraming = encodedReplies.get(reply);
  if (byFraming === undefined) {
    byFraming = new Map();
    encodedReplies.set(reply, byFraming);
  }
  const framing = framingOf(path);
  let encoded = byFraming.get(framing);
  if (encoded === undefined) {
    encoded = {
      headers: replyHeaders(reply, framing),
      body: encodeBody(reply),
      stream: reply.sse === undefined ? undefined : encodeStream(reply, framing),
    };
    byFraming.set(framing, encoded);
  }
  return encoded;
}

/** A body that hands out exactly these pieces, each when it is asked for. */
function streamOf(
  { before, after, ending }: EncodedStream,
  signal: AbortSignal | null | undefined,
): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        signal?.addEventListener('abort', () => controller.error(signal.reason), { once: true });
      },
      pull(controller) {
        const piece = before[at] ?? (ending === 'go on' ? after[at - before.length] : undefined);
        at += 1;
        if (piece !== undefined) {
          controller.enqueue(piece);
          return undefined;
        }
        if (ending === 'destroy') {
          controller.error(new TypeError('terminated', { cause: new Error('other side closed') }));
          return undefined;
        }
        // A pull that never settles is a provider that fell silent; only abort or cancel ends it.
        if (ending === 'hang') return new Promise<never>(() => undefined);
        controller.close();
        return undefined;
      },
    },
    { highWaterMark: 0 },
  );
}

/** Statuses that a `Response` must not have a body with. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

export type InProcessHandler = (request: ProviderRequest) => Reply | Promise<Reply>;

/**
 * A `fetch` for the SDKs' `fetch` option that answers without a socket. Give the handler for full
 * control (return the same object each time and it is encoded once), or options for the realistic
 * provider. The pieces of a stream arrive exactly as cut.
 *
 * `hangAfter` never goes on; `delayMs` is not honoured.
 */
export function createInProcessFetch(
  handlerOrOptions: InProcessHandler | ProviderOptions = {},
): typeof fetch {
  let handler: InProcessHandler;
  if (typeof handlerOrOptions === 'function') {
    handler = handlerOrOptions;
  } else {
    const state = new ProviderState(handlerOrOptions);
    handler = (request) => answerRealistically(request, state);
  }
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    init?.signal?.throwIfAborted();
    const request = new LazyRequest(url, init);
    const reply = await handler(request);
    if (reply.destroyAfter !== undefined && reply.sse === undefined) {
      throw new TypeError('fetch failed', { cause: new Error('other side closed') });
    }
    const { headers, body, stream } = encode(reply, request.path);
    const status = reply.status ?? 200;
    const content = stream === undefined ? body : streamOf(stream, init?.signal);
    return new Response(BODILESS.has(status) ? null : content, { status, headers });
  };
}
