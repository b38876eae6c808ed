import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { openCallCount, sweepOpenCalls } from '../../instrumentation/core/call/open-calls.ts';
import {
  instrumentPlainClient,
  patchPlainSdk,
} from '../../instrumentation/core/plain/plain-sdk.ts';
import type { CallShape } from '../../instrumentation/core/call/shape.ts';
import { type Recorder, startRecorder } from '../contract/recorder.ts';
import { unhandledRejection } from '../contract/special.ts';
import {
  ANSWER,
  CHUNKS,
  type Client,
  FailedError,
  InnerPromise,
  RawPromise,
  chunks,
  loadMadeUpSdk,
  pairShape,
  readable,
  sdkOf,
  shape,
} from './made-up-sdk.ts';

const REQUEST = { model: 'asked', prompt: 'How long is a piece of string?' };

let recorder: Recorder;
beforeAll(async () => {
  recorder = await startRecorder();
});
afterAll(() => recorder.close());
beforeEach(async () => {
  sweepOpenCalls(Infinity);
  await recorder.start();
});

function patchedClient(answer: () => unknown, of: CallShape = shape): Client {
  const moduleExports = loadMadeUpSdk();
  patch(moduleExports, of);
  return new moduleExports.Client(answer);
}

function patch(moduleExports: unknown, of?: CallShape): readonly string[] {
  const { patched } = patchPlainSdk(sdkOf(of), {
    packageName: 'made-up',
    version: '1.0.0',
    path: '/made-up',
    format: 'esm',
    moduleExports,
  });
  return patched;
}

function told(): unknown[] {
  expect(openCallCount()).toBe(0);
  return recorder.calls.map(({ call }) => [
    call.outcome,
    call.usageSource,
    call.errorType,
    call.chunks,
  ]);
}

async function collect(stream: unknown, stopAfter = Infinity): Promise<unknown[]> {
  const seen: unknown[] = [];
  for await (const chunk of stream as AsyncIterable<unknown>) {
    seen.push(chunk);
    if (seen.length === stopAfter) break;
  }
  return seen;
}

describe('what a method may return', () => {
  it.each([
    ['a plain value', () => ANSWER],
    ['a native promise', async () => ANSWER],
    ['a promise class of its own', () => RawPromise.resolve(ANSWER)],
    [
      'a promise around another',
      () => new InnerPromise(Promise.resolve({ data: ANSWER, rawResponse: 'raw' })),
    ],
  ])('%s', async (_, answer) => {
    const result = patchedClient(answer).lazy.ask(REQUEST);
    expect((result as object).constructor).toBe(answer().constructor);
    expect(await result).toBe(ANSWER);
    expect(await result).toBe(ANSWER);
    expect(told()).toEqual([['ok', 'provider', undefined, 0]]);
    expect(recorder.calls[0]?.call.usage).toEqual({ input: 7, output: 5 });
  });

  it('keeps what a promise class of its own has', async () => {
    const raw = patchedClient(() => RawPromise.resolve(ANSWER)).lazy.ask(REQUEST) as RawPromise;
    expect([raw.raw(), Object.keys(raw), await raw.finally(() => undefined)]).toEqual([
      'raw',
      [],
      ANSWER,
    ]);
    const inner = patchedClient(
      () => new InnerPromise(Promise.resolve({ data: ANSWER, rawResponse: 'raw' })),
    ).lazy.ask(REQUEST) as InnerPromise;
    expect(await inner.withRawResponse()).toEqual({ data: ANSWER, rawResponse: 'raw' });
    expect(told().length).toBe(2);
  });

  it.each([
    ['a native promise', () => Promise.reject(new FailedError('no'))],
    ['a promise class of its own', () => RawPromise.reject(new FailedError('no'))],
    ['a promise around another', () => new InnerPromise(Promise.reject(new FailedError('no')))],
  ])('an error by %s, handled or not', async (_, answer) => {
    const { lazy } = patchedClient(answer);
    await expect(lazy.ask(REQUEST)).rejects.toBeInstanceOf(FailedError);
    expect(told()).toEqual([['error', undefined, 'FailedError', 0]]);
    expect(await unhandledRejection(() => lazy.ask(REQUEST))).toBeInstanceOf(FailedError);
  });

  it('an error thrown at once', () => {
    const { lazy } = patchedClient(() => {
      throw new FailedError('at once');
    });
    expect(() => lazy.ask(REQUEST)).toThrow(FailedError);
    expect(told()).toEqual([['error', undefined, 'FailedError', 0]]);
  });
});

const STREAMS = [
  ['a generator in a promise', async () => chunks()],
  ['a generator', () => chunks()],
  ['an iterable in a field', async () => ({ stream: { [Symbol.asyncIterator]: () => chunks() } })],
  ['a ReadableStream', async () => readable()],
] as const;

async function streamOf(client: Client): Promise<unknown> {
  const result = (await client.lazy.ask(REQUEST)) as { stream?: unknown };
  return result.stream ?? result;
}

/** The whole answer comes some time after its parts. */
function answerInParts(): { stream: AsyncIterable<object>; response: Promise<unknown> } {
  return { stream: chunks(), response: new Promise((resolve) => setImmediate(resolve, ANSWER)) };
}

describe('streams', () => {
  it.each(STREAMS)('%s, read to its end', async (_, answer) => {
    const stream = await streamOf(patchedClient(answer));
    expect(Object.keys(stream as object)).toEqual([]);
    expect(await collect(stream)).toEqual(CHUNKS);
    expect(told()).toEqual([['ok', 'provider', undefined, 3]]);
  });

  it.each(STREAMS)('%s, left early', async (_, answer) => {
    expect(await collect(await streamOf(patchedClient(answer)), 2)).toEqual(CHUNKS.slice(0, 2));
    expect(told()).toEqual([['aborted', 'estimated', undefined, 2]]);
  });

  it.each(STREAMS)('%s, never read', async (_, answer) => {
    await streamOf(patchedClient(answer));
    sweepOpenCalls(performance.now() + 2 * 60 * 60 * 1000);
    expect(told()).toEqual([['aborted', 'estimated', undefined, 0]]);
  });

  it('that fail in the middle', async () => {
    const stream = await streamOf(patchedClient(() => chunks(true)));
    await expect(collect(stream)).rejects.toThrow(FailedError);
    expect(told()).toEqual([['error', 'estimated', 'FailedError', 2]]);
  });

  it('read by a reader, and the rest by another', async () => {
    const stream = (await streamOf(patchedClient(readable))) as ReadableStream<object>;
    const reader = stream.getReader();
    expect((await reader.read()).value).toEqual(CHUNKS[0]);
    reader.releaseLock();
    expect(await collect(stream)).toEqual(CHUNKS.slice(1));
    expect(told()).toEqual([['ok', 'provider', undefined, 3]]);
  });

  it.each([
    ['teed', (stream: ReadableStream<object>) => stream.tee()[0]],
    ['piped', (stream: ReadableStream<object>) => stream.pipeThrough(new TransformStream())],
  ])('%s are read to their end', async (_, derive) => {
    const stream = (await streamOf(patchedClient(readable))) as ReadableStream<object>;
    expect(await collect(derive(stream))).toEqual(CHUNKS);
    expect(told()).toEqual([['ok', 'provider', undefined, CHUNKS.length]]);
    expect(stream.locked).toBe(true);
  });

  it('piped and let go of end the call', async () => {
    const stream = (await streamOf(patchedClient(readable))) as ReadableStream<object>;
    const piped = stream.pipeThrough(new TransformStream<object, object>());
    expect(await collect(piped, 1)).toEqual(CHUNKS.slice(0, 1));
    await vi.waitFor(() =>
      expect(told()).toEqual([['aborted', 'estimated', undefined, expect.any(Number)]]),
    );
  });

  it('beside a promise of the whole answer end with that', async () => {
    const { lazy } = patchedClient(answerInParts, pairShape);
    const result = (await lazy.ask(REQUEST)) as ReturnType<typeof answerInParts>;
    expect(await collect(result.stream, 1)).toEqual(CHUNKS.slice(0, 1));
    expect(await result.response).toBe(ANSWER);
    expect(told()).toEqual([['ok', 'provider', undefined, 1]]);
  });
});

describe('a gate', () => {
  const denial = Object.assign(new Error('too dear'), { [Symbol.for('costspan.error')]: true });

  it.each([
    ['denies at once', () => denial],
    ['denies later', async () => denial],
  ])('that %s stops the call before the SDK', async (_, admit) => {
    await recorder.start({ ...recorder.observer, admit });
    const { lazy } = patchedClient(() => ANSWER);
    await expect(lazy.ask(REQUEST)).rejects.toBe(denial);
    await expect(collect(lazy.iterate(REQUEST))).rejects.toBe(denial);
    expect(lazy.sent).toBe(0);
    expect(told()).toEqual(
      [
        ['blocked', undefined, 'Error', 0],
        ['blocked', undefined, 'Error', 0],
      ].map(([outcome, source, , count]) => [outcome, source, '_OTHER', count]),
    );
  });

  it('that lets pass is waited for', async () => {
    await recorder.start({ ...recorder.observer, admit: async () => undefined });
    const { lazy } = patchedClient(() => chunks());
    const asked = lazy.ask(REQUEST);
    expect(lazy.sent).toBe(0);
    expect(await collect(await asked)).toEqual(CHUNKS);
    expect(await collect(lazy.iterate(REQUEST))).toEqual(CHUNKS);
    expect(told()).toEqual([
      ['ok', 'provider', undefined, 3],
      ['ok', 'provider', undefined, 3],
    ]);
  });
});

describe('patching', () => {
  it('finds methods of made, assigned and own kind, once', async () => {
    const moduleExports = loadMadeUpSdk();
    expect(patch(moduleExports)).toEqual([
      'Client.lazy.ask',
      'Client.lazy.iterate',
      'Client.eager.ask',
      'Client.arrow',
    ]);
    expect(patch(moduleExports)).toEqual([]);
    for (const client of [
      new moduleExports.Client(async () => ANSWER),
      new moduleExports.Client(async () => ANSWER),
    ]) {
      await client.lazy.ask(REQUEST);
      await client.eager.ask(REQUEST);
      await client.arrow(REQUEST);
    }
    expect(told().length).toBe(6);
  });

  it('says which exports it missed', () => {
    const report = patchPlainSdk(sdkOf(), {
      packageName: 'made-up',
      version: '2.0.0',
      path: '/made-up',
      format: 'esm',
      moduleExports: {},
    });
    expect(report).toMatchObject({ patched: [], notes: ['made-up exports none of Client'] });
  });

  it('watches one client alone, and twice the same as once', async () => {
    const client = new (loadMadeUpSdk().Client)(async () => ANSWER);
    expect(instrumentPlainClient(sdkOf(), client)).toBe(true);
    expect(instrumentPlainClient(sdkOf(), client)).toBe(true);
    await client.lazy.ask(REQUEST);
    await client.arrow(REQUEST);
    expect(instrumentPlainClient(sdkOf(), {})).toBe(false);
    expect(told().length).toBe(2);
  });
});
