import { createHash } from 'node:crypto';
import type { AuditEntry, AuditEvent } from '../store.ts';

/** The entry that follows `last`, with its place in the chain. */
export function chainEntry(event: AuditEvent, last: AuditEntry | undefined): AuditEntry {
  const previousHash = last?.hash ?? '';
  const sequence = (last?.sequence ?? 0) + 1;
  const { atMs, action, actor, details } = event;
  const hash = hashOf({ atMs, action, actor, details, sequence, previousHash });
  return { atMs, action, actor, details, sequence, previousHash, hash };
}

/**
 * Sequence number of the first entry that was changed, or that follows one that was removed;
 * `undefined` when the chain holds. `entries` begin with the first of the log.
 */
export function firstBrokenEntry(entries: readonly AuditEntry[]): number | undefined {
  let last: AuditEntry | undefined;
  for (const entry of entries) {
    const expected = chainEntry(entry, last);
    if (
      entry.sequence !== expected.sequence ||
      entry.previousHash !== expected.previousHash ||
      entry.hash !== expected.hash
    ) {
      return entry.sequence;
    }
    last = entry;
  }
  return undefined;
}

function hashOf(entry: Omit<AuditEntry, 'hash'>): string {
  const details = Object.entries(entry.details).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([
    entry.sequence,
    entry.previousHash,
    entry.atMs,
    entry.action,
    entry.actor,
    details,
  ]);
  return createHash('sha256').update(text).digest('hex');
}
