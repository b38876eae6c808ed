import type { Duration } from './rule.ts';

/** Kinds of calendar period that a budget may have. */
export type Period = 'hour' | 'day' | 'week' | 'month' | 'quarter';

/** How a period is summed from a counter: windows of one `step`, back over `range`. */
interface Sum {
  readonly range: Duration;
  readonly step: Duration;
}

/**
 * The steps of a period. They end on the full hour of UTC, so zones that are off by a part of an
 * hour need shorter ones to meet their midnight.
 */
export function periodSum(period: Period, utcOffsetSeconds: number): Sum {
  if (period === 'hour') return { range: '1h', step: '5m' };
  const short = utcOffsetSeconds % 1800 === 0 ? '30m' : '15m';
  const step = utcOffsetSeconds % 3600 === 0 ? '1h' : short;
  switch (period) {
    case 'day':
      return { range: '1d', step: '15m' };
    case 'week':
      return { range: '7d', step };
    case 'month':
      return { range: '31d', step };
    case 'quarter':
      // Twice as long where they still meet midnight: a quarter has many.
      return { range: '92d', step: utcOffsetSeconds % 7200 === 0 ? '2h' : step };
    default:
      return period satisfies never;
  }
}

/** PromQL that tells one period from the next, of the local time `x` in seconds, a vector. */
export function periodNumber(period: Period, x: string): string {
  switch (period) {
    case 'hour':
      return `floor((${x}) / 3600)`;
    case 'day':
      return `floor((${x}) / 86400)`;
    case 'week':
      // The epoch was a Thursday; weeks start on Mondays.
      return `floor((${x} + 259200) / 604800)`;
    case 'month':
      return `month(${x})`;
    case 'quarter':
      return `floor((month(${x}) - 1) / 3)`;
    default:
      return period satisfies never;
  }
}

/** PromQL of the length of the current period in days, a scalar. */
export function periodDays(period: Period, utcOffsetSeconds: number): string {
  const x = localTime(utcOffsetSeconds);
  switch (period) {
    case 'hour':
      return '(1 / 24)';
    case 'day':
      return '1';
    case 'week':
      return '7';
    case 'month':
      return `scalar(days_in_month(${x}))`;
    case 'quarter':
      // 90 or 91, 91, 92, 92.
      return `scalar(90 + ${leap(x)} * (month(${x}) < bool 4) + (month(${x}) > bool 3) + (month(${x}) > bool 6))`;
    default:
      return period satisfies never;
  }
}

/** PromQL of the days of the current period that are over, with their fraction, a scalar. */
export function periodDaysElapsed(period: Period, utcOffsetSeconds: number): string {
  const x = localTime(utcOffsetSeconds);
  const seconds = utcOffsetSeconds === 0 ? 'time()' : `(time() + ${utcOffsetSeconds})`;
  const today = `${seconds} % 86400 / 86400`;
  switch (period) {
    case 'hour':
      return `(${seconds} % 3600 / 86400)`;
    case 'day':
      return `(${today})`;
    case 'week':
      return `((${seconds} + 259200) % 604800 / 86400)`;
    case 'month':
      return `(scalar(day_of_month(${x})) - 1 + ${today})`;
    case 'quarter': {
      const first = `(90 + ${leap(x)}) * (month(${x}) > bool 3) + 91 * (month(${x}) > bool 6) + 92 * (month(${x}) > bool 9)`;
      return `(scalar(day_of_year(${x}) - 1 - (${first})) + ${today})`;
    }
    default:
      return period satisfies never;
  }
}

/** The time of the evaluation in the budget's zone, as the calendar functions want it. */
function localTime(utcOffsetSeconds: number): string {
  return utcOffsetSeconds === 0 ? 'vector(time())' : `vector(time() + ${utcOffsetSeconds})`;
}

/** 1 in a leap year of this century. */
function leap(x: string): string {
  return `(year(${x}) % 4 == bool 0)`;
}
