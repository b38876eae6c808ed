import {
  ATTR_COSTSPAN_RUN_COST_AMOUNT,
  ATTR_COSTSPAN_RUN_ID,
  ATTR_COSTSPAN_RUN_INFERENCE_CALLS,
  ATTR_COSTSPAN_RUN_INPUT_TOKENS,
  ATTR_COSTSPAN_RUN_MAX_LOOP_DEPTH,
  ATTR_COSTSPAN_RUN_OUTPUT_TOKENS,
  ATTR_COSTSPAN_RUN_TOOL_CALLS,
  type Attributes,
} from '../../../conventions/index.ts';
import type { AttributionScope } from '../attribution/attribution-scope.ts';
import { spanUsd } from '../metrics/money.ts';
import { type Meter, Totals } from './totals.ts';

/**
 * One piece of work that somebody asked for: an agent invocation, a workflow, a `withAttribution`
 * scope or a request. Every call belongs to at most one.
 */
export class Run {
  /** 16 hexadecimal digits. */
  readonly id: string;
  /** Whose run it is; its histograms carry this. */
  readonly scope: AttributionScope;
  readonly totals: Totals = new Totals();
  /** Milliseconds of silence after which the run counts as over though nothing ended it. */
  readonly maxIdleMs: number;
  readonly startedMs: number;
  /** Counts against limits, where some are set. */
  meter: Meter | undefined = undefined;
  /** It came from another process or was handed to one: its counters are shared through the store. */
  crossesProcesses = false;
  /** Calls started and not ended. */
  openCalls = 0;
  /** What the run stands for has ended; calls in flight may still arrive. */
  rootEnded = false;
  /** Reported: later calls keep the id but no longer count. */
  finished = false;
  lastActivityMs: number;

  constructor(id: string, scope: AttributionScope, maxIdleMs: number, now: number) {
    this.id = id;
    this.scope = scope;
    this.maxIdleMs = maxIdleMs;
    this.startedMs = now;
    this.lastActivityMs = now;
  }
}

/** The attributes of a span that holds `totals`. Nothing when it holds no call. */
export function runAttributes(totals: Totals, runId: string | undefined): Attributes | undefined {
  if (totals.calls === 0 && totals.toolSpans === 0) return undefined;
  const attributes: Attributes = {
    [ATTR_COSTSPAN_RUN_INFERENCE_CALLS]: totals.inferenceCalls,
    [ATTR_COSTSPAN_RUN_TOOL_CALLS]: totals.toolCalls,
    [ATTR_COSTSPAN_RUN_INPUT_TOKENS]: totals.inputTokens,
    [ATTR_COSTSPAN_RUN_OUTPUT_TOKENS]: totals.outputTokens,
    [ATTR_COSTSPAN_RUN_MAX_LOOP_DEPTH]: totals.maxLoopDepth,
  };
  if (totals.pricedCalls > 0) {
    attributes[ATTR_COSTSPAN_RUN_COST_AMOUNT] = spanUsd(totals.costNanos);
  }
  if (runId !== undefined) attributes[ATTR_COSTSPAN_RUN_ID] = runId;
  return attributes;
}
