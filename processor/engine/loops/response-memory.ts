import { RecentMap } from './recent-map.ts';

interface KnownResponse {
  /** `undefined` for a response that has no depth. */
  readonly depth: number | undefined;
  /** Its usage has been booked. */
  readonly isBooked: boolean;
}

/**
 * The newest responses by their provider's id: how deep in its loop each was, and whether its
 * usage has been booked.
 */
export class ResponseMemory {
  readonly #known: RecentMap<KnownResponse>;

  constructor(capacity: number) {
    this.#known = new RecentMap(capacity);
  }

  /** `undefined` for a response that is unknown or has no depth. */
  depthOf(responseId: string): number | undefined {
    return this.#known.get(responseId)?.depth;
  }

  wasBooked(responseId: string): boolean {
    return this.#known.get(responseId)?.isBooked === true;
  }

  remember(responseId: string, depth: number | undefined, isBooked: boolean): void {
    this.#known.set(responseId, { depth, isBooked });
  }
}
