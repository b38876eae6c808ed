import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

import { decodeOtlp, type OtlpSignal } from './otlp/decode.ts';
import { flattenLogs, flattenSpans, type SinkLog, type SinkSpan } from './otlp/flatten.ts';
import { MetricState, type SinkMetric } from './otlp/metric-state.ts';

export type { AttributeType, SinkLog, SinkSpan, SpanKind } from './otlp/flatten.ts';
export type { SinkHistogramPoint, SinkMetric, SinkNumberPoint } from './otlp/metric-state.ts';

/** One export request. `body` is OTLP/JSON whatever the encoding was. */
export interface OtlpExport {
  readonly signal: OtlpSignal;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: object;
}

function signalOf(path: string | undefined): OtlpSignal | undefined {
  const name = /^\/v1\/(traces|metrics|logs)$/.exec(path ?? '')?.[1];
  return name as OtlpSignal | undefined;
}

/**
 * A Collector that keeps what it gets: OTLP over HTTP, protobuf and JSON, plain and gzip. Point
 * `OTEL_EXPORTER_OTLP_ENDPOINT` at `url`.
 */
export class OtlpSink {
  url = '';
  readonly spans: SinkSpan[] = [];
  readonly logs: SinkLog[] = [];
  readonly exports: OtlpExport[] = [];
  /** While set, every export is refused with this HTTP status and nothing is kept. */
  refuseWith: number | undefined = undefined;
  /** Export requests refused so far. */
  refused = 0;
  readonly #metrics = new MetricState();
  readonly #waiting = new Set<() => void>();
  #closed = false;
  readonly #server = createServer((message, response) => {
    this.#serve(message, response).catch((error: unknown) => {
      response.statusCode = 400;
      response.end(String(error));
    });
  });

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => {
        this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
        resolve();
      });
    });
  }

  /** What every metric stands at, by name. */
  get metrics(): ReadonlyMap<string, SinkMetric> {
    return this.#metrics.byName();
  }

  /**
   * The sum of the points of `name` that have all of `attributes`; for histograms the sum of their
   * sums. `undefined` when no point matches.
   */
  metricValue(
    name: string,
    attributes: Readonly<Record<string, unknown>> = {},
  ): number | undefined {
    const wanted = Object.entries(attributes);
    let total: number | undefined;
    for (const point of this.metrics.get(name)?.points ?? []) {
      if (!wanted.every(([key, value]) => point.attributes[key] === value)) continue;
      total = (total ?? 0) + ('value' in point ? point.value : point.sum);
    }
    return total;
  }

  /**
   * Resolves with the first value other than `undefined` and `false` that `predicate` returns: it
   * is asked at once, and again after each export. Rejects when the sink is closed first.
   */
  async waitFor<T>(predicate: (sink: this) => T): Promise<Exclude<T, false | undefined>> {
    for (;;) {
      const found = predicate(this);
      if (found !== undefined && found !== false) return found as Exclude<T, false | undefined>;
      if (this.#closed) throw new Error('The sink was closed before what was waited for arrived.');
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Forgets everything received. */
  clear(): void {
    this.spans.length = 0;
    this.logs.length = 0;
    this.exports.length = 0;
    this.refused = 0;
    this.#metrics.clear();
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#wake();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    const signal = signalOf(message.url);
    if (signal === undefined || this.refuseWith !== undefined) {
      this.refused += 1;
      response.writeHead(this.refuseWith ?? 404).end();
      this.#wake();
      return;
    }
    const raw = Buffer.concat(chunks);
    const bytes = message.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
    const contentType = message.headers['content-type'];
    const body = decodeOtlp(signal, bytes, contentType);
    this.exports.push({ signal, headers: message.headers, body });
    if (signal === 'traces') this.spans.push(...flattenSpans(body));
    else if (signal === 'logs') this.logs.push(...flattenLogs(body));
    else this.#metrics.receive(body);
    const json = contentType?.includes('json') === true;
    response.writeHead(200, {
      'content-type': json ? 'application/json' : 'application/x-protobuf',
    });
    response.end(json ? '{}' : undefined);
    this.#wake();
  }
}

/** Starts a sink on 127.0.0.1, on any free port unless one is given. */
export async function startOtlpSink(options: { readonly port?: number } = {}): Promise<OtlpSink> {
  const sink = new OtlpSink();
  await sink.listen(options.port ?? 0);
  return sink;
}
