import { closeSync, openSync, readSync } from 'node:fs';
import { drain } from './drain.ts';
import { readingFailed, ResultLines } from './result-lines.ts';
import type { ResultsAsked } from './watch-results.ts';

const PIECE_BYTES = 64 * 1024;

/** Reads a file that an SDK has just written and that may hold results of a batch, between other work. */
export function watchResultsFile(path: string, asked: ResultsAsked): void {
  const file = openSync(path, 'r');
  const lines = new ResultLines(asked.results, asked.isKnown, asked.context, asked.startedMs);
  const buffer = new Uint8Array(PIECE_BYTES);
  drain(
    () => {
      const length = readSync(file, buffer);
      if (length > 0) lines.write(buffer.subarray(0, length));
      return length > 0 && !lines.isOther;
    },
    () => {
      closeSync(file);
      lines.end(true);
    },
    readingFailed,
  );
}
