import {
  ATTR_COSTSPAN_MODEL_TIER,
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_WORKFLOW,
  ATTR_GEN_AI_REQUEST_MODEL,
} from '../../conventions/index.ts';
import type { PromQL } from '../queries/promql.ts';
import { TEAM_WORKFLOW } from './expressions.ts';
import { dearestCalls, who } from './templates.ts';
import type { AlertRule } from './rule.ts';

/** Money that moves: more of it, dearer calls, dearer models, a colder cache. */
export function spendAlerts(p: PromQL): AlertRule[] {
  const perWorkflow = `on (${p.labels(TEAM_WORKFLOW)})`;
  // Below a dollar an hour nothing is worth waking anybody for.
  const matters = `and ${perWorkflow} costspan:cost_usd:increase1h > 1`;
  const active = (range: string, hours: number) =>
    `and ${perWorkflow} count_over_time((costspan:cost_usd:increase1h > 0)[${range}:1h] offset 1h) >= ${hours}`;
  const dearer = `and ${perWorkflow} costspan:cost_per_call_usd:avg1h > 1.1 * costspan:cost_per_call_usd:median7d`;
  return [
    {
      alert: 'CostspanSpendSpike',
      meaning: 'A workflow spends far more in an hour than it usually does.',
      threshold:
        'over 3 x the 7-day median and 1.5 x the same time last week, above 1 USD an hour, for 10 min',
      // What comes every week at this time, such as a nightly batch, is no spike.
      expr: `costspan:cost_usd:increase1h > 3 * costspan:cost_usd:median7d and costspan:cost_usd:increase1h > 1 unless costspan:cost_usd:increase1h <= 1.5 * max_over_time(costspan:cost_usd:increase1h[3h] offset 167h)`,
      for: '10m',
      severity: 'warning',
      audience: 'sre',
      summary: ({ label, value }) =>
        `${who({ label })} spent ${value('printf "%.2f"')} USD in an hour, over 3 x its 7-day median`,
      traces: dearestCalls(ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_WORKFLOW),
    },
    {
      alert: 'CostspanCostPerCallRise',
      meaning: 'The mean call of a workflow has become dearer: longer prompts, a dearer model.',
      threshold: 'over 1.5 x the 7-day median, above 1 USD an hour, for 30 min',
      expr: `costspan:cost_per_call_usd:avg1h > 1.5 * costspan:cost_per_call_usd:median7d ${matters}`,
      for: '30m',
      severity: 'warning',
      audience: 'finops',
      summary: ({ label, value }) =>
        `A call of ${who({ label })} costs ${value('printf "%.4f"')} USD, over 1.5 x its 7-day median`,
      traces: dearestCalls(ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_WORKFLOW),
    },
    {
      alert: 'CostspanModelMixDrift',
      meaning: 'The spend of a workflow moves to another model.',
      threshold:
        'a model gains 25 points of the spend over 2 days before, above 1 USD an hour, for 30 min',
      expr: `${gain('costspan:model_share:ratio1h', 'costspan:model_share:avg2d')} > 0.25 ${matters} ${active('2d', 6)}`,
      for: '30m',
      severity: 'warning',
      audience: 'finops',
      summary: ({ label, value }) =>
        `${label(ATTR_GEN_AI_REQUEST_MODEL)} gained ${value('humanizePercentage')} of the spend of ${who({ label })}`,
      traces: dearestCalls(ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_WORKFLOW, ATTR_GEN_AI_REQUEST_MODEL),
    },
    {
      alert: 'CostspanTierDrift',
      meaning: 'Calls of a workflow escalate to a dearer class of models.',
      threshold:
        'a tier gains 20 points of the calls over the 7 days before while calls get dearer, above 1 USD an hour, for 30 min',
      expr: `${gain('costspan:tier_share:ratio1h', 'costspan:tier_share:avg7d')} > 0.2 ${dearer} ${matters} ${active('7d', 6)}`,
      for: '30m',
      severity: 'warning',
      audience: 'finops',
      summary: ({ label, value }) =>
        `Tier ${label(ATTR_COSTSPAN_MODEL_TIER)} gained ${value('humanizePercentage')} of the calls of ${who({ label })}, and they are dearer`,
      traces: dearestCalls(ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_WORKFLOW, ATTR_COSTSPAN_MODEL_TIER),
    },
    {
      alert: 'CostspanCacheHitDrop',
      meaning: 'The prompt cache of a model is hit much less than before, so input costs more.',
      threshold: 'under half of the 2-day mean, which is above 20 % of input tokens, for 15 min',
      expr: 'costspan:cache_read:ratio1h < 0.5 * (costspan:cache_read:avg2d > 0.2)',
      for: '15m',
      severity: 'warning',
      audience: 'sre',
      summary: ({ label, value }) =>
        `Cache reads of ${label(ATTR_GEN_AI_REQUEST_MODEL)} for ${label(ATTR_COSTSPAN_TEAM)} fell to ${value('humanizePercentage')} of input tokens`,
      traces: dearestCalls(ATTR_COSTSPAN_TEAM, ATTR_GEN_AI_REQUEST_MODEL),
    },
  ];
}

/** What `now` has over its usual value; what had none usually, had nothing. */
function gain(now: string, usual: string): string {
  return `${now} - (${usual} or 0 * ${now})`;
}
