import type { Reply, StreamEvent } from '../support/provider/reply.ts';

/** The promise of the generated SDKs. */
export interface ApiPromise extends Promise<unknown> {
  withResponse(): Promise<{ readonly data: unknown; readonly response: Response }>;
  asResponse(): Promise<Response>;
  _thenUnwrap(transform: (data: unknown) => unknown): ApiPromise;
}

/** Their stream. */
export interface ApiStream extends AsyncIterable<unknown> {
  readonly controller: AbortController;
  tee(): [ApiStream, ApiStream];
  toReadableStream(): ReadableStream<Uint8Array>;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly timeout?: number;
  readonly maxRetries?: number;
}

export interface ClientOptions {
  readonly baseURL: string;
  readonly maxRetries?: number;
  readonly fetch?: typeof fetch;
}

/** One API of an SDK that answers whole and as a stream, and its fixtures. */
export interface ContractApi {
  /** Such as `chat.completions`. */
  readonly name: string;
  /** Below the base URL of the server. */
  readonly path: string;
  create(client: unknown, stream: boolean, options?: CallOptions, body?: object): ApiPromise;
  readonly whole: Reply;
  readonly events: readonly StreamEvent[];
  /** An event that the provider sends when it fails in the middle. */
  readonly errorEvent: StreamEvent;
  /** Events after which tokens of a cut stream are still estimated. */
  readonly cutAfter: number;
  /** Events to send so that an application sees `cutAfter` of them and no more. */
  readonly hangAfter: number;
  /** All span attributes but those of the server and of time. */
  readonly wholeAttributes: object;
  readonly streamAttributes: object;
  readonly usage: object;
}
