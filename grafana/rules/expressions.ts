import {
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_WORKFLOW,
  METRIC_COSTSPAN_CALLS,
} from '../../conventions/index.ts';
import type { Matcher, PromQL } from '../queries/promql.ts';
import { SENT } from '../queries/queries.ts';
import type { Duration } from './rule.ts';

/** The attributes that most rules are by. */
export const TEAM_WORKFLOW: readonly string[] = [ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_WORKFLOW];

export function sentCalls(p: PromQL, matchers: readonly Matcher[] = []): string {
  return p.select(METRIC_COSTSPAN_CALLS, [...matchers, SENT]);
}

export function increase(p: PromQL, selector: string, window: Duration): string {
  return p.spelling.growth(selector, window);
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
 * What a counter grew by in the last quarter of an hour, a series born in it included: `increase`
 * alone misses a series' first value, which for a rare event is the event. After a gap an old
 * series looks new, so this is for alerts and never for money.
 */
export function happened(selector: string, everything: string = selector): string {
  return `(${selector} unless ${everything} offset 15m) or increase(${selector}[15m])`;
}

/**
 * A counter's growth a day, as the mean of a week, whose weekdays and weekends balance; of three
 * days while there is no week yet.
 */
export function dayRate(p: PromQL, attributes: readonly string[], selector: string): string {
  const week = `${p.sumBy(attributes, increase(p, selector, '7d'))} / 7`;
  const known = p.sumBy(attributes, `${selector} offset 7d`);
  const match = `on (${p.labels(attributes)})`;
  return `(${week} and ${match} ${known} or ${p.sumBy(attributes, increase(p, selector, '3d'))} / 3)`;
}

/**
 * A counter's growth over the hours of the current UTC month. There is no calendar in PromQL:
 * windows of one step are summed whose end, a minute earlier so that midnight counts as the day
 * before, lies in the same period as the time of the evaluation, `costspan:now @ end()`.
 */
export function sumOfPeriod(growth: string, isCurrent: string, range: string): string {
  return `sum_over_time((${growth} and on () (${isCurrent}))[${range}])`;
}
