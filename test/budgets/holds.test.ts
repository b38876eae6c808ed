import { describe, expect, it } from 'vitest';
import { LlmCall } from '../../conventions/index.ts';
import { AttributionResolver } from '../../processor/node/attribution/resolver.ts';
import { Budgets } from '../../processor/governance/budgets/budgets.ts';
import {
  BudgetContendedError,
  BudgetExceededError,
} from '../../processor/governance/budgets/budget-errors.ts';
import { Leases } from '../../processor/governance/budgets/reserve/leases.ts';
import { MemoryStore } from '../../processor/governance/budgets/stores/memory/memory-store.ts';
import {
  Reservation,
  reservationOf,
} from '../../processor/governance/budgets/reserve/reservation.ts';
import { StoreAccess } from '../../processor/governance/budgets/stores/store-access.ts';
import { CallState } from '../../processor/engine/loops/call-state.ts';
import { createPricer } from '../../processor/engine/pricing/index.ts';
import { resolveBudgets } from './support.ts';
import { ROOT_CONTEXT } from '@opentelemetry/api';

const START = Date.UTC(2026, 10, 30, 23, 59);
const LEASE_MS = 10_000;

/** One process with a clock of its own over a store that it may share. */
class Process {
  nowMs = START;
  readonly budgets: Budgets;
  readonly #pricer = createPricer();

  constructor(store: MemoryStore, limitCalls: number) {
    this.budgets = new Budgets({
      store,
      pricer: this.#pricer,
      now: () => this.nowMs,
      leaseMs: LEASE_MS,
      onError: (error) => {
        throw error;
      },
    });
    this.budgets.configure(
      resolveBudgets({ id: 'calls', limitCalls, period: 'month', mode: 'hard' }),
    );
  }

  start(more: Partial<LlmCall> = {}): { readonly call: LlmCall; readonly state: CallState } {
    const call = new LlmCall('chat', 'openai');
    Object.assign(call, { requestModel: 'gpt-4o', startTimeMs: this.nowMs }, more);
    const scope = new AttributionResolver().resolve(ROOT_CONTEXT);
    const state = new CallState(scope, undefined, undefined, undefined, undefined);
    call.observed = state;
    return { call, state };
  }

  admit({ call, state }: { readonly call: LlmCall; readonly state: CallState }): unknown {
    return this.budgets.admit(call, state);
  }

  end(
    { call, state }: { readonly call: LlmCall; readonly state: CallState },
    spanId: string = '',
  ): void {
    call.usage ??= { input: 10, output: 10 };
    call.endTimeMs = this.nowMs;
    this.budgets.booked(call, state, this.#pricer.price(call), {}, spanId);
  }
}

function figures(store: MemoryStore, period = '2026-11', nowMs = START): object | undefined {
  const [status] = store.status([{ budget: 'calls', split: '', period }], nowMs);
  return status && { committed: status.committed, held: status.held };
}

describe('holds', () => {
  it('of a process that died end with their lease, and its money is there again', () => {
    const store = new MemoryStore();
    const [dead, other] = [new Process(store, 1), new Process(store, 1)];
    expect(dead.admit(dead.start())).toBeUndefined();
    expect(other.admit(other.start())).toBeInstanceOf(BudgetContendedError);
    other.nowMs += LEASE_MS;
    expect(other.admit(other.start())).toBeUndefined();
  });

  it('of long calls are renewed before their lease ends', () => {
    const store = new MemoryStore();
    const access = new StoreAccess({
      store,
      now: () => START,
      idPrefix: 'p',
      onError: () => undefined,
    });
    const leases = new Leases(access, LEASE_MS);
    const process = new Process(store, 1);
    const long = process.start();
    process.admit(long);
    const held = reservationOf(long.state);
    expect(held).toBeInstanceOf(Reservation);
    leases.add(held!, START);
    for (let passed = 0; passed < 10 * LEASE_MS; passed += LEASE_MS / 4) {
      leases.renew(START + passed);
      expect(figures(store, '2026-11', START + passed)).toEqual({ committed: 0, held: 1 });
    }
    leases.close();
  });

  it('are charged to the period of admission when a call ends in the next one', () => {
    const store = new MemoryStore();
    const process = new Process(store, 1);
    const call = process.start();
    expect(process.admit(call)).toBeUndefined();
    process.nowMs = Date.UTC(2026, 11, 1, 0, 0, 1);
    process.end(call);
    process.end(call);
    expect([figures(store), figures(store, '2026-12')]).toEqual([
      { committed: 1, held: 0 },
      { committed: 0, held: 0 },
    ]);
    expect(process.admit(process.start())).toBeUndefined();
    expect(process.admit(process.start())).toBeInstanceOf(BudgetContendedError);
  });

  it('of a call cover the calls made inside it, and count once', () => {
    const store = new MemoryStore();
    const process = new Process(store, 1);
    const outer = process.start();
    expect(process.admit(outer)).toBeUndefined();
    const inner = process.start({ outer: outer.call });
    expect(process.admit(inner)).toBeUndefined();
    expect(figures(store)).toEqual({ committed: 0, held: 1 });
    process.end(inner);
    process.budgets.dropped(outer.state);
    expect(figures(store)).toEqual({ committed: 1, held: 0 });
    expect(process.admit(process.start())).toBeInstanceOf(BudgetExceededError);
  });

  it('of a background response stay until its work is over', () => {
    const store = new MemoryStore();
    const process = new Process(store, 2);
    const background = process.start();
    process.admit(background);
    background.call.responseId = 'resp_1';
    background.call.usagePending = true;
    background.call.usage = {};
    process.end(background);
    expect(figures(store)).toEqual({ committed: 0, held: 1 });
    const fetched = process.start({ operation: 'fetch_response', responseId: 'resp_1' });
    expect(process.admit(fetched)).toBeUndefined();
    background.call.usagePending = false;
    process.end(background);
    expect(figures(store)).toEqual({ committed: 1, held: 0 });
  });

  it('of a background response are settled, or taken over, by another process', () => {
    const store = new MemoryStore();
    const [first, second] = [new Process(store, 2), new Process(store, 2)];
    const begun = first.start();
    first.admit(begun);
    Object.assign(begun.call, { responseId: 'resp_1', usagePending: true, usage: {} });
    first.end(begun);
    const hold: unknown = JSON.parse(JSON.stringify(first.budgets.holdOf(begun.state)));
    const taken = second.start();
    second.budgets.takeHold(taken.call, taken.state, hold);
    second.end(taken);
    expect(figures(store)).toEqual({ committed: 1, held: 0 });
    first.budgets.settledElsewhere(begun.state);
    begun.call.usagePending = false;
    first.end(begun);
    expect(figures(store)).toEqual({ committed: 1, held: 0 });
  });

  it('are none for a call that another instrumentation tells of; its span counts once', () => {
    const store = new MemoryStore();
    const process = new Process(store, 5);
    for (let sight = 0; sight < 2; sight += 1) {
      const foreign = process.start({ responseId: 'chatcmpl-1' });
      foreign.state.isForeign = true;
      process.end(foreign, '0102030405060708');
    }
    const other = process.start({ responseId: 'chatcmpl-1' });
    other.state.isForeign = true;
    process.end(other, '0102030405060709');
    expect(figures(store)).toEqual({ committed: 2, held: 0 });
  });
});
