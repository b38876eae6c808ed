import type { LlmCall } from '../../../conventions/index.ts';
import { absentAround } from './absent-node.ts';
import type { CallState } from './call-state.ts';
import type { SpanNode } from './span-node.ts';
import type { Totals } from './totals.ts';

/** What a finished call adds to its run. */
export interface CallTotals {
  readonly costNanos: number | undefined;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Tells a call that starts below `node` what around it has not come yet. */
export function placed(state: CallState, node: SpanNode | undefined): CallState {
  state.absent = absentAround(node);
  state.isClaimed = node?.strongAnchor !== undefined;
  return state;
}

/** Adds a call that is over wherever it belongs to, but for its count, which it had at its start. */
export function addCall(state: CallState, call: LlmCall, added: CallTotals): void {
  const { run, rootTotals, agent, absent, depth } = state;
  if (run !== undefined) addTo(run.totals, state, call, added);
  if (rootTotals !== undefined) addTo(rootTotals, state, call, added);
  if (agent !== undefined) agent.requestedToolCalls += call.toolCalls ?? 0;
  if (absent === undefined) return;
  for (const totals of state.isClaimed ? [absent.all] : [absent.all, absent.unclaimed]) {
    addTo(totals, state, call, added);
    if (depth !== undefined) totals.inferenceCalls += 1;
  }
}

/** Adds what a call that is over turns out to have cost. A run that has been told is not told again. */
export function addLateBill(
  { run, rootTotals, absent, isClaimed }: CallState,
  added: CallTotals,
): void {
  const totals = [run?.finished === true ? undefined : run?.totals, rootTotals];
  if (absent !== undefined) totals.push(absent.all, isClaimed ? undefined : absent.unclaimed);
  for (const one of totals) {
    if (one === undefined) continue;
    if (added.costNanos !== undefined) {
      one.costNanos += added.costNanos;
      one.pricedCalls += 1;
    }
    one.inputTokens += added.inputTokens;
    one.outputTokens += added.outputTokens;
  }
}

function addTo(totals: Totals, { depth }: CallState, call: LlmCall, added: CallTotals): void {
  totals.calls += 1;
  if (added.costNanos !== undefined) {
    totals.costNanos += added.costNanos;
    totals.pricedCalls += 1;
  }
  totals.inputTokens += added.inputTokens;
  totals.outputTokens += added.outputTokens;
  totals.requestedToolCalls += call.toolCalls ?? 0;
  if (depth !== undefined && depth > totals.maxLoopDepth) totals.maxLoopDepth = depth;
}
