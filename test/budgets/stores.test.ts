import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstBrokenEntry } from '../../processor/governance/budgets/stores/memory/audit-chain.ts';
import { MemoryStore } from '../../processor/governance/budgets/stores/memory/memory-store.ts';
import {
  type RedisStore,
  redisStore,
} from '../../processor/governance/budgets/stores/redis/redis-store.ts';
import { SqliteStore } from '../../processor/governance/budgets/stores/sqlite/sqlite-store.ts';
import type { BudgetStore, Charge } from '../../processor/governance/budgets/stores/store.ts';
import { requireProgram } from '../support/programs.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { holdToModel } from './store-model.ts';

const NOW = Date.UTC(2026, 10, 26, 12);
const redisProgram = requireProgram('redis-server');

/** A charge to the one account of most tests. */
function charge(amount: number, more: Partial<Charge> = {}): Charge {
  return {
    budget: 'support',
    split: '',
    period: '2026-11',
    amount,
    limit: 100,
    enforced: true,
    thresholds: [],
    keepUntilMs: Date.UTC(2100, 0, 1),
    ...more,
  };
}

/** What every store must do. `open` gives an empty one. */
function storeContract(open: () => Promise<BudgetStore>, modelRuns: number): void {
  it('holds to the model over any order of operations', async () => {
    await holdToModel(async () => {
      const store = await open();
      return {
        store,
        async close() {
          await store.close();
        },
      };
    }, modelRuns);
  }, 120_000);

  it('lets the first who asks claim what somebody began, and him again', async () => {
    const store = await open();
    const kept = { key: 'openai\nresp_1', told: '{"é":1}', ttlMs: 60_000, nowMs: NOW };
    const request = { key: kept.key, by: 'a', isKnown: false, ttlMs: 60_000, nowMs: NOW };
    expect(await store.claimBeginning(request)).toEqual({ outcome: 'unknown' });
    await store.keepBeginning(kept);
    await store.keepBeginning({ ...kept, told: 'another' });
    const claims = await Promise.all(
      ['a', 'b', 'a', 'c'].map(async (by) => store.claimBeginning({ ...request, by })),
    );
    const claimed = { outcome: 'claimed', told: kept.told };
    expect(claims).toEqual([claimed, { outcome: 'taken' }, claimed, { outcome: 'taken' }]);
    await store.keepBeginning(kept);
    expect(await store.claimBeginning({ ...request, by: 'b' })).toEqual({ outcome: 'taken' });
    await store.close();
  });

  it('lets who began it claim what nobody was told of', async () => {
    const store = await open();
    const request = { key: 'resp_2', by: 'a', isKnown: true, ttlMs: 60_000, nowMs: NOW };
    expect(await store.claimBeginning(request)).toEqual({ outcome: 'claimed', told: undefined });
    const other = { ...request, by: 'b' };
    expect(await store.claimBeginning(other)).toEqual({ outcome: 'taken' });
    await store.close();
  });

  it('tells a threshold to the first who sees it reached, and to nobody else', async () => {
    const store = await open();
    const told: number[] = [];
    for (let call = 0; call < 12; call += 1) {
      const charges = [charge(10, { thresholds: [50, 80, 100] })];
      const request = { id: `c${call}`, charges, leaseMs: 1_000, nowMs: NOW };
      const { outcome, crossed } = await store.reserve(request);
      told.push(...crossed.map(({ threshold }) => threshold));
      if (outcome !== 'admitted') continue;
      const settled = await store.settle({ id: `c${call}`, charges, nowMs: NOW });
      told.push(...settled.crossed.map(({ threshold }) => threshold));
    }
    expect(told).toEqual([50, 80, 100]);
    await store.close();
  });

  it('tells of the limit when a refusal shows that it is reached', async () => {
    const store = await open();
    await store.settle({ id: 'a', charges: [charge(95)], nowMs: NOW });
    const charges = [charge(10, { thresholds: [50, 100] })];
    const refused = await store.reserve({ id: 'b', charges, leaseMs: 1_000, nowMs: NOW });
    expect(refused.outcome).toBe('exhausted');
    expect(refused.crossed.map(({ threshold }) => threshold)).toEqual([50, 100]);
    await store.close();
  });

  it('counts older buckets of a rolling window against the limit', async () => {
    const store = await open();
    await store.settle({ id: 'a', charges: [charge(70, { period: 'b1' })], nowMs: NOW });
    const next = charge(40, { period: 'b2', olderPeriods: ['b1', 'b0'] });
    const refused = await store.reserve({ id: 'b', charges: [next], leaseMs: 1, nowMs: NOW });
    expect(refused).toMatchObject({ outcome: 'exhausted', figures: [{ committed: 70 }] });
    const later = { ...next, olderPeriods: ['b0'] };
    const passed = await store.reserve({ id: 'c', charges: [later], leaseMs: 1e6, nowMs: NOW });
    expect(passed.outcome).toBe('admitted');
    await store.close();
  });

  it('keeps exact count up to 2^53', async () => {
    const store = await open();
    const big = Number.MAX_SAFE_INTEGER - 1;
    const charges = [charge(big, { limit: Number.MAX_SAFE_INTEGER })];
    expect((await store.reserve({ id: 'a', charges, leaseMs: 1e6, nowMs: NOW })).outcome).toBe(
      'admitted',
    );
    await store.settle({ id: 'a', charges, nowMs: NOW });
    await store.settle({ id: 'b', charges: [{ ...charges[0]!, amount: 1 }], nowMs: NOW });
    const [status] = await store.status(charges, NOW);
    expect(status?.committed).toBe(Number.MAX_SAFE_INTEGER);
    expect(status?.days).toEqual({ '2026-11-26': Number.MAX_SAFE_INTEGER });
    await store.close();
  });

  it('names the fullest splits first', async () => {
    const store = await open();
    for (const [user, amount] of [
      ['a', 5],
      ['b', 9],
      ['c', 7],
    ] as const) {
      const split = `userId=${user}`;
      await store.settle({ id: user, charges: [charge(amount, { split })], nowMs: NOW });
    }
    expect(await store.splits('support', '2026-11', 2)).toEqual(['userId=b', 'userId=c']);
    await store.close();
  });

  it('raises counters to what ledgers add up to, and never lowers them', async () => {
    const store = await open();
    const at = async () => (await store.status([charge(0)], NOW))[0]?.committed;
    await store.settle({ id: 'a', charges: [charge(50)], nowMs: NOW });
    await store.raiseCommitted('ledger-1', [charge(30)]);
    expect(await at()).toBe(50);
    await store.raiseCommitted('ledger-2', [charge(40)]);
    expect(await at()).toBe(70);
    await store.raiseCommitted('ledger-2', [charge(10)]);
    expect(await at()).toBe(70);
    await store.close();
  });

  it('adds overrides in force to the limit, of one split or of all', async () => {
    const store = await open();
    const override = {
      id: 'o-1',
      budget: 'support',
      period: '2026-11',
      extra: 50,
      createdMs: NOW,
      expiresMs: Date.UTC(2100, 0, 1),
      actor: 'lead',
      reason: 'launch',
    };
    await store.addOverride(override);
    await store.addOverride({ ...override, id: 'o-2', split: 'userId=a', extra: 25 });
    const extraOf = async (split: string) =>
      (await store.status([charge(0, { split })], NOW))[0]?.extra;
    expect([await extraOf(''), await extraOf('userId=a')]).toEqual([50, 75]);
    const charges = [charge(120)];
    const result = await store.reserve({ id: 'a', charges, leaseMs: 1e6, nowMs: NOW });
    expect(result).toMatchObject({ outcome: 'admitted', overrides: ['o-1'] });
    expect(await store.overrides(NOW)).toHaveLength(2);
    expect(await store.expireOverride('o-1', NOW)).toBe(true);
    expect(await store.expireOverride('o-1', NOW)).toBe(false);
    expect(await extraOf('')).toBe(0);
    expect(await store.overrides(undefined)).toHaveLength(2);
    await store.close();
  });

  it('pauses and resumes', async () => {
    const store = await open();
    const pause = { id: 'p-1', scope: { team: 'a' }, reason: 'r', actor: 'x', createdMs: NOW };
    await store.pause(pause);
    await store.pause({ ...pause, id: 'p-2', untilMs: NOW + 10 });
    expect((await store.pauses(NOW)).map(({ id }) => id).toSorted()).toEqual(['p-1', 'p-2']);
    expect(await store.pauses(NOW + 10)).toEqual([pause]);
    expect([await store.resume('p-1'), await store.resume('p-1')]).toEqual([true, false]);
    await store.close();
  });

  it('chains the audit log, also when several write at once', async () => {
    const store = await open();
    const events = Array.from({ length: 20 }, (_, index) => ({
      atMs: NOW + index,
      action: 'pause',
      actor: 'x',
      details: { workflow: 'w', index },
    }));
    await Promise.all(events.map(async (event) => store.appendAudit(event)));
    const entries = await store.audit(1, 100);
    expect(entries).toHaveLength(20);
    expect(firstBrokenEntry(entries)).toBeUndefined();
    expect((await store.audit(5, 2)).map(({ sequence }) => sequence)).toEqual([5, 6]);
    await store.close();
  });

  it('counts for a run up to exactly its limits', async () => {
    const store = await open();
    const count = async () =>
      store.countRun({
        runId: 'r',
        add: { calls: 1, cost: 0.25 },
        limits: { calls: 3 },
        ttlMs: 60_000,
        nowMs: NOW,
      });
    const answers = [await count(), await count(), await count(), await count()];
    expect(answers.map(({ exceeded }) => exceeded)).toEqual([
      undefined,
      undefined,
      undefined,
      'calls',
    ]);
    expect(answers[3]?.totals).toEqual({ calls: 3, cost: 0.75 });
    await store.close();
  });
}

describe('memory', () => {
  storeContract(() => Promise.resolve(new MemoryStore()), 300);
});

describe('sqlite', () => {
  let folder: string;
  let files = 0;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'costspan-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const open = (): Promise<SqliteStore> => SqliteStore.open(join(folder, `${(files += 1)}.db`));
  storeContract(open, 60);

  it('shares a file between connections and keeps it over a restart', async () => {
    const path = join(folder, 'shared.db');
    const [one, two] = [await SqliteStore.open(path), await SqliteStore.open(path)];
    const charges = [charge(60)];
    const reserve = { charges, leaseMs: 1e6, nowMs: NOW };
    expect((await one.reserve({ id: 'a', ...reserve })).outcome).toBe('admitted');
    expect((await two.reserve({ id: 'b', ...reserve })).outcome).toBe('contended');
    await one.settle({ id: 'a', charges, nowMs: NOW });
    one.close();
    two.close();
    const again = await SqliteStore.open(path);
    expect((await again.status(charges, NOW))[0]).toMatchObject({ committed: 60, held: 0 });
    again.close();
  });
});

describe.skipIf(redisProgram === undefined)('redis', () => {
  let server: RedisServer;
  let nodeRedis: ReturnType<typeof createClient>;
  let ioredis: Redis;
  let namespaces = 0;
  beforeAll(async () => {
    server = await startRedisServer(redisProgram ?? '');
    nodeRedis = createClient({ url: server.url });
    nodeRedis.on('error', () => undefined);
    await nodeRedis.connect();
    ioredis = new Redis(server.url);
    ioredis.on('error', () => undefined);
  });
  afterAll(async () => {
    nodeRedis.destroy();
    ioredis.disconnect();
    await server.stop();
  });
  const open = (client: () => object) => (): Promise<RedisStore> =>
    Promise.resolve(redisStore(client(), `test-${(namespaces += 1)}`));

  describe('by node-redis', () => {
    storeContract(
      open(() => nodeRedis),
      60,
    );
  });
  describe('by ioredis', () => {
    storeContract(
      open(() => ioredis),
      30,
    );
  });

  it('brings back what it has seen when the server has lost its data, before deciding', async () => {
    const store = redisStore(nodeRedis, 'flushed');
    let told = 0;
    store.onEmptied(() => {
      told += 1;
    });
    await store.settle({ id: 'a', charges: [charge(90)], nowMs: NOW });
    await server.command('FLUSHALL');
    const refused = await store.reserve({
      id: 'b',
      charges: [charge(20)],
      leaseMs: 1e6,
      nowMs: NOW,
    });
    expect(refused).toMatchObject({ outcome: 'exhausted', figures: [{ committed: 90 }] });
    await server.command('FLUSHALL');
    await store.settle({ id: 'c', charges: [charge(5)], nowMs: NOW });
    expect((await store.status([charge(0)]))[0]?.committed).toBe(95);
    expect(told).toBe(2);
  });

  it('gives every key of an account an end, whatever was done first', async () => {
    const store = redisStore(nodeRedis, 'ends');
    const charges = [charge(1, { split: 'userId=a', thresholds: [1] })];
    const hold = (id: string) => store.reserve({ id, charges, leaseMs: 1e6, nowMs: NOW });
    const ends = async () => {
      const keys = await nodeRedis.keys('{costspan:ends}:b:*');
      return Promise.all(keys.map((key) => nodeRedis.pTTL(key)));
    };
    await hold('a');
    expect(await ends()).toHaveLength(2);
    await store.release({ id: 'a', accounts: charges, nowMs: NOW });
    await hold('b');
    await hold('c');
    await store.settle({ id: 'b', charges, nowMs: NOW });
    await store.raiseCommitted('ledger', charges);
    const all = await ends();
    // Figures, holds, days, thresholds, what ledgers say, and the splits of the budget.
    expect(all).toHaveLength(6);
    expect(Math.min(...all)).toBeGreaterThan(0);
  });

  it('loads its scripts again where the server has forgotten them', async () => {
    const store = redisStore(ioredis, 'scripts');
    await store.release({ id: 'a', accounts: [], nowMs: NOW });
    await server.command('SCRIPT', 'FLUSH');
    await expect(store.release({ id: 'a', accounts: [], nowMs: NOW })).resolves.toBeUndefined();
  });

  it('says that a server which evicts keys is unsafe', async () => {
    const store = redisStore(nodeRedis, 'unsafe');
    expect(await store.check()).toEqual([]);
    await server.command('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    expect((await store.check())[0]).toMatch(/allkeys-lru.*noeviction/);
    await server.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
  });
});
