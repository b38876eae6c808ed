import type { AttributionScope } from '../attribution/index.ts';
import type { Run } from './run.ts';
import type { SpanNode } from './span-node.ts';
import type { AgentFrame, Totals } from './totals.ts';

/** What the processor remembers of a call between its start and its end. */
export class CallState {
  readonly scope: AttributionScope;
  /** `undefined` for a call with neither span nor scope around it: a run of its own. */
  readonly run: Run | undefined;
  /** Of everything under the local root, where there is one. */
  readonly rootTotals: Totals | undefined;
  readonly agent: AgentFrame | undefined;
  /** `costspan.loop.depth`; `undefined` for what is no inference. */
  readonly depth: number | undefined;
  /** Counted among the inference calls of run and agent. */
  counted: boolean;
  ended = false;
  /** Told by another instrumentation's span, which may tell of a call that somebody else saw too. */
  isForeign = false;

  constructor(
    scope: AttributionScope,
    run: Run | undefined,
    rootTotals: Totals | undefined,
    agent: AgentFrame | undefined,
    depth: number | undefined,
  ) {
    this.scope = scope;
    this.run = run;
    this.rootTotals = rootTotals;
    this.agent = agent;
    this.depth = depth;
    this.counted = depth !== undefined;
  }
}

/** The call is not one after all: it was denied, or another call inside it is the one that counts. */
export function uncount(state: CallState): void {
  if (!state.counted) return;
  state.counted = false;
  addInference(state, -1);
}

/** Takes {@link uncount} back. */
export function recount(state: CallState): void {
  if (state.counted || state.depth === undefined) return;
  state.counted = true;
  addInference(state, 1);
}

function addInference({ run, rootTotals, agent }: CallState, count: number): void {
  if (run !== undefined) run.totals.inferenceCalls += count;
  if (rootTotals !== undefined) rootTotals.inferenceCalls += count;
  if (agent !== undefined) agent.inferenceCalls += count;
}

/** The open call that `node` belongs to, for calls made inside it. */
export function openCallOf(node: SpanNode | undefined): CallState | undefined {
  const call = node?.openCall;
  return call instanceof CallState && !call.ended ? call : undefined;
}
