import type { LlmCall } from '../../../conventions/index.ts';
import { RecentMap } from './recent-map.ts';

/** By how much clocks may tell the same moment apart. */
const SLACK_MS = 2;

interface KnownResponse {
  /** `undefined` for a response that has no depth. */
  readonly depth: number | undefined;
  /** Its usage has been booked. */
  readonly isBooked: boolean;
  /** When the call went on that it answered, in epoch milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
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

  /**
   * The same for a response to a call that went on at the same time as `call`: some servers give
   * every response the same id, so an id alone proves nothing.
   */
  wasBookedDuring(responseId: string, { startTimeMs, endTimeMs }: LlmCall): boolean {
    const known = this.#known.get(responseId);
    return (
      known?.isBooked === true &&
      startTimeMs <= known.endMs + SLACK_MS &&
      endTimeMs >= known.startMs - SLACK_MS
    );
  }

  /** `call` was answered by it. */
  remember(responseId: string, call: LlmCall, depth: number | undefined, isBooked: boolean): void {
    const { startTimeMs: startMs, endTimeMs: endMs } = call;
    this.#known.set(responseId, { depth, isBooked, startMs, endMs });
  }
}
