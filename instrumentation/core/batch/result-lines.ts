import type { Context } from '@opentelemetry/api';
import { readBatchLine } from '../../../providers/batches/batch-line.ts';
import { warnOnce } from '../../../conventions/warn-once.ts';
import { reportFailure } from '../guard.ts';
import { currentObserver } from '../observer.ts';
import { BatchReading, type BatchResults, type ReadingSummary } from './batch-reading.ts';
import { LineFeed, type LineListener } from './line-feed.ts';

/** What a failure to read results along comes to. */
export function readingFailed(error: unknown): void {
  reportFailure('batch-results', error);
}

/**
 * The lines of a file that may be a batch's results. One that is not known to be shows it by its
 * first line, and is left alone from there on.
 */
export class ResultLines implements LineListener {
  readonly feed: LineFeed = new LineFeed(this);
  readonly #reading: BatchReading;
  readonly #isKnown: boolean;
  #hasAnswers = false;
  #isOther = false;

  /** @param isKnown whether the file is known to hold results. */
  constructor(results: BatchResults, isKnown: boolean, context: Context, startedMs: number) {
    this.#reading = new BatchReading(results, context, startedMs);
    this.#isKnown = isKnown;
  }

  write(piece: Uint8Array | string): void {
    if (!this.#isOther) this.feed.write(piece);
  }

  /** Text of a line, of several, or cut anywhere: a line without its break is whole where it parses. */
  writeText(text: string): void {
    if (this.#isOther) return;
    if (text.startsWith('{')) this.feed.endLine();
    this.feed.write(text);
  }

  line(value: unknown): void {
    if (this.#isOther) return;
    const line = readBatchLine(value);
    if (line !== undefined) {
      this.#hasAnswers = true;
      this.#reading.answer(line);
    } else if (this.#isKnown || this.#hasAnswers) this.broken();
    else this.#isOther = true;
  }

  broken(): void {
    if (this.#isOther) return;
    if (!this.#isKnown && !this.#hasAnswers) {
      this.#isOther = true;
      return;
    }
    currentObserver()?.internalError('batch-line');
    warnOnce(
      'batch-line',
      'a line of the results of a batch could not be read, so its answer is in no books; the lines around it are',
    );
  }

  /** @param isWhole whether the last line is complete. */
  end(isWhole: boolean): void {
    if (!this.#isOther) this.feed.end(isWhole);
    this.#reading.end();
  }

  /** What this reading came to, once all of it is booked. */
  summary(): Promise<ReadingSummary> {
    return this.#reading.summary();
  }

  get isOther(): boolean {
    return this.#isOther;
  }
}
