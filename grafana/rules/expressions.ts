import {
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_WORKFLOW,
  ATTR_DEPLOYMENT_ENVIRONMENT_NAME,
  METRIC_COSTSPAN_CALLS,
} from '../../conventions/index.ts';
import type { Matcher, PromQL } from '../queries/promql.ts';
import { SENT } from '../queries/queries.ts';
import { HOURLY, type HourlyKind } from '../queries/recorded.ts';
import type { Duration } from './rule.ts';

/** The attributes that most rules are by. */
export const PER_WORKFLOW: readonly string[] = [
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_WORKFLOW,
  ATTR_DEPLOYMENT_ENVIRONMENT_NAME,
];

export function sentCalls(p: PromQL, matchers: readonly Matcher[] = []): string {
  return p.select(METRIC_COSTSPAN_CALLS, [...matchers, SENT]);
}

export function increase(p: PromQL, selector: string, window: Duration): string {
  return p.spelling.growth(selector, window);
}

/** The recorded hours of a window, and what none holds yet; with `offset`, those of an earlier window. */
export function overHours(
  p: PromQL,
  kind: HourlyKind,
  by: readonly string[],
  window: Duration,
  { matchers = [], offset }: { matchers?: readonly Matcher[]; offset?: Duration } = {},
): string {
  const { hour, running } = HOURLY[kind];
  const hours = `${p.recorded(hour, matchers)}[${window}]`;
  return p.sumBy(
    by,
    offset === undefined
      ? `sum_over_time(${hours}) or ${p.recorded(running, matchers)}`
      : `sum_over_time(${hours} offset ${offset})`,
  );
}

/**
 * `numerator / denominator` by the same attributes. A counter that never ticked has no series, so
 * the numerator is filled with zeros; an idle time leaves a gap and never a NaN, which would spoil
 * every average over it.
 */
export function share(numerator: string, denominator: string): string {
  return `(${numerator} or 0 * ${denominator}) / (${denominator} > 0)`;
}

/**
 * What a counter of rare events grew by in the last quarter of an hour. A series that nobody saw in
 * the day before is new with all that it holds, if the rules ran already when it was not there: so
 * neither a gap in monitoring nor its beginning makes old counters count.
 */
export function happened(p: PromQL, selector: string): string {
  const before = `last_over_time(${selector}[1d] offset 15m)`;
  const watched = 'last_over_time(costspan:now[10m] offset 15m)';
  return `(${selector} unless ${before} and on () ${watched}) or ${increase(p, selector, '15m')}`;
}

/** The same time last week and yesterday, give or take an hour and a half. */
const SAME_TIME = ['[3h] offset 9990m', '[3h] offset 1350m'] as const;

/** Not where it was no less at the same time yesterday or last week, but for a tolerance. */
export function unlessUsual(record: string, allowed: (before: string) => string): string {
  return SAME_TIME.map(
    (window) => `unless ${record} <= ${allowed(`max_over_time(${record}${window})`)}`,
  ).join(' ');
}

/** The same of what alerts by falling. */
export function unlessUsuallyLow(record: string, allowed: (before: string) => string): string {
  return SAME_TIME.map(
    (window) => `unless ${record} >= ${allowed(`min_over_time(${record}${window})`)}`,
  ).join(' ');
}
