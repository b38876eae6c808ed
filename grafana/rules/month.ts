import { ATTR_COSTSPAN_TEAM, ATTR_DEPLOYMENT_ENVIRONMENT_NAME } from '../../conventions/index.ts';
import type { PromQL } from '../queries/promql.ts';
import { added, daysLeft, spentInPeriod } from './period-sum.ts';
import type { RecordingRule, RuleGroup } from './rule.ts';
import { exceptOneOffs, historyRules, type OneOffs, USUAL_DAY, usualDayRule } from './usual.ts';

/** Months are by team and environment. */
const BY = [ATTR_COSTSPAN_TEAM, ATTR_DEPLOYMENT_ENVIRONMENT_NAME];

/** The history that forecasts are made of; the budgets have recorded theirs before. */
export function usualGroup(p: PromQL, oneOffs: OneOffs): RuleGroup<RecordingRule> {
  const subject = { kind: 'cost', by: BY, matchers: exceptOneOffs(oneOffs) } as const;
  return { name: 'costspan-usual', rules: [...historyRules(p, subject), usualDayRule()] };
}

/** Month to date and month's end, by the calendar of UTC. Budgets have theirs in their own zone. */
export function monthGroup(p: PromQL): RuleGroup<RecordingRule> {
  const month = {
    kind: 'cost',
    by: BY,
    matchers: [],
    period: 'month',
    utcOffsetSeconds: 0,
  } as const;
  const usual = p.recorded(USUAL_DAY, [['costspan.budget.id', '=', '']]);
  return {
    name: 'costspan-month',
    rules: [
      { record: 'costspan:cost_usd:mtd', expr: spentInPeriod(p, month) },
      {
        record: 'costspan:cost_usd:month_forecast',
        expr: added(p, BY, 'costspan:cost_usd:mtd', `${usual} * ${daysLeft(month)}`),
      },
    ],
  };
}
