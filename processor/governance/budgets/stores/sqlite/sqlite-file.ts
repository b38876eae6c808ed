import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Maybe } from '../store.ts';
import { ADDITIONS, SCHEMA, SCHEMA_VERSION } from './tables.ts';

export type Value = string | number | null;
export type Row = Readonly<Record<string, Value>>;

/**
 * Longest wait inside SQLite for another process's lock, milliseconds. It blocks the event loop, so
 * it is short; after it the operation is tried again from a timer.
 */
const BUSY_MS = 5;
/** How long an operation is tried again, milliseconds; the caller's own deadline is shorter. */
const RETRY_FOR_MS = 500;
/** How long opening is: calls wait for it, and a store that is not opened stays away. */
const OPEN_FOR_MS = 2_000;
const BUSY_CODE = 5;

/** A file of the budgets of one host: statements that are prepared once, and whole transactions. */
export class SqliteFile {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Opens or creates the file. Rejects with one sentence that says what is wrong with it. */
  static async open(path: string): Promise<SqliteFile> {
    // Loaded only here: older Nodes warn that it is experimental.
    const { DatabaseSync } = await import('node:sqlite');
    mkdirSync(dirname(path), { recursive: true });
    // Spend and names of users are for nobody else on the host; SQLite's own files beside it follow.
    closeSync(openSync(path, 'a', 0o600));
    const database = new DatabaseSync(path);
    try {
      // Of processes that make the file at the same time all but one are refused, without a wait.
      await whileBusy(() => prepareFile(database, path), Date.now() + OPEN_FOR_MS);
    } catch (error) {
      database.close();
      throw error;
    }
    return new SqliteFile(database);
  }

  get(sql: string, ...values: readonly Value[]): Row | undefined {
    return this.#prepare(sql).get(...values) as Row | undefined;
  }

  all(sql: string, ...values: readonly Value[]): readonly Row[] {
    return this.#prepare(sql).all(...values) as Row[];
  }

  /** The number of rows that it changed. */
  run(sql: string, ...values: readonly Value[]): number {
    return Number(this.#prepare(sql).run(...values).changes);
  }

  /**
   * Runs `body` in one transaction that nobody else writes in. At once where the lock is free; else
   * by a promise that tries again, so that waiting for another process blocks nothing here.
   */
  transact<T>(body: () => T): Maybe<T> {
    try {
      return this.#attempt(body);
    } catch (error) {
      if (!isBusy(error)) throw error;
      return jitter().then(() => whileBusy(() => this.#attempt(body), Date.now() + RETRY_FOR_MS));
    }
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #attempt<T>(body: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = body();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function prepareFile(database: DatabaseSync, path: string): void {
  // As a pragma, since Node 22 ignores the option of the constructor.
  database.exec(`PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA journal_mode = WAL;`);
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as {
    user_version: number;
  };
  if (version > SCHEMA_VERSION) {
    throw new Error(
      `${path} was written by a newer costspan (version ${version}, this one knows ${SCHEMA_VERSION}); upgrade, or name another file`,
    );
  }
  if (version < SCHEMA_VERSION) database.exec(SCHEMA);
  database.exec(ADDITIONS);
  database.exec('PRAGMA synchronous = NORMAL;');
}

/** Tries until nobody else has the lock, or it is too late. */
async function whileBusy<T>(work: () => T, untilMs: number): Promise<T> {
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || Date.now() >= untilMs) throw error;
    }
    await jitter();
  }
}

function isBusy(error: unknown): boolean {
  // Extended codes have the plain one in their lowest byte.
  return error instanceof Error && (Number(Reflect.get(error, 'errcode')) & 0xff) === BUSY_CODE;
}

function jitter(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 1 + Math.random() * 8);
  });
}
