import { hostname } from 'node:os';
import { describeError } from '../../../../conventions/error-text.ts';
import { warnOnce } from '../../../../conventions/warn-once.ts';
import type { CompiledBudget } from '../scope/compiled-budget.ts';
import { GuardedStore } from './guarded-store.ts';
import { attempt } from './maybe.ts';
import { Spool } from './spool.ts';
import type {
  BudgetStore,
  HoldRequest,
  Maybe,
  RenewRequest,
  ReserveRequest,
  ReserveResult,
  SettleRequest,
  SettleResult,
} from './store.ts';

export interface StoreAccessOptions {
  readonly store: BudgetStore;
  readonly now: () => number;
  readonly deadlineMs?: number | undefined;
  readonly idPrefix: string;
  readonly onError: (error: unknown) => void;
}

/** How often what was spooled is tried again, milliseconds. */
const RETRY_MS = 1_000;

/**
 * The one way to the store. What must arrive (settlements, releases) is kept while the store is
 * away and told when it is back.
 */
export class StoreAccess {
  readonly guarded: GuardedStore;
  readonly #options: StoreAccessOptions;
  readonly #spool: Spool;
  #retry: NodeJS.Timeout | undefined;
  #isDraining = false;
  #lostAtMs: number | undefined;

  constructor(options: StoreAccessOptions) {
    this.#options = options;
    this.#spool = new Spool(options.idPrefix);
    this.guarded = new GuardedStore(options.store, {
      deadlineMs: options.deadlineMs,
      now: options.now,
      onLost: (error) => {
        this.#lost(error);
      },
      onRecovered: () => {
        this.#recovered();
      },
    });
  }

  get store(): BudgetStore {
    return this.guarded.store;
  }

  /** Settlements and releases that the store does not have yet. */
  get spooled(): number {
    return this.#spool.size;
  }

  reserve(request: ReserveRequest): Maybe<ReserveResult> {
    return this.guarded.run((store) => store.reserve(request));
  }

  renew(request: RenewRequest): Maybe<boolean> {
    return this.guarded.run((store) => store.renew(request));
  }

  /** Settles, now or when the store is back; `told` gets the answer. Never throws. */
  settle(request: SettleRequest, told: (result: SettleResult) => void): Maybe<void> {
    return attempt(
      () => this.guarded.run((store) => store.settle(request)),
      told,
      () => {
        this.#keep({ kind: 'settle', request });
      },
    );
  }

  /** Releases, now or when the store is back. Never throws. */
  release(request: HoldRequest): Maybe<void> {
    return attempt(
      () => this.guarded.run((store) => store.release(request)),
      () => undefined,
      () => {
        this.#keep({ kind: 'release', request });
      },
    );
  }

  /** Notes in the audit log that a limit was changed. Never throws. */
  auditLimit(before: CompiledBudget, after: CompiledBudget): void {
    this.audit('limit-changed', {
      budget: after.id,
      from: before.shown(before.limit),
      to: after.shown(after.limit),
      unit: after.unit,
    });
  }

  /** Appends what this process saw or did to the audit log, where the store is there. */
  audit(action: string, details: Readonly<Record<string, string | number | boolean>>): void {
    const event = {
      atMs: this.#options.now(),
      action,
      actor: `costspan@${hostname()}`,
      details: { ...details, pid: process.pid },
    };
    void attempt(
      () => this.guarded.run((store) => store.appendAudit(event)),
      () => undefined,
      () => undefined,
    );
  }

  close(): Maybe<void> {
    clearInterval(this.#retry);
    return this.store.close();
  }

  #keep(entry: Parameters<Spool['add']>[0]): void {
    this.#spool.add(entry);
    if (this.#retry !== undefined) return;
    this.#retry = setInterval(() => {
      void this.drain();
    }, RETRY_MS);
    this.#retry.unref();
  }

  /** Tells the store what it missed, in order. Never rejects. */
  async drain(): Promise<void> {
    if (this.#isDraining) return;
    this.#isDraining = true;
    try {
      for (let entry = this.#spool.peek(); entry !== undefined; entry = this.#spool.peek()) {
        const { kind, request } = entry;
        await this.guarded.run<unknown>((store) =>
          kind === 'settle' ? store.settle(request) : store.release(request),
        );
        // Nothing is lost if more came meanwhile: additions go to the end.
        this.#spool.shift();
      }
      clearInterval(this.#retry);
      this.#retry = undefined;
    } catch {
      // Still away; the timer tries again.
    } finally {
      this.#isDraining = false;
    }
  }

  #lost(error: unknown): void {
    this.#lostAtMs = this.#options.now();
    this.#options.onError(error);
    warnOnce(
      `budget store ${this.store.kind}`,
      `the ${this.store.kind} store of budgets does not answer (${describeError(error)}): each budget goes by its onStoreFailure until it is back`,
    );
  }

  #recovered(): void {
    const lostMs = this.#options.now() - (this.#lostAtMs ?? this.#options.now());
    this.audit('store-outage', { seconds: Math.round(lostMs / 1000), spooled: this.#spool.size });
    void this.drain();
  }
}
