import { randomBytes } from 'node:crypto';
import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Segments of one folder. Each belongs to one process and one UTC day, so that processes share a
 * folder without locks and old days are removed whole:
 * `2026-11-26T081530-4711-9f3a2c-000001.jsonl`, in the order of their opening when sorted.
 */
const SEGMENT_NAME = /^(\d{4}-\d{2}-\d{2})T\d{6}-\d+-[0-9a-f]{6}-\d{6}\.jsonl$/;

const DAY_MS = 86_400_000;
/** A segment written to within this time may be another process's open one. */
const IN_USE_MS = 60 * 60 * 1000;

/** Tells processes apart that have had the same process id. */
const processMark = randomBytes(3).toString('hex');
let sequence = 0;

/** The UTC date, `2026-11-26`. */
export function utcDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** A name that no other segment has. */
export function nextSegmentName(now: number): string {
  sequence += 1;
  const time = new Date(now).toISOString().slice(11, 19).replaceAll(':', '');
  return `${utcDate(now)}T${time}-${process.pid}-${processMark}-${String(sequence).padStart(6, '0')}.jsonl`;
}

/** Paths of the segments in `folder`, oldest first; none where there is no folder. */
export async function listSegments(folder: string, sinceMs = 0): Promise<readonly string[]> {
  let names: readonly string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  // A row is written within moments of its call's end, but clocks are set back now and then.
  const first = utcDate(Math.max(0, sinceMs - DAY_MS));
  return names
    .filter((name) => (SEGMENT_NAME.exec(name)?.[1] ?? '') >= first)
    .toSorted()
    .map((name) => join(folder, name));
}

/**
 * Removes segments of days that are over `keepDays` old, and the oldest ones while all of them are
 * larger than `maxBytes`. Returns how many the size alone cost.
 */
export async function removeOldSegments(
  folder: string,
  { keepDays, maxBytes }: { readonly keepDays: number; readonly maxBytes: number },
  now: number,
): Promise<number> {
  const firstKept = utcDate(now - keepDays * DAY_MS);
  const kept: { readonly path: string; readonly bytes: number; readonly usedMs: number }[] = [];
  let total = 0;
  for (const path of await listSegments(folder)) {
    if (dateOf(path) < firstKept) {
      await unlink(path);
      continue;
    }
    const { size, mtimeMs } = await stat(path);
    total += size;
    kept.push({ path, bytes: size, usedMs: mtimeMs });
  }
  let removed = 0;
  for (const { path, bytes, usedMs } of kept) {
    if (total <= maxBytes) break;
    if (now - usedMs < IN_USE_MS) continue;
    await unlink(path);
    total -= bytes;
    removed += 1;
  }
  return removed;
}

function dateOf(path: string): string {
  return SEGMENT_NAME.exec(path.slice(path.lastIndexOf('/') + 1))?.[1] ?? '';
}
