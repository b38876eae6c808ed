import type { Period } from '../scope/period.ts';

const DAY_MS = 86_400_000;
/** Weight of the latest day. */
const LEVEL_WEIGHT = 0.2;
/** Whole days seen before their level counts; until then the average so far does. */
const DAYS_FOR_LEVEL = 7;
/** Share of a period that must be over before anything is said. */
const LEAST_ELAPSED = 0.02;

/**
 * What the period is expected to come to: what is spent and, for each day left, the level of the
 * last days (exponentially weighted). In its first week, and for periods of hours, the average so
 * far goes on. `undefined` where it is too early, or the period has no end.
 *
 * @param days spent on each UTC day of the period, such as `2026-11-26`.
 */
export function forecast(
  committed: number,
  days: Readonly<Record<string, number>>,
  { startMs, endMs }: Period,
  nowMs: number,
): number | undefined {
  if (startMs === undefined || endMs === undefined) return undefined;
  const elapsed = nowMs - startMs;
  if (elapsed < LEAST_ELAPSED * (endMs - startMs)) return undefined;
  const left = endMs - nowMs;
  const perMs = levelOf(days, startMs, nowMs) ?? committed / elapsed;
  return committed + perMs * left;
}

/** Spending a millisecond by the whole days so far; days without any count as nothing spent. */
function levelOf(
  days: Readonly<Record<string, number>>,
  startMs: number,
  nowMs: number,
): number | undefined {
  const firstDay = Math.ceil(startMs / DAY_MS);
  const today = Math.floor(nowMs / DAY_MS);
  if (today - firstDay < DAYS_FOR_LEVEL) return undefined;
  let level: number | undefined;
  for (let day = firstDay; day < today; day += 1) {
    const spent = days[new Date(day * DAY_MS).toISOString().slice(0, 10)] ?? 0;
    level = level === undefined ? spent : level + LEVEL_WEIGHT * (spent - level);
  }
  return level === undefined ? undefined : level / DAY_MS;
}
