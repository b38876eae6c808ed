import { setTimeout as wait } from 'node:timers/promises';

/** Work as it comes in: one item after the other, `everyMs` milliseconds apart. */
export async function* arrivals<T>(items: readonly T[], everyMs: number): AsyncGenerator<T> {
  for (const item of items) {
    await wait(everyMs);
    yield item;
  }
}
