import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';

import { answerRealistically } from './provider/answer.ts';
import { ProviderBill } from './provider/bill.ts';
import { encodeBody, encodeStream, framingOf, replyHeaders } from './provider/encode.ts';
import type { ProviderRequest, Reply, RequestMatcher } from './provider/reply.ts';
import { parseBody } from './provider/request-body.ts';
import { ReplyScript, type ReplySource } from './provider/script.ts';
import { ProviderState, type ProviderOptions } from './provider/state.ts';

export type { Cut, ProviderRequest, Reply, RequestMatcher, StreamEvent } from './provider/reply.ts';
export type { ModelBill } from './provider/bill.ts';
export type { ReplySource } from './provider/script.ts';
export type { ProviderOptions } from './provider/state.ts';

export interface ProviderServerOptions extends ProviderOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default true: requests are kept in `requests`. Off for servers that see a great many. */
  readonly record?: boolean;
}

/** How an exchange went: the whole answer was sent, the client left, or a script destroyed it. */
export type ExchangeEnd = 'sent' | 'left' | 'destroyed';

export interface RecordedRequest extends ProviderRequest {
  readonly ended: Promise<ExchangeEnd>;
}

/** Writes the pieces one by one, each in a turn of its own so that it leaves as its own packet. */
async function writePieces(
  response: ServerResponse,
  pieces: readonly Buffer[],
  delayMs: number | undefined,
): Promise<void> {
  for (const piece of pieces) {
    if (response.destroyed) return;
    if (!response.write(piece)) {
      await new Promise<void>((resolve) => {
        response.once('drain', resolve).once('close', resolve);
      });
    }
    await (delayMs === undefined ? nextTurn() : wait(delayMs));
  }
}

/**
 * A provider on 127.0.0.1 that speaks the wire formats of OpenAI (any compatible path, Azure's
 * included) and Anthropic (Bedrock and Vertex included). Without a script it answers realistically.
 */
export class ProviderServer {
  /** Base without a path, such as `http://127.0.0.1:40123`. */
  url = '';
  readonly requests: RecordedRequest[] = [];
  readonly bill: ProviderBill = new ProviderBill();
  readonly #script = new ReplyScript();
  readonly #state: ProviderState;
  readonly #record: boolean;
  readonly #destroyed = new WeakSet<ServerResponse>();
  #served = 0;
  readonly #held = new Set<() => void>();
  readonly #arrivals = new Set<() => void>();
  readonly #server = createServer((message, response) => {
    this.#serve(message, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });

  constructor(options: ProviderServerOptions = {}) {
    this.#state = new ProviderState(options);
    this.#record = options.record ?? true;
  }

  /** Base URL for the OpenAI client: `url` with `/v1`. */
  get openaiUrl(): string {
    return `${this.url}/v1`;
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => {
        this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
        resolve();
      });
    });
  }

  /** The next requests of any kind get these, one each. */
  next(...replies: ReplySource[]): this {
    this.#script.once(undefined, replies);
    return this;
  }

  /** The next requests that match get these, one each. */
  on(matcher: RequestMatcher, ...replies: ReplySource[]): this {
    this.#script.once(matcher, replies);
    return this;
  }

  /** Every request that matches gets this, unless something given once comes first. */
  always(matcher: RequestMatcher, reply: ReplySource): this {
    this.#script.always(matcher, reply);
    return this;
  }

  /** Scripted replies that no request has taken yet. */
  get pendingReplies(): number {
    return this.#script.pending;
  }

  /** Lets every stream that hangs go on to its end. */
  release(): void {
    for (const goOn of this.#held) goOn();
    this.#held.clear();
  }

  /** Resolves when `count` requests have arrived since the start or the last `reset()`; needs `record`. */
  async arrived(count: number): Promise<void> {
    while (this.requests.length < count) {
      await new Promise<void>((resolve) => this.#arrivals.add(resolve));
    }
  }

  /** Forgets requests, bill and script; stored responses and the prompt cache stay. */
  reset(): void {
    this.requests.length = 0;
    this.bill.clear();
    this.#script.clear();
    this.release();
  }

  /** Stops listening and drops every connection. */
  close(): Promise<void> {
    this.release();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const ended = new Promise<ExchangeEnd>((resolve) => {
      response.once('close', () => {
        const whole = response.writableFinished ? 'sent' : 'left';
        resolve(this.#destroyed.has(response) ? 'destroyed' : whole);
      });
    });
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    const url = new URL(message.url ?? '/', 'http://localhost');
    const headers = message.headers as Record<string, string>;
    const request: RecordedRequest = {
      method: message.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers,
      body: parseBody(Buffer.concat(chunks), headers['content-type']),
      ended,
    };
    if (this.#record) this.requests.push(request);
    for (const resolve of this.#arrivals) resolve();
    this.#arrivals.clear();
    const reply = this.#script.take(request) ?? answerRealistically(request, this.#state);
    await this.#send(reply, request, response);
  }

  async #send(reply: Reply, request: ProviderRequest, response: ServerResponse): Promise<void> {
    response.socket?.setNoDelay(true);
    if (reply.billed !== undefined) this.bill.add(reply.billed);
    const framing = framingOf(request.path);
    const headers = {
      ...this.#requestIds(),
      ...replyHeaders(reply, framing),
    };
    if (reply.sse === undefined) {
      if (reply.destroyAfter !== undefined) {
        this.#destroyed.add(response);
        response.destroy();
        return;
      }
      if (reply.hangAfter !== undefined) await this.#hold(response);
      response.writeHead(reply.status ?? 200, headers).end(encodeBody(reply));
      return;
    }
    const stream = encodeStream(reply, framing);
    response.writeHead(reply.status ?? 200, headers).flushHeaders();
    await writePieces(response, stream.before, reply.delayMs);
    if (stream.ending === 'destroy') {
      this.#destroyed.add(response);
      response.destroy();
      return;
    }
    if (stream.ending === 'hang') await this.#hold(response);
    await writePieces(response, stream.after, reply.delayMs);
    response.end();
  }

  /** OpenAI and Anthropic name this header differently. */
  #requestIds(): Record<string, string> {
    this.#served += 1;
    const id = `req_${this.#served}`;
    return { 'x-request-id': id, 'request-id': id };
  }

  /** Waits for `release()` or for the client to leave. */
  async #hold(response: ServerResponse): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#held.add(resolve);
      response.once('close', () => {
        this.#held.delete(resolve);
        resolve();
      });
    });
  }
}

/** Starts a provider on a free port of 127.0.0.1. */
export async function startProviderServer(
  options: ProviderServerOptions = {},
): Promise<ProviderServer> {
  const server = new ProviderServer(options);
  await server.listen(options.port ?? 0);
  return server;
}
