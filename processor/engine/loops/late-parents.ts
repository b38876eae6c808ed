import type { RunScope } from '../attribution/run-scope.ts';
import { type AbsentNode, absentAround } from './absent-node.ts';
import type { RunRegistry } from './run-registry.ts';
import type { Run } from './run.ts';
import type { SpanNode } from './span-node.ts';
import { type AgentFrame, Totals } from './totals.ts';

/** Gives the run of what it belongs to. */
type RunOfAnchor = (anchor: SpanNode | RunScope) => Run;

/** Takes over what was counted below spans that came after those inside them. */
export class LateParents {
  readonly #runs: RunRegistry;

  constructor(runs: RunRegistry) {
    this.#runs = runs;
  }

  /** The span `node` has come, for which `absent` has kept count. */
  came(node: SpanNode, absent: AbsentNode, runOf: RunOfAnchor): void {
    absent.takenBy = node;
    if (absent.callBelow) {
      node.callBelow = true;
      node.markAncestors();
    }
    const { agent, localRoot, strongAnchor } = node;
    if (agent !== undefined) addToAgent(agent, absent.unclaimed);
    const outer = absentAround(node);
    if (outer !== undefined) outer.all.add(absent.all);
    else if (localRoot !== undefined) (localRoot.totals ??= new Totals()).add(absent.all);
    const around = absent.localRoot;
    if (outer === undefined && around !== undefined) around.replacedBy = localRoot;

    if (outer !== undefined && strongAnchor === undefined) {
      // Whose run it is will be told by what is around it in turn.
      outer.unclaimed.add(absent.unclaimed);
      outer.pending.push(...absent.pending);
      return;
    }
    const anchor = strongAnchor ?? localRoot;
    moveTotals(absent, around?.run, anchor && (() => runOf(anchor)));
    for (const run of absent.pending) {
      if (strongAnchor === undefined) this.#runs.rootEnded(run);
      else this.#runs.merge(run, runOf(strongAnchor));
    }
  }
}

function addToAgent(agent: AgentFrame, unclaimed: Totals): void {
  agent.inferenceCalls += unclaimed.inferenceCalls;
  agent.toolSpans += unclaimed.toolSpans;
  agent.requestedToolCalls += unclaimed.requestedToolCalls;
}

/** From the run of everything whose place is unknown, unless that was reported, into its own. */
function moveTotals(
  { unclaimed }: AbsentNode,
  from: Run | undefined,
  into: (() => Run) | undefined,
): void {
  if (from === undefined || from.finished || unclaimed.calls + unclaimed.toolSpans === 0) return;
  from.totals.add(unclaimed, -1);
  into?.().totals.add(unclaimed);
}
