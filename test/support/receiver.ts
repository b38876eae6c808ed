import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer as createTlsServer } from 'node:https';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net';

/** What a receiver does with each request: an answer, none at all, or an end of the connection. */
export type Answer =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Uint8Array;
    }
  | 'silence'
  | 'close';

export interface ReceivedRequest {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Something that exports are sent to and that need not take them. */
export interface Receiver extends AsyncDisposable {
  readonly port: number;
  readonly requests: ReceivedRequest[];
  answer: Answer;
  /** Resolves when there were so many requests. */
  received(count: number): Promise<void>;
  close(): Promise<void>;
}

/** The certificate `name` of the tests, which has signed itself: its path, or its key's. */
export function certificate(name: 'server' | 'elsewhere', ending: 'crt' | 'key' = 'crt'): string {
  return new URL(`fixtures/tls/${name}.${ending}`, import.meta.url).pathname;
}

/** An HTTP/1 server on 127.0.0.1, over TLS with a certificate of the tests where one is named. */
export async function startReceiver(
  answer: Answer,
  options: { readonly tls?: 'server' | 'elsewhere'; readonly port?: number } = {},
): Promise<Receiver> {
  const requests: ReceivedRequest[] = [];
  const state = { answer };
  const waiting = new Set<() => void>();
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      requests.push({ method, path: url, headers, body: Buffer.concat(chunks) });
      for (const look of waiting) look();
      if (state.answer === 'silence') return;
      if (state.answer === 'close') request.socket.destroy();
      else {
        response.writeHead(state.answer.status, state.answer.headers).end(state.answer.body);
      }
    });
  };
  const { tls } = options;
  const server =
    tls === undefined
      ? createServer(listener)
      : createTlsServer(
          { cert: readFileSync(certificate(tls)), key: readFileSync(certificate(tls, 'key')) },
          listener,
        );
  const { port, close } = await listening(server, options.port);
  return {
    port,
    requests,
    get answer() {
      return state.answer;
    },
    set answer(next) {
      state.answer = next;
    },
    received: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (requests.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** A server of HTTP/2 without TLS alone, as those of OTLP over gRPC are. `status` is gRPC's. */
export async function startHttp2Receiver(
  status = 0,
): Promise<Omit<Receiver, 'answer' | 'received'>> {
  const requests: ReceivedRequest[] = [];
  const server = createHttp2Server();
  server.on('stream', (stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const { ':method': method, ':path': path } = headers;
      requests.push({ method, path, headers, body: Buffer.concat(chunks) });
      stream.respond(
        { ':status': 200, 'content-type': 'application/grpc' },
        { waitForTrailers: true },
      );
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(status) }));
      stream.end(Buffer.alloc(5));
    });
  });
  server.on('sessionError', () => undefined);
  const { port, close } = await listening(server);
  return { port, requests, close, [Symbol.asyncDispose]: close };
}

/** A TCP server that takes connections and never says a word. */
export async function startSilentServer(): Promise<{
  readonly port: number;
  close(): Promise<void>;
}> {
  return listening(createTcpServer());
}

/** A port of 127.0.0.1 on which nothing listens. */
export async function closedPort(): Promise<number> {
  const { port, close } = await startSilentServer();
  await close();
  return port;
}

async function listening(
  server: Server,
  port = 0,
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
