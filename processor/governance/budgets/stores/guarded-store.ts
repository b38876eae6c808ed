import { setImmediate } from 'node:timers';
import type { BudgetStore, Maybe } from './store.ts';

/** The store did not answer in time, failed, or was not asked because it just did. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  /** Whether the store may have carried the operation out all the same. */
  readonly wasAsked: boolean;

  constructor(message: string, wasAsked: boolean, options?: ErrorOptions) {
    super(message, options);
    this.wasAsked = wasAsked;
  }
}

export interface GuardOptions {
  /** Longest wait for one operation, milliseconds. */
  readonly deadlineMs?: number | undefined;
  readonly now: () => number;
  /** The store answers again after it did not. */
  readonly onRecovered: () => void;
  /** It is no longer asked. */
  readonly onLost: (error: unknown) => void;
}

const DEADLINE_MS = 50;
/** Failures in a row after which it is left alone. */
const FAILURES_TO_OPEN = 3;
/** How long it is left alone before one operation tries again. */
const OPEN_MS = 1_000;

/**
 * Asks a store within a deadline. After some failures in a row nobody waits for it any more: one
 * operation a second tries whether it is back, all others fail at once.
 */
export class GuardedStore {
  readonly store: BudgetStore;
  readonly #options: GuardOptions;
  #failures = 0;
  #openUntilMs = 0;

  constructor(store: BudgetStore, options: GuardOptions) {
    this.store = store;
    this.#options = options;
  }

  get isLost(): boolean {
    return this.#failures >= FAILURES_TO_OPEN;
  }

  /** Runs one operation. Throws or rejects with {@link StoreUnavailableError} only. */
  run<T>(operation: (store: BudgetStore) => Maybe<T>): Maybe<T> {
    this.#refuseWhileOpen();
    let answer: Maybe<T>;
    try {
      answer = operation(this.store);
    } catch (error) {
      throw this.#failed(error);
    }
    if (!(answer instanceof Promise)) {
      this.#succeeded();
      return answer;
    }
    return this.#inTime(answer);
  }

  async #inTime<T>(answer: Promise<T>): Promise<T> {
    try {
      const value = await withDeadline(answer, this.#options.deadlineMs ?? DEADLINE_MS);
      this.#succeeded();
      return value;
    } catch (error) {
      throw this.#failed(error);
    }
  }

  #refuseWhileOpen(): void {
    if (!this.isLost) return;
    const now = this.#options.now();
    if (now < this.#openUntilMs) {
      throw new StoreUnavailableError('the store failed a moment ago and is left alone', false);
    }
    // This operation is the one that tries; the others go on failing at once.
    this.#openUntilMs = now + OPEN_MS;
  }

  #succeeded(): void {
    if (this.#failures === 0) return;
    const wasLost = this.isLost;
    this.#failures = 0;
    if (wasLost) this.#options.onRecovered();
  }

  #failed(error: unknown): StoreUnavailableError {
    this.#failures += 1;
    if (this.#failures === FAILURES_TO_OPEN) {
      this.#openUntilMs = this.#options.now() + OPEN_MS;
      this.#options.onLost(error);
    }
    return new StoreUnavailableError('the store does not answer', true, { cause: error });
  }
}

/** The deadline is counted in so many slices. */
const SLICES = 5;
/** Where the event loop is late with most of them, waiting ends all the same, after so many. */
const MOST_SLICES = 20 * SLICES;

/**
 * Rejects when `answer` takes longer than `limitMs`. Time in which this process itself was too busy
 * to hear an answer does not count: in a burst of calls that would take the store for dead. Keeps
 * the process alive until then.
 */
function withDeadline<T>(answer: Promise<T>, limitMs: number): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const sliceMs = limitMs / SLICES;
    let counted = 0;
    let all = 0;
    let dueMs = 0;
    let timer: NodeJS.Timeout | undefined;
    const next = (): void => {
      dueMs = performance.now() + sliceMs;
      timer = setTimeout(elapsed, sliceMs);
    };
    const elapsed = (): void => {
      all += 1;
      if (performance.now() - dueMs < sliceMs) counted += 1;
      if (counted < SLICES && all < MOST_SLICES) next();
      // An answer may lie there unread: read first.
      else setImmediate(expired);
    };
    const expired = (): void => {
      reject(new StoreUnavailableError(`no answer within ${limitMs} ms`, true));
    };
    next();
    const settled = (): void => {
      clearTimeout(timer);
    };
    answer.then(resolve, reject).finally(settled);
  });
}
