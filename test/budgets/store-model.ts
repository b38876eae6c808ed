import {
  type Arbitrary,
  array,
  assert,
  asyncProperty,
  constant,
  integer,
  oneof,
  record,
  subarray,
} from 'fast-check';
import { expect } from 'vitest';
import type { BudgetStore, Charge } from '../../processor/governance/budgets/stores/store.ts';

const NOW = Date.UTC(2026, 10, 26, 12);
const KEEP_UNTIL = Date.UTC(2100, 0, 1);
/** Long enough for any test. */
const LIVE_MS = 3_600_000;
/** A hold that has expired by the next operation, as after a crash, on any clock. */
const EXPIRED_MS = -1;

/** The accounts of the model, by limit. A call is charged to a part of them. */
const ACCOUNTS = [
  { budget: 'team', split: '', limit: 1_000 },
  { budget: 'user', split: 'userId=a&b', limit: 300 },
  { budget: 'soft', split: '', limit: 100 },
] as const;

type Operation =
  | {
      readonly kind: 'reserve';
      readonly id: number;
      readonly amount: number;
      readonly lives: boolean;
    }
  | { readonly kind: 'settle'; readonly id: number; readonly amount: number }
  | { readonly kind: 'release' | 'renew'; readonly id: number };

const ids = integer({ min: 0, max: 11 });
const amounts = integer({ min: 0, max: 400 });

const operation: Arbitrary<Operation> = oneof(
  {
    weight: 4,
    arbitrary: record({
      kind: constant('reserve' as const),
      id: ids,
      amount: amounts,
      lives: oneof({ weight: 3, arbitrary: constant(true) }, constant(false)),
    }),
  },
  { weight: 3, arbitrary: record({ kind: constant('settle' as const), id: ids, amount: amounts }) },
  record({ kind: oneof(constant('release' as const), constant('renew' as const)), id: ids }),
);

/** What a store must do, in the plainest terms. */
class Model {
  readonly committed = ACCOUNTS.map(() => 0);
  readonly holds = ACCOUNTS.map(() => new Map<string, { amount: number; lives: boolean }>());
  readonly settled = new Set<string>();
  /** What may go beyond each limit: see the bound in the documentation. */
  readonly excess = ACCOUNTS.map(() => 0);

  held(account: number, besides?: string): number {
    let sum = 0;
    for (const [id, { amount, lives }] of this.holds[account]!) {
      if (lives && id !== besides) sum += amount;
    }
    return sum;
  }

  reserve(id: string, of: readonly number[], amount: number, lives: boolean): string {
    this.expire(of);
    if (this.settled.has(id)) return 'settled';
    if (of.every((account) => this.holds[account]!.has(id))) return 'admitted';
    const enforced = of.filter((account) => ACCOUNTS[account]!.budget !== 'soft');
    const fits = (account: number, held: number): boolean =>
      this.committed[account]! + held + amount <= ACCOUNTS[account]!.limit;
    if (!enforced.every((account) => fits(account, 0))) return 'exhausted';
    if (!enforced.every((account) => fits(account, this.held(account, id)))) return 'contended';
    for (const account of of) this.holds[account]!.set(id, { amount, lives });
    return 'admitted';
  }

  settle(id: string, of: readonly number[], amount: number): boolean {
    if (this.settled.has(id)) return true;
    this.settled.add(id);
    for (const account of of) {
      const hold = this.holds[account]!.get(id);
      // A hold that has expired is none, whether or not the store has dropped it yet.
      const held = hold?.lives === true ? hold.amount : 0;
      this.excess[account]! += Math.max(0, amount - held);
      this.holds[account]!.delete(id);
      this.committed[account]! += amount;
    }
    return false;
  }

  release(id: string, of: readonly number[]): void {
    for (const account of of) this.holds[account]!.delete(id);
  }

  renew(id: string, of: readonly number[]): boolean {
    this.expire(of);
    return of.some((account) => this.holds[account]!.has(id));
  }

  /** Every operation drops what has expired in the accounts it looks at. */
  expire(of: readonly number[]): void {
    for (const account of of) {
      for (const [id, { lives }] of this.holds[account]!) {
        if (!lives) this.holds[account]!.delete(id);
      }
    }
  }
}

/** Holds a store to the model, over any order of operations, duplicates and crashes included. */
export async function holdToModel(
  open: () => Promise<{ readonly store: BudgetStore; close(): Promise<void> }>,
  runs: number,
): Promise<void> {
  const memberships = array(subarray([0, 1, 2], { minLength: 1 }), {
    minLength: 12,
    maxLength: 12,
  });
  await assert(
    asyncProperty(memberships, array(operation, { maxLength: 60 }), async (members, operations) => {
      const { store, close } = await open();
      try {
        const model = new Model();
        for (const one of operations) await apply(store, model, members[one.id]!, one);
      } finally {
        await close();
      }
    }),
    { numRuns: runs },
  );
}

async function apply(
  store: BudgetStore,
  model: Model,
  of: readonly number[],
  one: Operation,
): Promise<void> {
  const id = `call-${one.id}`;
  const charges = (amount: number): Charge[] =>
    of.map((account) => ({
      ...ACCOUNTS[account]!,
      period: '2026-11',
      amount,
      enforced: ACCOUNTS[account]!.budget !== 'soft',
      thresholds: [],
      keepUntilMs: KEEP_UNTIL,
    }));
  switch (one.kind) {
    case 'reserve': {
      const expected = model.reserve(id, of, one.amount, one.lives);
      const leaseMs = one.lives ? LIVE_MS : EXPIRED_MS;
      const request = { id, charges: charges(one.amount), leaseMs, nowMs: NOW };
      expect((await store.reserve(request)).outcome).toBe(expected);
      break;
    }
    case 'settle': {
      const expected = model.settle(id, of, one.amount);
      const result = await store.settle({ id, charges: charges(one.amount), nowMs: NOW });
      expect(result.duplicate).toBe(expected);
      break;
    }
    case 'release':
      model.release(id, of);
      await store.release({ id, accounts: charges(0), nowMs: NOW });
      break;
    case 'renew': {
      const expected = model.renew(id, of);
      const request = { id, accounts: charges(0), leaseMs: LIVE_MS, nowMs: NOW };
      expect(await store.renew(request)).toBe(expected);
      break;
    }
    default:
      one satisfies never;
  }
  const accounts = ACCOUNTS.map((account) => ({ ...account, period: '2026-11' }));
  const status = await store.status(accounts, NOW);
  for (const [index, { committed, held }] of status.entries()) {
    expect({ committed, held }).toEqual({
      committed: model.committed[index],
      held: model.held(index),
    });
    expect(held).toBeGreaterThanOrEqual(0);
    const { limit, budget } = ACCOUNTS[index]!;
    if (budget !== 'soft') expect(committed).toBeLessThanOrEqual(limit + model.excess[index]!);
  }
}
