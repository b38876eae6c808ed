import type { BudgetPeriod } from '../../config/index.ts';
import {
  dateOf,
  localDate,
  type LocalDate,
  offsetMs,
  offsetName,
  startOfDate,
} from './zoned-time.ts';

/** One period of a budget: the calendar month that goes on now, one run, one bucket of a window. */
export interface Period {
  /** Names it in every store and report: `2026-11`, `2026-W47`, `2026-11-26T13+01:00`, `run-<id>`. */
  readonly id: string;
  /** Epoch milliseconds; `undefined` for a run. */
  readonly startMs: number | undefined;
  /** Epoch milliseconds, exclusive; `undefined` for a run and a rolling window. */
  readonly endMs: number | undefined;
  /** When it became the current one. */
  readonly fromMs: number;
  /** Until when it is. */
  readonly untilMs: number;
  /** Earlier buckets of a rolling window. */
  readonly olderIds: readonly string[] | undefined;
  /** Within it a threshold is told once. */
  readonly alertId: string;
  /** What overrides name. */
  readonly overrideId: string;
  /** When its figures may be forgotten, epoch milliseconds. */
  readonly keepUntilMs: number;
}

export type CalendarPeriod = Exclude<BudgetPeriod, 'run' | 'rolling'>;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Figures outlive their period by so long, for reports of last month. */
const KEPT_MS = 35 * DAY_MS;
/** How long the figures of a run are kept after its last call. */
const RUN_KEPT_MS = 7 * DAY_MS;
/** Buckets of a rolling window. It reaches back one bucket more, so that none is missed. */
const BUCKETS = 24;

/** The calendar period that `nowMs` lies in, in `zone`. */
export function calendarPeriod(kind: CalendarPeriod, zone: string, nowMs: number): Period {
  if (kind === 'hour') return hourPeriod(zone, nowMs);
  const today = localDate(zone, nowMs);
  const { id, first, next } = datesOf(kind, today);
  const endMs = startOfDate(zone, next);
  return simplePeriod(id, startOfDate(zone, first), endMs);
}

/** The period of one run. */
export function runPeriod(runId: string, nowMs: number): Period {
  const id = `run-${runId}`;
  return {
    id,
    startMs: undefined,
    endMs: undefined,
    fromMs: nowMs,
    untilMs: Infinity,
    olderIds: undefined,
    alertId: id,
    overrideId: id,
    keepUntilMs: nowMs + RUN_KEPT_MS,
  };
}

/** The window of the last `hours`, in whole buckets. */
export function rollingPeriod(hours: number, nowMs: number): Period {
  const windowMs = hours * HOUR_MS;
  const bucketMs = windowMs / BUCKETS;
  const bucket = Math.floor(nowMs / bucketMs);
  const idOf = (index: number): string => `last-${hours}h-${index}`;
  const startMs = (bucket - BUCKETS) * bucketMs;
  return {
    id: idOf(bucket),
    startMs,
    endMs: undefined,
    fromMs: bucket * bucketMs,
    untilMs: (bucket + 1) * bucketMs,
    olderIds: Array.from({ length: BUCKETS }, (_, index) => idOf(bucket - 1 - index)),
    alertId: `last-${hours}h-alert-${Math.floor(nowMs / windowMs)}`,
    overrideId: `last-${hours}h`,
    keepUntilMs: nowMs + 2 * windowMs + DAY_MS,
  };
}

function hourPeriod(zone: string, nowMs: number): Period {
  const offset = offsetMs(zone, nowMs);
  const startMs = Math.floor((nowMs + offset) / HOUR_MS) * HOUR_MS - offset;
  const local = new Date(startMs + offset).toISOString().slice(0, 13);
  // The offset tells the two hours apart that carry the same number when clocks go back.
  return simplePeriod(`${local}${offsetName(offset)}`, startMs, startMs + HOUR_MS);
}

function simplePeriod(id: string, startMs: number, endMs: number): Period {
  return {
    id,
    startMs,
    endMs,
    fromMs: startMs,
    untilMs: endMs,
    olderIds: undefined,
    alertId: id,
    overrideId: id,
    keepUntilMs: endMs + KEPT_MS,
  };
}

interface Dates {
  readonly id: string;
  readonly first: LocalDate;
  /** First date of the period after it. */
  readonly next: LocalDate;
}

function datesOf(kind: Exclude<CalendarPeriod, 'hour'>, { year, month, day }: LocalDate): Dates {
  switch (kind) {
    case 'day':
      return {
        id: `${year}-${two(month)}-${two(day)}`,
        first: { year, month, day },
        next: { year, month, day: day + 1 },
      };
    case 'week':
      return weekDates({ year, month, day });
    case 'month':
      return {
        id: `${year}-${two(month)}`,
        first: { year, month, day: 1 },
        next: { year, month: month + 1, day: 1 },
      };
    case 'quarter': {
      const quarter = Math.ceil(month / 3);
      return {
        id: `${year}-Q${quarter}`,
        first: { year, month: 3 * quarter - 2, day: 1 },
        next: { year, month: 3 * quarter + 1, day: 1 },
      };
    }
    default:
      return kind satisfies never;
  }
}

/** Weeks of ISO 8601: from Monday, and of the year that their Thursday lies in. */
function weekDates({ year, month, day }: LocalDate): Dates {
  const date = Date.UTC(year, month - 1, day);
  const weekday = (new Date(date).getUTCDay() + 6) % 7;
  const monday = date - weekday * DAY_MS;
  const thursday = monday + 3 * DAY_MS;
  const weekYear = new Date(thursday).getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(weekYear, 0, 1)) / (7 * DAY_MS)) + 1;
  return {
    id: `${weekYear}-W${two(week)}`,
    first: dateOf(monday),
    next: dateOf(monday + 7 * DAY_MS),
  };
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
