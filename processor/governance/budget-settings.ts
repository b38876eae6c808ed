import type { BudgetHooks } from './budgets/reporting/hooks.ts';

/** What a program brings to its budgets; everything else stands in `costspan.yaml`. */
export interface BudgetSettings extends BudgetHooks {
  /**
   * A connected client of node-redis, ioredis or one of their Valkey forks, to keep budgets with
   * instead of a connection of our own. It stays yours: nobody else closes it.
   */
  readonly redis?: object | undefined;
  /** Name under which one installation keeps its budgets in Redis. Default `default`. */
  readonly redisNamespace?: string | undefined;
}

let settings: BudgetSettings = {};
const listeners = new Set<() => void>();

/**
 * Sets hooks and the Redis client of budgets for this process. Call it before the first call of a
 * model, else the calls before go by the store of the configuration. A later call replaces what it
 * names. Never throws.
 *
 * ```ts
 * configureBudgets({ redis: client, onAlert: ({ budget, threshold }) => page(budget, threshold) });
 * ```
 */
export function configureBudgets(next: BudgetSettings): void {
  settings = { ...settings, ...next };
  for (const listener of listeners) listener();
}

export function budgetSettings(): BudgetSettings {
  return settings;
}

/** Calls `listener` after each change; returns what ends that. */
export function onBudgetSettings(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
