import process from 'node:process';
import { Worker } from 'node:worker_threads';
import { type Delivery, sendAll, type SendFailure, type WorkerInput } from './send-worker.ts';
import { messageOf } from '../../conventions/error-text.ts';

export interface SendOutcome {
  /** Whether each export of each delivery has been taken. */
  readonly taken: readonly (readonly boolean[])[];
  /** Why not all were, as far as it is known. */
  readonly failures: readonly SendFailure[];
  /** Whether it took longer than it may. */
  readonly isLate: boolean;
}

/** In the shared memory, see {@link WorkerInput}. */
const IS_DONE = 0;
const TEXT_BYTES = 1;
const FLAGS = 2;
const MOST_TEXT_BYTES = 8000;

/** Flags of Node that decide how a connection is made. Others, such as preloads, are the host's. */
const CONNECTION_FLAG =
  /^--(use-(openssl|bundled|system)-ca|use-env-proxy|tls-[\w.=-]+|dns-result-order=\w+|no-network-family-autoselection)$/u;

/**
 * Sends everything before it returns, and returns after `limitMillis` at the latest: a thread of its
 * own sends while this one waits. A thread starts as fast as a process, and needs no program to be
 * found, nothing of the host's environment, and a fraction of the memory. Never throws.
 */
export function sendNow(deliveries: readonly Delivery[], limitMillis: number): SendOutcome {
  const count = FLAGS + deliveries.reduce((sum, { bodies }) => sum + bodies.length, 0);
  const size = count * Int32Array.BYTES_PER_ELEMENT;
  const memory = new SharedArrayBuffer(size + MOST_TEXT_BYTES);
  const numbers = new Int32Array(memory, 0, count);
  let failures: readonly SendFailure[] = [];
  let isLate = false;
  try {
    startWorker({ deliveries, deadline: Date.now() + limitMillis, memory });
    isLate = Atomics.wait(numbers, IS_DONE, 0, limitMillis) === 'timed-out';
    const text = Buffer.from(new Uint8Array(memory, size, Atomics.load(numbers, TEXT_BYTES)));
    if (text.length > 0) failures = JSON.parse(text.toString()) as SendFailure[];
  } catch (error) {
    const message = messageOf(error);
    failures = deliveries.map((_, delivery) => ({ delivery, message }));
  }
  let index = FLAGS;
  const taken = deliveries.map(({ bodies }) =>
    bodies.map(() => Atomics.load(numbers, index++) === 1),
  );
  return { taken, failures, isLate };
}

function startWorker(workerData: WorkerInput): void {
  // Some compilers name functions by a helper, which their text then refers to.
  const source = `const __name = (value) => value; void (${sendAll.toString()})(require);`;
  // Its output would need the host's loop; its preloads would be the host's.
  const options = { eval: true, env: {}, stdout: true, stderr: true, workerData };
  let worker: Worker;
  try {
    const execArgv = process.execArgv.filter((flag) => CONNECTION_FLAG.test(flag));
    worker = new Worker(source, { ...options, execArgv });
  } catch {
    // A flag that no thread may have.
    worker = new Worker(source, { ...options, execArgv: [] });
  }
  worker.unref();
  worker.on('error', () => undefined);
}
