import { close as closeFile, fdatasync, mkdirSync, openSync, write, writeSync } from 'node:fs';
import { join } from 'node:path';
import { nextSegmentName, utcDate } from './segment-files.ts';

/** Power may fail; a crash of the process alone loses nothing that was written. */
const SYNC_EVERY_MS = 1_000;

/**
 * The open segment. Every write names its position, so that one that was under way when the process
 * exits can be made again without writing a row twice.
 */
export class SegmentWriter {
  readonly #folder: string;
  readonly #maxBytes: number;
  #file: number | undefined;
  #date = '';
  #position = 0;
  #syncTimer: NodeJS.Timeout | undefined;

  constructor(folder: string, maxBytes: number) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
  }

  /** Whether the next write begins a new segment. */
  isDue(now: number): boolean {
    return (
      this.#file === undefined || this.#position >= this.#maxBytes || this.#date !== utcDate(now)
    );
  }

  /** Begins a new segment. Throws what the file system says. */
  open(now: number): void {
    this.close();
    mkdirSync(this.#folder, { recursive: true, mode: 0o750 });
    this.#file = openSync(join(this.#folder, nextSegmentName(now)), 'wx', 0o640);
    this.#date = utcDate(now);
    this.#position = 0;
  }

  /** Writes `data` behind what is there. Resolves to the bytes of it that are in the segment. */
  async write(data: Buffer): Promise<{ readonly written: number; readonly error?: Error }> {
    const file = this.#file;
    if (file === undefined) return { written: 0, error: new Error('no segment is open') };
    let written = 0;
    while (written < data.length) {
      try {
        written += await writeAt(file, data, written, this.#position + written);
      } catch (error) {
        return { written, error: error as Error };
      }
    }
    // Another segment may have taken its place meanwhile.
    if (this.#file === file) {
      this.#position += written;
      this.#syncSoon();
    }
    return { written };
  }

  /** The same at the end of the process, when nothing asynchronous comes back. */
  writeNow(data: Buffer): void {
    if (this.#file === undefined) return;
    let written = 0;
    while (written < data.length) {
      written += writeSync(
        this.#file,
        data,
        written,
        data.length - written,
        this.#position + written,
      );
    }
    this.#position += written;
  }

  /** Whatever follows goes to another segment. */
  close(): void {
    const file = this.#file;
    if (file === undefined) return;
    this.#file = undefined;
    clearTimeout(this.#syncTimer);
    this.#syncTimer = undefined;
    fdatasync(file, () => {
      closeFile(file, () => undefined);
    });
  }

  /** Whatever follows goes to another segment; a write that is under way still finds this one. */
  abandon(): void {
    clearTimeout(this.#syncTimer);
    this.#syncTimer = undefined;
    this.#file = undefined;
  }

  #syncSoon(): void {
    if (this.#syncTimer !== undefined) return;
    this.#syncTimer = setTimeout(() => {
      this.#syncTimer = undefined;
      if (this.#file !== undefined) fdatasync(this.#file, () => undefined);
    }, SYNC_EVERY_MS);
    this.#syncTimer.unref();
  }
}

function writeAt(file: number, data: Buffer, offset: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(file, data, offset, data.length - offset, position, (error, written) => {
      if (error === null) resolve(written);
      else reject(error);
    });
  });
}
