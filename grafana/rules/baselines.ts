import {
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_TOKEN_CLASS,
  ATTR_DEPLOYMENT_ENVIRONMENT_NAME,
} from '../../conventions/index.ts';
import type { PromQL } from '../queries/promql.ts';
import { SENT } from '../queries/queries.ts';
import { overHours, PER_WORKFLOW } from './expressions.ts';
import type { RecordingRule, RuleGroup } from './rule.ts';
import type { Thresholds } from './thresholds.ts';
import { INPUT_CLASSES, OUTPUT_CLASSES } from './token-classes.ts';
import { ageInDays, exceptOneOffs, hourEnding, type OneOffs } from './usual.ts';

/** How it usually is: what alerts compare the present with. */
export function baselineGroup(
  p: PromQL,
  thresholds: Thresholds,
  oneOffs: OneOffs,
): RuleGroup<RecordingRule> {
  return {
    name: 'costspan-baselines',
    rules: [...spend(p, thresholds, oneOffs), ...mix(p), ...tokens(p), ...worth(p), ...presence(p)],
  };
}

function spend(p: PromQL, thresholds: Thresholds, oneOffs: OneOffs): RecordingRule[] {
  const median = `${thresholds.spendSpike} * costspan:cost_usd:median7d`;
  const peak = '1.5 * costspan:cost_usd:peak7d';
  return [
    {
      // The work that alerts look at: one-offs have no age.
      record: 'costspan:workflow_age:days',
      expr: ageInDays(p, { kind: 'cost', by: PER_WORKFLOW, matchers: exceptOneOffs(oneOffs) }),
    },
    {
      record: 'costspan:cost_usd:median7d',
      expr: 'quantile_over_time(0.5, costspan:cost_usd:increase1h[7d:1h] offset 1h)',
    },
    {
      // The greatest hour of a usual day: work of an hour a day is no spike, whenever it comes.
      record: 'costspan:cost_usd:peak7d',
      expr: 'quantile_over_time(0.5, (max_over_time(costspan:cost_usd:increase1h[1d]))[7d:1d])',
    },
    {
      record: 'costspan:cost_usd:alarm1h',
      expr: `clamp_min(${median} > ${peak} or ${peak} or ${median}, ${thresholds.minHourlyUsd}) and costspan:workflow_age:days >= ${thresholds.minHistoryDays}`,
    },
    {
      record: 'costspan:cost_per_call_usd:median7d',
      expr: 'quantile_over_time(0.5, costspan:cost_per_call_usd:avg1h[7d:1h] offset 1h)',
    },
  ];
}

function mix(p: PromQL): RecordingRule[] {
  const perWorkflow = `on (${p.labels(PER_WORKFLOW)}) group_left ()`;
  // A mean over the hours in which the workflow spent at all: what is new had no share then.
  const usual = (record: string, range: string) =>
    `sum_over_time(${record}[${range}:1h] offset 1h) / ${perWorkflow} count_over_time((costspan:cost_usd:increase1h > 0)[${range}:1h] offset 1h)`;
  return [
    { record: 'costspan:model_share:avg2d', expr: usual('costspan:model_share:ratio1h', '2d') },
    { record: 'costspan:tier_share:avg7d', expr: usual('costspan:tier_share:ratio1h', '7d') },
    {
      record: 'costspan:cache_read:avg2d',
      expr: 'avg_over_time(costspan:cache_read:ratio1h[2d:1h] offset 1h)',
    },
  ];
}

/** Tokens of a call in the last three hours, and in the week before. */
function tokens(p: PromQL): RecordingRule[] {
  const week = { offset: '3h' } as const;
  const perCall = (classes: readonly string[], window: '3h' | '7d', before: object) => {
    const matchers = [[ATTR_COSTSPAN_TOKEN_CLASS, '=~', classes.join('|')]] as const;
    const read = overHours(p, 'tokens', PER_WORKFLOW, window, { matchers, ...before });
    const sent = overHours(p, 'calls', PER_WORKFLOW, window, { matchers: [SENT], ...before });
    return `${read} / (${sent} > 0)`;
  };
  return [
    {
      record: 'costspan:sent_calls:increase3h',
      expr: overHours(p, 'calls', PER_WORKFLOW, '3h', { matchers: [SENT] }),
    },
    { record: 'costspan:input_per_call:avg3h', expr: perCall(INPUT_CLASSES, '3h', {}) },
    { record: 'costspan:input_per_call:avg7d', expr: perCall(INPUT_CLASSES, '7d', week) },
    { record: 'costspan:output_per_call:avg3h', expr: perCall(OUTPUT_CLASSES, '3h', {}) },
    { record: 'costspan:output_per_call:avg7d', expr: perCall(OUTPUT_CLASSES, '7d', week) },
  ];
}

function worth(p: PromQL): RecordingRule[] {
  return [
    { record: 'costspan:cost_usd:increase7d', expr: overHours(p, 'cost', PER_WORKFLOW, '7d') },
    {
      record: 'costspan:value_per_usd:ratio7d',
      expr: `${overHours(p, 'outcomeValue', PER_WORKFLOW, '7d')} / (costspan:cost_usd:increase7d > 0)`,
    },
  ];
}

/** In how many hours of a day anything came from a team. */
function presence(p: PromQL): RecordingRule[] {
  const by = [ATTR_COSTSPAN_TEAM, ATTR_DEPLOYMENT_ENVIRONMENT_NAME];
  const hour = hourEnding(p, { kind: 'calls', by, matchers: [] });
  return [{ record: 'costspan:seen_hours:count1d', expr: `count_over_time((${hour})[1d:1h])` }];
}
