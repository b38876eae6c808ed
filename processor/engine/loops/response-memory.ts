import { RecentMap } from './recent-map.ts';

/**
 * The newest responses by their provider's id: how deep in its loop each was, and whether its
 * usage has been booked. One number an entry: its size is the depth plus one, and it is negative
 * until the response is booked.
 */
export class ResponseMemory {
  readonly #known: RecentMap<number>;

  constructor(capacity: number) {
    this.#known = new RecentMap(capacity);
  }

  /** `undefined` for a response that is unknown or has no depth. */
  depthOf(responseId: string): number | undefined {
    const known = this.#known.get(responseId);
    return known === undefined || Math.abs(known) === 1 ? undefined : Math.abs(known) - 1;
  }

  wasBooked(responseId: string): boolean {
    return (this.#known.get(responseId) ?? -1) > 0;
  }

  remember(responseId: string, depth: number | undefined, isBooked: boolean): void {
    const size = (depth ?? 0) + 1;
    this.#known.set(responseId, isBooked ? size : -size);
  }
}
