import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { resetGuards } from '../../instrumentation/core/guard.ts';
import { sweepOpenCalls } from '../../instrumentation/core/call/open-calls.ts';
import type { SdkInstrumentation } from '../../instrumentation/core/sdk.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import type { ClientOptions, ContractApi } from './api.ts';
import { ContractBench, type Observed } from './bench.ts';
import { type SdkCopy, loadCopy, patchCopy } from './copies.ts';
import type { Recorder } from './recorder.ts';
import { startRecorder } from './recorder.ts';
import { SCENARIOS } from './scenarios.ts';
import type { Special } from './special.ts';

/** An SDK as the contract suite wants to know it. */
export interface SdkUnderTest {
  readonly instrumentation: SdkInstrumentation;
  readonly copies: readonly SdkCopy[];
  createClient(moduleExports: unknown, options: ClientOptions): object;
  /** The APIs that a copy has. */
  apisOf(copy: SdkCopy): readonly ContractApi[];
  /** What only this SDK has: helpers, other APIs. */
  specialsOf(copy: SdkCopy): readonly Special[];
}

/**
 * One suite for every SDK: whatever the application does with a call, it sees exactly what it sees
 * without costspan, and each call is booked once.
 */
export function describeContract(sdk: SdkUnderTest): void {
  let server: ProviderServer;
  let recorder: Recorder;
  let bench: ContractBench;
  beforeAll(async () => {
    server = await startProviderServer();
    recorder = await startRecorder();
    bench = new ContractBench(server, recorder);
  });
  afterAll(async () => {
    await recorder.close();
    await server.close();
  });
  beforeEach(() => {
    resetGuards();
  });

  async function observe(
    moduleExports: unknown,
    replies: Special['replies'],
    path: string,
    act: (client: object) => Promise<unknown>,
  ): Promise<Observed> {
    const createClient = (): object =>
      sdk.createClient(moduleExports, { baseURL: server.url + path });
    return bench.observe({ moduleExports, replies, createClient, act });
  }

  describe.each(sdk.copies)('$label', (copy) => {
    const apis = sdk.apisOf(copy);
    const specials = sdk.specialsOf(copy);
    let moduleExports: unknown;
    const bare = new Map<string, Observed>();

    // Everything once before the copy is patched: what an application sees without costspan.
    beforeAll(async () => {
      moduleExports = await loadCopy(copy);
      for (const api of apis) {
        for (const scenario of SCENARIOS) {
          const context = { api, moduleExports, server };
          bare.set(
            `${api.name} ${scenario.name}`,
            await observe(moduleExports, scenario.replies(api), api.path, (client) =>
              scenario.run({ ...context, client }),
            ),
          );
        }
      }
      for (const { name, replies, run } of specials) {
        bare.set(
          name,
          await observe(moduleExports, replies, apis[0]?.path ?? '', (client) =>
            run({ client, moduleExports, server }),
          ),
        );
      }
      const report = patchCopy(sdk.instrumentation, copy, moduleExports);
      expect(report.patched).not.toEqual([]);
      expect(patchCopy(sdk.instrumentation, copy, moduleExports).patched).toEqual([]);
    }, 60_000);
    beforeEach(async () => {
      // What a failed test left open.
      sweepOpenCalls(Infinity);
      await recorder.start();
    });

    describe.each(apis)('$name', (api) => {
      it.each(SCENARIOS)('$name', async (scenario) => {
        const context = { api, moduleExports, server };
        const observed = await observe(moduleExports, scenario.replies(api), api.path, (client) =>
          scenario.run({ ...context, client }),
        );
        expect(observed).toEqual(bare.get(`${api.name} ${scenario.name}`));
        const { expected } = scenario;
        await bench.expectCalls([
          typeof expected === 'function' ? expected(observed.outcome) : expected,
        ]);
      });

      it.each([
        ['whole', false],
        ['streamed', true],
      ] as const)('has exactly these attributes: %s', async (_, stream) => {
        const scenario = SCENARIOS.find(
          ({ name }) => name === (stream ? 'a stream read to its end' : 'awaited'),
        );
        if (scenario === undefined) throw new Error('no such scenario');
        await observe(moduleExports, scenario.replies(api), api.path, (client) =>
          scenario.run({ api, moduleExports, server, client }),
        );
        expect(recorder.calls.map(({ call }) => call.usage)).toEqual([api.usage]);
        expect(await bench.onlyAttributes()).toEqual({
          ...(stream ? api.streamAttributes : api.wholeAttributes),
          ...bench.serverAttributes,
        });
      });
    });

    if (specials.length > 0) {
      it.each(specials)('$name', async ({ name, replies, run, expected, sdkSpans }) => {
        const observed = await observe(moduleExports, replies, apis[0]?.path ?? '', (client) =>
          run({ client, moduleExports, server }),
        );
        expect(observed).toEqual(bare.get(name));
        await bench.expectCalls(expected, sdkSpans);
      });
    }
  });
}
