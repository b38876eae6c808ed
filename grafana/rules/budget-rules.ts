import {
  ATTR_COSTSPAN_BUDGET_ID,
  METRIC_COSTSPAN_COST_USD,
  METRIC_COSTSPAN_TOKENS,
} from '../../conventions/index.ts';
import { labelName } from '../names.ts';
import type { Matcher, PromQL } from '../queries/promql.ts';
import { dayRate, increase, sentCalls, sumOfPeriod } from './expressions.ts';
import { type Period, periodDays, periodDaysElapsed, periodNumber, periodSum } from './periods.ts';
import type { Duration, RecordingRule, RuleGroup } from './rule.ts';

/** What a budget counts. */
export type BudgetUnit = 'usd' | 'tokens' | 'calls';

export const BUDGET_UNITS: readonly BudgetUnit[] = ['usd', 'tokens', 'calls'];

/** A budget as rules need it: by the attributes of the metrics, not by the keys of a configuration. */
export interface BudgetForRules {
  readonly id: string;
  readonly unit: BudgetUnit;
  readonly limit: number;
  readonly period: Period;
  /** Of the budget's zone. One number a budget, so summer time shifts its midnight by an hour. */
  readonly utcOffsetSeconds: number;
  /** Shares of the limit; 1 is always among them. */
  readonly alertAt: readonly number[];
  readonly owner?: string | undefined;
  /** Which series count, and what the budget's own series are labelled with where it is equality. */
  readonly match: readonly Matcher[];
  /** Attributes with an allowance for each of their values: the fullest one is judged. */
  readonly splitBy: readonly string[];
  /** Why the counters cannot tell what it spent; then only the gauges of the processes do. */
  readonly notCounted?: string | undefined;
}

/** The rules of the budgets of one configuration: limit, thresholds, and estimates from counters. */
export function budgetGroup(
  p: PromQL,
  budgets: readonly BudgetForRules[],
): RuleGroup<RecordingRule> {
  return { name: 'costspan-budgets', rules: budgets.flatMap((budget) => rulesOf(p, budget)) };
}

function rulesOf(p: PromQL, budget: BudgetForRules): RecordingRule[] {
  const id = { [labelName(p.naming, ATTR_COSTSPAN_BUDGET_ID)]: budget.id };
  const labels = { ...id, ...labelsOf(p, budget) };
  const { unit, limit, period, utcOffsetSeconds } = budget;
  const elapsed = periodDaysElapsed(period, utcOffsetSeconds);
  const days = periodDays(period, utcOffsetSeconds);
  return [
    { record: `costspan:budget_configured_${unit}`, expr: `vector(${limit})`, labels },
    ...[...new Set([...budget.alertAt, 1])].map((threshold) => ({
      record: 'costspan:budget_alert_configured:ratio' as const,
      expr: `vector(${threshold})`,
      labels: { ...labels, threshold: percent(threshold) },
    })),
    {
      record: 'costspan:budget_elapsed:ratio',
      expr: `vector(${elapsed} / ${days})`,
      labels: id,
    },
    ...(budget.notCounted === undefined ? estimates(p, budget, id, `(${days} - ${elapsed})`) : []),
  ];
}

/** What the fleet has spent by its counters, and what it comes to at the usual rate. */
function estimates(
  p: PromQL,
  budget: BudgetForRules,
  labels: Readonly<Record<string, string>>,
  daysLeft: string,
): RecordingRule[] {
  const { unit, period, utcOffsetSeconds: offset, splitBy } = budget;
  const counter = counterOf(p, budget);
  const { range, step } = periodSum(period, offset);
  const shift = offset === 0 ? '' : ` + ${offset}`;
  const isCurrent = `${periodNumber(period, `vector(time() - 60${shift})`)} == on () ${periodNumber(period, `costspan:now @ end()${shift}`)}`;
  const spent = sumOfPeriod(
    p.sumBy(splitBy, increase(p, counter, step)),
    isCurrent,
    `${range}:${step}`,
  );
  const rate = ratePerDay(p, period, splitBy, counter);
  // In the first hour of a period nothing is spent yet, and the rate is known.
  const forecast =
    splitBy.length === 0
      ? `sum(${p.recorded(`costspan:budget_spent_${unit}:estimate`, [[ATTR_COSTSPAN_BUDGET_ID, '=', budget.id]])}) + ${rate} * ${daysLeft}`
      : `(${spent} or 0 * ${rate}) + ${rate} * ${daysLeft}`;
  return [
    { record: `costspan:budget_spent_${unit}:estimate`, expr: fullest(spent), labels },
    { record: `costspan:budget_forecast_${unit}:estimate`, expr: fullest(forecast), labels },
  ];
}

/** Of the splits of a budget the fullest; a budget nobody has used yet has spent nothing. */
function fullest(expr: string): string {
  return `max(${expr}) or vector(0)`;
}

/** Short periods follow the last hours; long ones the balance of a week. */
function ratePerDay(
  p: PromQL,
  period: Period,
  attributes: readonly string[],
  counter: string,
): string {
  const over = (window: Duration) => p.sumBy(attributes, increase(p, counter, window));
  if (period === 'hour') return `(${over('1h')} * 24)`;
  if (period === 'day') return over('1d');
  return dayRate(p, attributes, counter);
}

function counterOf(p: PromQL, { unit, match }: BudgetForRules): string {
  switch (unit) {
    case 'usd':
      return p.select(METRIC_COSTSPAN_COST_USD, match);
    case 'tokens':
      return p.select(METRIC_COSTSPAN_TOKENS, match);
    case 'calls':
      return sentCalls(p, match);
    default:
      return unit satisfies never;
  }
}

function labelsOf(p: PromQL, { period, owner, match }: BudgetForRules): Record<string, string> {
  const scope = match.filter(([, operator]) => operator === '=');
  return {
    [labelName(p.naming, 'costspan.budget.period')]: period,
    ...Object.fromEntries(scope.map(([name, , value]) => [labelName(p.naming, name), value])),
    ...(owner === undefined ? {} : { owner }),
  };
}

/** `0.755` as `75.5%`. */
export function percent(ratio: number): string {
  return `${Number((ratio * 100).toFixed(4))}%`;
}
