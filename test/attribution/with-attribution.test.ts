import { AsyncResource } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { context, diag, DiagLogLevel } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Attribution } from '../../conventions/index.ts';
import {
  AttributionResolver,
  setRunScopeEndListener,
  withAttribution,
  type RunScope,
} from '../../processor/node/attribution/index.ts';

const resolver = new AttributionResolver();
const scope = () => resolver.resolve(context.active());
const values = (): Attribution => scope().values;

function currentRun(): RunScope {
  const run = scope().runScope;
  if (run === undefined) {
    throw new Error('no run');
  }
  return run;
}

const ignore = (): void => undefined;

/** Lets every waiting continuation run. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe.each([
  ['with a context manager', true],
  ['without OpenTelemetry', false],
])('withAttribution %s', (_name, hasContextManager) => {
  beforeEach(() => {
    if (hasContextManager) {
      context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    }
  });

  afterEach(() => {
    context.disable();
    setRunScopeEndListener(undefined);
  });

  it('holds inside and not outside, and returns what the function returns', () => {
    expect(values()).toEqual({});
    const result = { some: 'object' };
    expect(
      withAttribution({ team: 'support', userId: 'u-17' }, () => {
        expect(values()).toEqual({ team: 'support', userId: 'u-17' });
        return result;
      }),
    ).toBe(result);
    expect(values()).toEqual({});
  });

  it('holds after awaits and in timers', async () => {
    await withAttribution({ team: 'support' }, async () => {
      await settle();
      expect(values().team).toBe('support');
    });
    expect(values()).toEqual({});
  });

  it('holds in a listener that is bound, and is the emitter’s in one that is not', () => {
    const emitter = new EventEmitter();
    const heard: (string | undefined)[] = [];
    withAttribution({ team: 'support' }, () => {
      emitter.on('message', () => heard.push(values().team));
      emitter.on(
        'message',
        AsyncResource.bind(() => heard.push(values().team)),
      );
    });
    withAttribution({ team: 'web' }, () => emitter.emit('message'));
    expect(heard).toEqual(['web', 'support']);
  });

  it('merges: absent keys keep their value', () => {
    withAttribution({ team: 'support', workflow: 'triage' }, () => {
      withAttribution({ workflow: 'answer', team: undefined }, () => {
        expect(values()).toEqual({ team: 'support', workflow: 'answer' });
      });
      expect(values()).toEqual({ team: 'support', workflow: 'triage' });
    });
  });

  it('trims values and leaves out those it cannot use', () => {
    const attribution: unknown = { team: '  support ', workflow: 'a\u0000b', project: 7 };
    withAttribution(attribution as Attribution, () =>
      expect(values()).toEqual({ team: 'support' }),
    );
  });

  it.each([null, undefined, 7, 'support', [], Object.create(null)])(
    'runs the function whatever it is given: %j',
    (input) => {
      expect(withAttribution(input as Attribution, () => 'result')).toBe('result');
    },
  );

  it('survives a getter that throws', () => {
    const hostile = {
      team: 'support',
      get workflow(): string {
        throw new Error('getter');
      },
    };
    expect(withAttribution(hostile, () => 'result')).toBe('result');
  });

  it('passes on what the function throws', () => {
    const error = new Error('host');
    expect(() =>
      withAttribution({ team: 'support' }, () => {
        throw error;
      }),
    ).toThrow(error);
    expect(values()).toEqual({});
  });

  it('keeps 200 concurrent chains apart', async () => {
    const chains = Array.from({ length: 200 }, async (_chain, index) => {
      const team = `team-${index}`;
      return withAttribution({ team }, async () => {
        const run = currentRun();
        for (let round = 0; round < 5; round++) {
          await (round % 2 === 0 ? settle() : Promise.resolve());
          expect(values()).toEqual({ team });
          expect(currentRun()).toBe(run);
          await withAttribution({ userId: `user-${index}` }, async () => {
            await settle();
            expect(values()).toEqual({ team, userId: `user-${index}` });
          });
        }
        return run.id;
      });
    });
    expect(new Set(await Promise.all(chains)).size).toBe(200);
  });

  describe('runs', () => {
    it('starts one for the outermost call, shared by nested calls of the same workflow', () => {
      withAttribution({ workflow: 'triage' }, () => {
        const outer = currentRun();
        expect(outer.id).toMatch(/^[\da-f]{16}$/);
        expect(outer.parentRun).toBeUndefined();
        withAttribution({ userId: 'u-17' }, () => expect(currentRun()).toBe(outer));
        withAttribution({ workflow: 'triage' }, () => expect(currentRun()).toBe(outer));
        expect(outer.ended).toBe(false);
      });
    });

    it('starts one for a nested call that names another workflow', () => {
      withAttribution({ team: 'support' }, () => {
        const outer = currentRun();
        withAttribution({ workflow: 'triage' }, () => {
          expect(currentRun()).not.toBe(outer);
          expect(currentRun().parentRun).toBe(outer);
        });
        expect(currentRun()).toBe(outer);
      });
    });

    it('ends when a function returns or throws', () => {
      const ended: RunScope[] = [];
      setRunScopeEndListener((run) => ended.push(run));
      const first = withAttribution({ team: 'a' }, () => currentRun());
      expect(ended).toEqual([first]);
      expect(first.ended).toBe(true);
      expect(() =>
        withAttribution({ team: 'b' }, () => {
          throw new Error('host');
        }),
      ).toThrow('host');
      expect(ended).toHaveLength(2);
    });

    it('ends when the promise of an async function settles, and passes its value on', async () => {
      let run: RunScope | undefined;
      const promise = withAttribution({ team: 'a' }, async () => {
        run = currentRun();
        await settle();
        expect(run.ended).toBe(false);
        return 'value';
      });
      expect(promise).toBeInstanceOf(Promise);
      expect(run?.ended).toBe(false);
      expect(await promise).toBe('value');
      expect(run?.ended).toBe(true);
    });

    it('ends when that promise is rejected, and passes the very error on', async () => {
      const error = new Error('host');
      let run: RunScope | undefined;
      const promise = withAttribution({ team: 'a' }, async () => {
        run = currentRun();
        await settle();
        throw error;
      });
      await expect(promise).rejects.toBe(error);
      expect(run?.ended).toBe(true);
    });

    it('hands the promise of an SDK through, never calling then', () => {
      class SdkPromise extends Promise<string> {}
      const promise = new SdkPromise(() => undefined);
      const then = vi.spyOn(SdkPromise.prototype, 'then');
      // oxlint-disable-next-line unicorn/no-thenable -- a thenable is the subject
      const thenable = { then: vi.fn<() => void>() };
      const decorated = Object.assign(Promise.resolve('value'), { cancel: () => undefined });
      let run: RunScope | undefined;
      for (const result of [promise, thenable, decorated] as readonly unknown[]) {
        expect(
          withAttribution({ team: 'a' }, () => {
            run = currentRun();
            return result;
          }),
        ).toBe(result);
        expect(run?.ended).toBe(true);
      }
      expect(then).not.toHaveBeenCalled();
      expect(thenable.then).not.toHaveBeenCalled();
    });

    it('survives listeners that throw', () => {
      setRunScopeEndListener(() => {
        throw new Error('listener');
      });
      const result = withAttribution({ team: 'a' }, () => {
        currentRun().onEnd = () => {
          throw new Error('own listener');
        };
        return 'value';
      });
      expect(result).toBe('value');
    });

    it('calls the listener of the process, then the run its own', () => {
      const order: string[] = [];
      setRunScopeEndListener(() => order.push('process'));
      withAttribution({ team: 'a' }, () => {
        currentRun().onEnd = () => order.push('own');
      });
      expect(order).toEqual(['process', 'own']);
    });

    it('starts anew in work that outlives its run', async () => {
      let late: Promise<RunScope> | undefined;
      const first = withAttribution({ workflow: 'triage' }, () => {
        late = settle().then(() => withAttribution({ workflow: 'triage' }, () => currentRun()));
        return currentRun();
      });
      const second = await late;
      expect(second).not.toBe(first);
      expect(second?.parentRun).toBeUndefined();
    });
  });
});

describe('withAttribution', () => {
  afterEach(() => {
    context.disable();
    diag.disable();
  });

  it('uses a context manager that is registered while it runs', async () => {
    await withAttribution({ team: 'support' }, async () => {
      context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
      expect(values()).toEqual({ team: 'support' });
      await withAttribution({ workflow: 'triage' }, async () => {
        await settle();
        expect(values()).toEqual({ team: 'support', workflow: 'triage' });
      });
      expect(values()).toEqual({ team: 'support' });
    });
  });

  it('warns once of keys it does not know', async () => {
    vi.resetModules();
    const fresh = await import('../../processor/node/attribution/index.ts');
    const warn = vi.fn<(...args: unknown[]) => void>();
    diag.setLogger(
      { error: ignore, warn, info: ignore, debug: ignore, verbose: ignore },
      { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
    );
    for (let round = 0; round < 3; round++) {
      fresh.withAttribution({ tema: 'support' } as Attribution, () => undefined);
    }
    expect(warn).toHaveBeenCalledTimes(1);
    expect(String(warn.mock.calls[0])).toContain('tema');
  });
});
