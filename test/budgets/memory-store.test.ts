import { describe, expect, it } from 'vitest';
import { firstBrokenEntry } from '../../processor/governance/budgets/stores/memory/audit-chain.ts';
import { MemoryStore } from '../../processor/governance/budgets/stores/memory/memory-store.ts';
import type { Charge } from '../../processor/governance/budgets/stores/store.ts';

const NOW = Date.UTC(2026, 10, 26, 12);
const LEASE = 1_000;

function charge(amount: number, limit: number, more: Partial<Charge> = {}): Charge {
  return {
    budget: 'support',
    split: '',
    period: '2026-11',
    amount,
    limit,
    enforced: true,
    thresholds: [],
    keepUntilMs: NOW + 1e9,
    ...more,
  };
}

describe('MemoryStore', () => {
  it('tells contended from exhausted', () => {
    const store = new MemoryStore();
    const reserve = (id: string, amount: number) =>
      store.reserve({ id, charges: [charge(amount, 100)], leaseMs: LEASE, nowMs: NOW });
    expect(reserve('a', 80).outcome).toBe('admitted');
    expect(reserve('b', 30)).toMatchObject({ outcome: 'contended', deniedBy: 0 });
    store.settle({ id: 'a', charges: [charge(80, 100)], nowMs: NOW });
    expect(reserve('b', 30)).toMatchObject({ outcome: 'exhausted', deniedBy: 0 });
    expect(reserve('c', 20).outcome).toBe('admitted');
  });

  it('raises the limit by overrides in force and says which were needed', () => {
    const store = new MemoryStore();
    store.addOverride({
      id: 'o-1',
      budget: 'support',
      period: '2026-11',
      extra: 50,
      createdMs: NOW,
      expiresMs: NOW + 10,
      actor: 'lead',
      reason: 'launch',
    });
    const reserve = (id: string, amount: number, nowMs: number) =>
      store.reserve({ id, charges: [charge(amount, 100)], leaseMs: LEASE, nowMs });
    expect(reserve('a', 90, NOW).overrides).toEqual([]);
    expect(reserve('b', 30, NOW)).toMatchObject({ outcome: 'admitted', overrides: ['o-1'] });
    expect(reserve('c', 40, NOW + 10)).toMatchObject({ outcome: 'contended' });
  });

  it('chains the audit log so that a change and a removal show', () => {
    const store = new MemoryStore();
    for (const actor of ['a', 'b', 'c']) {
      store.appendAudit({ atMs: NOW, action: 'pause', actor, details: { workflow: 'x' } });
    }
    const entries = store.audit(1, 10);
    expect(firstBrokenEntry(entries)).toBeUndefined();
    expect(firstBrokenEntry([entries[0]!, entries[2]!])).toBe(3);
    expect(firstBrokenEntry([entries[0]!, { ...entries[1]!, actor: 'z' }, entries[2]!])).toBe(2);
  });

  it('adds to the counters of a run up to exactly their limits', () => {
    const store = new MemoryStore();
    const count = () =>
      store.countRun({
        runId: 'r',
        add: { calls: 1 },
        limits: { calls: 2 },
        ttlMs: 10,
        nowMs: NOW,
      });
    expect([count(), count(), count()].map(({ exceeded }) => exceeded)).toEqual([
      undefined,
      undefined,
      'calls',
    ]);
    expect(count().totals).toEqual({ calls: 2 });
  });

  it('forgets accounts that are over, with their splits, and keeps the others', () => {
    const store = new MemoryStore();
    const settle = (id: string, split: string, keepUntilMs: number) =>
      store.settle({ id, charges: [charge(1, 100, { split, keepUntilMs })], nowMs: NOW });
    settle('kept', 'userId=kept', NOW + 1e9);
    for (let user = 0; user < 9_999; user += 1) settle(`over-${user}`, `userId=${user}`, NOW);
    settle('last', 'userId=last', NOW + 1e9);
    expect(store.splits('support', '2026-11', 10)).toEqual(['userId=kept', 'userId=last']);
    expect(store.splits('support', '2026-10', 10)).toEqual([]);
  });

  it('ends each hold at its own time', () => {
    const store = new MemoryStore();
    const held = (nowMs: number) => store.status([charge(0, 100)], nowMs)[0]?.held;
    for (const [id, leaseMs] of [
      ['a', 10],
      ['b', 20],
      ['c', 30],
    ] as const) {
      store.reserve({ id, charges: [charge(5, 100)], leaseMs, nowMs: NOW });
    }
    expect(held(NOW + 9)).toBe(15);
    store.renew({ id: 'b', accounts: [charge(0, 100)], leaseMs: 100, nowMs: NOW + 9 });
    expect([held(NOW + 10), held(NOW + 30), held(NOW + 109)]).toEqual([10, 5, 0]);
  });
});
