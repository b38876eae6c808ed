import type { AbsentNode } from './absent-node.ts';
import type { AttributionScope } from '../attribution/attribution-scope.ts';
import type { KnownCall } from '../identity/known-calls.ts';
import type { Run } from './run.ts';
import type { SpanNode } from './span-node.ts';
import type { AgentFrame, Meter, Totals } from './totals.ts';

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
  /** Retries that its run has counted by now. */
  countedRetries = 0;
  /** What a host has set aside for the call. Nothing here reads it. */
  reservation: object | undefined = undefined;
  /** A span around it that has not come yet, and keeps count of it. */
  absent: AbsentNode | undefined = undefined;
  /** Whether an agent or workflow around it, which has come, has it in its run. */
  isClaimed = false;
  /** The call as it is recognised by when somebody else tells of it. */
  known: KnownCall | undefined = undefined;
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

/** Counts an inference call, or takes it back, wherever it belongs to. */
export function addInference(
  { run, rootTotals, agent }: Pick<CallState, 'run' | 'rootTotals' | 'agent'>,
  count: number,
): void {
  if (run !== undefined) run.totals.inferenceCalls += count;
  if (rootTotals !== undefined) rootTotals.inferenceCalls += count;
  if (agent !== undefined) agent.inferenceCalls += count;
  for (let frame = agent; frame !== undefined; frame = frame.parent) {
    frame.inferenceCallsWithin += count;
  }
  for (const meter of metersOf(run, agent)) meter.inferenceCalls += count;
}

/** The meters of a run and of the agents around a place in it. */
export function metersOf(run: Run | undefined, agent: AgentFrame | undefined): readonly Meter[] {
  if (run?.meter === undefined && agent === undefined) return NO_METERS;
  const meters = run?.meter === undefined ? [] : [run.meter];
  for (let frame = agent; frame !== undefined; frame = frame.parent) {
    if (frame.meter !== undefined) meters.push(frame.meter);
  }
  return meters;
}

const NO_METERS: readonly Meter[] = [];

/** The open call that `node` belongs to, for calls made inside it. */
export function openCallOf(node: SpanNode | undefined): CallState | undefined {
  const call = node?.openCall;
  return call instanceof CallState && !call.ended ? call : undefined;
}
