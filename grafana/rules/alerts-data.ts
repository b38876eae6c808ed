import {
  ATTR_COSTSPAN_BUDGET_ID,
  ATTR_COSTSPAN_COMPONENT,
  ATTR_COSTSPAN_PRICE_STATE,
  ATTR_COSTSPAN_TEAM,
  ATTR_DEPLOYMENT_ENVIRONMENT_NAME,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_USAGE_COST_AMOUNT,
  ATTR_SERVER_ADDRESS,
  COSTSPAN_PRICE_STATE_VALUE_UNPRICED,
  METRIC_COSTSPAN_CALLS,
  METRIC_COSTSPAN_INTERNAL_ERRORS,
  METRIC_COSTSPAN_PRICE_BOOK_AGE_SECONDS,
  METRIC_COSTSPAN_UNMETERED_REQUESTS,
  METRIC_COSTSPAN_UNPRICED_TOKENS,
} from '../../conventions/index.ts';
import type { PromQL } from '../queries/promql.ts';
import { ENVIRONMENT, MODEL, PROVIDER, TEAM } from '../queries/scope.ts';
import { percent } from './budget-rules.ts';
import { happened, overHours } from './expressions.ts';
import { spans } from './templates.ts';
import type { AlertRule } from './rule.ts';
import type { Thresholds } from './thresholds.ts';
import { USUAL_DAYS } from './usual.ts';

/** Whether the figures can be trusted. */
export function dataAlerts(p: PromQL, thresholds: Thresholds): AlertRule[] {
  const { untaggedShare, priceBookDays, minHourlyUsd } = thresholds;
  const any = (attributes: readonly string[], selector: string) =>
    `${p.sumBy(attributes, happened(p, selector))} > 0`;
  const model = [ATTR_GEN_AI_PROVIDER_NAME, ATTR_GEN_AI_REQUEST_MODEL];
  return [
    telemetryStopped(p, thresholds),
    {
      alert: 'CostspanUnpricedModel',
      meaning: 'A model without a price is in use: its tokens are counted, its money is not.',
      threshold: 'any in 15 min',
      expr: any(model, p.select(METRIC_COSTSPAN_UNPRICED_TOKENS)),
      severity: 'warning',
      audience: 'finops',
      summary: ({ label }) =>
        `No price for ${label(ATTR_GEN_AI_PROVIDER_NAME)} ${label(ATTR_GEN_AI_REQUEST_MODEL)}: tokens are counted, money is not`,
      traces: spans(
        [`span.${ATTR_COSTSPAN_PRICE_STATE} = "${COSTSPAN_PRICE_STATE_VALUE_UNPRICED}"`],
        model,
      ),
      panel: ['overview', 'Tokens without a price, by model'],
      scope: [PROVIDER, MODEL],
    },
    {
      alert: 'CostspanUntaggedSpend',
      meaning: 'Money is spent that no team answers for.',
      threshold: `over ${percent(untaggedShare)} of the spend of a day, above ${minHourlyUsd} USD, for 1 h`,
      expr: `costspan:untagged:ratio1d > ${untaggedShare} and costspan:cost_usd:increase1d > ${minHourlyUsd}`,
      for: '1h',
      severity: 'info',
      audience: 'finops',
      summary: ({ value }) => `${value('humanizePercentage')} of a day of spend has no team`,
      traces: spans(
        [`span.${ATTR_GEN_AI_USAGE_COST_AMOUNT} > 0.0`, `span.${ATTR_COSTSPAN_TEAM} = nil`],
        [],
      ),
      panel: ['overview', 'Spend without a team'],
      scope: [ENVIRONMENT],
    },
    {
      alert: 'CostspanPriceBookStale',
      meaning: 'The price book in use is old: prices may have changed, new models are missing.',
      threshold: `older than ${priceBookDays} days`,
      expr: `max(${p.select(METRIC_COSTSPAN_PRICE_BOOK_AGE_SECONDS)}) > ${priceBookDays} * 86400`,
      for: '1h',
      severity: 'info',
      audience: 'finops',
      summary: ({ value }) => `The price book is ${value('humanizeDuration')} old`,
      panel: ['overview', 'Age of the price book'],
    },
    {
      alert: 'CostspanUnmeteredRequests',
      meaning: 'Requests reach a model provider that no instrumentation sees.',
      threshold: 'any in 15 min',
      expr: any([ATTR_SERVER_ADDRESS], p.select(METRIC_COSTSPAN_UNMETERED_REQUESTS)),
      severity: 'warning',
      audience: 'finops',
      summary: ({ label }) =>
        `Unmetered requests to ${label(ATTR_SERVER_ADDRESS)}: spend outside every budget`,
      panel: ['overview', 'Unmetered requests, by host'],
    },
    {
      alert: 'CostspanInternalErrors',
      meaning: 'A part of costspan failed. Calls are fine, figures may be short.',
      threshold: 'any in 15 min',
      expr: any([ATTR_COSTSPAN_COMPONENT], p.select(METRIC_COSTSPAN_INTERNAL_ERRORS)),
      severity: 'warning',
      audience: 'sre',
      summary: ({ label }) =>
        `Costspan failed in ${label(ATTR_COSTSPAN_COMPONENT)}: calls are fine, figures may be short`,
      panel: ['overview', 'Failures of costspan, by component'],
    },
  ];
}

/**
 * Nothing at all from a team that was there through the day before, and at this time last week. Those
 * who switch off at night or at the weekend do not alert, nor does a job of every hour.
 */
function telemetryStopped(p: PromQL, { silentMinutes }: Thresholds): AlertRule {
  const by = [ATTR_COSTSPAN_TEAM, ATTR_DEPLOYMENT_ENVIRONMENT_NAME];
  const per = `on (${p.labels(by)})`;
  const calls = p.select(METRIC_COSTSPAN_CALLS);
  const now = `count by (${p.labels(by)}) (last_over_time(${calls}[${silentMinutes}m]))`;
  const aWeekOld = p.recorded(USUAL_DAYS, [[ATTR_COSTSPAN_BUDGET_ID, '=', '']]);
  // The hour of a week ago that is as old as this one.
  const lastWeek = overHours(p, 'calls', by, '61m', { offset: '10019m' });
  return {
    alert: 'CostspanTelemetryStopped',
    meaning: 'Nothing comes from a team any more: no calls, or no metrics.',
    threshold: `nothing for ${silentMinutes} min from who was there day and night, and at this time last week; for a day`,
    expr: `max_over_time(costspan:seen_hours:count1d[1d]) >= 23 unless ${per} ${now} unless ${per} (${aWeekOld} >= 7 unless ${per} ${lastWeek})`,
    severity: 'warning',
    audience: 'sre',
    summary: ({ label }) => `Nothing has come from ${label(ATTR_COSTSPAN_TEAM)} for over an hour`,
    panel: ['overview', 'Calls by outcome'],
    scope: [TEAM, ENVIRONMENT],
  };
}
