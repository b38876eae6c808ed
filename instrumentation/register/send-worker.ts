import type fileModule from 'node:fs';
import type httpModule from 'node:http';
import type httpsModule from 'node:https';
import type threadsModule from 'node:worker_threads';
import type zlibModule from 'node:zlib';

/** Where and how a signal is sent over OTLP/HTTP. */
export interface SendTarget {
  readonly url: string;
  /** May hold credentials: not for people. */
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: 'none' | 'gzip';
  /** PEM files by their path. */
  readonly certificates: {
    readonly ca: string | undefined;
    readonly cert: string | undefined;
    readonly key: string | undefined;
  };
}

/** Encoded exports for one target, in the order in which they must arrive. */
export interface Delivery {
  readonly target: SendTarget;
  readonly bodies: readonly Uint8Array[];
}

export interface WorkerInput {
  readonly deliveries: readonly Delivery[];
  /** Epoch milliseconds. */
  readonly deadline: number;
  /**
   * 32-bit numbers: 1 at the end, the length of the text, and for each export, in order, 1 when it
   * was taken. Then the text: the latest {@link SendFailure} of each delivery, as JSON.
   */
  readonly memory: SharedArrayBuffer;
}

/** What a request came to that was not taken. */
export interface SendFailure {
  /** Which of the deliveries it was of. */
  readonly delivery: number;
  /** Of the HTTP answer, if one came. */
  readonly status?: number | undefined;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

type Answer =
  | { readonly isTaken: true }
  | {
      readonly isTaken: false;
      readonly failure: Omit<SendFailure, 'delivery'>;
      readonly againInMillis: number | undefined;
    };

/**
 * Sends everything, with the retries that an OTLP exporter makes. Runs in a thread of its own, from
 * its text, and so can use nothing of this module but types: what there is at the end of a process is
 * its memory, while its files may have been replaced by those of the next version.
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
 */
export async function sendAll(load: NodeJS.Require): Promise<void> {
  const { workerData } = load('node:worker_threads') as typeof threadsModule;
  const { deliveries, deadline, memory } = workerData as WorkerInput;
  const count = deliveries.reduce((sum, { bodies }) => sum + bodies.length, 0);
  const numbers = new Int32Array(memory, 0, 2 + count);
  const text = new Uint8Array(memory, numbers.byteLength);
  const failures = new Map<number, SendFailure>();

  // At once: who waits may not wait for the end.
  const tell = (failure: SendFailure): void => {
    failures.set(failure.delivery, failure);
    const told = JSON.stringify([...failures.values()].slice(0, 8));
    Atomics.store(numbers, 1, new TextEncoder().encodeInto(told, text).written);
  };

  const post = (target: SendTarget, body: Uint8Array): Promise<Answer> =>
    new Promise((resolve) => {
      const isTls = target.url.startsWith('https:');
      const { request } = isTls
        ? (load('node:https') as typeof httpsModule)
        : (load('node:http') as typeof httpModule);
      const { readFileSync } = load('node:fs') as typeof fileModule;
      const file = (path: string | undefined): Buffer | undefined =>
        path === undefined ? undefined : readFileSync(path);
      const { ca, cert, key } = target.certificates;
      const secure = isTls ? { ca: file(ca), cert: file(cert), key: file(key) } : {};
      const headers = { ...target.headers, 'Content-Length': body.length };
      const sent = request(target.url, { method: 'POST', headers, agent: false, ...secure });
      sent.on('error', (error: NodeJS.ErrnoException) => {
        const failure = { code: error.code, message: error.message.slice(0, 200) };
        // No retry mends a certificate.
        const isFinal = /CERT|SSL|TLS/u.test(error.code ?? '');
        resolve({ isTaken: false, failure, againInMillis: isFinal ? undefined : 1000 });
      });
      sent.on('response', (response) => {
        const status = response.statusCode ?? 0;
        const isRetryable = [429, 502, 503, 504].includes(status);
        const seconds = Number(response.headers['retry-after'] ?? 1);
        const againInMillis = isRetryable && seconds >= 0 ? seconds * 1000 : undefined;
        response.on('error', () => undefined);
        response.resume();
        if (status >= 200 && status < 300) resolve({ isTaken: true });
        else resolve({ isTaken: false, failure: { status }, againInMillis });
      });
      sent.end(body);
    });

  const sendOne = async (target: SendTarget, body: Uint8Array, delivery: number) => {
    for (;;) {
      const answer = await post(target, body);
      if (answer.isTaken) return true;
      tell({ delivery, ...answer.failure });
      const { againInMillis } = answer;
      if (againInMillis === undefined || Date.now() + againInMillis >= deadline) return false;
      await new Promise((resolve) => {
        setTimeout(resolve, againInMillis);
      });
    }
  };

  const deliver = async ({ target, bodies }: Delivery, delivery: number, first: number) => {
    const isPacked = target.compression === 'gzip';
    const { gzipSync } = load('node:zlib') as typeof zlibModule;
    const headers = isPacked ? { ...target.headers, 'Content-Encoding': 'gzip' } : target.headers;
    for (const [index, body] of bodies.entries()) {
      const data = isPacked ? gzipSync(body) : body;
      const isTaken = await sendOne({ ...target, headers }, data, delivery);
      if (isTaken) Atomics.store(numbers, 2 + first + index, 1);
    }
  };

  let first = 0;
  const work = deliveries.map((delivery, index) => {
    const begin = first;
    first += delivery.bodies.length;
    return deliver(delivery, index, begin);
  });
  for (const [delivery, result] of (await Promise.allSettled(work)).entries()) {
    if (result.status === 'rejected') {
      tell({ delivery, message: String(result.reason).slice(0, 200) });
    }
  }
  Atomics.store(numbers, 0, 1);
  Atomics.notify(numbers, 0);
}
