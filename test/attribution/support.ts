import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  propagation,
  ROOT_CONTEXT,
  type BaggageEntry,
  type Context,
  type TextMapGetter,
  type TextMapSetter,
} from '@opentelemetry/api';

export type Headers = Record<string, string | string[] | undefined>;

export const headerGetter: TextMapGetter<Headers> = {
  get: (carrier, key) => carrier[key],
  keys: (carrier) => Object.keys(carrier),
};

export const headerSetter: TextMapSetter<Headers> = {
  set: (carrier, key, value) => {
    carrier[key] = value;
  },
};

/** A context with these members in OpenTelemetry's own baggage. */
export function contextWithBaggage(
  members: Record<string, string | BaggageEntry>,
  ctx: Context = ROOT_CONTEXT,
): Context {
  const entries = Object.entries(members).map(([name, member]): [string, BaggageEntry] => [
    name,
    typeof member === 'string' ? { value: member } : member,
  ]);
  return propagation.setBaggage(ctx, propagation.createBaggage(Object.fromEntries(entries)));
}

export interface HeaderServer {
  readonly port: number;
  readonly url: string;
  /** The headers of each request, in order of arrival. */
  readonly requests: IncomingHttpHeaders[];
  close(): Promise<void>;
}

/** A server that remembers the headers it was sent. `answer` gives status, headers and body. */
export async function startHeaderServer(
  answer: (path: string) => {
    status?: number;
    headers?: Record<string, string>;
    body: string;
  } = () => ({
    body: '{}',
  }),
): Promise<HeaderServer> {
  const requests: IncomingHttpHeaders[] = [];
  const server: Server = createServer((request, response) => {
    requests.push(request.headers);
    const { status = 200, headers, body } = answer(request.url ?? '/');
    request.resume();
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
