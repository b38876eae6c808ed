import {
  ATTR_COSTSPAN_MODEL_TIER,
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_WORKFLOW,
  ATTR_GEN_AI_REQUEST_MODEL,
} from '../../conventions/index.ts';
import type { PromQL } from '../queries/promql.ts';
import { ATTRIBUTED, ENVIRONMENT, MODEL, TEAM } from '../queries/scope.ts';
import { percent } from './budget-rules.ts';
import { PER_WORKFLOW, unlessUsual, unlessUsuallyLow } from './expressions.ts';
import { dearestCalls, who } from './templates.ts';
import type { AlertRule } from './rule.ts';
import type { Thresholds } from './thresholds.ts';

/**
 * Money that moves: more of it, dearer calls, dearer models, a colder cache. What happened at the same
 * time yesterday or last week, such as a nightly batch, is no news.
 */
export function spendAlerts(p: PromQL, thresholds: Thresholds): AlertRule[] {
  const { minHourlyUsd, minHourlyCalls, minHistoryDays } = thresholds;
  const perWorkflow = `on (${p.labels(PER_WORKFLOW)})`;
  const known = `and ${perWorkflow} costspan:workflow_age:days >= ${minHistoryDays}`;
  const matters = `and ${perWorkflow} costspan:cost_usd:increase1h > ${minHourlyUsd} ${known}`;
  const active = (range: string, hours: number) =>
    `and ${perWorkflow} count_over_time((costspan:cost_usd:increase1h > 0)[${range}:1h] offset 1h) >= ${hours}`;
  const dearer = `and ${perWorkflow} costspan:cost_per_call_usd:avg1h > 1.1 * costspan:cost_per_call_usd:median7d`;
  const floor = `above ${minHourlyUsd} USD an hour`;
  const workflow = { severity: 'warning', audience: 'finops', scope: ATTRIBUTED } as const;
  return [
    {
      alert: 'CostspanSpendSpike',
      meaning: 'A workflow spends far more in an hour than it usually does.',
      threshold: `over ${thresholds.spendSpike} x the 7-day median, 1.5 x the greatest hour of a usual day and 1.5 x the same time last week, ${floor}, for 10 min`,
      expr: `costspan:cost_usd:increase1h > costspan:cost_usd:alarm1h unless costspan:cost_usd:increase1h <= 1.5 * max_over_time(costspan:cost_usd:increase1h[3h] offset 9990m)`,
      for: '10m',
      ...workflow,
      audience: 'sre',
      summary: ({ label, value }) =>
        `${who({ label })} spent ${value('printf "%.2f"')} USD in an hour, far over its usual one`,
      traces: dearestCalls(ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_WORKFLOW),
      panel: ['budgets', 'Spend of an hour against its alarm line'],
    },
    {
      alert: 'CostspanCostPerCallRise',
      meaning: 'The mean call of a workflow has become dearer: longer prompts, a dearer model.',
      threshold: `over ${thresholds.costPerCallRise} x the 7-day median, ${floor}, for 30 min`,
      expr: `costspan:cost_per_call_usd:avg1h > ${thresholds.costPerCallRise} * costspan:cost_per_call_usd:median7d ${matters} ${unlessUsual('costspan:cost_per_call_usd:avg1h', (before) => `1.2 * ${before}`)}`,
      for: '30m',
      ...workflow,
      summary: ({ label, value }) =>
        `A call of ${who({ label })} costs ${value('printf "%.4f"')} USD, over ${thresholds.costPerCallRise} x its 7-day median`,
      traces: dearestCalls(ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_WORKFLOW),
      panel: ['budgets', 'Cost per call over its median of 7 days'],
    },
    ...growthAlerts(thresholds, known),
    {
      alert: 'CostspanModelMixDrift',
      meaning: 'The spend of a workflow moves to another model.',
      threshold: `a model gains ${percent(thresholds.modelMixDrift)} of the spend over 2 days before, ${floor}, for 30 min`,
      expr: `${gain('costspan:model_share:ratio1h', 'costspan:model_share:avg2d')} > ${thresholds.modelMixDrift} ${matters} ${active('2d', 6)} ${unlessUsual('costspan:model_share:ratio1h', (before) => `0.1 + ${before}`)}`,
      for: '30m',
      ...workflow,
      summary: ({ label, value }) =>
        `${label(ATTR_GEN_AI_REQUEST_MODEL)} gained ${value('humanizePercentage')} of the spend of ${who({ label })}`,
      traces: dearestCalls(ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_WORKFLOW, ATTR_GEN_AI_REQUEST_MODEL),
      panel: ['budgets', 'Share of spend by model'],
    },
    {
      alert: 'CostspanTierDrift',
      meaning: 'Calls of a workflow escalate to a dearer class of models.',
      threshold: `a tier gains ${percent(thresholds.tierDrift)} of the calls over the 7 days before while calls get dearer, ${floor}, for 30 min`,
      expr: `${gain('costspan:tier_share:ratio1h', 'costspan:tier_share:avg7d')} > ${thresholds.tierDrift} ${dearer} ${matters} ${active('7d', 6)} ${unlessUsual('costspan:tier_share:ratio1h', (before) => `0.1 + ${before}`)}`,
      for: '30m',
      ...workflow,
      summary: ({ label, value }) =>
        `Tier ${label(ATTR_COSTSPAN_MODEL_TIER)} gained ${value('humanizePercentage')} of the calls of ${who({ label })}, and they are dearer`,
      traces: dearestCalls(ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_WORKFLOW, ATTR_COSTSPAN_MODEL_TIER),
      panel: ['budgets', 'Escalation rate'],
    },
    {
      alert: 'CostspanCacheHitDrop',
      meaning: 'The prompt cache of a model is hit much less than before, so input costs more.',
      threshold: `under ${percent(thresholds.cacheHitDrop)} of the 2-day mean, which is above 20 % of input tokens, from ${minHourlyCalls} calls an hour, for 15 min`,
      expr: `costspan:cache_read:ratio1h < ${thresholds.cacheHitDrop} * (costspan:cache_read:avg2d > 0.2) and costspan:model_calls:increase1h >= ${minHourlyCalls} ${unlessUsuallyLow('costspan:cache_read:ratio1h', (before) => `0.8 * ${before}`)}`,
      for: '15m',
      severity: 'warning',
      audience: 'sre',
      summary: ({ label, value }) =>
        `Cache reads of ${label(ATTR_GEN_AI_REQUEST_MODEL)} for ${label(ATTR_COSTSPAN_TEAM)} fell to ${value('humanizePercentage')} of input tokens`,
      traces: dearestCalls(ATTR_COSTSPAN_TEAM, ATTR_GEN_AI_REQUEST_MODEL),
      panel: ['budgets', 'Cache hit rate against the week before'],
      scope: [TEAM, ENVIRONMENT, MODEL],
    },
    {
      alert: 'CostspanValueBelowCost',
      meaning: 'The outcomes of a workflow are worth less than its calls cost.',
      threshold: `below ${thresholds.valuePerUsd} USD of value for each USD of 7 days, above ${minHourlyUsd * 24} USD in them, with outcomes for a week, for 6 h`,
      expr: `costspan:value_per_usd:ratio7d < ${thresholds.valuePerUsd} and costspan:cost_usd:increase7d > ${minHourlyUsd * 24} and last_over_time(costspan:value_per_usd:ratio7d[1h] offset 7d) >= 0`,
      for: '6h',
      ...workflow,
      summary: ({ label, value }) =>
        `${who({ label })} brings ${value('printf "%.2f"')} USD for each USD that it costs`,
      traces: dearestCalls(ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_WORKFLOW),
      panel: ['showback', 'Value per dollar spent'],
    },
  ];
}

/** Longer prompts and answers, also where they cost little yet. */
function growthAlerts({ tokenGrowth, minHourlyCalls }: Thresholds, known: string): AlertRule[] {
  const alert = (what: 'input' | 'output', rest: Pick<AlertRule, 'alert' | 'meaning' | 'panel'>) =>
    ({
      ...rest,
      threshold: `over ${tokenGrowth} x the week before in 3 h of at least ${minHourlyCalls} calls, whatever they cost, for 30 min`,
      expr: `costspan:${what}_per_call:avg3h > ${tokenGrowth} * costspan:${what}_per_call:avg7d and costspan:sent_calls:increase3h >= ${minHourlyCalls} ${known} ${unlessUsual(`costspan:${what}_per_call:avg3h`, (before) => `1.2 * ${before}`)}`,
      for: '30m',
      severity: 'warning',
      audience: 'finops',
      summary: ({ label, value }) =>
        `Calls of ${who({ label })} have ${value('printf "%.0f"')} ${what} tokens each, over ${tokenGrowth} x the week before`,
      traces: dearestCalls(ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_WORKFLOW),
      scope: ATTRIBUTED,
    }) satisfies AlertRule;
  return [
    alert('input', {
      alert: 'CostspanPromptGrowth',
      meaning: 'The prompts of a workflow have grown: more context, longer conversations.',
      panel: ['budgets', 'Prompt growth: input tokens per call'],
    }),
    alert('output', {
      alert: 'CostspanOutputGrowth',
      meaning: 'The answers of a workflow have grown: longer texts, more reasoning.',
      panel: ['overview', 'Tokens per second by class'],
    }),
  ];
}

/** What `now` has over its usual value; what had none usually, had nothing. */
function gain(now: string, usual: string): string {
  return `${now} - (${usual} or 0 * ${now})`;
}
