import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Claim, SharedBeginnings } from '../../../engine/identity/shared-beginnings.ts';
import { attempt } from './maybe.ts';
import type { StoreAccess } from './store-access.ts';
import type { Maybe } from './store.ts';

/** As long as providers keep what they made in the background. */
const KEPT_MS = 31 * 24 * 3_600_000;
/** How often a store that does not answer is asked. */
const MOST_ATTEMPTS = 4;
/** The wait before each of them but the first, milliseconds. */
const BETWEEN_MS = 250;

/** Tells the other processes of a fleet what was begun here, through the store of budgets. */
export class StoreBeginnings implements SharedBeginnings {
  readonly #access: () => Maybe<StoreAccess | undefined>;
  readonly #now: () => number;
  readonly #by: string = randomBytes(9).toString('base64url');

  /** @param access `undefined` where the store cannot be opened. */
  constructor(access: () => Maybe<StoreAccess | undefined>, now: () => number) {
    this.#access = access;
    this.#now = now;
  }

  begun(key: string, told: string): void {
    void attempt(
      () =>
        this.#run(({ guarded }) =>
          guarded.run((store) => store.keepBeginning(this.#kept(key, told))),
        ),
      () => undefined,
      () => {
        void this.#beginLater(key, told);
      },
    );
  }

  claim(key: string, isKnown: boolean): Maybe<Claim | undefined> {
    const request = { key, by: this.#by, isKnown, ttlMs: KEPT_MS };
    const ask = (): Maybe<Claim | undefined> =>
      this.#run(({ guarded }) =>
        guarded.run((store) => store.claimBeginning({ ...request, nowMs: this.#now() })),
      );
    try {
      const answer = ask();
      if (!(answer instanceof Promise)) return answer;
      return answer.catch(() => this.#askAgain(ask));
    } catch {
      return this.#askAgain(ask);
    }
  }

  async #beginLater(key: string, told: string): Promise<void> {
    await this.#askAgain(() =>
      this.#run(({ guarded }) =>
        guarded.run((store) => store.keepBeginning(this.#kept(key, told))),
      ),
    );
  }

  /** Asking twice claims once, so an answer that was lost costs nothing. */
  async #askAgain<T>(ask: () => Maybe<T>): Promise<T | undefined> {
    for (let attempts = 1; attempts < MOST_ATTEMPTS; attempts += 1) {
      await wait(BETWEEN_MS, undefined, { ref: false });
      try {
        return await ask();
      } catch {
        // Still away.
      }
    }
    return undefined;
  }

  #kept(key: string, told: string): Parameters<StoreAccess['store']['keepBeginning']>[0] {
    return { key, told, ttlMs: KEPT_MS, nowMs: this.#now() };
  }

  #run<T>(body: (access: StoreAccess) => Maybe<T>): Maybe<T | undefined> {
    const access = this.#access();
    if (access instanceof Promise) return access.then((opened) => opened && body(opened));
    return access === undefined ? undefined : body(access);
  }
}
