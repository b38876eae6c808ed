import { inspect } from 'node:util';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { UsageSource } from '../../conventions/llm-call.ts';
import { resetGuards } from '../../instrumentation/core/guard.ts';
import { openCallCount, sweepOpenCalls } from '../../instrumentation/core/call/open-calls.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { ContractBench, type Observed } from './bench.ts';
import { loadCopy, patchCopy } from './copies.ts';
import type { PlainApi, PlainSdkUnderTest } from './plain-api.ts';
import { expectAttributedCalls } from './plain-concurrency.ts';
import { describeHookFailures } from './plain-hook-failures.ts';
import { type PlainScenario, plainScenarios } from './plain-scenarios.ts';
import { type Recorder, startRecorder } from './recorder.ts';

/**
 * One suite for every SDK that is not built by the generator of openai and anthropic: whatever the
 * application does with a call, it sees exactly what it sees without costspan, and each call is
 * booked once.
 */
export function describePlainContract(sdk: PlainSdkUnderTest): void {
  let server: ProviderServer;
  let recorder: Recorder;
  let bench: ContractBench;
  beforeAll(async () => {
    server = await startProviderServer();
    recorder = await startRecorder();
    bench = new ContractBench(server, recorder, sdk.varyingHeaders);
  });
  afterAll(async () => {
    await recorder.close();
    await server.close();
  });

  function observe(
    moduleExports: unknown,
    { replies, run }: Pick<PlainScenario, 'replies' | 'run'>,
  ): Promise<Observed> {
    return bench.observe({
      moduleExports,
      replies,
      createClient: () => sdk.createClient(moduleExports, server.url),
      act: (client) => run({ client, moduleExports, server }),
    });
  }

  describe.each(sdk.copies)('$label', (copy) => {
    const apis = sdk.apisOf(copy);
    const specials = sdk.specialsOf(copy);
    const bare = new Map<string, Observed>();
    let moduleExports: unknown;

    // Everything once before the copy is patched: what an application sees without costspan.
    beforeAll(async () => {
      moduleExports = await loadCopy(copy);
      for (const api of apis) {
        for (const scenario of plainScenarios(sdk, api)) {
          bare.set(`${api.name} ${scenario.name}`, await observe(moduleExports, scenario));
        }
      }
      for (const special of specials) {
        bare.set(special.name, await observe(moduleExports, special));
      }
      const report = patchCopy(sdk.instrumentation, copy, moduleExports);
      expect(report.patched).not.toEqual([]);
      expect(report.notes).toEqual([]);
      expect(patchCopy(sdk.instrumentation, copy, moduleExports).patched).toEqual([]);
    }, 60_000);
    beforeEach(async () => {
      resetGuards();
      // What a failed test left open.
      sweepOpenCalls(Infinity);
      await recorder.start();
    });

    describe.each(apis)('$name', (api) => {
      it.each([...plainScenarios(sdk, api)])('$name', async (scenario) => {
        const observed = await observe(moduleExports, scenario);
        expect(observed).toEqual(bare.get(`${api.name} ${scenario.name}`));
        const { expected } = scenario;
        const call = typeof expected === 'function' ? expected(observed.outcome) : expected;
        // What an odd answer counts is the SDK's to say.
        const usage =
          typeof expected === 'function' ? recorder.calls[0]?.call.usageSource : call.usage;
        await bench.expectCalls([{ ...call, ...(usage !== undefined && { usage }) }]);
        expect(inspect(await recorder.spans(), { depth: Infinity })).not.toMatch(sdk.content);
      });

      it.each(answersOf(api))('has exactly these attributes: $how', async (answer) => {
        await observe(moduleExports, answer);
        expect(recorder.calls.map(({ call }) => call.usage)).toEqual([answer.usage]);
        expect(await bench.onlyAttributes()).toEqual({
          ...answer.attributes,
          ...(sdk.serverAttributes ?? bench.serverAttributes),
        });
      });

      it.each(answersOf(api))('is denied before anything is sent: $how', async ({ run }) => {
        const denial = Object.assign(new Error('denied'), { [Symbol.for('costspan.error')]: true });
        for (const admit of [() => denial, async () => denial]) {
          await recorder.start({ ...recorder.observer, admit });
          const { outcome, requests } = await observe(moduleExports, { replies: [], run });
          expect(outcome).toMatchObject({ error: { message: 'denied', className: 'Error' } });
          expect(requests).toEqual([]);
          await bench.expectCalls([{ outcome: 'blocked', errorType: '_OTHER' }]);
        }
      });

      it.each(answersOf(api))(
        'waits for its admission: $how',
        async ({ how, source, ...answer }) => {
          await recorder.start({ ...recorder.observer, admit: async () => undefined });
          const observed = await observe(moduleExports, answer);
          const name = how === 'whole' ? 'awaited' : 'a stream read to its end';
          expect(observed.requests).toEqual(bare.get(`${api.name} ${name}`)?.requests);
          await bench.expectCalls([{ outcome: 'ok', usage: source }]);
        },
      );

      it.each(answersOf(api))('keeps 100 calls at once apart: $how', async ({ how }) => {
        const client = sdk.createClient(moduleExports, server.url);
        await expectAttributedCalls(api, how, client, server, recorder);
        expect(openCallCount()).toBe(0);
      });
    });

    if (specials.length > 0) {
      it.each(specials)('$name', async (special) => {
        const observed = await observe(moduleExports, special);
        expect(observed).toEqual(bare.get(special.name));
        await bench.expectCalls(special.expected, special.sdkSpans);
      });
    }

    it('watches one client by itself', () => {
      const client = (sdk.createSingle ?? sdk.createClient)(moduleExports, server.url);
      expect(sdk.instrumentation.instrumentClient(client)).toBe(true);
      expect(sdk.instrumentation.instrumentClient({})).toBe(false);
    });

    describeHookFailures(sdk, apis, (scenario) => observe(moduleExports, scenario));
  });
}

interface AnswerCase extends Pick<PlainScenario, 'replies' | 'run'> {
  readonly how: 'whole' | 'streamed';
  readonly attributes: object;
  readonly usage: object;
  readonly source: UsageSource;
}

/** The ways in which an API answers. */
function answersOf({ whole, streamed }: PlainApi): AnswerCase[] {
  const cases: AnswerCase[] = [];
  if (whole !== undefined) {
    const { reply, attributes, usage, source = 'provider' } = whole;
    cases.push({
      how: 'whole',
      replies: [reply],
      attributes,
      usage,
      source,
      run: async ({ client }) => whole.call(client, {}),
    });
  }
  if (streamed !== undefined) {
    const { reply, attributes, usage, source = 'provider' } = streamed;
    cases.push({
      how: 'streamed',
      replies: [reply],
      attributes,
      usage,
      source,
      async run({ client }) {
        let chunks = 0;
        for await (const chunk of await streamed.open(client, {})) chunks += chunk === null ? 0 : 1;
        return chunks;
      },
    });
  }
  return cases;
}
