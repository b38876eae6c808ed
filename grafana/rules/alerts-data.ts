import {
  ATTR_COSTSPAN_COMPONENT,
  ATTR_COSTSPAN_PRICE_STATE,
  ATTR_COSTSPAN_TEAM,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_USAGE_COST_AMOUNT,
  ATTR_SERVER_ADDRESS,
  COSTSPAN_PRICE_STATE_VALUE_UNPRICED,
  METRIC_COSTSPAN_INTERNAL_ERRORS,
  METRIC_COSTSPAN_PRICE_BOOK_AGE_SECONDS,
  METRIC_COSTSPAN_UNMETERED_REQUESTS,
  METRIC_COSTSPAN_UNPRICED_TOKENS,
} from '../../conventions/index.ts';
import type { PromQL } from '../queries/promql.ts';
import { happened } from './expressions.ts';
import { spans } from './templates.ts';
import type { AlertRule } from './rule.ts';

const STALE_DAYS = 60;

/** Whether the figures can be trusted. */
export function dataAlerts(p: PromQL): AlertRule[] {
  const any = (attributes: readonly string[], selector: string) =>
    `${p.sumBy(attributes, happened(selector))} > 0`;
  const model = [ATTR_GEN_AI_PROVIDER_NAME, ATTR_GEN_AI_REQUEST_MODEL];
  return [
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
    },
    {
      alert: 'CostspanUntaggedSpend',
      meaning: 'Money is spent that no team answers for.',
      threshold: 'over 5 % of the spend of a day, for 1 h',
      expr: 'costspan:untagged:ratio1d > 0.05',
      for: '1h',
      severity: 'info',
      audience: 'finops',
      summary: ({ value }) => `${value('humanizePercentage')} of a day of spend has no team`,
      traces: spans(
        [`span.${ATTR_GEN_AI_USAGE_COST_AMOUNT} > 0.0`, `span.${ATTR_COSTSPAN_TEAM} = nil`],
        [],
      ),
    },
    {
      alert: 'CostspanPriceBookStale',
      meaning: 'The price book in use is old: prices may have changed, new models are missing.',
      threshold: `older than ${STALE_DAYS} days`,
      expr: `max(${p.select(METRIC_COSTSPAN_PRICE_BOOK_AGE_SECONDS)}) > ${STALE_DAYS} * 86400`,
      for: '1h',
      severity: 'info',
      audience: 'finops',
      summary: ({ value }) => `The price book is ${value('humanizeDuration')} old`,
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
    },
  ];
}
