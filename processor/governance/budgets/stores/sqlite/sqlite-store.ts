import { chainEntry } from '../memory/audit-chain.ts';
import type {
  Account,
  AccountStatus,
  AccountSum,
  AuditEntry,
  AuditEvent,
  Beginning,
  BudgetStore,
  ClaimRequest,
  ClaimResult,
  HoldRequest,
  Maybe,
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
import { SqliteAccounts } from './sqlite-accounts.ts';
import { SqliteFile } from './sqlite-file.ts';

/** Budgets of one host in a file: they survive restarts, and its processes share them. */
export class SqliteStore implements BudgetStore {
  readonly kind = 'sqlite';
  readonly #file: SqliteFile;
  readonly #accounts: SqliteAccounts;

  private constructor(file: SqliteFile) {
    this.#file = file;
    this.#accounts = new SqliteAccounts(file);
  }

  static async open(path: string): Promise<SqliteStore> {
    return new SqliteStore(await SqliteFile.open(path));
  }

  reserve(request: ReserveRequest): Maybe<ReserveResult> {
    return this.#file.transact(() => this.#accounts.reserve(request));
  }

  settle(request: SettleRequest): Maybe<SettleResult> {
    return this.#file.transact(() => this.#accounts.settle(request));
  }

  release({ id, accounts }: HoldRequest): Maybe<void> {
    return this.#file.transact(() => {
      for (const account of accounts) this.#accounts.drop(account, id);
    });
  }

  renew(request: RenewRequest): Maybe<boolean> {
    return this.#file.transact(() => this.#accounts.renew(request));
  }

  status(accounts: readonly Account[], nowMs: number): Maybe<readonly AccountStatus[]> {
    return this.#file.transact(() => this.#accounts.status(accounts, nowMs));
  }

  splits(budget: string, period: string, most: number): readonly string[] {
    return this.#file
      .all(
        'SELECT split FROM account WHERE budget = ? AND period = ? ORDER BY committed DESC LIMIT ?',
        budget,
        period,
        most,
      )
      .map(({ split }) => String(split));
  }

  raiseCommitted(source: string, sums: readonly AccountSum[]): Maybe<void> {
    return this.#file.transact(() => {
      for (const sum of sums) this.#accounts.raise(source, sum);
    });
  }

  addOverride(override: Override): Maybe<void> {
    const { id, budget, period, split = null, extra, expiresMs } = override;
    return this.#file.transact(() => {
      this.#file.run(
        'INSERT OR REPLACE INTO override (id, budget, period, split, extra, expires, entry) VALUES (?, ?, ?, ?, ?, ?, ?)',
        id,
        budget,
        period,
        split,
        extra,
        expiresMs,
        JSON.stringify(override),
      );
    });
  }

  overrides(nowMs: number | undefined): readonly Override[] {
    return this.#file
      .all('SELECT entry, expires FROM override WHERE expires > ?', nowMs ?? -1)
      .map(({ entry, expires }) => ({
        ...(JSON.parse(String(entry)) as Override),
        expiresMs: Number(expires),
      }));
  }

  expireOverride(id: string, nowMs: number): Maybe<boolean> {
    return this.#file.transact(
      () =>
        this.#file.run(
          'UPDATE override SET expires = ? WHERE id = ? AND expires > ?',
          nowMs,
          id,
          nowMs,
        ) > 0,
    );
  }

  pause(pause: Pause): Maybe<void> {
    return this.#file.transact(() => {
      this.#file.run(
        'INSERT OR REPLACE INTO pause (id, until, entry) VALUES (?, ?, ?)',
        pause.id,
        pause.untilMs ?? null,
        JSON.stringify(pause),
      );
    });
  }

  resume(id: string): Maybe<boolean> {
    return this.#file.transact(() => this.#file.run('DELETE FROM pause WHERE id = ?', id) > 0);
  }

  pauses(nowMs: number): readonly Pause[] {
    return this.#file
      .all('SELECT entry FROM pause WHERE until IS NULL OR until > ?', nowMs)
      .map(({ entry }) => JSON.parse(String(entry)) as Pause);
  }

  appendAudit(event: AuditEvent): Maybe<AuditEntry> {
    return this.#file.transact(() => {
      const last = this.#file.get('SELECT entry FROM audit ORDER BY sequence DESC LIMIT 1');
      const entry = chainEntry(event, last && (JSON.parse(String(last['entry'])) as AuditEntry));
      this.#file.run(
        'INSERT INTO audit (sequence, entry) VALUES (?, ?)',
        entry.sequence,
        JSON.stringify(entry),
      );
      return entry;
    });
  }

  audit(fromSequence: number, most: number): readonly AuditEntry[] {
    return this.#file
      .all(
        'SELECT entry FROM audit WHERE sequence >= ? ORDER BY sequence LIMIT ?',
        fromSequence,
        most,
      )
      .map(({ entry }) => JSON.parse(String(entry)) as AuditEntry);
  }

  countRun(request: RunCountRequest): Maybe<RunCountResult> {
    return this.#file.transact(() => this.#countRun(request));
  }

  keepBeginning({ key, told, ttlMs, nowMs }: Beginning): Maybe<void> {
    return this.#file.transact(() => {
      this.#file.run('DELETE FROM beginning WHERE expires <= ?', nowMs);
      this.#file.run(
        'INSERT OR IGNORE INTO beginning (key, told, claimed_by, expires) VALUES (?, ?, NULL, ?)',
        key,
        told,
        nowMs + ttlMs,
      );
    });
  }

  claimBeginning(request: ClaimRequest): Maybe<ClaimResult> {
    return this.#file.transact(() => this.#claimBeginning(request));
  }

  #claimBeginning({ key, by, isKnown, ttlMs, nowMs }: ClaimRequest): ClaimResult {
    const kept = this.#file.get(
      'SELECT told, claimed_by FROM beginning WHERE key = ? AND expires > ?',
      key,
      nowMs,
    );
    if (kept === undefined && !isKnown) return { outcome: 'unknown' };
    const claimedBy = kept?.['claimed_by'] ?? by;
    if (claimedBy !== by) return { outcome: 'taken' };
    const told = kept?.['told'] ?? null;
    this.#file.run(
      'INSERT OR REPLACE INTO beginning (key, told, claimed_by, expires) VALUES (?, ?, ?, ?)',
      key,
      told,
      by,
      nowMs + ttlMs,
    );
    return { outcome: 'claimed', told: typeof told === 'string' ? told : undefined };
  }

  check(): readonly string[] {
    return [];
  }

  close(): void {
    this.#file.close();
  }

  #countRun({ runId, add, limits, ttlMs, nowMs }: RunCountRequest): RunCountResult {
    const totals: Record<string, number> = {};
    this.#file.run('DELETE FROM run WHERE expires <= ?', nowMs);
    for (const { counter, total } of this.#file.all(
      'SELECT counter, total FROM run WHERE id = ?',
      runId,
    )) {
      totals[String(counter)] = Number(total);
    }
    const exceeded = Object.entries(add).find(
      ([name, amount]) => (totals[name] ?? 0) + amount > (limits[name] ?? Infinity),
    )?.[0];
    if (exceeded === undefined) {
      for (const [name, amount] of Object.entries(add)) {
        totals[name] = (totals[name] ?? 0) + amount;
        this.#file.run(
          'INSERT OR REPLACE INTO run (id, counter, total, expires) VALUES (?, ?, ?, ?)',
          runId,
          name,
          totals[name],
          nowMs + ttlMs,
        );
      }
    }
    this.#file.run('UPDATE run SET expires = ? WHERE id = ?', nowMs + ttlMs, runId);
    return { exceeded, totals };
  }
}
