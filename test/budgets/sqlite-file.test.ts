import { readdirSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { SqliteStore } from '../../processor/governance/budgets/stores/sqlite/sqlite-store.ts';
import { tempApp } from '../support/temp-app.ts';

describe('a file that another process is just making', () => {
  let app: ReturnType<typeof tempApp>;
  beforeEach(() => {
    app = tempApp({});
  });
  afterEach(() => app.remove());

  it('is opened when that one has let go of it', async () => {
    const path = app.file('costspan.db');
    const other = new DatabaseSync(path);
    other.exec('BEGIN EXCLUSIVE');
    const executed = vi.spyOn(DatabaseSync.prototype, 'exec');
    const opening = SqliteStore.open(path);
    await vi.waitFor(() => {
      expect(executed.mock.results.map(({ type }) => type)).toContain('throw');
    });
    executed.mockRestore();
    other.exec('COMMIT');
    other.close();
    const store = await opening;
    await store.pause({
      id: 'p',
      scope: { workflow: 'a' },
      reason: '',
      actor: '',
      untilMs: undefined,
      createdMs: 0,
    });
    expect(store.pauses(0).map(({ scope }) => scope)).toEqual([{ workflow: 'a' }]);
    store.close();
  });

  it('is not waited for without an end', async () => {
    const path = app.file('costspan.db');
    const other = new DatabaseSync(path);
    other.exec('BEGIN EXCLUSIVE');
    await expect(SqliteStore.open(path)).rejects.toThrow('database is locked');
    other.close();
  });
});

describe('a file that is new', () => {
  let app: ReturnType<typeof tempApp>;
  beforeEach(() => {
    app = tempApp({});
  });
  afterEach(() => app.remove());

  it('is for its owner alone, as are the files beside it', async () => {
    const store = await SqliteStore.open(app.file('costspan.db'));
    const files = readdirSync(app.file('.')).filter((name) => name.startsWith('costspan.db'));
    expect(files).toContain('costspan.db-wal');
    expect(files.map((name) => statSync(app.file(name)).mode & 0o077)).toEqual(files.map(() => 0));
    store.close();
  });
});
