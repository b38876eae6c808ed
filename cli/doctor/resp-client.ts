import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** An error that the server answered with, such as `NOAUTH Authentication required.` */
export class ReplyError extends Error {}

/** What arrived is no answer of a Redis server. */
export class NoRedisError extends Error {}

/** The little of a Redis client that the doctor needs, so that none has to be installed. */
export class RespClient {
  readonly #socket: Socket;
  readonly #waiting: ((reply: string | Error) => void)[] = [];
  #received = '';
  #failure: Error | undefined;
  #isConnected = false;
  #isReady = false;

  private constructor(socket: Socket, readyEvent: 'connect' | 'secureConnect') {
    this.#socket = socket;
    socket.once('connect', () => {
      this.#isConnected = true;
    });
    socket.once(readyEvent, () => {
      this.#isReady = true;
    });
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      this.#received += chunk;
      this.#read();
    });
    socket.on('error', (error) => {
      this.#fail(error);
    });
    socket.on('close', () => {
      this.#fail(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
    });
  }

  /** Opens a connection. It has no patience of its own: {@link close} ends whatever is waited for. */
  static open(host: string, port: number, isTls: boolean): RespClient {
    if (!isTls) return new RespClient(connectTcp({ host, port }), 'connect');
    const name = isIP(host) === 0 ? { servername: host } : {};
    return new RespClient(connectTls({ host, port, ...name }), 'secureConnect');
  }

  /** Whether the server takes the connection, and has not answered the greeting of TLS. */
  get waitsForTls(): boolean {
    return this.#isConnected && !this.#isReady;
  }

  /** The reply as text. Rejects with {@link ReplyError}, or with what is wrong with the connection. */
  send(...words: readonly string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      this.#waiting.push((reply) => {
        if (typeof reply === 'string') resolve(reply);
        else reject(reply);
      });
      const bulks = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
      this.#socket.write(`*${words.length}\r\n${bulks.join('')}`);
    });
  }

  close(error: Error = new Error('closed')): void {
    this.#fail(error);
    this.#socket.destroy();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const settle of this.#waiting.splice(0)) settle(this.#failure);
  }

  /** Takes every whole reply of what has been received. */
  #read(): void {
    for (;;) {
      const lineEnd = this.#received.indexOf('\r\n');
      if (lineEnd < 0) {
        // The first answer of something else may well have no such line.
        if (!/^[+\-:$]/u.test(this.#received)) this.#notRedis();
        return;
      }
      const line = this.#received.slice(1, lineEnd);
      switch (this.#received[0]) {
        case '+':
        case ':':
          this.#settle(line, lineEnd + 2);
          break;
        case '-':
          this.#settle(new ReplyError(line), lineEnd + 2);
          break;
        case '$': {
          const end = lineEnd + 2 + Number(line);
          if (this.#received.length < end + 2) return;
          this.#settle(this.#received.slice(lineEnd + 2, end), end + 2);
          break;
        }
        default:
          this.#notRedis();
          return;
      }
    }
  }

  #settle(reply: string | Error, length: number): void {
    this.#received = this.#received.slice(length);
    this.#waiting.shift()?.(reply);
  }

  #notRedis(): void {
    if (this.#received !== '') this.close(new NoRedisError(this.#received.slice(0, 20)));
  }
}
