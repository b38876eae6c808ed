import type { ISerializer } from '@opentelemetry/otlp-transformer';
import type { Rejection } from './export-health.ts';

/**
 * A serializer that also notes what the receiver says it has left out of a request that it took.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#partial-success-1
 */
export class RejectionReader<Items, Response> implements ISerializer<Items, Response> {
  readonly #serializer: ISerializer<Items, Response>;
  #rejection: Rejection | undefined;

  constructor(serializer: ISerializer<Items, Response>) {
    this.#serializer = serializer;
  }

  serializeRequest(request: Items): Uint8Array | undefined {
    return this.#serializer.serializeRequest(request);
  }

  deserializeResponse(data: Uint8Array): Response {
    const response = this.#serializer.deserializeResponse(data);
    this.#rejection = rejectionIn(response);
    return response;
  }

  /** What the response that was read last left out; the next one has its own. */
  take(): Rejection | undefined {
    const rejection = this.#rejection;
    this.#rejection = undefined;
    return rejection;
  }
}

/** A warning that rejects nothing is none. */
function rejectionIn(response: unknown): Rejection | undefined {
  const { partialSuccess } = (response ?? {}) as { readonly partialSuccess?: unknown };
  const { errorMessage, ...counts } = (partialSuccess ?? {}) as Readonly<Record<string, unknown>>;
  // `rejectedSpans`, `rejectedLogRecords` or `rejectedDataPoints`; 64 bits are text in JSON.
  const items = Object.values(counts)
    .map(Number)
    .find((count) => count > 0);
  if (items === undefined) return undefined;
  return { items, message: typeof errorMessage === 'string' ? errorMessage : '' };
}
