import { ATTR_COSTSPAN_BUDGET_ID, ATTR_COSTSPAN_BUDGET_PERIOD } from '../../conventions/index.ts';
import type { PromQL } from '../queries/promql.ts';
import type { AlertRule, Template } from './rule.ts';

/** Budgets: near, over, heading over, burning too fast. */
export function budgetAlerts(p: PromQL): AlertRule[] {
  const id = p.label(ATTR_COSTSPAN_BUDGET_ID);
  // Of the thresholds that a budget has passed the highest one alerts, so that one budget is one alert.
  const highest = (range: string) =>
    `costspan:budget_passed:ratio ${range} == on (${id}) group_left () max by (${id}) (costspan:budget_passed:ratio)`;
  const notSpent = `unless on (${id}) costspan:budget_used:ratio >= 1`;
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
    },
    {
      alert: 'CostspanBudgetForecastOver',
      meaning: 'At the usual rate a budget will not last for its period.',
      threshold: 'forecast over 100 % of the limit for 1 h',
      expr: `costspan:budget_forecast:ratio > 1 ${notSpent}`,
      for: '1h',
      severity: 'warning',
      audience: 'finops',
      summary: ({ label, value }) =>
        `Budget ${label(ATTR_COSTSPAN_BUDGET_ID)} is heading for ${value('humanizePercentage')} of its ${label(ATTR_COSTSPAN_BUDGET_PERIOD)}`,
    },
    {
      alert: 'CostspanBudgetBurnRate',
      meaning: 'A budget is spent much faster than its period passes.',
      threshold:
        'share spent over share of the period passed: above 2 for 1 h and above 1 for 6 h, from 10 % of the limit',
      expr: `costspan:budget_burn:ratio > 2 and min_over_time(costspan:budget_burn:ratio[6h]) > 1 and costspan:budget_used:ratio >= 0.1 ${notSpent}`,
      for: '1h',
      severity: 'critical',
      audience: 'finops',
      summary: ({ label, value }) =>
        `Budget ${label(ATTR_COSTSPAN_BUDGET_ID)} burns at ${value('printf "%.1f"')} x its even pace`,
    },
  ];
}

const past: Template = ({ label, value }) =>
  `Budget ${label(ATTR_COSTSPAN_BUDGET_ID)} is past ${value('humanizePercentage')} of its ${label(ATTR_COSTSPAN_BUDGET_PERIOD)}`;
