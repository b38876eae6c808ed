import type { Agent as HttpAgent, ClientRequest } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ExportResult, ExportResultCode, globalErrorHandler } from '@opentelemetry/core';
import type { IOtlpExportDelegate } from '@opentelemetry/otlp-exporter-base';
import type { ExporterMetrics } from '@opentelemetry/otlp-exporter-base';
import { EXPORT_ENDED, type TrackedExport } from '../../conventions/index.ts';
import type { ExportHealth, Rejection } from './export-health.ts';
import { failureOf } from './watch-requests.ts';
import type { Unsent } from './unsent.ts';

/** What the exporter base keeps to itself; pinned with it. Without these, exits only take longer. */
interface Internals {
  /** Milliseconds for one export, its retries included. */
  _timeout: number;
  readonly _transport?: RetryingTransport;
}

interface RetryingTransport {
  readonly _transport: {
    send(data: Uint8Array, timeoutMillis: number): Promise<unknown>;
  };
  retry?(data: Uint8Array, timeoutMillis: number, inMillis: number): Promise<unknown>;
}

/** Of the time that an ending process has: what is left is for a line on standard error. */
const NEARLY_ALL = 0.95;
/** Collections that a slow server may be behind. */
const MOST_WAITING = 8;

type Delegate = Pick<
  BackgroundDelegate<never>,
  'timeoutMillis' | 'forceFlush' | 'endWithin' | 'hasEnded'
>;

const delegates: Delegate[] = [];

/** Who hears how exports go. */
export interface ExportWatch<Items> {
  readonly health: ExportHealth;
  readonly unsent: Unsent<Items>;
  readonly count: (items: Items) => number;
  /**
   * One export is sent after the other: a sum that arrives after a later one is refused, and what it
   * alone had is lost, such as the zero that a counter begins with, or a difference.
   */
  readonly isOrdered?: boolean;
  /** What the answer that was read last left out; asked once an export has succeeded. */
  readonly takeRejection: () => Rejection | undefined;
}

/**
 * Exports without holding the process. Where no Collector answers, each batch waits for its retries
 * for eight seconds, the SDK waits for each batch with a timer of its own, and a process that has
 * made thousands of calls would end a minute late. So a batch counts as exported when it is handed
 * over, and waiting is done on timers and sockets that let the process go: the exit flush, which has
 * a limit, decides how long that may take.
 */
export class BackgroundDelegate<Items> implements IOtlpExportDelegate<Items> {
  readonly #delegate: IOtlpExportDelegate<Items> & Partial<Internals>;
  readonly #watch: ExportWatch<Items>;
  /** Waiting ones included. */
  #underWay = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #idle: (() => void)[] = [];

  constructor(delegate: IOtlpExportDelegate<Items>, watch: ExportWatch<Items>) {
    this.#delegate = delegate;
    this.#watch = watch;
    releaseRetries(this.#delegate._transport);
    delegates.push(this);
  }

  export(items: Items, resultCallback: (result: ExportResult) => void): void {
    let handedOver = false;
    let refused: ExportResult | undefined;
    const ended = takeEnded(items);
    const { unsent } = this.#watch;
    this.#underWay += 1;
    unsent.handedOver(items);
    const end = (result: ExportResult): void => {
      ended?.(result);
      unsent.ended(items, result.code === ExportResultCode.SUCCESS);
      this.#exported(items, result);
      if (!handedOver) refused = result;
      else if (result.error !== undefined) globalErrorHandler(result.error);
    };
    const send = (): void =>
      this.#delegate.export(items, (result) => {
        end(result);
        this.#waiting.shift()?.();
      });
    if (this.#watch.isOrdered !== true || this.#underWay === 1) send();
    else if (this.#waiting.length < MOST_WAITING) this.#waiting.push(send);
    else
      end({ code: ExportResultCode.FAILED, error: new Error('too many exports wait to be sent') });
    handedOver = true;
    resultCallback(refused ?? { code: ExportResultCode.SUCCESS });
  }

  #exported(items: Items, { code, error }: ExportResult): void {
    this.#underWay -= 1;
    const { health, count, takeRejection } = this.#watch;
    if (code === ExportResultCode.SUCCESS) health.exportSucceeded(takeRejection());
    else health.exportFailed(count(items), failureOf(error));
    if (this.#underWay === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Failures are told at once from now on, and what has had no answer shortly before the limit. */
  endWithin(limitMillis: number): void {
    const { health } = this.#watch;
    health.isEnding = true;
    const check = (): void => {
      if (this.#underWay > 0) health.requestFailed({ code: 'ETIMEDOUT' });
    };
    setTimeout(check, limitMillis * NEARLY_ALL).unref();
  }

  hasEnded(): void {
    this.#watch.health.isEnding = false;
  }

  /** Resolves when nothing is under way any more. */
  forceFlush(): Promise<void> {
    if (this.#underWay === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle.push(resolve);
    });
  }

  async shutdown(): Promise<void> {
    await this.forceFlush();
    await this.#delegate.shutdown();
  }

  setMetrics(metrics: ExporterMetrics<Items>): void {
    this.#delegate.setMetrics(metrics);
  }

  get timeoutMillis(): number {
    return this.#delegate._timeout ?? 0;
  }

  set timeoutMillis(value: number) {
    this.#delegate._timeout = value;
  }
}

/** Who waits for the true result of the export, if anybody does. */
function takeEnded(items: unknown): TrackedExport[typeof EXPORT_ENDED] {
  const tracked = items as TrackedExport;
  const ended = tracked[EXPORT_ENDED];
  if (ended !== undefined) tracked[EXPORT_ENDED] = undefined;
  return ended;
}

/**
 * Gives every export that starts from now on at most `limitMillis`, its retries included. Returns
 * the way back.
 */
export function limitExports(limitMillis: number): () => void {
  const before = delegates.map((delegate) => delegate.timeoutMillis);
  for (const delegate of delegates) {
    delegate.timeoutMillis = Math.min(delegate.timeoutMillis, limitMillis);
    delegate.endWithin(limitMillis);
  }
  return () => {
    for (const [index, timeoutMillis] of before.entries()) {
      const delegate = delegates[index];
      if (delegate !== undefined) delegate.timeoutMillis = timeoutMillis;
    }
  };
}

/** Resolves when every export that was handed over has ended, well or badly. Never rejects. */
export async function exportsEnded(): Promise<void> {
  await Promise.allSettled(delegates.map((delegate) => delegate.forceFlush()));
  for (const delegate of delegates) delegate.hasEnded();
}

function releaseRetries(transport: RetryingTransport | undefined): void {
  if (typeof transport?.retry !== 'function') return;
  transport.retry = (data, timeoutMillis, inMillis) =>
    new Promise((resolve, reject) => {
      setTimeout(() => {
        transport._transport.send(data, timeoutMillis).then(resolve, reject);
      }, inMillis).unref();
    });
}

/** Lets the sockets of `agent` not keep the process: a Collector may take one and never answer. */
export function releaseSockets<Agent extends HttpAgent>(agent: Agent): Agent {
  const target = agent as Agent & Releasable;
  const { createConnection, reuseSocket } = target;
  if (typeof createConnection !== 'function' || typeof reuseSocket !== 'function') return agent;
  target.createConnection = function (...args) {
    const socket = createConnection.apply(this, args);
    socket?.unref?.();
    return socket;
  };
  target.reuseSocket = function (socket, request) {
    reuseSocket.call(this, socket, request);
    // Reuse holds the process again.
    (socket as Socket).unref?.();
  };
  return agent;
}

type Socket = Duplex & { unref?(): unknown };

interface Releasable {
  createConnection(this: unknown, ...args: unknown[]): Socket | null | undefined;
  reuseSocket(this: unknown, socket: Socket, request: ClientRequest): void;
}
