import { MemoryStore } from './memory/memory-store.ts';
import type { BudgetStore } from './store.ts';

export interface OpenStoreOptions {
  /** A client that the application brings, used instead of what `spec` names. */
  readonly redis?: object | undefined;
  readonly redisNamespace?: string | undefined;
}

/**
 * The store that `spec` names: `memory`, `sqlite:<path>`, `redis://…` or `rediss://…`. Connections
 * are made in the background, so an unreachable server is no error here. Rejects with one sentence
 * where the store cannot be had at all, as when no Redis client is installed.
 */
export async function openStore(
  spec: string,
  { redis, redisNamespace }: OpenStoreOptions = {},
): Promise<BudgetStore> {
  if (redis !== undefined) {
    const { redisStore } = await import('./redis/redis-store.ts');
    return redisStore(redis, redisNamespace);
  }
  if (spec === 'memory') return new MemoryStore();
  if (spec.startsWith('sqlite:')) {
    const { SqliteStore } = await import('./sqlite/sqlite-store.ts');
    return SqliteStore.open(spec.slice('sqlite:'.length));
  }
  if (/^rediss?:/.test(spec)) {
    const { connectRedisStore } = await import('./redis/connect.ts');
    return connectRedisStore(spec, redisNamespace);
  }
  throw new Error(`${spec} names no store: use memory, sqlite:<path> or redis://<host>`);
}
