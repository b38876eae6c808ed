import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { resetGuards } from '../../instrumentation/core/guard.ts';
import { openCallCount, sweepOpenCalls } from '../../instrumentation/core/open-calls.ts';
import { TRACER_NAME } from '../../instrumentation/core/start-call.ts';
import type { SdkInstrumentation } from '../../instrumentation/core/sdk.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import type { ClientOptions, ContractApi } from './api.ts';
import { type SdkCopy, loadCopy, patchCopy } from './copies.ts';
import type { Recorder } from './recorder.ts';
import { startRecorder } from './recorder.ts';
import type { ExpectedCall } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';
import type { Special } from './special.ts';
import { type Outcome, outcomeOf } from './transcript.ts';

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

/** What happened, as the application and the provider saw it. */
interface Observed {
  readonly outcome: Outcome;
  readonly requests: readonly object[];
}

/** Headers that name the span, or the attempt of a request that nothing else changes. */
const TRACE_HEADERS: ReadonlySet<string> = new Set(['traceparent', 'tracestate', 'host']);

/**
 * One suite for every SDK: whatever the application does with a call, it sees exactly what it sees
 * without costspan, and each call is booked once.
 */
export function describeContract(sdk: SdkUnderTest): void {
  let server: ProviderServer;
  let recorder: Recorder;
  beforeAll(async () => {
    server = await startProviderServer();
    recorder = await startRecorder();
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
    run: (client: object) => Promise<unknown>,
  ): Promise<Observed> {
    server.reset();
    server.next(...replies);
    const client = sdk.createClient(moduleExports, { baseURL: server.url + path });
    const outcome = await outcomeOf(moduleExports, () => run(client));
    const requests = server.requests.map(({ method, path: at, headers, body }) => ({
      method,
      at,
      body,
      headers: Object.fromEntries(
        Object.entries(headers)
          .filter(([name]) => !TRACE_HEADERS.has(name))
          .map(([name, value]) => [name, value.replace(/(boundary=).*/, '$1…')]),
      ),
    }));
    expect(server.pendingReplies).toBe(0);
    return { outcome, requests };
  }

  async function expectCalls(
    expected: readonly ExpectedCall[],
    sdkSpans: readonly string[] = [],
  ): Promise<void> {
    expect(recorder.calls.map(({ call }) => factsOf(call))).toEqual(
      expected.map(({ outcome, errorType, usage, retries = 0 }) => ({
        outcome,
        errorType: errorType instanceof RegExp ? expect.stringMatching(errorType) : errorType,
        usage,
        retries,
      })),
    );
    const spans = await recorder.spans();
    const ours = spans.filter(({ scope }) => scope.name === TRACER_NAME);
    expect(ours.map(({ spanId }) => spanId).sort()).toEqual(
      recorder.calls.map(({ spanId }) => spanId).sort(),
    );
    const others = spans.filter(({ scope }) => scope.name !== TRACER_NAME);
    expect(others.map(({ name }) => name).sort()).toEqual(sdkSpans);
    expect(openCallCount()).toBe(0);
    expect(recorder.internalErrors).toEqual([]);
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
        await expectCalls([typeof expected === 'function' ? expected(observed.outcome) : expected]);
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
        const [span] = await recorder.spans();
        const attributes = { ...span?.attributes };
        const first = attributes['gen_ai.response.time_to_first_chunk'];
        if (typeof first === 'number' && first > 0) {
          attributes['gen_ai.response.time_to_first_chunk'] = 'a number';
        }
        const url = new URL(server.url);
        expect(attributes).toEqual({
          ...(stream ? api.streamAttributes : api.wholeAttributes),
          'server.address': url.hostname,
          'server.port': Number(url.port),
        });
        expect(span).toMatchObject({ kind: 'client', status: { code: 'unset' } });
      });
    });

    if (specials.length > 0) {
      it.each(specials)('$name', async ({ name, replies, run, expected, sdkSpans }) => {
        const observed = await observe(moduleExports, replies, apis[0]?.path ?? '', (client) =>
          run({ client, moduleExports, server }),
        );
        expect(observed).toEqual(bare.get(name));
        await expectCalls(expected, sdkSpans);
      });
    }
  });
}

interface CallFacts {
  readonly outcome: string;
  readonly errorType: string | undefined;
  readonly usage: string | undefined;
  readonly retries: number;
}

function factsOf(call: {
  outcome: string;
  errorType: string | undefined;
  usageSource: string | undefined;
  retries: number;
}): CallFacts {
  const { outcome, errorType, usageSource, retries } = call;
  return { outcome, errorType, usage: usageSource, retries };
}
