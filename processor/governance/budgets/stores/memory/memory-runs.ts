import type { RunCountRequest, RunCountResult } from '../store.ts';

interface RunCounters {
  readonly totals: Map<string, number>;
  expiresMs: number;
}

/** Runs whose counters are kept; past it those used longest ago are forgotten. */
const MOST_RUNS = 100_000;

/** The counters of runs, in the order of their last use. */
export class MemoryRuns {
  readonly #runs = new Map<string, RunCounters>();

  count({ runId, add, limits, ttlMs, nowMs }: RunCountRequest): RunCountResult {
    const known = this.#runs.get(runId);
    const totals = known === undefined || known.expiresMs <= nowMs ? new Map() : known.totals;
    this.#runs.delete(runId);
    this.#runs.set(runId, { totals, expiresMs: nowMs + ttlMs });
    if (this.#runs.size > MOST_RUNS) {
      const [oldest] = this.#runs.keys();
      if (oldest !== undefined) this.#runs.delete(oldest);
    }
    const exceeded = Object.entries(add).find(
      ([name, amount]) => (totals.get(name) ?? 0) + amount > (limits[name] ?? Infinity),
    )?.[0];
    if (exceeded === undefined) {
      for (const [name, amount] of Object.entries(add)) {
        totals.set(name, (totals.get(name) ?? 0) + amount);
      }
    }
    return { exceeded, totals: Object.fromEntries(totals) };
  }
}
