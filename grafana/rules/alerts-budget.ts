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
  const paceOver = `costspan:budget_used:ratio + costspan:budget_pace:ratio * on (${id}) group_left () (1 - costspan:budget_elapsed:ratio) > 1`;
  const longer = `and on (${id}) costspan:budget_length:days > 1`;
  // Since the period began, or, where most of it was calm, by the pace alone.
  const burns = `costspan:budget_burn:ratio > ${burnRate} and min_over_time(costspan:budget_burn:ratio[6h]) > 1 and on (${id}) (${forecastOver} or (${paceOver} ${longer}))`;
  const bursts = `costspan:budget_pace:ratio > ${burnRate} and ${paceOver} ${unusualPace(thresholds)}`;
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
      threshold: `share spent over share of the period passed: above ${burnRate} for 1 h and above 1 for 6 h, while the forecast or the pace of 6 h leads over 100 %; or above ${burnRate} x the even pace for 1 h, and 1.5 x its usual peak, while that leads over 100 %; from 10 % of the limit, ${floors}`,
      expr: `((${burns}) or (${bursts})) and costspan:budget_used:ratio >= 0.1 ${begun}`,
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

/**
 * Above the greatest pace of a usual day, that of the same time last week, and that of a month ago:
 * of what was there a day ago already.
 */
function unusualPace({ minHistoryDays }: Thresholds): string {
  const pace = 'costspan:budget_pace:ratio';
  const notAsBefore = (before: string) => `unless ${pace} <= 1.5 * ${before}`;
  return [
    `and last_over_time(costspan:budget_used:ratio[2h] offset ${Math.round(minHistoryDays * 1440)}m)`,
    notAsBefore('costspan:budget_pace:usual'),
    notAsBefore(`max_over_time(${pace}[3h] offset 9990m)`),
    notAsBefore(`max_over_time(${pace}[5d:1h] offset 27d)`),
  ].join(' ');
}

const USED = { panel: ['budgets', 'Used of each budget'], scope: [BUDGET] } as const;

const past: Template = ({ label, value }) =>
  `Budget ${label(ATTR_COSTSPAN_BUDGET_ID)} is past ${value('humanizePercentage')} of its ${label(ATTR_COSTSPAN_BUDGET_PERIOD)}`;
