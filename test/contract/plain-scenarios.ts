import { expect, vi } from 'vitest';
import { openCallCount, sweepOpenCalls } from '../../instrumentation/core/call/open-calls.ts';
import type { ProviderServer } from '../support/provider-server.ts';
import type { Reply } from '../support/provider/reply.ts';
import type { PlainApi, PlainSdkUnderTest, StreamedAnswer, WholeAnswer } from './plain-api.ts';
import type { ExpectedCall } from './scenario.ts';
import { unhandledRejection } from './special.ts';
import { type Outcome, copyOf, drain, errorFacts } from './transcript.ts';

export interface PlainContext {
  readonly client: unknown;
  readonly moduleExports: unknown;
  readonly server: ProviderServer;
}

export interface PlainScenario {
  readonly name: string;
  readonly replies: readonly Reply[];
  run(context: PlainContext): Promise<unknown>;
  readonly expected: ExpectedCall | ((seen: Outcome) => ExpectedCall);
}

type Seen = { readonly error: unknown } | { readonly value: unknown };

/** Some SDKs fail on an odd answer, others pass it on; for us it is what the SDK makes of it. */
function asTheSdkTakesIt(seen: Outcome): ExpectedCall {
  return 'error' in seen ? { outcome: 'error', errorType: /./ } : { outcome: 'ok' };
}

/** Some SDKs pass over an error in a stream. */
function asTheReaderSawIt(seen: Outcome): ExpectedCall {
  const ended = 'value' in seen ? (seen.value as { ended?: unknown }).ended : undefined;
  return ended === 'done' ? { outcome: 'ok' } : { outcome: 'error', errorType: /./ };
}

const USUAL_ERROR = { code: 1, status: 'SOME', type: 'some_error', message: 'no' };

function failure(sdk: PlainSdkUnderTest, status: number): Reply {
  return sdk.errorReply?.(status) ?? { status, json: { error: USUAL_ERROR, message: 'no' } };
}

function objectFacts(value: unknown): object {
  const object = Object(value) as object;
  return {
    className: object.constructor.name,
    keys: Object.keys(object),
    text: Object.prototype.toString.call(object),
  };
}

/** Ways to take a whole answer, and ways in which it fails. */
function wholeScenarios(
  sdk: PlainSdkUnderTest,
  api: PlainApi,
  { reply, call, source = 'provider' }: WholeAnswer,
): PlainScenario[] {
  const ok: ExpectedCall = { outcome: 'ok', usage: source };
  const ask = async ({ client }: PlainContext): Promise<unknown> => copyOf(await call(client, {}));
  return [
    { name: 'awaited', replies: [reply], run: ask, expected: ok },
    {
      name: 'awaited twice, and by then, catch and finally',
      replies: [reply],
      run: async ({ client }) => {
        const result = call(client, {}) as Promise<unknown>;
        const first = await result;
        let settled = 0;
        const last = await result
          .catch(() => 'never')
          .finally(() => {
            settled += 1;
          });
        return { same: first === (await result) && first === last, settled };
      },
      expected: ok,
    },
    {
      name: 'the result itself',
      replies: [reply],
      run: async ({ client }) => {
        const result = call(client, {});
        const value = await result;
        return [objectFacts(result), objectFacts(value)];
      },
      expected: ok,
    },
    ...[400, 401, 404, 429, 500].map((status): PlainScenario => ({
      name: `status ${status}`,
      replies: [failure(sdk, status)],
      run: ask,
      expected: { outcome: 'error', errorType: api.errorTypeOf?.(status) ?? /./ },
    })),
    {
      name: 'a rejection that nobody handles',
      replies: [failure(sdk, 400)],
      run: async ({ client, moduleExports }) =>
        errorFacts(moduleExports, await unhandledRejection(() => call(client, {}))),
      expected: { outcome: 'error', errorType: /./ },
    },
    {
      name: 'a refused connection',
      replies: [{ destroyAfter: 0 }],
      run: ask,
      expected: { outcome: 'error', errorType: /./ },
    },
    ...[
      ['an answer that is no JSON', { text: '{"half":' }],
      [
        'an answer of the wrong shape',
        { json: { id: 5, usage: 'none', candidates: {}, model: 7 } },
      ],
      ['the answer null', { text: 'null' }],
    ].map(([name, odd]): PlainScenario => ({
      name: name as string,
      replies: [odd as Reply],
      run: ask,
      expected: api.readsWire === true ? { outcome: 'ok', usage: 'estimated' } : asTheSdkTakesIt,
    })),
    ...(api.takesSignal === true ? abortScenarios(call, reply) : []),
  ];
}

function abortScenarios(call: WholeAnswer['call'], reply: Reply): PlainScenario[] {
  return [
    {
      name: 'the signal aborted while the answer is awaited',
      replies: [{ ...reply, hangAfter: 0 }],
      run: async ({ client, server }) => {
        const controller = new AbortController();
        const result = Promise.resolve(call(client, { signal: controller.signal }));
        const seen = result.then(
          (value): Seen => ({ value }),
          (error: unknown): Seen => ({ error }),
        );
        await server.arrived(1);
        controller.abort();
        const settled = await seen;
        if ('error' in settled) throw settled.error;
        return settled.value;
      },
      expected: { outcome: 'aborted', errorType: /./ },
    },
  ];
}

/** Ways to read a stream, and ways in which it ends. */
function streamScenarios(api: PlainApi, streamed: StreamedAnswer): PlainScenario[] {
  const { reply, open, cutAfter, hangAfter, cutUsage = 'estimated', errorEvent } = streamed;
  const ok: ExpectedCall = { outcome: 'ok', usage: streamed.source ?? 'provider' };
  const cut: ExpectedCall =
    streamed.settled === undefined ? { outcome: 'aborted', usage: cutUsage } : ok;
  const toTheEnd = async ({ client, moduleExports }: PlainContext): Promise<unknown> => {
    const stream = await open(client, {});
    const { constructor } = stream as object;
    return { className: constructor?.name, ...(await drain(moduleExports, stream)) };
  };
  const scenarios: PlainScenario[] = [
    { name: 'a stream read to its end', replies: [reply], run: toTheEnd, expected: ok },
    ...(['none', 'bytes', 'crlf'] as const).map((how): PlainScenario => ({
      name: `a stream cut by ${how}`,
      replies: [{ ...reply, cut: how }],
      run: toTheEnd,
      expected: ok,
    })),
    {
      name: 'an early break',
      replies: [reply],
      run: async ({ client }) => {
        const chunks: unknown[] = [];
        const stream = await open(client, {});
        for await (const chunk of stream) {
          chunks.push(copyOf(chunk));
          if (chunks.length === cutAfter) break;
        }
        await streamed.settled?.(stream);
        return chunks;
      },
      expected: cut,
    },
    {
      name: 'an error thrown by the reader',
      replies: [reply],
      run: async ({ client }) => {
        let count = 0;
        const stream = await open(client, {});
        try {
          for await (const chunk of stream) {
            count += 1;
            if (count === cutAfter) throw new Error(`own ${typeof chunk}`);
          }
        } finally {
          await streamed.settled?.(stream);
        }
        return count;
      },
      expected: cut,
    },
    {
      name: 'an iterator by hand: next, then return',
      replies: [reply],
      run: async ({ client }) => {
        const stream = await open(client, {});
        const iterator = stream[Symbol.asyncIterator]();
        const results: unknown[] = [];
        for (let index = 0; index < cutAfter; index += 1) results.push(await iterator.next());
        results.push(await iterator.return?.('over'));
        await streamed.settled?.(stream);
        return copyOf(results);
      },
      expected: cut,
    },
    {
      name: 'a stream never read',
      replies: [reply],
      run: async ({ client }) => {
        const stream = await open(client, {});
        // The backstop for what the garbage collector does not show in time.
        sweepOpenCalls(performance.now() + 2 * 60 * 60 * 1000);
        return Object.keys(stream);
      },
      expected: { outcome: 'aborted', usage: 'estimated' },
    },
    {
      name: 'a connection lost in the middle',
      replies: [{ ...reply, destroyAfter: hangAfter }],
      run: toTheEnd,
      expected:
        streamed.noticesLoss === false
          ? { outcome: 'ok', usage: cutUsage }
          : { outcome: 'error', errorType: /./, usage: cutUsage },
    },
  ];
  if (errorEvent !== undefined) {
    scenarios.push({
      name: 'an error event in the middle',
      replies: [{ ...reply, sse: [...reply.sse.slice(0, hangAfter), errorEvent] }],
      run: toTheEnd,
      expected: asTheReaderSawIt,
    });
  }
  if (api.takesSignal === true) {
    scenarios.push({
      name: 'the signal aborted before anybody reads',
      replies: [{ ...reply, hangAfter }],
      run: async ({ client }) => {
        const controller = new AbortController();
        const stream = await open(client, { signal: controller.signal });
        controller.abort();
        await streamed.settled?.(stream).catch(() => undefined);
        // Some SDKs have read the first piece themselves by then.
        await vi.waitFor(() => {
          expect(openCallCount()).toBe(0);
        }, 5_000);
        return Object.keys(stream);
      },
      expected: {
        outcome: 'aborted',
        usage: 'estimated',
        // Whoever reads the stream itself fails by the abort.
        ...(streamed.settled === undefined ? {} : { errorType: /./ }),
      },
    });
    scenarios.push({
      name: 'the signal aborted in the middle',
      replies: [{ ...reply, hangAfter }],
      run: async ({ client, moduleExports }) => {
        const controller = new AbortController();
        const stream = await open(client, { signal: controller.signal });
        return drain(moduleExports, stream, (count) => {
          if (count === cutAfter) controller.abort();
        });
      },
      expected: { outcome: 'aborted', errorType: /./, usage: cutUsage },
    });
  }
  return scenarios;
}

/** All scenarios of one API. */
export function plainScenarios(sdk: PlainSdkUnderTest, api: PlainApi): readonly PlainScenario[] {
  return [
    ...(api.whole === undefined ? [] : wholeScenarios(sdk, api, api.whole)),
    ...(api.streamed === undefined ? [] : streamScenarios(api, api.streamed)),
  ].filter(({ name }) => api.leavesOut?.includes(name) !== true);
}

/** Those that stand for all, where each is run many times. */
export const TELLING: ReadonlySet<string> = new Set([
  'awaited',
  'status 400',
  'a stream read to its end',
  'an early break',
  'an error event in the middle',
]);
