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
  METRIC_COSTSPAN_AGENT_STOPS,
  METRIC_COSTSPAN_CALLS,
  METRIC_COSTSPAN_RUN_INFERENCE_CALLS,
} from '../../conventions/index.ts';
import type { PromQL } from '../queries/promql.ts';
import { happened, TEAM_WORKFLOW } from './expressions.ts';
import { spans, who } from './templates.ts';
import type { AlertRule } from './rule.ts';

/** How calls go: loops, retries, errors, and what limits stop. */
export function trafficAlerts(p: PromQL): AlertRule[] {
  // A share of a handful of calls says nothing.
  const enoughCalls = 'and costspan:sent_calls:rate10m * 600 >= 20';
  const bucket = p.select(METRIC_COSTSPAN_RUN_INFERENCE_CALLS, [], 'bucket');
  const blocked = p.select(METRIC_COSTSPAN_CALLS, [
    [ATTR_COSTSPAN_CALL_OUTCOME, '=', COSTSPAN_CALL_OUTCOME_VALUE_BLOCKED],
  ]);
  return [
    {
      alert: 'CostspanAgentRunaway',
      meaning: 'Agent runs of a workflow go round far too often.',
      threshold: 'over 50 inference calls in the 99th percentile of the runs of 15 min',
      expr: `histogram_quantile(0.99, ${p.sumBy(['le', ...TEAM_WORKFLOW], happened(bucket))}) > 50`,
      severity: 'critical',
      audience: 'sre',
      summary: ({ label, value }) =>
        `Runs of ${who({ label })} reach ${value('printf "%.0f"')} inference calls (p99)`,
      traces: spans([`span.${ATTR_COSTSPAN_RUN_INFERENCE_CALLS} > 50`], TEAM_WORKFLOW),
    },
    {
      alert: 'CostspanAgentStopped',
      meaning: 'A limit of `agents` in costspan.yaml ended a run.',
      threshold: 'any in 15 min',
      expr: `${p.sumBy([ATTR_COSTSPAN_LIMIT], happened(p.select(METRIC_COSTSPAN_AGENT_STOPS)))} > 0`,
      severity: 'warning',
      audience: 'sre',
      summary: ({ label, value }) =>
        `The limit of ${label(ATTR_COSTSPAN_LIMIT)} stopped ${value('printf "%.0f"')} agent runs`,
    },
    {
      alert: 'CostspanCallsBlocked',
      meaning: 'A budget, an agent limit or a pause keeps calls from being sent.',
      threshold: 'any in 15 min',
      expr: `${p.sumBy(TEAM_WORKFLOW, happened(blocked, p.select(METRIC_COSTSPAN_CALLS)))} > 0`,
      severity: 'warning',
      audience: 'sre',
      summary: ({ label }) => `A budget or agent limit stops calls of ${who({ label })}`,
      traces: spans(
        [`span.${ATTR_COSTSPAN_BUDGET_DECISION} = "${COSTSPAN_BUDGET_DECISION_VALUE_BLOCK}"`],
        TEAM_WORKFLOW,
      ),
    },
    {
      alert: 'CostspanRetryStorm',
      meaning:
        'The SDKs send many calls again, which costs time, and money where tokens were made.',
      threshold: 'over 20 % of at least 20 calls in 10 min, for 10 min',
      expr: `costspan:retries:ratio10m > 0.2 ${enoughCalls}`,
      for: '10m',
      severity: 'warning',
      audience: 'sre',
      summary: ({ label, value }) =>
        `${who({ label })} retries ${value('humanizePercentage')} of its LLM calls`,
      traces: spans(
        [`span.${ATTR_COSTSPAN_RETRY_COUNT} > 0`],
        [ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_WORKFLOW],
      ),
    },
    {
      alert: 'CostspanErrorRateHigh',
      meaning: 'Many calls of a workflow fail.',
      threshold: 'over 10 % of at least 20 calls in 10 min, for 10 min',
      expr: `costspan:errors:ratio10m > 0.1 ${enoughCalls}`,
      for: '10m',
      severity: 'critical',
      audience: 'sre',
      summary: ({ label, value }) =>
        `${value('humanizePercentage')} of the LLM calls of ${who({ label })} fail`,
      traces: spans(['status = error'], TEAM_WORKFLOW),
    },
  ];
}
