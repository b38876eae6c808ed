import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { checkStore } from '../../cli/doctor/check-store.ts';
import { SqliteStore } from '../../processor/governance/budgets/stores/sqlite/sqlite-store.ts';
import { describeWithPrograms } from '../support/programs.ts';
import { closedPort, startReceiver, startSilentServer } from '../support/receiver.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { appFolder } from './support.ts';

const PASSWORD = 'hunter2-hunter2';
const client = { name: 'redis', version: '6.3.1', folder: '/app', isTopLevel: true };

/** Statuses and sentences on the store that `store` names. */
async function verdicts(store: string, packages = [client], deadlineMs = 2_000) {
  const checks = await checkStore({ store, budgets: [] }, packages, deadlineMs);
  for (const { found, name } of checks) {
    expect(name).toBe('Budget store');
    expect(found).not.toContain(PASSWORD);
  }
  return checks.map(({ status, found }) => `${status}: ${found}`);
}

/** A server that answers each command of a Redis client by its first word. */
async function standIn(answers: Readonly<Record<string, string>>): Promise<string> {
  const server: Server = createServer((socket) => {
    socket.setEncoding('latin1');
    socket.on('error', () => undefined);
    socket.on('data', (chunk: string) => {
      for (const [, word = ''] of chunk.matchAll(/\*\d+\r\n\$\d+\r\n(\w+)\r\n/gu)) {
        socket.write(answers[word] ?? '-ERR unknown command\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.close();
  });
  return `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function info(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}

test('memory needs nothing', async () => {
  expect(await verdicts('memory', [])).toEqual(['ok: The memory of each process.']);
});

describe('a file of SQLite', () => {
  test('may be there or not', async () => {
    const folder = appFolder({});
    const path = join(folder, 'data/costspan.db');
    expect(await verdicts(`sqlite:${path}`)).toEqual([`ok: ${path}, made by the first budget.`]);
    const store = await SqliteStore.open(path);
    store.close();
    expect(await verdicts(`sqlite:${path}`)).toEqual([`ok: ${path}`]);
  });

  test('must be one that can be used', async () => {
    const folder = appFolder({ file: 'text', 'junk.db': 'no database'.repeat(200) });
    mkdirSync(join(folder, 'folder.db'));
    const newer = new DatabaseSync(join(folder, 'newer.db'));
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    const found = async (name: string) => (await verdicts(`sqlite:${join(folder, name)}`)).join();
    expect(await found('file/x.db')).toMatch(/^fail: .*file is no folder/);
    expect(await found('folder.db')).toMatch(/^fail: .*is no file/);
    expect(await found('junk.db')).toMatch(/^fail: .*is no SQLite database/);
    expect(await found('newer.db')).toMatch(/^fail: .*written by a newer costspan \(version 99/);
  });
});

describe('a server of Redis', () => {
  test('is reached by a client that is installed', async () => {
    const url = await standIn({
      INFO: info('redis_version:7.2.4\r\nrole:master\r\n'),
      EVAL: ':1\r\n',
    });
    expect(await verdicts(url, [])).toEqual([
      'fail: No client for Redis is installed: run `npm install redis`.',
      expect.stringMatching(/^ok: redis:\/\/127\.0\.0\.1:\d+, Redis 7\.2\.4, answers in \d+ ms\.$/),
    ]);
    const old = { ...client, version: '3.1.2' };
    expect(await verdicts(url, [old])).toContain(
      'fail: redis 3.1.2 is too old: run `npm install redis@4`.',
    );
    expect(
      await verdicts(url, [old, { ...client, name: 'ioredis', version: '6.0.0' }]),
    ).toHaveLength(1);
  });

  test.each([
    ['redis_version:6.0.16\r\n', /^fail: .*is Redis 6\.0\.16, and budgets need 6\.2/],
    ['valkey_version:8.1.0\r\nredis_version:7.2.4\r\n', /^ok: .*Valkey 8\.1\.0/],
    ['redis_version:7.2.4\r\nrole:slave\r\n', /^fail: .*is a replica/],
    [
      'redis_version:7.2.4\r\nmaxmemory:1000\r\nmaxmemory_policy:allkeys-lru\r\n',
      /^warn: .*allkeys-lru.*set noeviction/,
    ],
    ['redis_version:7.2.4\r\nmaxmemory:0\r\nmaxmemory_policy:allkeys-lru\r\n', /^ok: /],
  ])('says of itself %j', async (text, found) => {
    const url = await standIn({ INFO: info(text), EVAL: ':1\r\n' });
    expect((await verdicts(url)).join()).toMatch(found);
  });

  test.each([
    [{ INFO: '-LOADING Redis is loading the dataset in memory\r\n' }, /^warn: .*still loading/],
    [
      {
        INFO: info('redis_version:7.2.4\r\n'),
        EVAL: "-NOPERM this user has no permissions to run the 'eval' command\r\n",
      },
      /^fail: .*does not let this user/,
    ],
    [{ INFO: '$12\r\n' }, /^warn: .*does not answer in time/],
  ])('answers %j', async (answers, found) => {
    expect((await verdicts(await standIn(answers), [client], 200)).join()).toMatch(found);
  });

  test('is something else, silent or not there', async () => {
    await using http = await startReceiver({ status: 400 });
    const silent = await startSilentServer();
    onTestFinished(silent.close);
    const found = async (port: number) =>
      (
        await verdicts(`redis://:${PASSWORD}@127.0.0.1:${port}/1?x=${PASSWORD}`, [client], 200)
      ).join();
    expect(await found(http.port)).toMatch(
      /^fail: redis:\/\/…@127.0.0.1:\d+\/1 is no Redis server/,
    );
    expect(await found(silent.port)).toMatch(/^warn: .*does not answer in time/);
    expect(await found(await closedPort())).toMatch(/^warn: .*nothing listens there/);
    expect((await verdicts('redis://no.such.host.invalid')).join()).toMatch(/^warn: .*no host/);
  });

  test('wants TLS, or has none', async () => {
    await using tls = await startReceiver({ status: 200 }, { tls: 'server' });
    expect((await verdicts(`redis://127.0.0.1:${tls.port}`)).join()).toMatch(
      /^fail: .*TLS.*write rediss:\/\//,
    );
    expect((await verdicts(`rediss://127.0.0.1:${tls.port}`)).join()).toMatch(
      /^fail: .*certificate that is not trusted/,
    );
    await using plain = await startReceiver({ status: 400 });
    expect((await verdicts(`rediss://127.0.0.1:${plain.port}`)).join()).toMatch(
      /^fail: .*write redis:\/\//,
    );
  });
});

describeWithPrograms('a real server of Redis', ['redis-server'], (programs) => {
  let open: RedisServer;
  let locked: RedisServer;
  beforeAll(async () => {
    [open, locked] = await Promise.all([
      startRedisServer(programs['redis-server']),
      startRedisServer(programs['redis-server'], ['--requirepass', PASSWORD]),
    ]);
  });
  afterAll(async () => {
    await Promise.all([open.stop(), locked.stop()]);
  });

  test('a real one is judged by what it lets in', async () => {
    const at = (server: RedisServer, user: string, rest = '') =>
      verdicts(`redis://${user}127.0.0.1:${server.port}${rest}`).then((all) => all.join());
    expect(await at(open, '')).toMatch(/^ok: .*answers in/);
    expect(await at(open, '', '/3')).toMatch(/^ok: /);
    expect(await at(open, '', '/999')).toMatch(/^fail: .*does not have that database/);
    expect(await at(open, `:${PASSWORD}@`)).toMatch(/^fail: .*has no password, and one is sent/);
    expect(await at(locked, '')).toMatch(/^fail: .*wants a password/);
    expect(await at(locked, ':wrong@')).toMatch(/^fail: .*refuses the password/);
    expect(await at(locked, `:${PASSWORD}@`)).toMatch(/^ok: /);
    expect(await at(locked, `default:${PASSWORD}@`)).toMatch(/^ok: /);
    expect((await verdicts(`rediss://127.0.0.1:${open.port}`, [client], 200)).join()).toMatch(
      /^fail: .*as a server without TLS: write redis:/,
    );
    open.freeze();
    expect((await verdicts(open.url, [client], 200)).join()).toMatch(/^warn: .*in time/);
    open.thaw();
  });
});
