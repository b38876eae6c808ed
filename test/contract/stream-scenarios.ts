import { expect, vi } from 'vitest';
import { openCallCount, sweepOpenCalls } from '../../instrumentation/core/call/open-calls.ts';
import type { ApiStream } from './api.ts';
import { CUT, OK, SAME_ID, type Scenario, open, streamOf, streamed } from './scenario.ts';
import { drain, errorFacts, responseFacts } from './transcript.ts';

function abortable(): { readonly signal: AbortSignal; readonly abort: () => void } {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    abort: () => {
      controller.abort();
    },
  };
}

/** Ways to read a stream, and ways in which it ends. */
export const STREAMS: readonly Scenario[] = [
  {
    name: 'a stream read to its end',
    replies: streamed,
    run: async (context) => {
      const stream = await open(context);
      const className = stream.constructor.name;
      return { className, ...(await drain(context.moduleExports, stream)) };
    },
    expected: OK,
  },
  {
    name: 'a stream by withResponse',
    replies: streamed,
    run: async ({ api, client, moduleExports }) => {
      const { data, response } = await api.create(client, true).withResponse();
      const facts = responseFacts(response);
      return { facts, ...(await drain(moduleExports, data as ApiStream)) };
    },
    expected: OK,
  },
  {
    name: 'a raw stream as text',
    replies: streamed,
    run: async ({ api, client }) => (await api.create(client, true).asResponse()).text(),
    expected: OK,
  },
  {
    name: 'a tee, both read',
    replies: streamed,
    run: async (context) => {
      const [left, right] = (await open(context)).tee();
      return [await drain(context.moduleExports, left), await drain(context.moduleExports, right)];
    },
    expected: OK,
  },
  {
    name: 'toReadableStream',
    replies: streamed,
    run: async (context) => new Response((await open(context)).toReadableStream()).text(),
    expected: OK,
  },
  {
    name: 'an early break',
    replies: streamed,
    run: async (context) => {
      const stream = await open(context);
      const chunks: unknown[] = [];
      for await (const chunk of stream) {
        chunks.push(structuredClone(chunk));
        if (chunks.length === context.api.cutAfter) break;
      }
      return { chunks, aborted: stream.controller.signal.aborted };
    },
    expected: CUT,
  },
  {
    name: 'an error thrown by the reader',
    replies: streamed,
    run: async (context) => {
      let count = 0;
      for await (const chunk of await open(context)) {
        count += 1;
        if (count === context.api.cutAfter) throw new Error(`own ${typeof chunk}`);
      }
      return count;
    },
    expected: CUT,
  },
  {
    name: 'controller.abort in the middle',
    replies: (api) => [streamOf(api, { hangAfter: api.hangAfter })],
    run: async (context) => {
      const stream = await open(context);
      return drain(context.moduleExports, stream, (count) => {
        if (count === context.api.cutAfter) stream.controller.abort();
      });
    },
    expected: CUT,
  },
  {
    name: 'the signal aborted in the middle',
    replies: (api) => [streamOf(api, { hangAfter: api.hangAfter })],
    run: async (context) => {
      const controller = new AbortController();
      const stream = await open(context, controller.signal);
      return drain(context.moduleExports, stream, (count) => {
        if (count === context.api.cutAfter) controller.abort();
      });
    },
    expected: CUT,
  },
  {
    name: 'controller.abort before anybody reads',
    replies: (api) => [streamOf(api, { hangAfter: api.hangAfter })],
    run: async (context) => {
      const stream = await open(context);
      stream.controller.abort();
      return Object.keys(stream);
    },
    expected: CUT,
  },
  {
    name: 'the signal aborted before anybody reads',
    replies: (api) => [streamOf(api, { hangAfter: api.hangAfter })],
    run: async (context) => {
      const controller = new AbortController();
      const stream = await open(context, controller.signal);
      controller.abort();
      return Object.keys(stream);
    },
    expected: CUT,
  },
  {
    name: 'a raw stream, the signal aborted before anybody reads',
    replies: (api) => [streamOf(api, { hangAfter: api.hangAfter })],
    run: async ({ api, client }) => {
      const { signal, abort } = abortable();
      const { status } = await api.create(client, true, { signal }).asResponse();
      abort();
      return status;
    },
    expected: CUT,
  },
  {
    name: 'the signal aborted after the first chunks, and nobody reads on',
    replies: (api) => [streamOf(api, { hangAfter: api.hangAfter })],
    run: async (context) => {
      const { signal, abort } = abortable();
      const iterator = (await open(context, signal))[Symbol.asyncIterator]();
      for (let index = 0; index < context.api.cutAfter; index += 1) await iterator.next();
      abort();
      await vi.waitFor(() => {
        expect(openCallCount()).toBe(0);
      }, 5_000);
      return typeof iterator;
    },
    expected: CUT,
  },
  {
    name: 'a stream iterated twice',
    replies: streamed,
    run: async (context) => {
      const stream = await open(context);
      const first = await drain(context.moduleExports, stream);
      return { first, second: await drain(context.moduleExports, stream) };
    },
    expected: OK,
  },
  {
    name: 'an iterator by hand: next, return, next',
    replies: streamed,
    run: async (context) => {
      const iterator = (await open(context))[Symbol.asyncIterator]();
      const results = [];
      for (let index = 0; index < context.api.cutAfter; index += 1)
        results.push(await iterator.next());
      results.push(await iterator.return?.('over'), await iterator.next());
      return structuredClone(results);
    },
    expected: CUT,
  },
  {
    name: 'an iterator by hand: several next at once, then throw',
    replies: streamed,
    run: async (context) => {
      const iterator = (await open(context))[Symbol.asyncIterator]();
      const results = await Promise.all([iterator.next(), iterator.next(), iterator.next()]);
      const thrown = await iterator
        .throw?.(new Error('own'))
        .then(String, (error: unknown) => errorFacts(context.moduleExports, error));
      return { results: structuredClone(results), thrown };
    },
    expected: CUT,
  },
  {
    name: 'a stream never read',
    replies: streamed,
    run: async (context) => {
      const stream = await open(context);
      // The backstop for what the garbage collector does not show in time.
      sweepOpenCalls(performance.now() + 2 * 60 * 60 * 1000);
      return Object.keys(stream);
    },
    expected: CUT,
  },
  {
    name: 'an error event in the middle',
    replies: (api) => [
      streamOf(api, { sse: [...api.events.slice(0, api.cutAfter), api.errorEvent] }),
    ],
    run: async (context) => drain(context.moduleExports, await open(context)),
    expected: { outcome: 'error', errorType: /./, usage: 'estimated' },
  },
  {
    name: 'a connection lost in the middle',
    replies: (api) => [streamOf(api, { destroyAfter: api.hangAfter })],
    run: async (context) => drain(context.moduleExports, await open(context)),
    expected: { outcome: 'error', errorType: /./, usage: 'estimated' },
  },
  {
    name: 'an event that is no JSON',
    replies: (api) => [
      streamOf(api, {
        sse: [...api.events.slice(0, api.cutAfter), 'event: message_delta\ndata: {"half\n\n'],
      }),
    ],
    run: async (context) => drain(context.moduleExports, await open(context)),
    // Some SDKs pass over events of a name that they do not know.
    expected: (seen) =>
      'value' in seen && Reflect.get(Object(seen.value), 'ended') === 'done'
        ? { outcome: 'ok', usage: 'estimated' }
        : { outcome: 'error', errorType: 'SyntaxError', usage: 'estimated' },
  },
  {
    name: 'a stream without any event',
    replies: () => [{ sse: [], headers: SAME_ID, missingDone: true }],
    run: async (context) => drain(context.moduleExports, await open(context)),
    expected: { outcome: 'ok', usage: 'estimated' },
  },
];
