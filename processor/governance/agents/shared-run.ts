import {
  COSTSPAN_LIMIT_VALUE_COST,
  COSTSPAN_LIMIT_VALUE_INFERENCE_CALLS,
  COSTSPAN_LIMIT_VALUE_RETRIES,
  COSTSPAN_LIMIT_VALUE_TOKENS,
  COSTSPAN_LIMIT_VALUE_TOOL_CALLS,
} from '../../../conventions/index.ts';
import type { BudgetStore, RunCountResult } from '../budgets/stores/store.ts';
import type { RunMeter } from './run-meter.ts';

/** The part of a store that runs need. Answers within a deadline, or rejects. */
export type RunStore = Pick<BudgetStore, 'countRun'>;

/** A run that nobody has heard of for so long is over. */
const TTL_MS = 60 * 60 * 1000;
const STARTED = 'started_ms';

/**
 * Keeps the counters of runs that cross processes in the store, so that no process opens the
 * allowance anew. Each process adds what it has counted since it last told.
 */
export class SharedRuns {
  readonly #store: RunStore;
  readonly #onFailure: (error: unknown) => void;

  constructor(store: RunStore, onFailure: (error: unknown) => void) {
    this.#store = store;
    this.#onFailure = onFailure;
  }

  /**
   * Tells what has been counted and hears what others have. Where that takes the run past
   * `maxInferenceCalls`, only the latter. Never rejects: without an answer the counts of this
   * process hold.
   */
  async exchange(
    meter: RunMeter,
    maxInferenceCalls: number | undefined,
    nowMs: number,
  ): Promise<void> {
    try {
      if (meter.published === undefined) await this.#begin(meter, nowMs);
      const published = (meter.published ??= new Map());
      const add = changesOf(meter, published);
      const limits =
        maxInferenceCalls === undefined
          ? {}
          : { [COSTSPAN_LIMIT_VALUE_INFERENCE_CALLS]: maxInferenceCalls };
      // Taken as told at once, so that a call at the same time does not tell it again.
      for (const [name, amount] of Object.entries(add)) increase(published, name, amount);
      let result: RunCountResult;
      try {
        result = await this.#count(meter.runId, add, limits, nowMs);
      } catch (error) {
        for (const [name, amount] of Object.entries(add)) increase(published, name, -amount);
        throw error;
      }
      if (result.exceeded !== undefined) {
        for (const [name, amount] of Object.entries(add)) increase(published, name, -amount);
      }
      const others: Record<string, number> = {};
      for (const [name, total] of Object.entries(result.totals)) {
        others[name] = Math.max(0, total - (published.get(name) ?? 0));
      }
      meter.others = others;
    } catch (error) {
      this.#onFailure(error);
    }
  }

  /** The first to come says when the run began. */
  async #begin({ runId, startedMs }: RunMeter, nowMs: number): Promise<void> {
    const add = { [STARTED]: startedMs };
    await this.#count(runId, add, add, nowMs);
  }

  async #count(
    runId: string,
    add: Readonly<Record<string, number>>,
    limits: Readonly<Record<string, number>>,
    nowMs: number,
  ): Promise<RunCountResult> {
    return this.#store.countRun({ runId, add, limits, ttlMs: TTL_MS, nowMs });
  }
}

/** When the first process that told of the run began it, if any has. */
export function startedElsewhere({ others }: RunMeter): number | undefined {
  return others[STARTED];
}

function changesOf(meter: RunMeter, published: ReadonlyMap<string, number>) {
  const counted = {
    [COSTSPAN_LIMIT_VALUE_INFERENCE_CALLS]: meter.inferenceCalls,
    [COSTSPAN_LIMIT_VALUE_TOOL_CALLS]: meter.toolCalls,
    [COSTSPAN_LIMIT_VALUE_TOKENS]: meter.tokens,
    [COSTSPAN_LIMIT_VALUE_COST]: meter.costNanos,
    [COSTSPAN_LIMIT_VALUE_RETRIES]: meter.retries,
  };
  const changes: Record<string, number> = {};
  for (const [name, count] of Object.entries(counted)) {
    const change = count - (published.get(name) ?? 0);
    if (change !== 0) changes[name] = change;
  }
  return changes;
}

function increase(counts: Map<string, number>, name: string, amount: number): void {
  counts.set(name, (counts.get(name) ?? 0) + amount);
}
