import type { PromQL } from '../queries/promql.ts';
import { HOURLY, HOURS_UNTIL, PART_LABEL } from '../queries/recorded.ts';
import { type Period, periodDays, periodDaysElapsed, periodNumber, periodSum } from './periods.ts';
import { hourEnding, type Subject } from './usual.ts';

/** What something came to in the current period of a calendar. */
export interface PeriodOf extends Subject {
  readonly period: Period;
  /** Of the zone whose calendar it is. */
  readonly utcOffsetSeconds: number;
}

/**
 * The hours of the period and what no hour holds yet. There is no calendar in PromQL: of the full
 * hours those count whose end, a minute earlier so that midnight counts as the day before, lies in
 * the period that the last recorded hour was followed by. So the minutes in which the last hour of a
 * period is not recorded yet belong to that period.
 */
export function spentInPeriod(p: PromQL, subject: PeriodOf): string {
  const { kind, by, matchers, period, utcOffsetSeconds } = subject;
  if (!isOfHours(period, utcOffsetSeconds)) return spentByCounters(p, subject);
  const { range } = periodSum(period, utcOffsetSeconds);
  const hours = `sum_over_time((${hourEnding(p, subject)} and on () (${isCurrent(p, subject)}))[${range}:1h])`;
  return p.sumBy(by, `${hours} or ${p.recorded(HOURLY[kind].running, matchers)}`);
}

/**
 * PromQL of the days that are left of the period that `spentInPeriod` is of, a scalar: none in the
 * minutes in which it is of the one that has just ended.
 */
export function daysLeft({ period, utcOffsetSeconds }: Omit<PeriodOf, keyof Subject>): string {
  const left = `(${periodDays(period, utcOffsetSeconds)} - ${periodDaysElapsed(period, utcOffsetSeconds)})`;
  if (!isOfHours(period, utcOffsetSeconds)) return left;
  const zone = shift(utcOffsetSeconds);
  const recorded = periodNumber(period, `${HOURS_UNTIL} + 60${zone}`);
  const now = periodNumber(period, `vector(time()${zone})`);
  return `(${left} * scalar(${recorded} == bool on () ${now} or vector(1)))`;
}

/** Whether it is made of recorded hours. */
function isOfHours(period: Period, utcOffsetSeconds: number): boolean {
  return period !== 'hour' && utcOffsetSeconds % 3600 === 0;
}

/** Where a period begins within an hour of UTC: from the counters, in steps that meet its midnight. */
function spentByCounters(p: PromQL, subject: PeriodOf): string {
  const { kind, by, matchers, period, utcOffsetSeconds } = subject;
  const { range, step } = periodSum(period, utcOffsetSeconds);
  const growth = p.sumBy(by, p.spelling.growth(p.select(HOURLY[kind].metric, matchers), step));
  const current = isCurrent(p, subject, p.spelling.atEnd('costspan:now'));
  return `sum_over_time((${growth} and on () (${current}))[${range}:${step}])`;
}

/**
 * What the hours that are left of the current period came to so many days ago: for periods of a day,
 * which has its own hours.
 */
export function restOfDay(p: PromQL, subject: PeriodOf, daysAgo: 1 | 7): string {
  const current = isCurrent(p, subject, undefined, daysAgo * 86_400);
  const offset = daysAgo === 1 ? '' : ` offset ${daysAgo - 1}d`;
  return `sum_over_time((${hourEnding(p, subject)} and on () (${current}))[1d:1h]${offset})`;
}

function isCurrent(
  p: PromQL,
  { period, utcOffsetSeconds }: PeriodOf,
  now = `${p.spelling.atEnd(HOURS_UNTIL)} + 60`,
  ahead = 0,
): string {
  const zone = shift(utcOffsetSeconds);
  const step = `vector(time()${shift(ahead + utcOffsetSeconds - 60)})`;
  return `${periodNumber(period, step)} == on () ${periodNumber(period, `${now}${zone}`)}`;
}

function shift(seconds: number): string {
  if (seconds === 0) return '';
  return seconds < 0 ? ` - ${-seconds}` : ` + ${seconds}`;
}

/** Amounts by the same attributes as one: a label keeps `or` from taking one for the other. */
export function added(p: PromQL, by: readonly string[], one: string, other: string): string {
  return p.sumBy(by, `${one} or label_replace(${other}, "${PART_LABEL}", "more", "", "")`);
}
