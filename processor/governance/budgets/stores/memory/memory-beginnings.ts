import type { Beginning, ClaimRequest, ClaimResult } from '../store.ts';

interface Kept {
  readonly told: string | undefined;
  readonly claimedBy: string | undefined;
  readonly expiresMs: number;
}

/** Pieces of work that are kept; past it the oldest are forgotten. */
const MOST_BEGINNINGS = 100_000;

/** What was begun, oldest first. */
export class MemoryBeginnings {
  readonly #kept = new Map<string, Kept>();

  keep({ key, told, ttlMs, nowMs }: Beginning): void {
    if (this.#live(key, nowMs) === undefined) {
      this.#set(key, { told, claimedBy: undefined, expiresMs: nowMs + ttlMs });
    }
  }

  claim({ key, by, isKnown, ttlMs, nowMs }: ClaimRequest): ClaimResult {
    const kept = this.#live(key, nowMs);
    if (kept === undefined && !isKnown) return { outcome: 'unknown' };
    if (kept?.claimedBy !== undefined && kept.claimedBy !== by) return { outcome: 'taken' };
    const told = kept?.told;
    this.#set(key, { told, claimedBy: by, expiresMs: nowMs + ttlMs });
    return { outcome: 'claimed', told };
  }

  #live(key: string, nowMs: number): Kept | undefined {
    const kept = this.#kept.get(key);
    return kept === undefined || kept.expiresMs <= nowMs ? undefined : kept;
  }

  #set(key: string, kept: Kept): void {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    if (this.#kept.size <= MOST_BEGINNINGS) return;
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }
}
