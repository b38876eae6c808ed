import {
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTRIBUTION,
} from '../../conventions/index.ts';
import { type BudgetForRules, literal, type Period } from '../../grafana/rules/index.ts';
import type {
  MatchConfig,
  ResolvedBudget,
  ResolvedConfig,
} from '../../processor/governance/config/index.ts';

/** The budgets of a configuration, as rules over its metrics. `now` tells the offset of zones. */
export function budgetsForRules(
  { budgets, metrics }: Pick<ResolvedConfig, 'budgets' | 'metrics'>,
  now: number,
): BudgetForRules[] {
  const onMetrics = new Set<string>([...metrics.dimensions, 'provider', 'model']);
  // One run and a moving window are no periods that metrics could be cut by.
  return budgets.flatMap((budget) =>
    budget.period === 'run' || budget.period === 'rolling'
      ? []
      : [budgetForRules({ ...budget, period: budget.period }, onMetrics, now)],
  );
}

function budgetForRules(
  budget: ResolvedBudget & { readonly period: Period },
  onMetrics: ReadonlySet<string>,
  now: number,
): BudgetForRules {
  const { id, period, owner, alertAt, match, splitBy, timezone } = budget;
  const conditions = Object.entries(match).filter(([, value]) => value !== undefined) as [
    keyof MatchConfig,
    string,
  ][];
  const keys = [...conditions.map(([key]) => key), ...splitBy];
  const missing = [...new Set(keys.filter((key) => !onMetrics.has(key)))];
  return {
    id,
    ...limitOf(budget),
    period,
    utcOffsetSeconds: standardOffset(timezone, now),
    alertAt,
    owner,
    match: conditions
      .filter(([key]) => onMetrics.has(key))
      .map(([key, value]) =>
        value.includes('*')
          ? ([attributeOf(key), '=~', value.split('*').map(literal).join('.*')] as const)
          : ([attributeOf(key), '=', value] as const),
      ),
    splitBy: splitBy.filter((key) => onMetrics.has(key)).map(attributeOf),
    notCounted:
      missing.length === 0 ? undefined : `it is by ${missing.join(' and ')}, not on its metrics`,
  };
}

function limitOf({ limitUsd, limitTokens, limitCalls }: ResolvedBudget) {
  if (limitTokens !== undefined) return { unit: 'tokens', limit: limitTokens } as const;
  if (limitCalls !== undefined) return { unit: 'calls', limit: limitCalls } as const;
  return { unit: 'usd', limit: limitUsd ?? 0 } as const;
}

function attributeOf(key: keyof MatchConfig): string {
  switch (key) {
    case 'model':
      return ATTR_GEN_AI_REQUEST_MODEL;
    case 'provider':
      return ATTR_GEN_AI_PROVIDER_NAME;
    case 'agent':
      throw new TypeError('The agent of a call is on no metric.');
    default:
      return ATTRIBUTION[key].attribute;
  }
}

/** Seconds that the zone is ahead of UTC outside of summer time, in the year of `now`. */
export function standardOffset(timezone: string, now: number): number {
  const year = new Date(now).getUTCFullYear();
  return Math.min(...[0, 6].map((month) => offsetAt(timezone, Date.UTC(year, month, 1))));
}

function offsetAt(timeZone: string, instant: number): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  const name = parts.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value;
  const [, sign, hours, minutes = '0'] = /GMT([+-])(\d+):?(\d+)?/.exec(name ?? '') ?? [];
  if (sign === undefined) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
}
