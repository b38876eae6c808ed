import type { AbsentNode } from './absent-node.ts';
import type { RunScope } from '../attribution/run-scope.ts';
import type { SpanKind } from '../normalise/vendor.ts';
import type { Place } from './place.ts';
import type { Run } from './run.ts';
import type { AgentFrame, Totals } from './totals.ts';

/** What a span is to us. `own` is a call of our instrumentation, `call` one of somebody else's. */
type SpanKindOfNode = 'own' | SpanKind;

/** Name of our tracer: its spans are calls that the instrumentation reports by itself. */
export const OWN_SCOPE = 'costspan';

/** What is remembered of a live recorded span. Plain and small: every span of the app gets one. */
export class SpanNode {
  readonly kind: SpanKindOfNode;
  /** The local parent, when it is known. */
  readonly parent: SpanNode | undefined;
  readonly spanId: string;
  /** The span without local parent that this one is inside of; itself, if it is one. */
  readonly localRoot: SpanNode | undefined;
  /** Where it was started; kept where attribution is asked for later: local roots, agents, calls. */
  readonly place: Place | undefined;
  /** The nearest agent invocation, this one included. */
  readonly agent: AgentFrame | undefined;
  /** Name of the tracer that made the span. */
  scope: string | undefined = undefined;
  /** The outermost agent, workflow or workflow-naming scope inside the local root, if any. */
  strongAnchor: SpanNode | RunScope | undefined = undefined;
  /** The run that this span roots, once something in it called a model or a tool. */
  run: Run | undefined = undefined;
  /** Of everything under a local root. */
  totals: Totals | undefined = undefined;
  /** The local root that was found to be around what this one stood for. */
  replacedBy: SpanNode | undefined = undefined;
  /** A call inside this span has started: whatever usage this span shows is a roll-up. */
  callBelow = false;
  /** The nearest span around it that has not come, in a trace that comes in pieces. */
  absent: AbsentNode | undefined;
  /** The open call that this span belongs to. */
  openCall: object | undefined = undefined;
  /** What its end comes to has been told. */
  told = false;
  ended = false;

  constructor(
    kind: SpanKindOfNode,
    parent: SpanNode | undefined,
    spanId: string,
    rootsLocally: boolean,
    place: Place | undefined,
    agent: AgentFrame | undefined,
  ) {
    this.kind = kind;
    this.parent = parent;
    this.spanId = spanId;
    this.localRoot = rootsLocally ? this : parent?.localRoot;
    this.place = place;
    this.agent = agent;
    this.strongAnchor = parent?.strongAnchor;
    this.absent = parent?.absent;
  }

  /** Marks every span around this one as a roll-up. */
  markAncestors(): void {
    let node = this.parent;
    while (node !== undefined && !node.callBelow) {
      node.callBelow = true;
      node = node.parent;
    }
  }

  /** True inside a call of our own instrumentation, which reads the same response itself. */
  get insideOwnCall(): boolean {
    let node = this.parent;
    while (node !== undefined) {
      if (node.kind === 'own') return true;
      node = node.parent;
    }
    return false;
  }
}
