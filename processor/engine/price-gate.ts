/** Calls that may wait for prices. */
const MAX_WAITING = 10_000;

/** Holds ended calls back while a price overlay is being read, which is usually quicker than a call. */
export class PriceGate {
  readonly #onError: (error: unknown) => void;
  #holds = 0;
  #waiting: (() => void)[] = [];

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** True when calls can be priced now. */
  isOpen(): boolean {
    return this.#holds === 0;
  }

  /** Settles when calls can be priced; `undefined` when they can be now. */
  opening(): Promise<void> | undefined {
    if (this.isOpen()) return undefined;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** Runs `book` when prices are there; false when too much is waiting already. */
  wait(book: () => void): boolean {
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

  #release(): void {
    if (!this.isOpen()) return;
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
