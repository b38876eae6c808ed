import type { SpanNode } from '../loops/span-node.ts';
import { RecentMap } from '../loops/recent-map.ts';
import { distance, haveIds, isSameMoment, isSameResponse, type ToldFacts } from './same-call.ts';
import { areDifferent, type Service } from './service.ts';

/** The newest calls, among which one is looked for that was told without its response's id. */
const MOST_RECENT = 256;
/** Response ids remembered. */
const MOST_IDS = 10_000;
/** Calls remembered of a server that gives every response the same id. */
const MOST_OF_ID = 256;

/** Whoever saw a request of ours leave. */
export const WATCHED = 'costspan';
/** Whoever told us of a call that nobody of ours saw leave. */
export const TOLD = 'told to costspan';

/** Who tells of a call, and from where. */
export interface Teller {
  /** The instrumentation scope of the span, {@link WATCHED} or {@link TOLD}. Each tells a call once. */
  readonly by: string;
  /** The span without local parent around the call; `undefined` for a call that nothing is around. */
  readonly root: SpanNode | undefined;
  /** Something of somebody else's is around it, which says what work the call is part of. */
  readonly isPlaced: boolean;
  /** Where it is known who made it. */
  readonly service: Service | undefined;
}

/** One call, whoever has told of it. */
export class KnownCall {
  /** As it was told first; its end is 0 while it goes on. */
  facts: ToldFacts;
  readonly first: Teller;
  readonly tellers: string[];
  /** Turned out to be a call that others had told of before. */
  isDropped = false;

  constructor(facts: ToldFacts, first: Teller) {
    this.facts = facts;
    this.first = first;
    this.tellers = [first.by];
  }
}

/**
 * The newest calls, to recognise one that is told a second time, in whatever tree, trace or batch:
 * by its response's id with provider, model and time, else by its time, model and tokens. Everybody
 * tells of a call once, so what one writer tells twice, and what we have seen leave twice, is two
 * calls, whatever the ids; and no order of tellings changes how many there are.
 */
export class KnownCalls {
  readonly #recent: KnownCall[] = [];
  readonly #byId = new RecentMap<KnownCall[]>(MOST_IDS);
  #next = 0;
  /** Somebody other than our own instrumentation has told of a call. */
  #hasOthers = false;

  /** A call that begins, or that nobody has told of before. */
  add(facts: ToldFacts, teller: Teller): KnownCall {
    if (teller.by !== WATCHED) this.#hasOthers = true;
    const known = new KnownCall(facts, teller);
    this.#recent[this.#next] = known;
    this.#next = (this.#next + 1) % MOST_RECENT;
    if (facts.endTimeMs !== 0) this.#keepId(known);
    return known;
  }

  /**
   * A call of ours is over, which {@link add} took up at its start. Answers the call that somebody
   * else had told of by then, if it is the same one and may be.
   */
  ended(known: KnownCall, facts: ToldFacts, mayBeTold: boolean): KnownCall | undefined {
    known.facts = factsOf(facts);
    const isLookedFor = mayBeTold && this.#hasOthers;
    const told = isLookedFor ? this.#find(known.facts, known.first, known) : undefined;
    if (told === undefined) {
      this.#keepId(known);
      return undefined;
    }
    known.isDropped = true;
    told.tellers.push(known.first.by);
    return told;
  }

  /** The call that `facts` tell of once more, if somebody else has told of it. Takes note of it. */
  retold(facts: ToldFacts, teller: Teller): KnownCall | undefined {
    const known = this.#find(facts, teller, undefined);
    known?.tellers.push(teller.by);
    return known;
  }

  #find(facts: ToldFacts, teller: Teller, self: KnownCall | undefined): KnownCall | undefined {
    const { responseId } = facts;
    const ofId = responseId === undefined ? undefined : this.#byId.get(responseId);
    let nearest: KnownCall | undefined;
    for (const calls of [ofId ?? [], this.#recent]) {
      for (const known of calls) {
        if (known === self || !isToldAgain(known, facts, teller)) continue;
        const isNearer =
          nearest === undefined || distance(known.facts, facts) < distance(nearest.facts, facts);
        if (isNearer) nearest = known;
      }
      // An id says more than a moment.
      if (nearest !== undefined) return nearest;
    }
    return nearest;
  }

  #keepId(known: KnownCall): void {
    const { responseId } = known.facts;
    if (responseId === undefined) return;
    const calls = this.#byId.get(responseId);
    if (calls === undefined) {
      this.#byId.set(responseId, [known]);
      return;
    }
    calls.push(known);
    if (calls.length > MOST_OF_ID) calls.shift();
  }
}

function isToldAgain(known: KnownCall, facts: ToldFacts, teller: Teller): boolean {
  const { first } = known;
  if (known.isDropped || known.tellers.includes(teller.by)) return false;
  if (areDifferent(first.service, teller.service)) return false;
  if (haveIds(known.facts, facts)) return isSameResponse(known.facts, facts);
  if (isSameRoot(first.root, teller.root)) return isSameMoment(known.facts, facts, false);
  // Two pieces of work make two calls. What is part of none may be a call of ours in another one: a
  // writer that keeps trees of its own, or a call made where its surroundings were lost.
  const isOurs = first.by === WATCHED || teller.by === WATCHED;
  if (!isOurs || (first.isPlaced && teller.isPlaced)) return false;
  return isSameMoment(known.facts, facts, true);
}

/** A local root may have come after a call that is inside it. */
function isSameRoot(seen: SpanNode | undefined, told: SpanNode | undefined): boolean {
  return seen === told || (seen?.replacedBy !== undefined && seen.replacedBy === told);
}

/** Without everything else that hangs on a call. */
function factsOf(facts: ToldFacts): ToldFacts {
  const { provider, requestModel, responseModel, responseId } = facts;
  const { usage, usageSource, startTimeMs, endTimeMs } = facts;
  return {
    provider,
    requestModel,
    responseModel,
    responseId,
    usage,
    usageSource,
    startTimeMs,
    endTimeMs,
  };
}
