import { ATTR_COSTSPAN_BUDGET_ID, ATTR_COSTSPAN_BUDGET_PERIOD } from '../../conventions/index.ts';
import type { PromQL } from '../queries/promql.ts';
import { BUDGET } from '../queries/scope.ts';
import { percent } from './budget-rules.ts';
import type { AlertRule, Template } from './rule.ts';
import type { Thresholds } from './thresholds.ts';
import { USUAL_DAYS } from './usual.ts';

/** Budgets: near, over, heading over, burning too fast. */
export function budgetAlerts(p: PromQL, thresholds: Thresholds): AlertRule[] {
  const { burnRate, minElapsed, minHistoryDays } = thresholds;
  const id = p.label(ATTR_COSTSPAN_BUDGET_ID);
  // Of the thresholds that a budget has passed the highest one alerts, so that one budget is one alert.
  const highest = (range: string) =>
    `costspan:budget_passed:ratio ${range} == on (${id}) group_left () max by (${id}) (costspan:budget_passed:ratio)`;
  const ofBudgets = p.recorded(USUAL_DAYS, [[ATTR_COSTSPAN_BUDGET_ID, '!=', '']]);
  // Neither the first hours of a period nor those of a workload tell how it ends.
  const begun = `unless on (${id}) costspan:budget_used:ratio >= 1 unless on (${id}) costspan:budget_elapsed:ratio < ${minElapsed}`;
  const forecastOver = `costspan:budget_forecast:ratio > 1 unless on (${id}) max by (${id}) (${ofBudgets}) < ${minHistoryDays}`;
  // At the pace of the last six hours, of periods that are longer than a day.
  const paceOver = `costspan:budget_used:ratio + 4 * (costspan:budget_used:ratio - costspan:budget_used:ratio offset 6h) * on (${id}) group_left () costspan:budget_left:days > 1`;
  const floors = `from ${percent(minElapsed)} of the period on`;
  return [
    {
      alert: 'CostspanBudgetNotice',
      meaning: 'A budget has passed an early threshold of its `alertAt`.',
      threshold: 'a threshold below 75 % of the limit',
      expr: highest('< 0.75'),
      for: '5m',
      severity: 'info',
      audience: 'finops',
      summary: past,
      ...USED,
    },
    {
      alert: 'CostspanBudgetNearLimit',
      meaning: 'A budget is nearly spent.',
      threshold: '75 % and 80 % of the limit, or the `alertAt` from 75 % up',
      expr: highest('>= 0.75 < 1'),
      for: '5m',
      severity: 'warning',
      audience: 'finops',
      summary: past,
      ...USED,
    },
    {
      alert: 'CostspanBudgetExceeded',
      meaning: 'A budget is spent before its period is over.',
      threshold: '100 % of the limit, or the `alertAt` above it',
      expr: highest('>= 1'),
      for: '5m',
      severity: 'critical',
      audience: 'finops',
      summary: ({ label, value }) =>
        `Budget ${label(ATTR_COSTSPAN_BUDGET_ID)} (owner ${label('owner')}) is spent: past ${value('humanizePercentage')} of its ${label(ATTR_COSTSPAN_BUDGET_PERIOD)}`,
      ...USED,
    },
    {
      alert: 'CostspanBudgetForecastOver',
      meaning: 'At the usual rate a budget will not last for its period.',
      threshold: `forecast over 100 % of the limit for 1 h, ${floors}, and from ${minHistoryDays} d of history on`,
      expr: `${forecastOver} ${begun}`,
      for: '1h',
      severity: 'warning',
      audience: 'finops',
      summary: ({ label, value }) =>
        `Budget ${label(ATTR_COSTSPAN_BUDGET_ID)} is heading for ${value('humanizePercentage')} of its ${label(ATTR_COSTSPAN_BUDGET_PERIOD)}`,
      panel: ['budgets', 'Budgets'],
      scope: [BUDGET],
    },
    {
      alert: 'CostspanBudgetBurnRate',
      meaning: 'A budget is spent much faster than its period passes, and will not last for it.',
      threshold: `share spent over share of the period passed: above ${burnRate} for 1 h and above 1 for 6 h, from 10 % of the limit, while the forecast or the pace of 6 h leads over 100 %, ${floors}`,
      expr: `costspan:budget_burn:ratio > ${burnRate} and min_over_time(costspan:budget_burn:ratio[6h]) > 1 and costspan:budget_used:ratio >= 0.1 and on (${id}) (${forecastOver} or ${paceOver}) ${begun}`,
      for: '1h',
      severity: 'critical',
      audience: 'finops',
      summary: ({ label, value }) =>
        `Budget ${label(ATTR_COSTSPAN_BUDGET_ID)} burns at ${value('printf "%.1f"')} x its even pace`,
      panel: ['budgets', 'Burn rate'],
      scope: [BUDGET],
    },
  ];
}

const USED = { panel: ['budgets', 'Used of each budget'], scope: [BUDGET] } as const;

const past: Template = ({ label, value }) =>
  `Budget ${label(ATTR_COSTSPAN_BUDGET_ID)} is past ${value('humanizePercentage')} of its ${label(ATTR_COSTSPAN_BUDGET_PERIOD)}`;
