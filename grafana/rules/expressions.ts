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
