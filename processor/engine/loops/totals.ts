/** What a host counts of a run, or of one agent with those inside it, to hold against limits. */
export interface Meter {
  inferenceCalls: number;
  toolSpans: number;
}

/** What a run, or everything under one local root span, has used so far. */
export class Totals {
  /** Whole nano-USD of the calls that had a price. */
  costNanos = 0;
  /** Calls with a known cost, free ones included; 0 means that the cost is unknown, not nothing. */
  pricedCalls = 0;
  /** Inference calls issued, failed ones included, denied ones not. */
  inferenceCalls = 0;
  /** Calls of every kind that were booked. */
  calls = 0;
  inputTokens = 0;
  outputTokens = 0;
  maxLoopDepth = 0;
  /** `execute_tool` spans seen. */
  toolSpans = 0;
  /** Tool calls that responses asked for. */
  requestedToolCalls = 0;

  /** Adds `other`, or takes it away again with `times` of -1. */
  add(other: Totals, times: 1 | -1 = 1): void {
    this.costNanos += times * other.costNanos;
    this.pricedCalls += times * other.pricedCalls;
    this.inferenceCalls += times * other.inferenceCalls;
    this.calls += times * other.calls;
    this.inputTokens += times * other.inputTokens;
    this.outputTokens += times * other.outputTokens;
    this.toolSpans += times * other.toolSpans;
    this.requestedToolCalls += times * other.requestedToolCalls;
    if (other.maxLoopDepth > this.maxLoopDepth) this.maxLoopDepth = other.maxLoopDepth;
  }

  /** Spans show what really ran; where nothing traces tools, what the model asked for stands in. */
  get toolCalls(): number {
    return this.toolSpans > 0 ? this.toolSpans : this.requestedToolCalls;
  }
}

/** One agent invocation: what it did itself, without the agents inside it. */
export class AgentFrame {
  readonly parent: AgentFrame | undefined;
  /** Agents around this one, itself included: 1 for an outermost agent. */
  readonly depth: number;
  /** `gen_ai.agent.name`. */
  readonly name: string | undefined;
  inferenceCalls = 0;
  toolSpans = 0;
  requestedToolCalls = 0;
  /** Inference calls of this agent and of those inside it. */
  inferenceCallsWithin = 0;
  /** Counts this agent and those inside it, where limits are set for it. */
  meter: Meter | undefined = undefined;

  constructor(parent: AgentFrame | undefined, name: string | undefined) {
    this.parent = parent;
    this.depth = (parent?.depth ?? 0) + 1;
    this.name = name;
  }

  get toolCalls(): number {
    return this.toolSpans > 0 ? this.toolSpans : this.requestedToolCalls;
  }
}
