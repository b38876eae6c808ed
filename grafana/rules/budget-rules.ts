import { ATTR_COSTSPAN_BUDGET_ID } from '../../conventions/index.ts';
import { labelName } from '../names.ts';
import type { Matcher, PromQL, RecordedName } from '../queries/promql.ts';
import { SENT } from '../queries/queries.ts';
import { HOURLY } from '../queries/recorded.ts';
import { added, daysLeft, type PeriodOf, restOfDay, spentInPeriod } from './period-sum.ts';
import { type Period, periodDays, periodDaysElapsed } from './periods.ts';
import type { RecordingRule, RuleGroup } from './rule.ts';
import { exceptOneOffs, historyRules, type OneOffs, USUAL_DAY, USUAL_DAYS } from './usual.ts';

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
  oneOffs: OneOffs,
): RuleGroup<RecordingRule> {
  return {
    name: 'costspan-budgets',
    rules: budgets.flatMap((budget) => rulesOf(p, budget, oneOffs)),
  };
}

/** What the forecasts of the budgets are made of. */
export function budgetHistoryGroup(
  p: PromQL,
  budgets: readonly BudgetForRules[],
  oneOffs: OneOffs,
): RuleGroup<RecordingRule> {
  const known = budgets.filter(
    ({ notCounted, period }) => notCounted === undefined && period !== 'hour',
  );
  return {
    name: 'costspan-budget-history',
    rules: known.flatMap((budget) =>
      historyRules(
        p,
        { ...subjectOf(budget), matchers: withoutOneOffs(budget, oneOffs) },
        idOf(p, budget),
      ),
    ),
  };
}

function idOf(p: PromQL, { id }: BudgetForRules): Readonly<Record<string, string>> {
  return { [labelName(p.naming, ATTR_COSTSPAN_BUDGET_ID)]: id };
}

function rulesOf(p: PromQL, budget: BudgetForRules, oneOffs: OneOffs): RecordingRule[] {
  const id = idOf(p, budget);
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
    { record: 'costspan:budget_length:days', expr: `vector(${days})`, labels: id },
    ...(budget.notCounted === undefined ? estimates(p, budget, id, oneOffs) : []),
  ];
}

/** What the fleet has spent by its counters, and what it comes to if the rest is as usual. */
function estimates(
  p: PromQL,
  budget: BudgetForRules,
  labels: Readonly<Record<string, string>>,
  oneOffs: OneOffs,
): RecordingRule[] {
  const { id, unit, splitBy } = budget;
  const subject = subjectOf(budget);
  const estimate = `costspan:budget_spent_${unit}:estimate` as const;
  const spent = spentInPeriod(p, subject);
  // Without splits what was just recorded is it.
  const soFar =
    splitBy.length === 0 ? p.recorded(estimate, [[ATTR_COSTSPAN_BUDGET_ID, '=', id]]) : spent;
  const rest = restOf(p, budget, { ...subject, matchers: withoutOneOffs(budget, oneOffs) });
  return [
    { record: estimate, expr: fullest(spent), labels },
    {
      record: `costspan:budget_forecast_${unit}:estimate`,
      expr: fullest(added(p, splitBy, soFar, rest)),
      labels,
    },
  ];
}

/** Of the splits of a budget the fullest; a budget nobody has used yet has spent nothing. */
function fullest(expr: string): string {
  return `max(${expr}) or vector(0)`;
}

/**
 * What the rest of the period is expected to come to. A day has its own hours, so it is compared with
 * the same hours a week ago, or yesterday where there is no week yet; an hour goes on as it does.
 */
function restOf(p: PromQL, { id, splitBy }: BudgetForRules, subject: PeriodOf): string {
  const { period } = subject;
  const left = daysLeft(subject);
  if (period === 'hour') {
    const counter = p.select(HOURLY[subject.kind].metric, subject.matchers);
    return `${p.sumBy(splitBy, p.spelling.growth(counter, '1h'))} * 24 * ${left}`;
  }
  const of = (name: RecordedName) =>
    p.sumBy(splitBy, p.recorded(name, [[ATTR_COSTSPAN_BUDGET_ID, '=', id]]));
  const usual = `${of(USUAL_DAY)} * ${left}`;
  if (period !== 'day') return usual;
  const days = of(USUAL_DAYS);
  const known = (daysAgo: 1 | 7) =>
    `(${restOfDay(p, subject, daysAgo)} or 0 * ${days}) and ${days} >= ${daysAgo}`;
  return `(${known(7)} or ${known(1)} or ${usual})`;
}

function subjectOf({ unit, match, splitBy, period, utcOffsetSeconds }: BudgetForRules): PeriodOf {
  const kind = unit === 'usd' ? 'cost' : unit;
  const matchers = unit === 'calls' ? [...match, SENT] : match;
  return { kind, by: splitBy, matchers, period, utcOffsetSeconds };
}

function withoutOneOffs(budget: BudgetForRules, oneOffs: OneOffs): readonly Matcher[] {
  return [...subjectOf(budget).matchers, ...exceptOneOffs(oneOffs)];
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
