import { describe, expect, it, vi } from 'vitest';

import type { CallObserver } from '../../conventions/call-observer.ts';
import { resetGuards } from '../../instrumentation/core/guard.ts';
import { setCallObserver } from '../../instrumentation/core/observer.ts';
import { openCallCount } from '../../instrumentation/core/call/open-calls.ts';
import type { CallShape } from '../../instrumentation/core/call/shape.ts';
import type { Observed } from './bench.ts';
import { BROKEN_OBSERVERS, QUIET, fail } from './broken-observers.ts';
import type { PlainApi, PlainSdkUnderTest } from './plain-api.ts';
import { type PlainScenario, TELLING, plainScenarios } from './plain-scenarios.ts';

const SHAPE_METHODS = [
  'requestedModel',
  'readRequest',
  'prepare',
  'readResponse',
  'readChunk',
  'hides',
  'streamOf',
  'requestText',
] as const satisfies readonly (keyof CallShape)[];

/** Whatever of ours fails, the application sees what it sees without us. */
export function describeHookFailures(
  sdk: PlainSdkUnderTest,
  apis: readonly PlainApi[],
  observe: (scenario: PlainScenario) => Promise<Observed>,
): void {
  const scenarios = apis.flatMap((api) =>
    plainScenarios(sdk, api).filter(({ name }) => TELLING.has(name)),
  );

  async function everything(): Promise<Observed[]> {
    const seen: Observed[] = [];
    for (const scenario of scenarios) seen.push(await observe(scenario));
    return seen;
  }

  /** Twice: the second time the hooks that failed often are switched off. */
  async function expectUnharmed(observer: CallObserver): Promise<void> {
    setCallObserver(undefined);
    const bare = await everything();
    setCallObserver(observer);
    expect(await everything()).toEqual(bare);
    expect(await everything()).toEqual(bare);
    expect(openCallCount()).toBe(0);
    resetGuards();
  }

  describe('with failures of our own', () => {
    it.each(BROKEN_OBSERVERS)('goes on unharmed when of the observer %s', async (_, broken) => {
      await expectUnharmed({ ...QUIET, ...broken });
    });

    it.each(SHAPE_METHODS)('goes on unharmed when %s throws', async (method) => {
      const spies = sdk.shapes
        .filter((shape) => shape[method] !== undefined)
        .map((shape) => vi.spyOn(shape as Required<CallShape>, method).mockImplementation(fail));
      try {
        await expectUnharmed(QUIET);
      } finally {
        for (const spy of spies) spy.mockRestore();
      }
    });
  });
}
