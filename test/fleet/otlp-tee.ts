import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One export that a receiver did not take. */
export interface Refusal {
  readonly receiver: string;
  readonly status: number;
  readonly answer: string;
}

/**
 * An OTLP address that hands each export of metrics, byte for byte, to several receivers, and answers
 * when all of them have. Traces and logs are taken and dropped.
 */
export class OtlpTee implements AsyncDisposable {
  url = '';
  readonly refusals: Refusal[] = [];
  exports = 0;
  /** By a name; the URLs are without a signal's path. */
  readonly #receivers: Readonly<Record<string, string>>;
  readonly #server = createServer((message, response) => {
    this.#serve(message, response).catch((error: unknown) => {
      response.writeHead(502).end(String(error));
    });
  });

  private constructor(receivers: Readonly<Record<string, string>>) {
    this.#receivers = receivers;
  }

  static async start(receivers: Readonly<Record<string, string>>): Promise<OtlpTee> {
    const tee = new OtlpTee(receivers);
    await new Promise<void>((resolve) => {
      tee.#server.listen(0, '127.0.0.1', resolve);
    });
    tee.url = `http://127.0.0.1:${(tee.#server.address() as AddressInfo).port}`;
    return tee;
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    if (message.url !== '/v1/metrics') {
      response.writeHead(200).end();
      return;
    }
    this.exports += 1;
    const { 'content-type': type = '', 'content-encoding': encoding } = message.headers;
    const headers = {
      'content-type': type,
      ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
    };
    const body = Buffer.concat(chunks);
    const statuses = await Promise.all(
      Object.entries(this.#receivers).map(async ([receiver, url]) => {
        const answer = await fetch(`${url}/v1/metrics`, { method: 'POST', headers, body });
        const text = await answer.text();
        if (!answer.ok) this.refusals.push({ receiver, status: answer.status, answer: text });
        return answer.status;
      }),
    );
    response.writeHead(Math.max(...statuses)).end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}
