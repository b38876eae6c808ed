import { chainEntry } from './audit-chain.ts';
import { decide, needsOverride, reachedBy } from './decide.ts';
import { RecentMap } from '../loops/recent-map.ts';
import { MemoryAccount } from './memory-account.ts';
import { MemoryRuns } from './memory-runs.ts';
import type {
  Account,
  AccountFigures,
  AccountStatus,
  AccountSum,
  AuditEntry,
  AuditEvent,
  BudgetStore,
  Crossing,
  HoldRequest,
  Override,
  Pause,
  RenewRequest,
  ReserveRequest,
  ReserveResult,
  RunCountRequest,
  RunCountResult,
  SettleRequest,
  SettleResult,
} from './store.ts';

/** Settled ids remembered, so that none counts twice. */
const REMEMBERED_SETTLED = 20_000;
/** Accounts kept before those that are over are forgotten. */
const ACCOUNTS_BEFORE_SWEEP = 10_000;
const MAX_AUDIT_ENTRIES = 100_000;

/** Budgets of one process. Every operation answers at once. */
export class MemoryStore implements BudgetStore {
  readonly kind = 'memory';
  readonly #accounts = new Map<string, MemoryAccount>();
  #sweepAt = ACCOUNTS_BEFORE_SWEEP;
  readonly #splits = new Map<string, Set<string>>();
  readonly #settled = new RecentMap<true>(REMEMBERED_SETTLED);
  readonly #overrides = new Map<string, Override>();
  readonly #pauses = new Map<string, Pause>();
  readonly #audit: AuditEntry[] = [];
  readonly #runs = new MemoryRuns();

  reserve({ id, charges, leaseMs, nowMs }: ReserveRequest): ReserveResult {
    const accounts = charges.map((charge) => this.#open(charge, nowMs));
    const figures = charges.map((charge, index) =>
      this.#figuresOf(charge, accounts[index], id, nowMs),
    );
    const result = { figures, overrides: [] as string[], crossed: [] as Crossing[] };
    if (this.#settled.get(id) === true)
      return { ...result, outcome: 'settled', deniedBy: undefined };
    if (accounts.length > 0 && accounts.every((account) => account.has(id))) {
      return { ...result, outcome: 'admitted', deniedBy: undefined };
    }

    const { outcome, deniedBy } = decide(charges, figures);
    if (deniedBy !== undefined) {
      const charge = charges[deniedBy]!;
      if (outcome === 'exhausted') {
        const reached = reachedBy(charge, figures[deniedBy]!);
        accounts[deniedBy]!.cross(charge, deniedBy, reached, result.crossed);
      }
      return { ...result, outcome, deniedBy };
    }
    for (const [index, account] of accounts.entries()) {
      const charge = charges[index]!;
      account.hold(id, charge.amount, nowMs + leaseMs);
      if (needsOverride(charge, figures[index]!)) {
        for (const override of this.#overridesOf(charge, nowMs)) result.overrides.push(override.id);
      }
    }
    return { ...result, outcome, deniedBy };
  }

  settle({ id, charges, nowMs }: SettleRequest): SettleResult {
    const duplicate = this.#settled.get(id) === true;
    const crossed: Crossing[] = [];
    const accounts = charges.map((charge) => this.#open(charge, nowMs));
    if (!duplicate) {
      this.#settled.set(id, true);
      for (const [index, account] of accounts.entries()) {
        account.drop(id);
        account.spend(charges[index]!.amount, nowMs);
      }
    }
    const figures = charges.map((charge, index) =>
      this.#figuresOf(charge, accounts[index], id, nowMs),
    );
    if (!duplicate) {
      for (const [index, account] of accounts.entries()) {
        account.cross(charges[index]!, index, figures[index]!.committed, crossed);
      }
    }
    return { duplicate, figures, crossed };
  }

  release({ id, accounts }: HoldRequest): void {
    for (const account of accounts) this.#find(account)?.drop(id);
  }

  renew({ id, accounts, leaseMs, nowMs }: RenewRequest): boolean {
    let isHeld = false;
    for (const account of accounts) {
      const found = this.#find(account);
      found?.expire(nowMs);
      isHeld = (found?.renew(id, nowMs + leaseMs) ?? false) || isHeld;
    }
    return isHeld;
  }

  status(accounts: readonly Account[], nowMs: number): readonly AccountStatus[] {
    return accounts.map((account) => ({
      ...this.#figuresOf(account, this.#find(account), '', nowMs),
      days: this.#daysOf(account),
    }));
  }

  splits(budget: string, period: string, most: number): readonly string[] {
    const spent = (split: string): number => this.#find({ budget, split, period })?.committed ?? 0;
    return [...(this.#splits.get(`${budget}\n${period}`) ?? [])]
      .toSorted((a, b) => spent(b) - spent(a))
      .slice(0, most);
  }

  raiseCommitted(source: string, sums: readonly AccountSum[]): void {
    for (const sum of sums) {
      const account = this.#open(sum, 0);
      account.raised.set(source, Math.max(sum.amount, account.raised.get(source) ?? 0));
      let told = 0;
      for (const amount of account.raised.values()) told += amount;
      account.committed = Math.max(account.committed, told);
    }
  }

  addOverride(override: Override): void {
    this.#overrides.set(override.id, override);
  }

  overrides(nowMs: number | undefined): readonly Override[] {
    const all = [...this.#overrides.values()];
    return nowMs === undefined ? all : all.filter(({ expiresMs }) => expiresMs > nowMs);
  }

  expireOverride(id: string, nowMs: number): boolean {
    const override = this.#overrides.get(id);
    if (override === undefined || override.expiresMs <= nowMs) return false;
    this.#overrides.set(id, { ...override, expiresMs: nowMs });
    return true;
  }

  pause(pause: Pause): void {
    this.#pauses.set(pause.id, pause);
  }

  resume(id: string): boolean {
    return this.#pauses.delete(id);
  }

  pauses(nowMs: number): readonly Pause[] {
    return [...this.#pauses.values()].filter(
      ({ untilMs }) => untilMs === undefined || untilMs > nowMs,
    );
  }

  appendAudit(event: AuditEvent): AuditEntry {
    const entry = chainEntry(event, this.#audit.at(-1));
    this.#audit.push(entry);
    if (this.#audit.length > MAX_AUDIT_ENTRIES) this.#audit.shift();
    return entry;
  }

  audit(fromSequence: number, most: number): readonly AuditEntry[] {
    return this.#audit.filter(({ sequence }) => sequence >= fromSequence).slice(0, most);
  }

  countRun(request: RunCountRequest): RunCountResult {
    return this.#runs.count(request);
  }

  check(): readonly string[] {
    return [];
  }

  close(): void {
    // Nothing was opened.
  }

  /** Figures of the account and, for a rolling window, of the buckets before. */
  #figuresOf(
    account: Account,
    found: MemoryAccount | undefined,
    ownId: string,
    nowMs: number,
  ): AccountFigures {
    let committed = 0;
    let held = 0;
    if (found !== undefined) {
      found.expire(nowMs);
      committed = found.committed;
      held = found.held - found.heldBy(ownId);
    }
    for (const period of account.olderPeriods ?? []) {
      const older = this.#find({ ...account, period });
      if (older === undefined) continue;
      older.expire(nowMs);
      committed += older.committed;
      held += older.held - older.heldBy(ownId);
    }
    let extra = 0;
    if (this.#overrides.size > 0) {
      for (const override of this.#overridesOf(account, nowMs)) extra += override.extra;
    }
    return { committed, held, extra };
  }

  #overridesOf(
    { budget, split, period, overridePeriod = period }: Account,
    nowMs: number,
  ): Override[] {
    return [...this.#overrides.values()].filter(
      (override) =>
        override.budget === budget &&
        override.period === overridePeriod &&
        override.expiresMs > nowMs &&
        (override.split === undefined || override.split === split),
    );
  }

  #daysOf(account: Account): Record<string, number> {
    const days: Record<string, number> = {};
    for (const period of [account.period, ...(account.olderPeriods ?? [])]) {
      for (const [day, amount] of this.#find({ ...account, period })?.days ?? []) {
        days[day] = (days[day] ?? 0) + amount;
      }
    }
    return days;
  }

  #find(account: Account): MemoryAccount | undefined {
    return this.#accounts.get(keyOf(account));
  }

  #open(account: AccountSum, nowMs: number): MemoryAccount {
    const key = keyOf(account);
    let found = this.#accounts.get(key);
    if (found === undefined) {
      if (this.#accounts.size >= this.#sweepAt) this.#sweep(nowMs);
      found = new MemoryAccount(account.keepUntilMs);
      this.#accounts.set(key, found);
      if (account.split !== '') this.#addSplit(account);
    }
    if (account.keepUntilMs > found.keepUntilMs) found.keepUntilMs = account.keepUntilMs;
    return found;
  }

  #addSplit({ budget, split, period }: Account): void {
    const key = `${budget}\n${period}`;
    const known = this.#splits.get(key);
    if (known === undefined) this.#splits.set(key, new Set([split]));
    else known.add(split);
  }

  /** Forgets accounts whose period is long over. */
  #sweep(nowMs: number): void {
    for (const [key, { keepUntilMs }] of this.#accounts) {
      if (keepUntilMs > nowMs) continue;
      this.#accounts.delete(key);
      const [budget, split, period] = key.split('\n');
      const splits = this.#splits.get(`${budget}\n${period}`);
      splits?.delete(split!);
      if (splits?.size === 0) this.#splits.delete(`${budget}\n${period}`);
    }
    this.#sweepAt = Math.max(ACCOUNTS_BEFORE_SWEEP, 2 * this.#accounts.size);
  }
}

function keyOf({ budget, split, period }: Account): string {
  return `${budget}\n${split}\n${period}`;
}
