import { PausedError } from '../budgets/budget-errors.ts';
import type { BudgetStore, Maybe, Pause } from '../budgets/stores/store.ts';
import type { PausedConfig } from '../config/index.ts';
import { compileRule, factsOf, type MatchTarget } from '../match-call.ts';

/** The part of a store that the kill switch needs. */
export type PauseStore = Pick<BudgetStore, 'pauses'>;

/** How often other processes' pauses are looked for: they act within two seconds. */
const POLL_MS = 1_000;
/** A first answer is not waited for any longer; what it brings holds from then on. */
const FIRST_ANSWER_MS = 500;

interface Switch {
  readonly matches: ReturnType<typeof compileRule>;
  readonly pause: Omit<Pause, 'id' | 'createdMs'>;
}

export interface KillSwitchOptions {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}

/**
 * What is switched off: `paused` of the configuration, and the pauses of the store, of which each
 * process keeps a copy. So a call asks nobody, and a store that is away switches nothing on again.
 */
export class KillSwitch {
  readonly #now: () => number;
  readonly #onError: (error: unknown) => void;
  #configured: readonly Switch[] = [];
  #stored: readonly Switch[] = [];
  #store: PauseStore | undefined;
  #timer: NodeJS.Timeout | undefined;
  #first: Promise<void> | undefined;
  #asking: Promise<void> | undefined;

  constructor({ now, onError }: KillSwitchOptions) {
    this.#now = now;
    this.#onError = onError;
  }

  /** Takes `paused` of a configuration that was read. */
  configure(entries: readonly PausedConfig[]): void {
    this.#configured = entries.map(({ reason = '', actor = '', until, ...match }) => {
      const scope: Record<string, string> = {};
      for (const [key, value] of Object.entries(match)) if (value !== undefined) scope[key] = value;
      const untilMs = until === undefined ? undefined : Date.parse(until);
      return { matches: compileRule(scope), pause: { scope, reason, actor, untilMs } };
    });
  }

  /** Takes the store that pauses are kept in, and looks into it from now on. */
  watch(store: PauseStore | undefined): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#store = store;
    this.#first = undefined;
    if (store === undefined) return;
    const first = this.refresh();
    this.#first = within(first, FIRST_ANSWER_MS).finally(() => {
      this.#first = undefined;
    });
    this.#timer = setInterval(() => {
      void this.refresh();
    }, POLL_MS);
    this.#timer.unref();
  }

  /** Looks into the store now. Never rejects. */
  refresh(): Promise<void> {
    // A store that hangs is asked once, not once a second.
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<void> {
    const store = this.#store;
    if (store === undefined) return;
    try {
      const pauses = await store.pauses(this.#now());
      if (store !== this.#store) return;
      this.#stored = pauses.map((pause) => ({ matches: compileRule(pause.scope), pause }));
    } catch (error) {
      // What was known stays in force.
      this.#onError(error);
    }
  }

  /** The refusal of a call that is switched off. Waits only for the first answer of the store. */
  check(target: () => MatchTarget): Maybe<PausedError | undefined> {
    return this.#first === undefined
      ? this.#find(target)
      : this.#first.then(() => this.#find(target));
  }

  #find(target: () => MatchTarget): PausedError | undefined {
    if (this.#configured.length === 0 && this.#stored.length === 0) return undefined;
    const facts = factsOf(target(), false);
    const now = this.#now();
    for (const switches of [this.#configured, this.#stored]) {
      for (const { matches, pause } of switches) {
        const { untilMs = Infinity } = pause;
        if (now >= untilMs || !matches(facts)) continue;
        return new PausedError({
          scope: pause.scope,
          reason: pause.reason === '' ? undefined : pause.reason,
          actor: pause.actor === '' ? undefined : pause.actor,
          until: untilMs === Infinity ? undefined : new Date(untilMs),
        });
      }
    }
    return undefined;
  }

  /** Lets go of the store. */
  close(): void {
    this.watch(undefined);
  }
}

async function within(work: Promise<void>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
