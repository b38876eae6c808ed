// As a whole, because runtimes that pass for Node may lack some of it.
import * as threads from 'node:worker_threads';

/** Threads beyond this share their marks with earlier ones. */
const MOST_THREADS = 4_096;
const KEY = 'costspan-threads';

/** One byte a thread, the same memory in all threads of the process: set where costspan is at work. */
let marks: Uint8Array | undefined;

function sharedMarks(): Uint8Array {
  if (marks !== undefined) return marks;
  const given: unknown = threads.isMainThread ? undefined : threads.getEnvironmentData(KEY);
  const memory = given instanceof SharedArrayBuffer ? given : new SharedArrayBuffer(MOST_THREADS);
  // For the workers that this thread starts.
  threads.setEnvironmentData(KEY, memory);
  marks = new Uint8Array(memory);
  return marks;
}

/** Lets the thread that has started this one know that costspan is at work here. */
export function markThread(): void {
  sharedMarks()[threads.threadId % MOST_THREADS] = 1;
}

/** Whether costspan is at work in `worker`; asked while it runs or right at its end. */
export function isMarked(workerId: number): boolean {
  return sharedMarks()[workerId % MOST_THREADS] === 1;
}

export function isWorker(value: unknown): value is threads.Worker {
  return value instanceof threads.Worker;
}
