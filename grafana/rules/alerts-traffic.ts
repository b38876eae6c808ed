import {
  ATTR_COSTSPAN_BUDGET_DECISION,
  ATTR_COSTSPAN_CALL_OUTCOME,
  ATTR_COSTSPAN_LIMIT,
  ATTR_COSTSPAN_RETRY_COUNT,
  ATTR_COSTSPAN_RUN_INFERENCE_CALLS,
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_WORKFLOW,
  COSTSPAN_BUDGET_DECISION_VALUE_BLOCK,
  COSTSPAN_CALL_OUTCOME_VALUE_BLOCKED,
  COSTSPAN_LIMIT_VALUE_TOKENS,
  METRIC_COSTSPAN_AGENT_ALERTS,
  METRIC_COSTSPAN_AGENT_STOPS,
  METRIC_COSTSPAN_CALLS,
  METRIC_COSTSPAN_RUN_INFERENCE_CALLS,
} from '../../conventions/index.ts';
import type { PromQL } from '../queries/promql.ts';
import { ATTRIBUTED } from '../queries/scope.ts';
import { percent } from './budget-rules.ts';
import { happened, PER_WORKFLOW } from './expressions.ts';
import { spans, who } from './templates.ts';
import type { AlertRule } from './rule.ts';
import type { Thresholds } from './thresholds.ts';

const WORKFLOW = [ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_WORKFLOW];

/** How calls go: loops, retries, errors, and what limits stop. */
export function trafficAlerts(p: PromQL, thresholds: Thresholds): AlertRule[] {
  const { minHourlyCalls, runawayCalls, retryShare, errorShare } = thresholds;
  // A share of a handful of calls says nothing.
  const enoughCalls = `and costspan:sent_calls:rate10m * 600 >= ${minHourlyCalls}`;
  const enough = `of at least ${minHourlyCalls} calls in 10 min, for 10 min`;
  const blocked = p.select(METRIC_COSTSPAN_CALLS, [
    [ATTR_COSTSPAN_CALL_OUTCOME, '=', COSTSPAN_CALL_OUTCOME_VALUE_BLOCKED],
  ]);
  const limited = (selector: string) =>
    `${p.sumBy([...PER_WORKFLOW, ATTR_COSTSPAN_LIMIT], happened(p, selector))} > 0`;
  const runs = p.select(METRIC_COSTSPAN_RUN_INFERENCE_CALLS, [], 'count');
  // At a boundary of the histogram nothing is guessed. Prometheus 3 writes it with a point.
  const within = p.select(
    METRIC_COSTSPAN_RUN_INFERENCE_CALLS,
    [['le', '=~', `${runawayCalls}|${runawayCalls}[.]0`]],
    'bucket',
  );
  return [
    {
      alert: 'CostspanAgentRunaway',
      meaning: 'Agent runs of a workflow go round far too often.',
      threshold: `a run of more than ${runawayCalls} inference calls, in 15 min`,
      expr: `${p.sumBy(PER_WORKFLOW, happened(p, runs))} - ${p.sumBy(PER_WORKFLOW, happened(p, within))} > 0.5`,
      severity: 'critical',
      audience: 'sre',
      summary: ({ label, value }) =>
        `${value('printf "%.0f"')} runs of ${who({ label })} made more than ${runawayCalls} inference calls`,
      traces: spans([`span.${ATTR_COSTSPAN_RUN_INFERENCE_CALLS} > ${runawayCalls}`], WORKFLOW),
      panel: ['agents', 'Calls per run, p99 and p95'],
      scope: ATTRIBUTED,
    },
    {
      alert: 'CostspanRunBeyondExpected',
      meaning: 'A run took more than twice the `expectedTokens` of its entry under `agents`.',
      threshold: 'any in 15 min',
      expr: limited(
        p.select(METRIC_COSTSPAN_AGENT_ALERTS, [
          [ATTR_COSTSPAN_LIMIT, '=', COSTSPAN_LIMIT_VALUE_TOKENS],
        ]),
      ),
      severity: 'warning',
      audience: 'sre',
      summary: ({ label, value }) =>
        `${value('printf "%.0f"')} runs of ${who({ label })} took over twice their expected tokens`,
      panel: ['agents', 'Tokens per run, p95'],
      scope: ATTRIBUTED,
    },
    {
      alert: 'CostspanAgentStopped',
      meaning: 'A limit of `agents` in costspan.yaml ended a run.',
      threshold: 'any in 15 min',
      expr: limited(p.select(METRIC_COSTSPAN_AGENT_STOPS)),
      severity: 'warning',
      audience: 'sre',
      summary: ({ label, value }) =>
        `The limit of ${label(ATTR_COSTSPAN_LIMIT)} stopped ${value('printf "%.0f"')} agent runs of ${who({ label })}`,
      panel: ['agents', 'Stopped runs by limit'],
      scope: ATTRIBUTED,
    },
    {
      alert: 'CostspanCallsBlocked',
      meaning: 'A budget, an agent limit or a pause keeps calls from being sent.',
      threshold: 'any in 15 min',
      expr: `${p.sumBy(PER_WORKFLOW, happened(p, blocked))} > 0`,
      severity: 'warning',
      audience: 'sre',
      summary: ({ label }) => `A budget or agent limit stops calls of ${who({ label })}`,
      traces: spans(
        [`span.${ATTR_COSTSPAN_BUDGET_DECISION} = "${COSTSPAN_BUDGET_DECISION_VALUE_BLOCK}"`],
        WORKFLOW,
      ),
      panel: ['agents', 'Blocked calls by workflow'],
      scope: ATTRIBUTED,
    },
    {
      alert: 'CostspanRetryStorm',
      meaning:
        'The SDKs send many calls again, which costs time, and money where tokens were made.',
      threshold: `over ${percent(retryShare)} ${enough}`,
      expr: `costspan:retries:ratio10m > ${retryShare} ${enoughCalls}`,
      for: '10m',
      severity: 'warning',
      audience: 'sre',
      summary: ({ label, value }) =>
        `${who({ label })} retries ${value('humanizePercentage')} of its LLM calls`,
      traces: spans([`span.${ATTR_COSTSPAN_RETRY_COUNT} > 0`], WORKFLOW),
      panel: ['overview', 'Retries by workflow'],
      scope: ATTRIBUTED,
    },
    {
      alert: 'CostspanErrorRateHigh',
      meaning: 'Many calls of a workflow fail.',
      threshold: `over ${percent(errorShare)} ${enough}`,
      expr: `costspan:errors:ratio10m > ${errorShare} ${enoughCalls}`,
      for: '10m',
      severity: 'critical',
      audience: 'sre',
      summary: ({ label, value }) =>
        `${value('humanizePercentage')} of the LLM calls of ${who({ label })} fail`,
      traces: spans(['status = error'], WORKFLOW),
      panel: ['overview', 'Failed calls by workflow'],
      scope: ATTRIBUTED,
    },
  ];
}
