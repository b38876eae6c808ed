import { ROOT_CONTEXT } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AttributionResolver } from '../../processor/node/attribution/index.ts';
import type { Pause } from '../../processor/governance/budgets/stores/store.ts';
import { KillSwitch } from '../../processor/governance/control/kill-switch.ts';
import type { MatchTarget } from '../../processor/governance/match-call.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const target: MatchTarget = {
  scope: new AttributionResolver({ defaults: { team: 'support' } }).resolve(ROOT_CONTEXT),
  run: undefined,
  agent: undefined,
  runId: 'r-1',
  provider: 'openai',
  model: 'gpt-4o',
};

const pause: Pause = {
  id: 'p',
  scope: { team: 'support' },
  reason: 'r',
  actor: 'a',
  createdMs: 0,
};

/** A store of pauses that somebody else writes. */
function remote() {
  return {
    list: [] as readonly Pause[],
    isAway: false,
    asked: 0,
    pauses(): Promise<readonly Pause[]> {
      this.asked += 1;
      return this.isAway ? Promise.reject(new Error('away')) : Promise.resolve(this.list);
    },
  };
}

describe('KillSwitch', () => {
  it('obeys a pause of another process within two seconds, and its end too', async () => {
    const killSwitch = new KillSwitch({ now: Date.now, onError: () => undefined });
    const store = remote();
    killSwitch.watch(store);
    expect(await killSwitch.check(() => target)).toBeUndefined();
    store.list = [pause];
    await vi.advanceTimersByTimeAsync(1_999);
    expect(killSwitch.check(() => target)).toMatchObject({ code: 'costspan_paused', actor: 'a' });
    store.list = [];
    await vi.advanceTimersByTimeAsync(1_999);
    expect(killSwitch.check(() => target)).toBeUndefined();
    killSwitch.close();
  });

  it('waits for the first answer of the store, but not for ever', async () => {
    const killSwitch = new KillSwitch({ now: Date.now, onError: () => undefined });
    killSwitch.watch({ pauses: () => Promise.resolve([pause]) });
    expect(await killSwitch.check(() => target)).toMatchObject({ code: 'costspan_paused' });
    killSwitch.watch({ pauses: () => new Promise(() => undefined) });
    const checked = killSwitch.check(() => ({ ...target, model: 'o3' }));
    await vi.advanceTimersByTimeAsync(500);
    // What was known before stays in force.
    expect(await checked).toMatchObject({ code: 'costspan_paused' });
    killSwitch.close();
  });

  it('goes on to obey while the store is away', async () => {
    const errors: unknown[] = [];
    const killSwitch = new KillSwitch({ now: Date.now, onError: (error) => errors.push(error) });
    const store = remote();
    store.list = [pause];
    killSwitch.watch(store);
    await killSwitch.refresh();
    store.isAway = true;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(killSwitch.check(() => target)).toMatchObject({ code: 'costspan_paused' });
    expect(errors.length).toBeGreaterThan(0);
    killSwitch.close();
  });

  it('ends a pause at its time without asking anybody', async () => {
    let now = 1_000;
    const killSwitch = new KillSwitch({ now: () => now, onError: () => undefined });
    killSwitch.watch({ pauses: () => [{ ...pause, untilMs: 2_000 }] });
    expect(await killSwitch.check(() => target)).toMatchObject({ until: new Date(2_000) });
    now = 2_000;
    expect(killSwitch.check(() => target)).toBeUndefined();
    killSwitch.close();
  });
});
