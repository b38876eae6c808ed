import {
  ATTR_COSTSPAN_CALL_OUTCOME,
  ATTR_COSTSPAN_MODEL_TIER,
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_TOKEN_CLASS,
  ATTR_GEN_AI_REQUEST_MODEL,
  COSTSPAN_CALL_OUTCOME_VALUE_ERROR,
  COSTSPAN_TOKEN_CLASS_VALUE_CACHE_READ,
  COSTSPAN_TOKEN_CLASS_VALUE_CACHE_WRITE,
  COSTSPAN_TOKEN_CLASS_VALUE_INPUT,
  METRIC_COSTSPAN_CALLS,
  METRIC_COSTSPAN_COST_USD,
  METRIC_COSTSPAN_RETRIES,
  METRIC_COSTSPAN_TOKENS,
  METRIC_COSTSPAN_UNPRICED_TOKENS,
} from '../../conventions/index.ts';
import type { Matcher, PromQL } from '../queries/promql.ts';
import { increase, sentCalls, share, TEAM_WORKFLOW } from './expressions.ts';
import type { RecordingRule, RuleGroup } from './rule.ts';

/** The same series under every naming. Labels follow the naming of the metrics they are made of. */
export function recordingGroup(p: PromQL): RuleGroup<RecordingRule> {
  return {
    name: 'costspan-recording',
    rules: [
      // What subqueries read with `@ end()`, to know when they are asked.
      { record: 'costspan:now', expr: 'vector(time())' },
      ...spend(p),
      ...calls(p),
      ...mix(p),
      ...quality(p),
    ],
  };
}

function spend(p: PromQL): RecordingRule[] {
  return [
    {
      record: 'costspan:cost_usd:increase1h',
      expr: p.sumBy(TEAM_WORKFLOW, increase(p, p.select(METRIC_COSTSPAN_COST_USD), '1h')),
    },
    {
      record: 'costspan:cost_usd:median7d',
      expr: 'quantile_over_time(0.5, costspan:cost_usd:increase1h[7d:1h] offset 1h)',
    },
  ];
}

function calls(p: PromQL): RecordingRule[] {
  const failed = p.select(METRIC_COSTSPAN_CALLS, [
    [ATTR_COSTSPAN_CALL_OUTCOME, '=', COSTSPAN_CALL_OUTCOME_VALUE_ERROR],
  ]);
  const rate10m = (selector: string) => p.sumBy(TEAM_WORKFLOW, p.spelling.pace(selector, '10m'));
  return [
    { record: 'costspan:sent_calls:rate10m', expr: rate10m(sentCalls(p)) },
    {
      record: 'costspan:cost_per_call_usd:avg1h',
      expr: `costspan:cost_usd:increase1h / (${p.sumBy(TEAM_WORKFLOW, increase(p, sentCalls(p), '1h'))} > 0)`,
    },
    {
      record: 'costspan:cost_per_call_usd:median7d',
      expr: 'quantile_over_time(0.5, costspan:cost_per_call_usd:avg1h[7d:1h] offset 1h)',
    },
    {
      record: 'costspan:retries:ratio10m',
      expr: share(rate10m(p.select(METRIC_COSTSPAN_RETRIES)), 'costspan:sent_calls:rate10m'),
    },
    {
      record: 'costspan:errors:ratio10m',
      expr: share(rate10m(failed), 'costspan:sent_calls:rate10m'),
    },
  ];
}

/** What the money and the calls of a workflow go to, and what they went to until now. */
function mix(p: PromQL): RecordingRule[] {
  const cost = p.select(METRIC_COSTSPAN_COST_USD);
  const perWorkflow = `on (${p.labels(TEAM_WORKFLOW)}) group_left ()`;
  // A mean over the hours in which the workflow spent at all: what is new had no share then.
  const usual = (record: string, range: string) =>
    `sum_over_time(${record}[${range}:1h] offset 1h) / ${perWorkflow} count_over_time((costspan:cost_usd:increase1h > 0)[${range}:1h] offset 1h)`;
  return [
    {
      record: 'costspan:model_share:ratio1h',
      expr: `${p.sumBy([...TEAM_WORKFLOW, ATTR_GEN_AI_REQUEST_MODEL], increase(p, cost, '1h'))} / ${perWorkflow} (costspan:cost_usd:increase1h > 0)`,
    },
    {
      record: 'costspan:model_share:avg2d',
      expr: usual('costspan:model_share:ratio1h', '2d'),
    },
    {
      record: 'costspan:tier_share:ratio1h',
      expr: `${p.sumBy([...TEAM_WORKFLOW, ATTR_COSTSPAN_MODEL_TIER], increase(p, sentCalls(p, [[ATTR_COSTSPAN_MODEL_TIER, '!=', '']]), '1h'))} / ${perWorkflow} (${p.sumBy(TEAM_WORKFLOW, increase(p, sentCalls(p), '1h'))} > 0)`,
    },
    { record: 'costspan:tier_share:avg7d', expr: usual('costspan:tier_share:ratio1h', '7d') },
  ];
}

function quality(p: PromQL): RecordingRule[] {
  const by = [ATTR_COSTSPAN_TEAM, ATTR_GEN_AI_REQUEST_MODEL];
  const tokens = (...classes: string[]) =>
    p.select(METRIC_COSTSPAN_TOKENS, [[ATTR_COSTSPAN_TOKEN_CLASS, '=~', classes.join('|')]]);
  const inputClasses = [
    COSTSPAN_TOKEN_CLASS_VALUE_INPUT,
    COSTSPAN_TOKEN_CLASS_VALUE_CACHE_READ,
    COSTSPAN_TOKEN_CLASS_VALUE_CACHE_WRITE,
  ];
  const noTeam: Matcher = [ATTR_COSTSPAN_TEAM, '=~', '|unassigned'];
  return [
    {
      record: 'costspan:cache_read:ratio1h',
      expr: share(
        p.sumBy(by, increase(p, tokens(COSTSPAN_TOKEN_CLASS_VALUE_CACHE_READ), '1h')),
        p.sumBy(by, increase(p, tokens(...inputClasses), '1h')),
      ),
    },
    {
      record: 'costspan:cache_read:avg2d',
      expr: 'avg_over_time(costspan:cache_read:ratio1h[2d:1h] offset 1h)',
    },
    {
      record: 'costspan:untagged:ratio1d',
      expr: share(
        day(p, p.select(METRIC_COSTSPAN_COST_USD, [noTeam])),
        day(p, p.select(METRIC_COSTSPAN_COST_USD)),
      ),
    },
    {
      record: 'costspan:unpriced:ratio1d',
      expr: share(
        day(p, p.select(METRIC_COSTSPAN_UNPRICED_TOKENS)),
        day(p, p.select(METRIC_COSTSPAN_TOKENS)),
      ),
    },
  ];
}

function day(p: PromQL, selector: string): string {
  return `sum(${increase(p, selector, '1d')})`;
}
