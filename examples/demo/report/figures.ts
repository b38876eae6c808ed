import {
  ATTR_COSTSPAN_CALL_OUTCOME,
  ATTR_COSTSPAN_LOOP_DEPTH,
  ATTR_COSTSPAN_OUTCOME_NAME,
  ATTR_COSTSPAN_OUTCOME_STATUS,
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_TOKEN_CLASS,
  ATTR_COSTSPAN_WORKFLOW,
  COSTSPAN_CALL_OUTCOME_VALUE_ABORTED,
  COSTSPAN_CALL_OUTCOME_VALUE_ERROR,
  COSTSPAN_TOKEN_CLASS_VALUE_CACHE_READ,
  COSTSPAN_TOKEN_CLASS_VALUE_CACHE_WRITE,
  COSTSPAN_TOKEN_CLASS_VALUE_INPUT,
  METRIC_COSTSPAN_CALLS,
  METRIC_COSTSPAN_COST_USD,
  METRIC_COSTSPAN_OUTCOME_VALUE_USD,
  METRIC_COSTSPAN_OUTCOMES,
  METRIC_COSTSPAN_RETRIES,
  METRIC_COSTSPAN_TOKENS,
  METRIC_COSTSPAN_UNPRICED_TOKENS,
} from '../../../conventions/index.ts';
import type { OtlpSink } from '../../../test/support/otlp-sink.ts';

/** What one workflow has used. Sums come from metrics, the depth from spans. */
export interface WorkflowFigures {
  readonly team: string;
  readonly workflow: string;
  calls: number;
  failed: number;
  aborted: number;
  retries: number;
  inputTokens: number;
  /** Of the input tokens, those read from a prompt cache. */
  cachedTokens: number;
  outputTokens: number;
  unpricedTokens: number;
  /** Deepest loop of any run. */
  loopDepth: number;
  costUsd: number;
}

const INPUT_CLASSES: ReadonlySet<unknown> = new Set([
  COSTSPAN_TOKEN_CLASS_VALUE_INPUT,
  COSTSPAN_TOKEN_CLASS_VALUE_CACHE_READ,
  COSTSPAN_TOKEN_CLASS_VALUE_CACHE_WRITE,
]);

/** One row for each workflow, by team and then by cost, from what has arrived at the sink. */
export function workflowFigures(sink: OtlpSink): WorkflowFigures[] {
  const rows = new Map<string, WorkflowFigures>();
  const rowOf = (attributes: Record<string, unknown>): WorkflowFigures => {
    const team = String(attributes[ATTR_COSTSPAN_TEAM]);
    const workflow = String(attributes[ATTR_COSTSPAN_WORKFLOW]);
    const key = `${team}/${workflow}`;
    let row = rows.get(key);
    if (row === undefined) {
      row = emptyRow(team, workflow);
      rows.set(key, row);
    }
    return row;
  };
  for (const { attributes, value } of numbers(sink, METRIC_COSTSPAN_CALLS)) {
    const row = rowOf(attributes);
    row.calls += value;
    const outcome = attributes[ATTR_COSTSPAN_CALL_OUTCOME];
    if (outcome === COSTSPAN_CALL_OUTCOME_VALUE_ERROR) row.failed += value;
    if (outcome === COSTSPAN_CALL_OUTCOME_VALUE_ABORTED) row.aborted += value;
  }
  for (const { attributes, value } of numbers(sink, METRIC_COSTSPAN_TOKENS)) {
    const row = rowOf(attributes);
    const tokenClass = attributes[ATTR_COSTSPAN_TOKEN_CLASS];
    if (!INPUT_CLASSES.has(tokenClass)) row.outputTokens += value;
    else row.inputTokens += value;
    if (tokenClass === COSTSPAN_TOKEN_CLASS_VALUE_CACHE_READ) row.cachedTokens += value;
  }
  for (const { attributes, value } of numbers(sink, METRIC_COSTSPAN_COST_USD)) {
    rowOf(attributes).costUsd += value;
  }
  for (const { attributes, value } of numbers(sink, METRIC_COSTSPAN_UNPRICED_TOKENS)) {
    rowOf(attributes).unpricedTokens += value;
  }
  for (const { attributes, value } of numbers(sink, METRIC_COSTSPAN_RETRIES)) {
    rowOf(attributes).retries += value;
  }
  for (const { attributes } of sink.spans) {
    const depth = attributes[ATTR_COSTSPAN_LOOP_DEPTH];
    if (typeof depth !== 'number') continue;
    const row = rowOf(attributes);
    row.loopDepth = Math.max(row.loopDepth, depth);
  }
  return [...rows.values()].toSorted(
    (a, b) => a.team.localeCompare(b.team) || b.costUsd - a.costUsd,
  );
}

/** The sum of all rows; the depth is the deepest. */
export function totalOf(rows: readonly WorkflowFigures[]): WorkflowFigures {
  const total = emptyRow('total', '');
  for (const row of rows) {
    total.calls += row.calls;
    total.failed += row.failed;
    total.aborted += row.aborted;
    total.retries += row.retries;
    total.inputTokens += row.inputTokens;
    total.cachedTokens += row.cachedTokens;
    total.outputTokens += row.outputTokens;
    total.unpricedTokens += row.unpricedTokens;
    total.loopDepth = Math.max(total.loopDepth, row.loopDepth);
    total.costUsd += row.costUsd;
  }
  return total;
}

/** What one workflow's work came to. */
export interface OutcomeFigures {
  readonly team: string;
  readonly workflow: string;
  readonly name: string;
  readonly byStatus: Map<string, number>;
  valueUsd: number;
}

export function outcomeFigures(sink: OtlpSink): OutcomeFigures[] {
  const outcomes = new Map<string, OutcomeFigures>();
  for (const { attributes, value } of numbers(sink, METRIC_COSTSPAN_OUTCOMES)) {
    const outcome = outcomeOf(outcomes, attributes);
    const status = String(attributes[ATTR_COSTSPAN_OUTCOME_STATUS]);
    outcome.byStatus.set(status, (outcome.byStatus.get(status) ?? 0) + value);
  }
  for (const { attributes, value } of numbers(sink, METRIC_COSTSPAN_OUTCOME_VALUE_USD)) {
    outcomeOf(outcomes, attributes).valueUsd += value;
  }
  return [...outcomes.values()].toSorted((a, b) => b.valueUsd - a.valueUsd);
}

function outcomeOf(
  outcomes: Map<string, OutcomeFigures>,
  attributes: Record<string, unknown>,
): OutcomeFigures {
  const team = String(attributes[ATTR_COSTSPAN_TEAM]);
  const workflow = String(attributes[ATTR_COSTSPAN_WORKFLOW]);
  const name = String(attributes[ATTR_COSTSPAN_OUTCOME_NAME]);
  const key = `${team}/${workflow}/${name}`;
  let outcome = outcomes.get(key);
  if (outcome === undefined) {
    outcome = { team, workflow, name, byStatus: new Map(), valueUsd: 0 };
    outcomes.set(key, outcome);
  }
  return outcome;
}

function emptyRow(team: string, workflow: string): WorkflowFigures {
  return {
    team,
    workflow,
    calls: 0,
    failed: 0,
    aborted: 0,
    retries: 0,
    inputTokens: 0,
    cachedTokens: 0,
    outputTokens: 0,
    unpricedTokens: 0,
    loopDepth: 0,
    costUsd: 0,
  };
}

interface NumberPoint {
  readonly attributes: Record<string, unknown>;
  readonly value: number;
}

/** The points of a counter; none while nothing has arrived. */
export function numbers(sink: OtlpSink, name: string): NumberPoint[] {
  const points = sink.metrics.get(name)?.points ?? [];
  return points.filter((point) => 'value' in point);
}
