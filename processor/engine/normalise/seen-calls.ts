import { countsTheSame, type LlmCall } from '../../../conventions/index.ts';
import type { SpanNode } from '../loops/span-node.ts';

/** Calls remembered; one is looked for while it or its neighbour's span is going on. */
const CAPACITY = 256;
/** What a clock of whole milliseconds leaves out. */
const CLOCK_MS = 1;
/** By how much the clocks of a call and of a span may tell the same moment apart. */
const SLACK_MS = 2;

interface SeenCall {
  readonly call: LlmCall;
  /** Who told of it. */
  readonly by: string;
  /** The span without local parent around it; `undefined` for a call that nothing is around. */
  readonly root: SpanNode | undefined;
  /** The others that have told of it too. */
  readonly alsoToldBy: string[];
}

/**
 * The newest calls, to recognise one that a neighbour tells of a second time: with a span that is
 * neither around ours nor inside it, because it was never made the active one, and often without
 * the response's id. Such a span lies around our call in time, in the same trace, with the same
 * model and the same tokens; and each call has one of them by each neighbour.
 */
export class SeenCalls {
  readonly #calls: SeenCall[] = [];
  #next = 0;

  remember(call: LlmCall, by: string, root: SpanNode | undefined): void {
    this.#calls[this.#next] = { call, by, root, alsoToldBy: [] };
    this.#next = (this.#next + 1) % CAPACITY;
  }

  /** Whether `call`, which `by` tells of, is one that somebody else has told of. Takes note of it. */
  isSecondSight(call: LlmCall, by: string, root: SpanNode | undefined): boolean {
    let nearest: SeenCall | undefined;
    for (const seen of this.#calls) {
      if (seen.by === by || !isSameRoot(seen.root, root)) continue;
      if (seen.alsoToldBy.includes(by)) continue;
      if (!isSameCall(seen.call, call)) continue;
      if (nearest === undefined || gap(seen.call, call) < gap(nearest.call, call)) nearest = seen;
    }
    nearest?.alsoToldBy.push(by);
    return nearest !== undefined;
  }
}

/** A local root may have come after a call that is inside it. */
function isSameRoot(seen: SpanNode | undefined, told: SpanNode | undefined): boolean {
  return seen === told || (seen?.replacedBy !== undefined && seen.replacedBy === told);
}

function gap(a: LlmCall, b: LlmCall): number {
  return Math.abs(a.startTimeMs - b.startTimeMs);
}

/** `seen` may still be going on; `told` has ended. */
function isSameCall(seen: LlmCall, told: LlmCall): boolean {
  if (seen.responseId !== undefined && told.responseId !== undefined) {
    return seen.responseId === told.responseId;
  }
  return liesTogether(seen, told) && hasSameModel(seen, told) && hasSameUsage(seen, told);
}

/**
 * One lies around the other. Both start on a clock of whole milliseconds, so an end may lie up to
 * one too early; and one call may follow another at once, which must not look like lying inside it.
 */
function liesTogether(seen: LlmCall, told: LlmCall): boolean {
  const isOpen = seen.endTimeMs === 0;
  const isInside =
    seen.startTimeMs >= told.startTimeMs - SLACK_MS &&
    (isOpen ? seen.startTimeMs : seen.endTimeMs) <= told.endTimeMs + SLACK_MS;
  const isAround =
    seen.startTimeMs <= told.startTimeMs &&
    (isOpen ||
      (told.startTimeMs <= seen.endTimeMs - CLOCK_MS &&
        told.endTimeMs <= seen.endTimeMs + CLOCK_MS));
  return isInside || isAround;
}

function hasSameModel(seen: LlmCall, told: LlmCall): boolean {
  return [told.requestModel, told.responseModel].some(
    (model) => model !== undefined && (model === seen.requestModel || model === seen.responseModel),
  );
}

/** Usage that only one of them was told proves nothing. */
function hasSameUsage(seen: LlmCall, told: LlmCall): boolean {
  if (seen.usage === undefined || told.usage === undefined) return true;
  if (seen.usageSource === 'estimated') return true;
  return countsTheSame(seen.usage, told.usage);
}
