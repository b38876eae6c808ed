import type { AttributionScope } from '../attribution/attribution-scope.ts';
import { Run } from './run.ts';

export interface RunLimits {
  /** Runs kept open at once; beyond it the oldest is reported with what it has. */
  readonly maxOpenRuns: number;
  /** Silence after which a run whose root never ended is reported. */
  readonly maxIdleMs: number;
  /** The same for a run that only a trace id holds together, whose end nobody sees. */
  readonly maxTraceIdleMs: number;
}

export const DEFAULT_RUN_LIMITS: RunLimits = {
  maxOpenRuns: 10_000,
  maxIdleMs: 60 * 60 * 1000,
  maxTraceIdleMs: 5 * 60 * 1000,
};

/** Runs looked at when another one opens. Two keep up with any rate of opening. */
const LOOKED_AT_PER_OPENING = 2;

/**
 * The open runs. Each is reported to `onFinished` exactly once: when its root has ended and no
 * call of it is in flight, else when it grew silent or too many were open. Times are epoch
 * milliseconds.
 */
export class RunRegistry {
  // In the order they were opened or last found alive.
  readonly #open = new Set<Run>();
  readonly #limits: RunLimits;
  readonly #onFinished: (run: Run) => void;

  constructor(limits: RunLimits, onFinished: (run: Run) => void) {
    this.#limits = limits;
    this.#onFinished = onFinished;
  }

  get size(): number {
    return this.#open.size;
  }

  open(id: string, scope: AttributionScope, seenToEnd: boolean, now: number): Run {
    const { maxIdleMs, maxTraceIdleMs, maxOpenRuns } = this.#limits;
    this.#sweep(now, LOOKED_AT_PER_OPENING);
    if (this.#open.size >= maxOpenRuns) {
      const [oldest] = this.#open;
      if (oldest !== undefined) this.#finish(oldest);
    }
    const run = new Run(id, scope, seenToEnd ? maxIdleMs : maxTraceIdleMs, now);
    this.#open.add(run);
    return run;
  }

  /** What the run stands for has ended. */
  rootEnded(run: Run): void {
    run.rootEnded = true;
    if (run.openCalls === 0) this.#finish(run);
  }

  /** The run turns out to be part of another one, which counts what it has counted. */
  merge(run: Run, into: Run): void {
    if (run === into || run.finished) return;
    into.totals.add(run.totals);
    run.finished = true;
    this.#open.delete(run);
  }

  callStarted(run: Run, now: number): void {
    run.openCalls += 1;
    run.lastActivityMs = now;
  }

  callEnded(run: Run, now: number): void {
    run.openCalls -= 1;
    if (now > run.lastActivityMs) run.lastActivityMs = now;
    if (run.rootEnded && run.openCalls === 0) this.#finish(run);
  }

  /** Reports every run that has been silent for too long. */
  sweep(now: number): void {
    this.#sweep(now, this.#open.size);
  }

  #sweep(now: number, most: number): void {
    let looked = 0;
    for (const run of this.#open) {
      if (looked >= most) break;
      looked += 1;
      if (now - run.lastActivityMs >= run.maxIdleMs) {
        this.#finish(run);
      } else {
        this.#open.delete(run);
        this.#open.add(run);
      }
    }
  }

  #finish(run: Run): void {
    if (run.finished) return;
    run.finished = true;
    this.#open.delete(run);
    this.#onFinished(run);
  }
}
