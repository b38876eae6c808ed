import { metersOf } from '../../engine/loops/call-state.ts';
import type { Run } from '../../engine/loops/run.ts';
import type { AgentFrame, Meter } from '../../engine/loops/totals.ts';

/** A limit that a run has reached. In calls, tokens, seconds or USD. */
export interface Exceeded {
  readonly limit: string;
  readonly limitValue: number;
  readonly value: number;
  readonly tool?: string | undefined;
}

/** Different tools, and different tool calls, told apart in one run; past it they are not limited apart. */
const MOST_KEYS = 1_000;

const NOTHING: Readonly<Record<string, number>> = {};

/**
 * What a run, or one agent with all agents inside it, has used of what can be limited. Exists only
 * where limits are set.
 */
export class RunMeter implements Meter {
  readonly runId: string;
  /** Epoch milliseconds; earlier where another process has begun the run. */
  startedMs: number;
  inferenceCalls = 0;
  tokens = 0;
  /** Whole nano-USD of the calls that had a price. */
  costNanos = 0;
  retries = 0;
  readonly started: ToolCounts = new ToolCounts();
  readonly requested: ToolCounts = new ToolCounts();
  /** `execute_tool` spans, which tell of a tool but do not ask. */
  toolSpans = 0;
  /** The refusal of a tool: frameworks tell it to the model and go on, so the next call is refused. */
  refusedTool: Exceeded | undefined = undefined;
  /** Limits that have stopped it, and alerts given: each is told once. */
  readonly told: Set<string> = new Set();
  /** What other processes have added to the same run, by the names of limits, when last heard. */
  others: Readonly<Record<string, number>> = NOTHING;
  /** What has been told to the store that processes share; `undefined` until something was. */
  published: Map<string, number> | undefined = undefined;
  /** For the application, to abort what is in flight; made when it is asked for. */
  abort: AbortController | undefined = undefined;
  abortTimer: NodeJS.Timeout | undefined = undefined;

  constructor(runId: string, startedMs: number) {
    this.runId = runId;
    this.startedMs = startedMs;
  }

  /** What other processes have added under the name of a limit. */
  elsewhere(limit: string): number {
    return this.others[limit] ?? 0;
  }

  /** Whether something tells of tools before they run. */
  get hearsOfTools(): boolean {
    return this.started.total > 0;
  }

  /** Tools that ran, as far as anything tells: best first. */
  get tools(): ToolCounts {
    return this.hearsOfTools ? this.started : this.requested;
  }

  get toolCalls(): number {
    return this.hearsOfTools ? this.started.total : Math.max(this.requested.total, this.toolSpans);
  }
}

/** Tool calls: in all, by tool, and by tool with its arguments. */
export class ToolCounts {
  total = 0;
  readonly byTool: Map<string, number> = new Map();
  readonly byArguments: Map<string, number> = new Map();

  add(name: string, argumentsHash: string | undefined): void {
    this.total += 1;
    increase(this.byTool, name);
    if (argumentsHash !== undefined) increase(this.byArguments, callKey(name, argumentsHash));
  }
}

/** The same for equal calls. */
export function callKey(name: string, argumentsHash: string): string {
  return `${name}\n${argumentsHash}`;
}

function increase(counts: Map<string, number>, key: string): void {
  const count = counts.get(key);
  if (count !== undefined) counts.set(key, count + 1);
  else if (counts.size < MOST_KEYS) counts.set(key, 1);
}

/** The meters of a run and of the agents around a place in it, where limits are set for them. */
export function runMetersOf(
  run: Run | undefined,
  agent: AgentFrame | undefined,
): readonly RunMeter[] {
  return metersOf(run, agent).filter((meter) => meter instanceof RunMeter);
}

/** The meter of a run, where limits are set for it. */
export function runMeterOf(run: Run | undefined): RunMeter | undefined {
  return run?.meter instanceof RunMeter ? run.meter : undefined;
}
