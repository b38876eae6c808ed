import type { CallShape } from '../call/shape.ts';
import type { SessionCalls, Verdict } from './session-calls.ts';
import type { Sending } from './watched-session.ts';

/** How long a verdict holds for what is sent many times a second. */
const VERDICT_HOLDS_MS = 1_000;

const nothing = (): undefined => undefined;

/**
 * Whether a session may go on where the provider begins answers by itself. Such an answer cannot be
 * stopped, but what leads to the next one can: after each of them it is asked whether calls may still
 * be made, and while they may not, no more sound is sent.
 */
export class SessionGate {
  readonly #calls: SessionCalls;
  readonly #shape: CallShape;
  #denial: Error | undefined;
  #askedMs = -Infinity;
  #isAsking = false;
  #isTold = false;

  constructor(calls: SessionCalls, shape: CallShape) {
    this.#calls = calls;
    this.#shape = shape;
  }

  /** Why nothing may go on, as far as it is known by now. */
  get denial(): Error | undefined {
    return this.#denial;
  }

  /** The provider has begun an answer. */
  begunByProvider(): void {
    this.#ask();
  }

  /** Something is about to be sent that may lead to an answer. */
  sending(): Sending | undefined {
    if (this.#denial === undefined) return undefined;
    if (performance.now() - this.#askedMs > VERDICT_HOLDS_MS) this.#ask();
    const verdict = this.#denial;
    if (verdict === undefined) {
      this.#isTold = false;
      return undefined;
    }
    const denial = this.#isTold ? 'silent' : 'event';
    this.#isTold = true;
    return { verdict, denial, failed: nothing };
  }

  #ask(): void {
    if (this.#isAsking) return;
    this.#askedMs = performance.now();
    const verdict: Verdict = this.#calls.admitConnection(this.#shape, this.#denial === undefined);
    if (!(verdict instanceof Promise)) {
      this.#denial = verdict;
      return;
    }
    void this.#waitFor(verdict);
  }

  async #waitFor(verdict: Promise<Error | undefined>): Promise<void> {
    this.#isAsking = true;
    try {
      this.#denial = await verdict;
    } catch {
      // A failure of ours is no reason to refuse anything.
      this.#denial = undefined;
    } finally {
      this.#isAsking = false;
    }
  }
}
