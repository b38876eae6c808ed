import { chainEntry } from './audit-chain.ts';
import { decide, needsOverride, reachedBy } from './decide.ts';
import { RecentMap } from '../../../../engine/loops/recent-map.ts';
import type { MemoryAccount } from './memory-account.ts';
import { MemoryAccounts } from './memory-accounts.ts';
import { type Hold, holdIn, MemoryHolds } from './memory-holds.ts';
import { MemoryBeginnings } from './memory-beginnings.ts';
import { MemoryRuns } from './memory-runs.ts';
import type {
  Account,
  AccountFigures,
  AccountStatus,
  AccountSum,
  AuditEntry,
  AuditEvent,
  Beginning,
  BudgetStore,
  Charge,
  ClaimRequest,
  ClaimResult,
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
} from '../store.ts';

/** Settled ids remembered, so that none counts twice. */
const REMEMBERED_SETTLED = 20_000;
const MAX_AUDIT_ENTRIES = 100_000;

/** Budgets of one process. Every operation answers at once. */
export class MemoryStore implements BudgetStore {
  readonly kind = 'memory';
  readonly #accounts = new MemoryAccounts();
  readonly #holds = new MemoryHolds();
  readonly #settled = new RecentMap<true>(REMEMBERED_SETTLED);
  readonly #overrides = new Map<string, Override>();
  readonly #pauses = new Map<string, Pause>();
  readonly #audit: AuditEntry[] = [];
  readonly #runs = new MemoryRuns();
  readonly #beginnings = new MemoryBeginnings();

  reserve({ id, charges, leaseMs, nowMs }: ReserveRequest): ReserveResult {
    const accounts = this.#open(charges, nowMs);
    this.#holds.expire(nowMs);
    const own = this.#holds.of(id);
    const figures = this.#figures(charges, accounts, own, nowMs);
    // What holds something is not settled: settling ends a hold.
    if (own !== undefined) {
      if (accounts.every((account) => holdIn(own, account) !== undefined))
        return {
          outcome: 'admitted',
          deniedBy: undefined,
          figures,
          overrides: NONE,
          crossed: NONE,
        };
    } else if (this.#settled.get(id) === true) {
      return { outcome: 'settled', deniedBy: undefined, figures, overrides: NONE, crossed: NONE };
    }

    const { outcome, deniedBy } = decide(charges, figures);
    if (deniedBy !== undefined) {
      const crossed: Crossing[] = [];
      const charge = charges[deniedBy]!;
      if (outcome === 'exhausted') {
        const reached = reachedBy(charge, figures[deniedBy]!);
        accounts[deniedBy]!.cross(charge, deniedBy, reached, crossed);
      }
      return { outcome, deniedBy, figures, overrides: NONE, crossed };
    }
    this.#holds.hold(id, accounts, charges, nowMs + leaseMs);
    const overrides = this.#overrides.size === 0 ? NONE : this.#needed(charges, figures, nowMs);
    return { outcome, deniedBy, figures, overrides, crossed: NONE };
  }

  settle({ id, charges, nowMs }: SettleRequest): SettleResult {
    const accounts = this.#open(charges, nowMs);
    this.#holds.expire(nowMs);
    const duplicate = !this.#holds.dropAll(id) && this.#settled.get(id) === true;
    if (!duplicate) {
      this.#settled.set(id, true);
      for (let index = 0; index < charges.length; index += 1) {
        accounts[index]!.spend(charges[index]!.amount, nowMs);
      }
    }
    const figures = this.#figures(charges, accounts, undefined, nowMs);
    if (duplicate) return { duplicate, figures, crossed: NONE };
    const crossed: Crossing[] = [];
    for (let index = 0; index < charges.length; index += 1) {
      accounts[index]!.cross(charges[index]!, index, figures[index]!.committed, crossed);
    }
    return { duplicate, figures, crossed };
  }

  release({ id, accounts }: HoldRequest): void {
    for (const account of accounts) {
      const found = this.#find(account);
      if (found !== undefined) this.#holds.drop(id, found);
    }
  }

  renew({ id, accounts, leaseMs, nowMs }: RenewRequest): boolean {
    this.#holds.expire(nowMs);
    let isHeld = false;
    for (const account of accounts) {
      const found = this.#find(account);
      if (found !== undefined && this.#holds.renew(id, found, nowMs + leaseMs)) isHeld = true;
    }
    return isHeld;
  }

  status(accounts: readonly Account[], nowMs: number): readonly AccountStatus[] {
    this.#holds.expire(nowMs);
    return accounts.map((account) => ({
      ...this.#figuresOf(account, this.#find(account), undefined, nowMs),
      days: this.#daysOf(account),
    }));
  }

  splits(budget: string, period: string, most: number): readonly string[] {
    return this.#accounts.splits(budget, period, most);
  }

  raiseCommitted(source: string, sums: readonly AccountSum[]): void {
    for (const sum of sums) {
      const account = this.#accounts.open(sum, 0);
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

  keepBeginning(beginning: Beginning): void {
    this.#beginnings.keep(beginning);
  }

  claimBeginning(request: ClaimRequest): ClaimResult {
    return this.#beginnings.claim(request);
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

  #open(charges: readonly Charge[], nowMs: number): readonly MemoryAccount[] {
    const accounts: MemoryAccount[] = [];
    for (const charge of charges) accounts.push(this.#accounts.open(charge, nowMs));
    return accounts;
  }

  #find({ budget, period, split }: Account): MemoryAccount | undefined {
    return this.#accounts.find(budget, period, split);
  }

  /** Figures besides what `own` holds. */
  #figures(
    charges: readonly Charge[],
    accounts: readonly MemoryAccount[],
    own: readonly Hold[] | undefined,
    nowMs: number,
  ): readonly AccountFigures[] {
    const figures: AccountFigures[] = [];
    for (let index = 0; index < charges.length; index += 1) {
      figures.push(this.#figuresOf(charges[index]!, accounts[index], own, nowMs));
    }
    return figures;
  }

  /** Figures of the account and, for a rolling window, of the buckets before. */
  #figuresOf(
    account: Account,
    found: MemoryAccount | undefined,
    own: readonly Hold[] | undefined,
    nowMs: number,
  ): AccountFigures {
    const figures = { committed: 0, held: 0, extra: 0 };
    if (found !== undefined) addFigures(figures, found, own);
    for (const period of account.olderPeriods ?? NONE) {
      const older = this.#accounts.find(account.budget, period, account.split);
      if (older !== undefined) addFigures(figures, older, own);
    }
    if (this.#overrides.size > 0) {
      for (const { extra } of this.#overridesOf(account, nowMs)) figures.extra += extra;
    }
    return figures;
  }

  /** Ids of the overrides without which a charge would not fit. */
  #needed(
    charges: readonly Charge[],
    figures: readonly AccountFigures[],
    nowMs: number,
  ): readonly string[] {
    const ids: string[] = [];
    for (const [index, charge] of charges.entries()) {
      if (!needsOverride(charge, figures[index]!)) continue;
      for (const { id } of this.#overridesOf(charge, nowMs)) ids.push(id);
    }
    return ids;
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

  #daysOf({ budget, split, period, olderPeriods = NONE }: Account): Record<string, number> {
    const days: Record<string, number> = {};
    for (const one of [period, ...olderPeriods]) {
      for (const [day, amount] of this.#accounts.find(budget, one, split)?.days ?? NONE) {
        days[day] = (days[day] ?? 0) + amount;
      }
    }
    return days;
  }
}

const NONE: readonly never[] = [];

function addFigures(
  figures: { committed: number; held: number },
  account: MemoryAccount,
  own: readonly Hold[] | undefined,
): void {
  figures.committed += account.committed;
  figures.held += account.held - (holdIn(own, account)?.amount ?? 0);
}
