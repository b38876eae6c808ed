import {
  ATTR_COSTSPAN_CALL_OUTCOME,
  ATTR_COSTSPAN_MODEL_TIER,
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_TOKEN_CLASS,
  ATTR_DEPLOYMENT_ENVIRONMENT_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  COSTSPAN_CALL_OUTCOME_VALUE_ERROR,
  COSTSPAN_TOKEN_CLASS_VALUE_CACHE_READ,
  METRIC_COSTSPAN_CALLS,
  METRIC_COSTSPAN_COST_USD,
  METRIC_COSTSPAN_RETRIES,
  METRIC_COSTSPAN_TOKENS,
} from '../../conventions/index.ts';
import type { Matcher, PromQL } from '../queries/promql.ts';
import { increase, overHours, PER_WORKFLOW, sentCalls, share } from './expressions.ts';
import type { RecordingRule, RuleGroup } from './rule.ts';
import { INPUT_CLASSES } from './token-classes.ts';

/** What the cache hit rate is by. */
const PER_MODEL = [ATTR_COSTSPAN_TEAM, ATTR_DEPLOYMENT_ENVIRONMENT_NAME, ATTR_GEN_AI_REQUEST_MODEL];

/**
 * How it is at the moment: what the panels of the last hours and the alerts read. The same series
 * under every naming; labels follow the naming of the metrics they are made of.
 */
export function recordingGroup(p: PromQL): RuleGroup<RecordingRule> {
  return {
    name: 'costspan-recording',
    rules: [
      // Also what subqueries read with `@ end()`, to know when they are asked.
      { record: 'costspan:now', expr: 'vector(time())' },
      {
        record: 'costspan:cost_usd:increase1h',
        expr: p.sumBy(PER_WORKFLOW, increase(p, p.select(METRIC_COSTSPAN_COST_USD), '1h')),
      },
      ...calls(p),
      ...mix(p),
      ...cache(p),
      ...quality(p),
    ],
  };
}

function calls(p: PromQL): RecordingRule[] {
  const failed = p.select(METRIC_COSTSPAN_CALLS, [
    [ATTR_COSTSPAN_CALL_OUTCOME, '=', COSTSPAN_CALL_OUTCOME_VALUE_ERROR],
  ]);
  const rate10m = (selector: string) => p.sumBy(PER_WORKFLOW, p.spelling.pace(selector, '10m'));
  return [
    { record: 'costspan:sent_calls:rate10m', expr: rate10m(sentCalls(p)) },
    {
      record: 'costspan:sent_calls:increase1h',
      expr: p.sumBy(PER_WORKFLOW, increase(p, sentCalls(p), '1h')),
    },
    {
      record: 'costspan:cost_per_call_usd:avg1h',
      expr: 'costspan:cost_usd:increase1h / (costspan:sent_calls:increase1h > 0)',
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

/** What the money and the calls of a workflow go to. */
function mix(p: PromQL): RecordingRule[] {
  const cost = p.select(METRIC_COSTSPAN_COST_USD);
  const perWorkflow = `on (${p.labels(PER_WORKFLOW)}) group_left ()`;
  return [
    {
      record: 'costspan:model_share:ratio1h',
      expr: `${p.sumBy([...PER_WORKFLOW, ATTR_GEN_AI_REQUEST_MODEL], increase(p, cost, '1h'))} / ${perWorkflow} (costspan:cost_usd:increase1h > 0)`,
    },
    {
      record: 'costspan:tier_share:ratio1h',
      expr: `${p.sumBy([...PER_WORKFLOW, ATTR_COSTSPAN_MODEL_TIER], increase(p, sentCalls(p, [[ATTR_COSTSPAN_MODEL_TIER, '!=', '']]), '1h'))} / ${perWorkflow} (costspan:sent_calls:increase1h > 0)`,
    },
  ];
}

function cache(p: PromQL): RecordingRule[] {
  const tokens = (...classes: string[]) =>
    p.select(METRIC_COSTSPAN_TOKENS, [[ATTR_COSTSPAN_TOKEN_CLASS, '=~', classes.join('|')]]);
  return [
    {
      record: 'costspan:cache_read:ratio1h',
      expr: share(
        p.sumBy(PER_MODEL, increase(p, tokens(COSTSPAN_TOKEN_CLASS_VALUE_CACHE_READ), '1h')),
        p.sumBy(PER_MODEL, increase(p, tokens(...INPUT_CLASSES), '1h')),
      ),
    },
    {
      record: 'costspan:model_calls:increase1h',
      expr: p.sumBy(PER_MODEL, increase(p, sentCalls(p), '1h')),
    },
  ];
}

function quality(p: PromQL): RecordingRule[] {
  const by = [ATTR_DEPLOYMENT_ENVIRONMENT_NAME];
  const noTeam: Matcher = [ATTR_COSTSPAN_TEAM, '=~', '|unassigned'];
  return [
    {
      record: 'costspan:cost_usd:increase1d',
      expr: overHours(p, 'cost', by, '1d'),
    },
    {
      record: 'costspan:untagged:ratio1d',
      expr: share(
        overHours(p, 'cost', by, '1d', { matchers: [noTeam] }),
        'costspan:cost_usd:increase1d',
      ),
    },
    {
      record: 'costspan:unpriced:ratio1d',
      expr: share(overHours(p, 'unpricedTokens', by, '1d'), overHours(p, 'tokens', by, '1d')),
    },
  ];
}
