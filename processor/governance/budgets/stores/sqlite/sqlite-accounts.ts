import { decide, needsOverride, reachedBy } from '../memory/decide.ts';
import type {
  Account,
  AccountFigures,
  AccountStatus,
  AccountSum,
  Charge,
  Crossing,
  RenewRequest,
  ReserveRequest,
  ReserveResult,
  SettleRequest,
  SettleResult,
} from '../store.ts';
import type { SqliteFile } from './sqlite-file.ts';

/** How long settled ids are remembered, milliseconds. */
const SETTLED_KEPT_MS = 24 * 3_600_000;
/** Transactions between two looks for what may be forgotten. */
const SWEEP_EVERY = 1_000;

/** The accounts in the file. Every method runs inside a transaction of its caller's. */
export class SqliteAccounts {
  readonly #file: SqliteFile;
  #sinceSweep = 0;

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  reserve({ id, charges, leaseMs, nowMs }: ReserveRequest): ReserveResult {
    const figures = charges.map((charge) => this.#figures(charge, id, nowMs));
    const nothing = { figures, overrides: [], crossed: [] };
    if (this.#file.get('SELECT 1 AS found FROM settled WHERE call = ?', id) !== undefined) {
      return { ...nothing, outcome: 'settled', deniedBy: undefined };
    }
    if (charges.length > 0 && charges.every((charge) => this.#isHeld(charge, id))) {
      return { ...nothing, outcome: 'admitted', deniedBy: undefined };
    }
    const verdict = decide(charges, figures);
    if (verdict.deniedBy !== undefined) {
      const index = verdict.deniedBy;
      const crossed: Crossing[] = [];
      if (verdict.outcome === 'exhausted') {
        this.#cross(charges[index]!, index, reachedBy(charges[index]!, figures[index]!), crossed);
      }
      return { ...nothing, ...verdict, crossed };
    }
    const overrides: string[] = [];
    for (const [index, charge] of charges.entries()) {
      this.#file.run(
        'INSERT OR REPLACE INTO hold (account, call, amount, expires) VALUES (?, ?, ?, ?)',
        this.#open(charge),
        id,
        charge.amount,
        nowMs + leaseMs,
      );
      if (needsOverride(charge, figures[index]!))
        overrides.push(...this.#overridesOf(charge, nowMs));
    }
    return { ...nothing, ...verdict, overrides };
  }

  settle({ id, charges, nowMs }: SettleRequest): SettleResult {
    const isNew =
      this.#file.run('INSERT OR IGNORE INTO settled (call, at) VALUES (?, ?)', id, nowMs) > 0;
    const crossed: Crossing[] = [];
    if (isNew) {
      this.#sweepNowAndThen(nowMs);
      const day = new Date(nowMs).toISOString().slice(0, 10);
      for (const [index, charge] of charges.entries()) {
        const account = this.#open(charge);
        this.drop(charge, id);
        this.#file.run(
          'UPDATE account SET committed = committed + ? WHERE id = ?',
          charge.amount,
          account,
        );
        this.#file.run(
          'INSERT INTO day (account, day, amount) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET amount = amount + excluded.amount',
          account,
          day,
          charge.amount,
        );
        this.#cross(charge, index, this.#figures(charge, id, nowMs).committed, crossed);
      }
    }
    const figures = charges.map((charge) => this.#figures(charge, id, nowMs));
    return { duplicate: !isNew, figures, crossed };
  }

  drop(account: Account, id: string): void {
    this.#file.run('DELETE FROM hold WHERE account = ? AND call = ?', this.#find(account), id);
  }

  renew({ id, accounts, leaseMs, nowMs }: RenewRequest): boolean {
    let renewed = 0;
    for (const account of accounts) {
      renewed += this.#file.run(
        'UPDATE hold SET expires = ? WHERE account = ? AND call = ? AND expires > ?',
        nowMs + leaseMs,
        this.#find(account),
        id,
        nowMs,
      );
    }
    return renewed > 0;
  }

  status(accounts: readonly Account[], nowMs: number): readonly AccountStatus[] {
    return accounts.map((account) => ({
      ...this.#figures(account, '', nowMs),
      days: this.#daysOf(account),
    }));
  }

  raise(source: string, sum: AccountSum): void {
    const account = this.#open(sum);
    this.#file.run(
      'INSERT INTO raised (account, source, amount) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET amount = max(amount, excluded.amount)',
      account,
      source,
      sum.amount,
    );
    this.#file.run(
      'UPDATE account SET committed = max(committed, (SELECT sum(amount) FROM raised WHERE account = ?)) WHERE id = ?',
      account,
      account,
    );
  }

  /** Figures of the account and, for a rolling window, of the buckets before. */
  #figures(account: Account, ownId: string, nowMs: number): AccountFigures {
    let committed = 0;
    let held = 0;
    for (const period of [account.period, ...(account.olderPeriods ?? [])]) {
      const row = this.#file.get(
        'SELECT id, committed FROM account WHERE budget = ? AND split = ? AND period = ?',
        account.budget,
        account.split,
        period,
      );
      if (row === undefined) continue;
      committed += Number(row['committed']);
      this.#file.run('DELETE FROM hold WHERE account = ? AND expires <= ?', row['id']!, nowMs);
      const holds = this.#file.get(
        'SELECT total(amount) AS held FROM hold WHERE account = ? AND call <> ?',
        row['id']!,
        ownId,
      );
      held += Number(holds?.['held'] ?? 0);
    }
    return { committed, held, extra: this.#extraOf(account, nowMs) };
  }

  #extraOf({ budget, split, period, overridePeriod = period }: Account, nowMs: number): number {
    const row = this.#file.get(
      'SELECT total(extra) AS extra FROM override WHERE budget = ? AND period = ? AND expires > ? AND (split IS NULL OR split = ?)',
      budget,
      overridePeriod,
      nowMs,
      split,
    );
    return Number(row?.['extra'] ?? 0);
  }

  #overridesOf(
    { budget, split, period, overridePeriod = period }: Account,
    nowMs: number,
  ): readonly string[] {
    return this.#file
      .all(
        'SELECT id FROM override WHERE budget = ? AND period = ? AND expires > ? AND (split IS NULL OR split = ?)',
        budget,
        overridePeriod,
        nowMs,
        split,
      )
      .map(({ id }) => String(id));
  }

  #daysOf(account: Account): Record<string, number> {
    const days: Record<string, number> = {};
    for (const period of [account.period, ...(account.olderPeriods ?? [])]) {
      const rows = this.#file.all(
        'SELECT day, amount FROM day WHERE account = ?',
        this.#find({ ...account, period }),
      );
      for (const { day, amount } of rows)
        days[String(day)] = (days[String(day)] ?? 0) + Number(amount);
    }
    return days;
  }

  #isHeld(charge: Charge, id: string): boolean {
    const found = this.#file.get(
      'SELECT 1 AS found FROM hold WHERE account = ? AND call = ?',
      this.#find(charge),
      id,
    );
    return found !== undefined;
  }

  #cross(charge: Charge, index: number, reached: number, into: Crossing[]): void {
    for (const threshold of charge.thresholds) {
      if (reached < threshold) continue;
      const isFirst = this.#file.run(
        'INSERT OR IGNORE INTO told (account, alert_period, threshold) VALUES (?, ?, ?)',
        this.#open(charge),
        charge.alertPeriod ?? charge.period,
        threshold,
      );
      if (isFirst > 0) into.push({ charge: index, threshold });
    }
  }

  /** The row of the account; -1 where it has none, which nothing refers to. */
  #find({ budget, split, period }: Account): number {
    const row = this.#file.get(
      'SELECT id FROM account WHERE budget = ? AND split = ? AND period = ?',
      budget,
      split,
      period,
    );
    return Number(row?.['id'] ?? -1);
  }

  #open(account: AccountSum): number {
    const { budget, split, period, keepUntilMs } = account;
    const row = this.#file.get(
      'INSERT INTO account (budget, split, period, keep_until) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET keep_until = max(keep_until, excluded.keep_until) RETURNING id',
      budget,
      split,
      period,
      Math.ceil(keepUntilMs),
    );
    return Number(row?.['id']);
  }

  /** Forgets what is long over. */
  #sweepNowAndThen(nowMs: number): void {
    this.#sinceSweep += 1;
    if (this.#sinceSweep < SWEEP_EVERY) return;
    this.#sinceSweep = 0;
    this.#file.run('DELETE FROM settled WHERE at < ?', nowMs - SETTLED_KEPT_MS);
    if (this.#file.run('DELETE FROM account WHERE keep_until < ?', nowMs) === 0) return;
    for (const table of ['hold', 'day', 'raised', 'told']) {
      this.#file.run(`DELETE FROM ${table} WHERE account NOT IN (SELECT id FROM account)`);
    }
  }
}
