import type { Run } from './run.ts';
import { SpanNode } from './span-node.ts';
import { Totals } from './totals.ts';

/**
 * Stands for a span that others say is around them and that has not come: children end first, so in
 * a trace that comes in pieces the parent mostly comes last. It keeps count of what is below it,
 * until the span comes and takes it over.
 */
export class AbsentNode extends SpanNode {
  /** Of every call and tool below it. */
  readonly all: Totals = new Totals();
  /** Of those that are in no agent or workflow that has come. */
  readonly unclaimed: Totals = new Totals();
  /** Runs below it that are over, but may turn out to be part of a larger one. */
  readonly pending: Run[] = [];
  /** The span itself, once it has come. */
  takenBy: SpanNode | undefined = undefined;

  /** Without `parent` it stands for whatever is around everything else of its trace. */
  constructor(parent: AbsentNode | undefined, spanId: string) {
    super('other', parent, spanId, parent === undefined, undefined, undefined);
    this.absent = this;
  }
}

/** The nearest span around `node`, itself included, that has not come yet. */
export function absentAround(node: SpanNode | undefined): AbsentNode | undefined {
  let absent = node?.absent;
  while (absent?.takenBy !== undefined) absent = absent.takenBy.absent;
  return absent;
}
