import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { RequestFailure } from './export-failure.ts';

/** Statuses after which the exporter base sends again, without telling which one it was. */
const SENT_AGAIN: ReadonlySet<number> = new Set([429, 502, 503, 504]);

interface Watchable {
  addRequest?(this: unknown, request: ClientRequest, ...rest: unknown[]): unknown;
}

/**
 * Calls `failed` for every request of `agent` that gets no answer, or one that asks to try again:
 * the exporter base retries these and tells of none.
 */
export function watchRequests<Requests extends Agent>(
  agent: Requests,
  failed: (failure: RequestFailure) => void,
): Requests {
  const target = agent as Watchable;
  const { addRequest } = target;
  if (typeof addRequest !== 'function') return agent;
  target.addRequest = function (request, ...rest) {
    watch(request, failed);
    return addRequest.call(this, request, ...rest);
  };
  return agent;
}

function watch(request: ClientRequest, failed: (failure: RequestFailure) => void): void {
  let isTold = false;
  const tell = (failure: RequestFailure): void => {
    // A timeout destroys the request, which is an error again.
    if (isTold) return;
    isTold = true;
    failed(failure);
  };
  request.once('timeout', () => {
    tell({ code: 'ETIMEDOUT' });
  });
  request.once('error', (error) => {
    tell(failureOf(error));
  });
  request.once('response', ({ statusCode }: IncomingMessage) => {
    if (statusCode !== undefined && SENT_AGAIN.has(statusCode)) tell({ status: statusCode });
  });
}

/** What an error of a request says. */
export function failureOf(error: unknown): RequestFailure {
  const { code, message, rawPacket, data } = (error ?? {}) as {
    readonly code?: unknown;
    readonly message?: unknown;
    readonly rawPacket?: unknown;
    readonly data?: unknown;
  };
  return {
    status: typeof code === 'number' ? code : undefined,
    code: typeof code === 'string' ? code : undefined,
    message: typeof message === 'string' ? message : undefined,
    answer: rawPacket instanceof Uint8Array ? rawPacket : undefined,
    body: typeof data === 'string' ? data : undefined,
  };
}
