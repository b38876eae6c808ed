import type { Pricer } from './pricing/index.ts';

/** Calls that may wait for prices. */
const MAX_WAITING = 10_000;

/**
 * Holds ended calls back until prices are there: the book is loaded with the first call, and an
 * overlay may still be being read. Usually both are quicker than any call.
 */
export class PriceGate {
  readonly #pricer: Pricer;
  readonly #onError: (error: unknown) => void;
  #started = false;
  /** Things to wait for besides the book. */
  #holds = 0;
  #waiting: (() => void)[] = [];

  constructor(pricer: Pricer, onError: (error: unknown) => void) {
    this.#pricer = pricer;
    this.#onError = onError;
  }

  /** A call has started: its end will need prices. */
  prepare(): void {
    if (this.#started) return;
    this.#started = true;
    void this.#load();
  }

  /**
   * True when calls can be priced now. A first call that was quicker than the book has it loaded
   * at once, because its span is about to end.
   */
  isOpen(): boolean {
    if (this.#holds > 0) return false;
    if (!this.#pricer.ready) this.#pricer.loadSync();
    return this.#pricer.ready;
  }

  /** Runs `book` when prices are there; false when too much is waiting already. */
  wait(book: () => void): boolean {
    this.prepare();
    if (this.#waiting.length >= MAX_WAITING) return false;
    this.#waiting.push(book);
    return true;
  }

  /** Keeps calls back until `prices` has settled. */
  holdFor(prices: Promise<void>): void {
    this.#holds += 1;
    const release = (): void => {
      this.#holds -= 1;
      this.#release();
    };
    prices.then(release, release);
  }

  async #load(): Promise<void> {
    await this.#pricer.load();
    this.#release();
  }

  #release(): void {
    if (this.#waiting.length === 0 || !this.isOpen()) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const book of waiting) {
      try {
        book();
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}
