import type { TokenUsage } from '../../../conventions/token-usage.ts';

/** One request as the provider saw it. */
export interface ProviderRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON parsed; the fields of a multipart form; the text of anything else; `undefined` when empty. */
  readonly body: unknown;
}

/**
 * One event of a stream: a payload to be sent as JSON (its `type`, when it has one, becomes the
 * `event:` line), or a string sent as it stands, framing included.
 */
export type StreamEvent = object | string;

/**
 * Where the bytes of a body are cut into separate writes: after each event (the default), nowhere,
 * after every byte, inside every multi-byte character, between every CR and LF (which makes the
 * newlines CRLF), or at these byte offsets.
 */
export type Cut = 'events' | 'none' | 'bytes' | 'multibyte' | 'crlf' | readonly number[];

/** What a provider bills for one call. */
export interface Billed {
  readonly model: string;
  readonly usage: TokenUsage;
}

/** One answer. Give at most one of `json`, `text`, `bytes` and `sse`; none of them: an empty body. */
export interface Reply {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** A body as it stands, such as malformed JSON. */
  readonly text?: string;
  readonly bytes?: Uint8Array;
  readonly sse?: readonly StreamEvent[];
  readonly cut?: Cut;
  /** Milliseconds between two writes of a stream. For demonstrations; tests use `hangAfter`. */
  readonly delayMs?: number;
  /** After this many events nothing more comes until `release()`. */
  readonly hangAfter?: number;
  /** After this many events the connection is destroyed. 0 with a plain body: before the headers. */
  readonly destroyAfter?: number;
  /** Leaves out the `[DONE]` that ends a stream of OpenAI completions. */
  readonly missingDone?: boolean;
  /** What the provider bills for this answer; nothing when absent. */
  readonly billed?: Billed;
}

/** Picks requests: by the end of the path, by a pattern on the path, or by any test. */
export type RequestMatcher = string | RegExp | ((request: ProviderRequest) => boolean);

export function matches(matcher: RequestMatcher, request: ProviderRequest): boolean {
  if (typeof matcher === 'string') return request.path.endsWith(matcher);
  return matcher instanceof RegExp ? matcher.test(request.path) : matcher(request);
}
