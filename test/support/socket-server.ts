import { readFileSync } from 'node:fs';
import { createServer as createPlainServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { certificate } from './receiver.ts';

/** A message, as JSON. */
export type Message = Readonly<Record<string, unknown>>;

/** One connection, as the provider sees it. */
export class Peer {
  /** Path and query. */
  readonly url: string;
  readonly baggage: string | undefined;
  readonly received: Message[] = [];
  readonly #socket: WebSocket;
  readonly #waiting = new Set<() => void>();
  closed = false;

  constructor(socket: WebSocket, url: string, baggage: string | undefined) {
    this.#socket = socket;
    this.url = url;
    this.baggage = baggage;
    socket.on('message', (data) => {
      // oxlint-disable-next-line typescript/no-base-to-string -- bytes of a text
      this.received.push(JSON.parse(data.toString()) as Message);
      this.#look();
    });
    socket.on('close', () => {
      this.closed = true;
      this.#look();
    });
  }

  #look(): void {
    for (const look of this.#waiting) look();
  }

  /** Sends messages as they are given; bytes as a binary message. */
  send(...messages: readonly (Message | Uint8Array)[]): void {
    for (const message of messages) {
      this.#socket.send(message instanceof Uint8Array ? message : JSON.stringify(message));
    }
  }

  /** Settles when `isThere` says so of what has come; looks whenever something comes. */
  async until(isThere: (peer: this) => boolean): Promise<void> {
    if (isThere(this)) return;
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (!isThere(this)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
    });
  }

  /** Settles when `count` messages of a type have come. */
  async got(type: string, count = 1): Promise<void> {
    await this.until(
      ({ received }) => received.filter((each) => each['type'] === type).length >= count,
    );
  }

  close(code?: number): void {
    this.#socket.close(code);
  }

  /** As when a network goes away. */
  destroy(): void {
    this.#socket.terminate();
  }
}

/** A provider on 127.0.0.1 that speaks by WebSocket, over TLS unless told otherwise. */
export class SocketServer {
  readonly peers: Peer[] = [];
  /** Handshakes, refused ones included. */
  asked = 0;
  /** What every new connection gets to hear. */
  greet: (peer: Peer) => void = () => undefined;
  readonly #server;
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #waiting = new Set<() => void>();
  readonly #scheme: string;

  constructor(isSecure = true) {
    this.#scheme = isSecure ? 'https' : 'http';
    this.#server = isSecure
      ? createTlsServer({
          cert: readFileSync(certificate('server')),
          key: readFileSync(certificate('server', 'key')),
        })
      : createPlainServer();
    this.#server.on('upgrade', (request, socket, head: Buffer) => {
      this.asked += 1;
      this.#sockets.handleUpgrade(request, socket, head, (connection) => {
        const baggage = request.headers['baggage']?.toString();
        const peer = new Peer(connection, request.url ?? '', baggage);
        this.peers.push(peer);
        this.greet(peer);
        for (const look of this.#waiting) look();
      });
    });
  }

  /** Base without a path, for clients that make WebSocket addresses of it. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `${this.#scheme}://127.0.0.1:${port}`;
  }

  /** The next connection, or the one that is there already. */
  async peer(index = 0): Promise<Peer> {
    while (this.peers[index] === undefined) {
      await new Promise<void>((resolve) => {
        const look = (): void => {
          this.#waiting.delete(look);
          resolve();
        };
        this.#waiting.add(look);
      });
    }
    return this.peers[index];
  }

  reset(): void {
    for (const peer of this.peers) peer.destroy();
    this.peers.length = 0;
    this.asked = 0;
    this.greet = () => undefined;
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    return this;
  }

  async close(): Promise<void> {
    this.reset();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }
}

export async function startSocketServer(isSecure = true): Promise<SocketServer> {
  return new SocketServer(isSecure).listen();
}
