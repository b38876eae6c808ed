import { describeError } from '../../../conventions/error-text.ts';
import type { LedgerRow } from './ledger-row.ts';
import type { AtEnd, Ledger, LedgerProblem } from './ledger.ts';
import { removeOldSegments } from './segment-files.ts';
import { SegmentWriter } from './segment-writer.ts';

export interface FileLedgerOptions {
  /** Folder of the segments; made when the first row is written. Processes may share it. */
  readonly folder: string;
  /** A segment this large is followed by another. Default 16 MiB. */
  readonly maxSegmentBytes?: number | undefined;
  /** All segments together; beyond it the oldest are removed. Default 1 GiB. */
  readonly maxTotalBytes?: number | undefined;
  /** Days that are kept. Default 100: more than a quarter. */
  readonly keepDays?: number | undefined;
  /** Rows waiting for the disk, as text; beyond it rows are lost and counted. Default 8 MiB. */
  readonly maxQueuedBytes?: number | undefined;
  readonly onProblem?: LedgerProblem | undefined;
  /** Has what still waits written at the end of the process. Without it, it is lost then. */
  readonly atEnd?: AtEnd | undefined;
  /** Epoch milliseconds. */
  readonly now?: (() => number) | undefined;
}

const MIB = 1024 * 1024;
/** Most that one write carries. */
const BATCH_BYTES = MIB;
/** A disk this slow is not waited for; the rows are still written. */
const SLOW_WRITE_MS = 1_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

interface Bounds {
  readonly folder: string;
  readonly maxSegmentBytes: number;
  readonly maxTotalBytes: number;
  readonly keepDays: number;
  readonly maxQueuedBytes: number;
}

interface Waiting {
  readonly line: Buffer;
  done: ((isSafe: boolean) => void) | undefined;
}

/**
 * A ledger of JSON Lines. Rows are queued, written in batches by the thread pool, and in the page
 * cache within about a millisecond: there they survive the death of the process by any signal.
 * `fdatasync` runs once a second, so a power failure may cost the last second.
 */
export class FileLedger implements Ledger {
  readonly #segment: SegmentWriter;
  readonly #options: Bounds;
  readonly #onProblem: LedgerProblem;
  readonly #now: () => number;
  #queue: Waiting[] = [];
  /** Handed to the disk; still in the queue's place when the process exits now. */
  #writing: readonly Waiting[] = [];
  #queuedBytes = 0;
  #draining: Promise<void> | undefined;
  #retryMs = FIRST_RETRY_MS;
  #retryTimer: NodeJS.Timeout | undefined;
  readonly #forgetEnd: (() => void) | undefined;

  constructor(options: FileLedgerOptions) {
    const { onProblem, now, atEnd, ...bounds } = options;
    this.#options = {
      folder: bounds.folder,
      maxSegmentBytes: bounds.maxSegmentBytes ?? 16 * MIB,
      maxTotalBytes: bounds.maxTotalBytes ?? 1024 * MIB,
      keepDays: bounds.keepDays ?? 100,
      maxQueuedBytes: bounds.maxQueuedBytes ?? 8 * MIB,
    };
    this.#onProblem = onProblem ?? (() => undefined);
    this.#now = now ?? Date.now;
    this.#segment = new SegmentWriter(this.#options.folder, this.#options.maxSegmentBytes);
    this.#forgetEnd = atEnd?.(() => {
      this.writeNow();
    });
  }

  append(row: LedgerRow): Promise<boolean> {
    const line = Buffer.from(`${JSON.stringify(row)}\n`);
    if (this.#queuedBytes + line.length > this.#options.maxQueuedBytes) {
      this.#onProblem(`the ledger in ${this.#options.folder} falls behind: rows are lost`, 1);
      return Promise.resolve(false);
    }
    this.#queuedBytes += line.length;
    return new Promise((resolve) => {
      this.#queue.push({ line, done: resolve });
      if (this.#retryTimer === undefined) this.#draining ??= this.#drain();
    });
  }

  async flush(): Promise<void> {
    await this.#draining;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    if (this.#queue.length > 0) this.#draining ??= this.#drain();
    await this.#draining;
  }

  async close(): Promise<void> {
    await this.flush();
    clearTimeout(this.#retryTimer);
    this.#forgetEnd?.();
    this.#segment.close();
  }

  async #drain(): Promise<void> {
    // Rows of the same turn share a write.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const batch = this.#takeBatch();
      if (await this.#writeBatch(batch)) {
        this.#retryMs = FIRST_RETRY_MS;
      } else {
        this.#retryLater();
        break;
      }
    }
    this.#draining = undefined;
  }

  #takeBatch(): readonly Waiting[] {
    let bytes = 0;
    let count = 0;
    while (count < this.#queue.length && bytes < BATCH_BYTES) {
      bytes += this.#queue[count]?.line.length ?? 0;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  /** Rows that did not get onto the disk whole are put back in front. */
  async #writeBatch(batch: readonly Waiting[]): Promise<boolean> {
    this.#writing = batch;
    const slow = setTimeout(() => {
      for (const waiting of batch) tell(waiting, false);
    }, SLOW_WRITE_MS);
    slow.unref();
    let written = 0;
    let fault: unknown;
    try {
      const now = this.#now();
      if (this.#segment.isDue(now)) {
        this.#segment.open(now);
        void this.#removeOld(now);
      }
      const result = await this.#segment.write(Buffer.concat(batch.map(({ line }) => line)));
      written = result.written;
      fault = result.error;
    } catch (error) {
      fault = error;
    }
    this.#writing = [];
    clearTimeout(slow);
    let index = 0;
    for (const waiting of batch) {
      if (written < waiting.line.length) break;
      written -= waiting.line.length;
      this.#queuedBytes -= waiting.line.length;
      tell(waiting, true);
      index += 1;
    }
    if (fault === undefined) return true;
    // What was written in part stays behind as the torn end of its segment.
    this.#segment.close();
    this.#onProblem(
      `the ledger in ${this.#options.folder} cannot be written (${describeError(fault)}); ` +
        'rows wait in memory',
      0,
    );
    const rest = batch.slice(index);
    for (const waiting of rest) tell(waiting, false);
    this.#queue.unshift(...rest);
    return false;
  }

  #retryLater(): void {
    this.#retryTimer = setTimeout(() => {
      this.#retryTimer = undefined;
      this.#draining ??= this.#drain();
    }, this.#retryMs);
    this.#retryTimer.unref();
    this.#retryMs = Math.min(LONGEST_RETRY_MS, this.#retryMs * 2);
  }

  async #removeOld(now: number): Promise<void> {
    const { folder, keepDays, maxTotalBytes } = this.#options;
    try {
      const removed = await removeOldSegments(folder, { keepDays, maxBytes: maxTotalBytes }, now);
      if (removed > 0) {
        this.#onProblem(
          `the ledger in ${folder} is larger than its bound: its ${removed} oldest segments were removed`,
          0,
        );
      }
    } catch (error) {
      this.#onProblem(`old segments of the ledger cannot be removed (${describeError(error)})`, 0);
    }
  }

  writeNow(): void {
    const rest = [...this.#writing, ...this.#queue];
    if (rest.length === 0) return;
    try {
      if (this.#writing.length === 0 && this.#segment.isDue(this.#now())) {
        this.#segment.open(this.#now());
      }
      this.#segment.writeNow(Buffer.concat(rest.map(({ line }) => line)));
      this.#segment.abandon();
      for (const waiting of this.#queue) tell(waiting, true);
      this.#queue = [];
    } catch {
      // The process is ending and nothing is left to tell it to.
    }
  }
}

function tell(waiting: Waiting, isSafe: boolean): void {
  waiting.done?.(isSafe);
  waiting.done = undefined;
}
