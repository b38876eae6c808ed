import {
  GEN_AI_OPERATION_NAME_VALUE_CHAT,
  GEN_AI_OPERATION_NAME_VALUE_GENERATE_CONTENT,
  GEN_AI_OPERATION_NAME_VALUE_TEXT_COMPLETION,
  type LlmCall,
} from '../../../conventions/index.ts';
import { type AbsentNode, absentAround } from './absent-node.ts';
import type { AttributionScope } from '../attribution/attribution-scope.ts';
import type { RunScope } from '../attribution/run-scope.ts';
import { addInference, CallState, metersOf, openCallOf, recount, uncount } from './call-state.ts';
import { addCall, type CallTotals, placed } from './count-call.ts';
import { LateParents } from './late-parents.ts';
import type { SpanLook } from '../normalise/vendor.ts';
import type { Place } from './place.ts';
import { RecentMap } from './recent-map.ts';
import { ResponseMemory } from './response-memory.ts';
import { DEFAULT_RUN_LIMITS, type RunLimits, RunRegistry } from './run-registry.ts';
import { Run } from './run.ts';
import { SpanNode } from './span-node.ts';
import { type SpanIds, SpanStructure } from './span-structure.ts';
import { type AgentFrame, Totals } from './totals.ts';

/** Responses remembered, for calls that continue them and for second sights of them. */
const REMEMBERED_RESPONSES = 10_000;
/** Deeper than any conversation: the number is broken. */
const MAX_DEPTH = 1_000_000;
/** Runs known by nothing but a trace id, or their own. */
const REMEMBERED_TRACES = 10_000;

/** What a call, or a tool, is part of. */
export interface Surroundings {
  readonly run: Run | undefined;
  readonly agent: AgentFrame | undefined;
}

export interface LoopTrackerOptions {
  readonly onRunFinished: (run: Run) => void;
  readonly limits?: RunLimits | undefined;
}

/**
 * Which run a call belongs to and how deep in its loop it is.
 *
 * A run is the outermost agent, workflow or workflow-naming `withAttribution` inside the local
 * root span, else the outermost `withAttribution` in there, else the local root itself. A local
 * root that was started inside a `withAttribution` is a run of its own: a server started in one
 * must not become one endless run.
 */
export class LoopTracker {
  readonly #structure = new SpanStructure();
  readonly #runs: RunRegistry;
  readonly #lateParents: LateParents;
  /** Also tells whether a response has been booked. */
  readonly responses: ResponseMemory = new ResponseMemory(REMEMBERED_RESPONSES);
  readonly #runByKey = new RecentMap<Run>(REMEMBERED_TRACES);

  constructor({ onRunFinished, limits = DEFAULT_RUN_LIMITS }: LoopTrackerOptions) {
    this.#runs = new RunRegistry(limits, onRunFinished);
    this.#lateParents = new LateParents(this.#runs);
  }

  get openRuns(): number {
    return this.#runs.size;
  }

  /** Takes up a call that is about to be made in `place`. */
  callStarted(call: LlmCall, place: Place): CallState {
    const node = this.#structure.nodeAround(place);
    const ownNode = this.#structure.claimOwnSpan(node);
    if (node !== undefined) {
      // Our own call around this one turns out to be structure, not a step of the loop.
      const outer = openCallOf(node);
      if (outer !== undefined) uncount(outer);
    }
    const state = this.#begin(call, node, place, place.scope);
    if (ownNode !== undefined) ownNode.openCall = state;
    return state;
  }

  /** The same for a call that somebody else's span `node` stands for, once it has ended. */
  foreignCallStarted(call: LlmCall, node: SpanNode, scope: AttributionScope): CallState {
    const state = this.#begin(call, node.parent, node.place, scope);
    state.isForeign = true;
    return state;
  }

  #begin(
    call: LlmCall,
    node: SpanNode | undefined,
    place: Place | undefined,
    scope: AttributionScope,
  ): CallState {
    const now = call.startTimeMs;
    const run = this.#findRun(node, place, scope, now);
    if (run !== undefined) this.#runs.callStarted(run, now);
    const root = node?.localRoot;
    const rootTotals = root === undefined ? undefined : (root.totals ??= new Totals());
    const agent = node?.agent;
    if (!isInference(call.operation))
      return placed(new CallState(scope, run, rootTotals, agent, undefined), node);
    // Counted here; `uncount` takes it back.
    addInference({ run, rootTotals, agent }, 1);
    let depth = 1;
    if (agent !== undefined) {
      depth = agent.inferenceCalls;
    } else if (run !== undefined) {
      depth = run.totals.inferenceCalls;
    }
    const proven = call.conversationDepth;
    if (proven !== undefined && proven > depth && proven <= MAX_DEPTH) {
      depth = proven;
    }
    if (call.continuesPreviousResponse && call.previousResponseId !== undefined) {
      const previous = this.responses.depthOf(call.previousResponseId);
      if (previous !== undefined && previous >= depth) depth = previous + 1;
    }
    return placed(new CallState(scope, run, rootTotals, agent, depth), node);
  }

  /**
   * Closes a call. `added` is what it adds to its run; `undefined` for a call that is none: it was
   * denied, it was booked before, or a call inside it was.
   */
  callEnded(state: CallState, call: LlmCall, added: CallTotals | undefined): void {
    state.ended = true;
    const { run, depth } = state;
    if (added === undefined) {
      uncount(state);
    } else {
      recount(state);
      addCall(state, call, added);
    }
    const { responseId } = call;
    if (responseId !== undefined && added !== undefined) {
      const isBooked = call.usage !== undefined || call.providerCost !== undefined;
      // A stored response that is fetched later keeps the depth of the call that made it.
      const known = depth ?? this.responses.depthOf(responseId);
      this.responses.remember(responseId, known, isBooked);
    }
    if (run !== undefined) this.#runs.callEnded(run, call.endTimeMs);
  }

  spanStarted(span: SpanLook, ids: SpanIds, place: Place, now: () => number): SpanNode {
    const node = this.#structure.spanStarted(span, ids, place);
    if (node.kind === 'tool' && node.parent !== undefined) this.#toolStarted(node, place, now);
    return node;
  }

  /** The span and everything that it stands for is over. */
  spanEnded(node: SpanNode, traceId: string): void {
    this.#structure.spanEnded(node, traceId);
    if (node.run === undefined) return;
    const absent = absentAround(node);
    // What is around it may be an agent too, whose run this is part of then.
    if (absent === undefined) this.#runs.rootEnded(node.run);
    else absent.pending.push(node.run);
  }

  /** The span `node` has come after those inside it, for which `absent` has kept count. */
  spanArrived(node: SpanNode, absent: AbsentNode, scope: AttributionScope, now: number): void {
    this.#lateParents.came(node, absent, (anchor) => this.#runOfAnchor(anchor, scope, now));
  }

  scopeEnded(scope: RunScope): void {
    if (scope.state instanceof Run) this.#runs.rootEnded(scope.state);
  }

  /** The run that code in `place` is part of, if it is one that lasts. */
  runOf(place: Place, now: number): Run | undefined {
    return this.#findRun(this.#structure.nodeAround(place), place, place.scope, now);
  }

  /** The run and the nearest agent of code in `place`, such as a tool that is about to run. */
  surroundings(place: Place, now: number): Surroundings {
    const node = this.#structure.nodeAround(place);
    return { run: this.#findRun(node, place, place.scope, now), agent: node?.agent };
  }

  /** Reports runs that have been silent for too long. `now` in epoch milliseconds. */
  sweep(now: number): void {
    this.#runs.sweep(now);
  }

  #toolStarted(node: SpanNode, place: Place, now: () => number): void {
    const { agent, localRoot } = node;
    if (agent !== undefined) agent.toolSpans += 1;
    if (localRoot !== undefined) (localRoot.totals ??= new Totals()).toolSpans += 1;
    const run = this.#findRun(node.parent, undefined, place.scope, now());
    if (run !== undefined) run.totals.toolSpans += 1;
    for (const meter of metersOf(run, agent)) meter.toolSpans += 1;
    const absent = absentAround(node);
    if (absent === undefined) return;
    absent.all.toolSpans += 1;
    if (node.strongAnchor === undefined) absent.unclaimed.toolSpans += 1;
  }

  #findRun(
    node: SpanNode | undefined,
    place: Place | undefined,
    scope: AttributionScope,
    now: number,
  ): Run | undefined {
    const strong = node?.strongAnchor;
    if (strong !== undefined) return this.#runOfAnchor(strong, scope, now);
    if (scope.runScope !== undefined) {
      const { naming, outermost } = this.#structure.scopesInside(node, scope);
      const anchor = naming ?? outermost;
      if (anchor !== undefined) return this.#runOfAnchor(anchor, scope, now);
    }
    if (node !== undefined) {
      return node.localRoot === undefined
        ? undefined
        : this.#runOfAnchor(node.localRoot, scope, now);
    }
    const traceId = place?.traceId;
    if (traceId !== undefined) {
      const id = scope.inboundRun?.id ?? traceId.slice(16);
      return this.#runOfKey(traceId, id, scope, now);
    }
    // Nothing of this process is around it, but a caller in another one has said which run it is.
    const id = scope.inboundRun?.id;
    return id === undefined ? undefined : this.#runOfKey(id, id, scope, now);
  }

  #runOfAnchor(anchor: SpanNode | RunScope, scope: AttributionScope, now: number): Run {
    if (anchor instanceof SpanNode) {
      if (anchor.run === undefined || isForgotten(anchor.run)) {
        const own = this.#scopeOfNode(anchor, scope);
        const isSeenToEnd = anchor.absent !== anchor;
        anchor.run = this.#runs.open(scope.inboundRun?.id ?? anchor.spanId, own, isSeenToEnd, now);
        anchor.run.rootEnded = anchor.ended;
      }
      return anchor.run;
    }
    if (anchor.state instanceof Run && !isForgotten(anchor.state)) return anchor.state;
    const run = this.#runs.open(scope.inboundRun?.id ?? anchor.id, scope, true, now);
    anchor.state = run;
    // An SDK's promise is returned unobserved, so the scope may be over before its only call starts.
    run.rootEnded = anchor.ended;
    return run;
  }

  /** An agent's run belongs to whom the agent was started for, if anybody was named then. */
  #scopeOfNode(node: SpanNode, first: AttributionScope): AttributionScope {
    if (node.place === undefined || node === node.localRoot) return first;
    const own = node.place.scope;
    return own.dimensions.some((value) => value !== undefined) ? own : first;
  }

  /** Nothing but a trace id, or the id of the run, is known: its recorded spans are out of our sight. */
  #runOfKey(key: string, id: string, scope: AttributionScope, now: number): Run {
    const known = this.#runByKey.get(key);
    if (known !== undefined && !known.finished) return known;
    const run = this.#runs.open(id, scope, false, now);
    this.#runByKey.set(key, run);
    return run;
  }
}

/** Reported because of its silence or its age, and now it goes on: the rest is reported apart. */
function isForgotten(run: Run): boolean {
  return run.finished && !run.rootEnded;
}

/** True inside an agent or workflow. */
export function isInsideAgent(node: SpanNode | undefined): boolean {
  return node !== undefined && (node.agent !== undefined || node.strongAnchor instanceof SpanNode);
}

/** True for the operations that the conventions call inference. */
export function isInference(operation: string): boolean {
  return (
    operation === GEN_AI_OPERATION_NAME_VALUE_CHAT ||
    operation === GEN_AI_OPERATION_NAME_VALUE_GENERATE_CONTENT ||
    operation === GEN_AI_OPERATION_NAME_VALUE_TEXT_COMPLETION
  );
}
