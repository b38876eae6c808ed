import type { LlmCall } from '../../../conventions/index.ts';
import type { CallState } from '../loops/call-state.ts';

/** Begun responses that are remembered. Past it the oldest counts as never read. */
const MOST_BEGUN = 10_000;
/** How long a begun response is waited for, milliseconds. */
const LONGEST_WAIT_MS = 24 * 3_600_000;
/** Those of a server that gives every response the same id. */
const MOST_OF_ID = 1_000;

/** A response that the provider works on in the background, as the call that began it left it. */
export interface BegunResponse {
  readonly call: LlmCall;
  readonly state: CallState;
  /** Of the span that began it; empty where there is none. */
  readonly spanId: string;
  /** Somebody has seen it over, here or in another process. */
  isOver: boolean;
}

/** What the begun response is known by wherever it is fetched. */
export function begunKey({ provider, responseId }: LlmCall): string {
  return `${provider}\n${responseId ?? ''}`;
}

/**
 * Background responses that were begun here and have not been seen over, and those that have, so
 * that looking once more books nothing.
 */
export class BegunResponses {
  // By their key, oldest first.
  readonly #begun = new Map<string, BegunResponse[]>();
  readonly #onUnread: (begun: BegunResponse) => void;

  /** @param onUnread told of one that nobody has read in time. */
  constructor(onUnread: (begun: BegunResponse) => void) {
    this.#onUnread = onUnread;
  }

  add(begun: BegunResponse): void {
    const key = begunKey(begun.call);
    const others = this.#begun.get(key) ?? [];
    this.#begun.delete(key);
    this.#begun.set(key, others);
    others.push(begun);
    if (others.length > MOST_OF_ID) this.#forget(others.shift());
    if (this.#begun.size <= MOST_BEGUN) return;
    const [oldest] = this.#begun;
    if (oldest === undefined) return;
    this.#begun.delete(oldest[0]);
    for (const one of oldest[1]) this.#forget(one);
  }

  /**
   * The begun response that `fetched` is, which counts as over from now on. `over` when it was over
   * before; `undefined` where it was not begun here.
   */
  take(fetched: LlmCall): BegunResponse | 'over' | undefined {
    const all = this.#begun.get(begunKey(fetched));
    if (all === undefined) return undefined;
    const begun = all.find(({ isOver }) => !isOver);
    if (begun === undefined) return 'over';
    begun.isOver = true;
    return begun;
  }

  /** Gives up what has been waited for too long. `nowMs` in epoch milliseconds. */
  sweep(nowMs: number): void {
    for (const [key, all] of this.#begun) {
      const latest = all.at(-1);
      if (latest !== undefined && nowMs - latest.call.endTimeMs < LONGEST_WAIT_MS) break;
      this.#begun.delete(key);
      for (const one of all) this.#forget(one);
    }
  }

  /** Those that nobody has seen over. */
  get unread(): readonly BegunResponse[] {
    return [...this.#begun.values()].flat().filter(({ isOver }) => !isOver);
  }

  #forget(begun: BegunResponse | undefined): void {
    if (begun === undefined || begun.isOver) return;
    begun.isOver = true;
    this.#onUnread(begun);
  }
}
