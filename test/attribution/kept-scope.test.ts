import { Readable, Transform } from 'node:stream';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  AttributionResolver,
  type RunScope,
  setRunScopeEndListener,
  withAttribution,
} from '../../processor/node/attribution/index.ts';

const resolver = new AttributionResolver();
const team = (): string | undefined => resolver.resolve(context.active()).values.team;
const SUPPORT = { team: 'support' };
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const ended: RunScope[] = [];

/** Whose work each step was, the cleaning up at the end too. */
async function* work(seen: (string | undefined)[]): AsyncGenerator<number> {
  try {
    for (let step = 0; step < 3; step += 1) {
      seen.push(team());
      await settle();
      seen.push(team());
      yield step;
    }
  } catch (error) {
    seen.push(team());
    throw error;
  } finally {
    seen.push(team());
  }
}

function* steps(seen: (string | undefined)[]): Generator<number> {
  try {
    for (let step = 0; step < 3; step += 1) {
      seen.push(team());
      yield step;
    }
  } finally {
    seen.push(team());
  }
}

function pulled(seen: (string | undefined)[]): ReadableStream<number> {
  let step = 0;
  return new ReadableStream<number>(
    {
      async pull(controller) {
        seen.push(team());
        await settle();
        seen.push(team());
        if (step === 3) controller.close();
        else controller.enqueue((step += 1));
      },
      cancel() {
        seen.push(team());
      },
    },
    { highWaterMark: 0 },
  );
}

async function* readBy(seen: (string | undefined)[]): AsyncGenerator<number> {
  yield* withAttribution(SUPPORT, () => work(seen));
}

function encoded(stream: ReadableStream<number>): ReadableStream {
  return stream.pipeThrough(
    new TransformStream<number, Uint8Array>({
      transform: (value, controller) => controller.enqueue(new TextEncoder().encode(`${value}`)),
    }),
  );
}

async function all(values: AsyncIterable<unknown> | Iterable<unknown>): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const value of values) {
    found.push(value);
    expect(team()).toBeUndefined();
  }
  return found;
}

describe.each([
  ['with a context manager', true],
  ['without OpenTelemetry', false],
])('what withAttribution returns, %s,', (_name, hasContextManager) => {
  let seen: (string | undefined)[];

  beforeEach(() => {
    seen = [];
    ended.length = 0;
    setRunScopeEndListener((run) => ended.push(run));
    if (hasContextManager) {
      context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    }
  });

  afterEach(() => {
    context.disable();
    setRunScopeEndListener(undefined);
    expect(seen.length).toBeGreaterThan(0);
    expect(new Set(seen)).toEqual(new Set(['support']));
    expect(team()).toBeUndefined();
  });

  it('keeps its scope as an async generator, and its run to the end', async () => {
    const generator = withAttribution(SUPPORT, () => work(seen));
    const { length } = ended;
    expect(await all(generator)).toEqual([0, 1, 2]);
    expect([length, ended.length]).toEqual([0, 1]);
    expect(Object.keys(generator)).toEqual([]);
    expect(Object.prototype.toString.call(generator)).toBe('[object AsyncGenerator]');
  });

  it('keeps it when its promise resolves to one', async () => {
    const generator = await withAttribution(SUPPORT, async () => {
      await settle();
      return work(seen);
    });
    expect(ended).toHaveLength(0);
    expect(await all(generator)).toEqual([0, 1, 2]);
    expect(ended).toHaveLength(1);
  });

  it('keeps it after an early break', async () => {
    for await (const step of withAttribution(SUPPORT, () => work(seen))) if (step === 1) break;
    expect(seen).toHaveLength(5);
    expect(ended).toHaveLength(1);
  });

  it('keeps it for what is thrown into it, which arrives as it is', async () => {
    const generator = withAttribution(SUPPORT, () => work(seen));
    await generator.next();
    const error = new Error('stop');
    await expect(generator.throw(error)).rejects.toBe(error);
    expect(seen).toHaveLength(4);
    expect(ended).toHaveLength(1);
  });

  it('keeps it when several steps are asked for at once', async () => {
    const generator = withAttribution(SUPPORT, () => work(seen));
    const results = await Promise.all([generator.next(), generator.next(), generator.return(7)]);
    expect(results.map(({ value }) => value as unknown)).toEqual([0, 1, 7]);
    expect(ended).toHaveLength(1);
  });

  it('keeps it for a generator that reads it', async () => {
    expect(await all(readBy(seen))).toEqual([0, 1, 2]);
  });

  it('keeps it as a generator that does not wait', async () => {
    expect([...withAttribution(SUPPORT, () => steps(seen))]).toEqual([0, 1, 2]);
    expect(ended).toHaveLength(1);
    for (const step of withAttribution(SUPPORT, () => steps(seen))) if (step === 1) break;
    expect(ended).toHaveLength(2);
  });

  it('keeps it as an iterable of somebody’s own', async () => {
    const iterable = withAttribution(SUPPORT, () => ({
      [Symbol.asyncIterator]: () => work(seen),
    }));
    expect(await all(iterable)).toEqual([0, 1, 2]);
    expect(ended).toHaveLength(1);
  });

  it.each([
    ['iterated', all],
    [
      'read by a reader',
      async (stream: ReadableStream<number>) => {
        const reader = stream.getReader();
        while (!(await reader.read()).done);
      },
    ],
    ['piped', (stream: ReadableStream<number>) => stream.pipeTo(new WritableStream())],
    [
      'piped through another',
      (stream: ReadableStream<number>) => all(stream.pipeThrough(new TransformStream())),
    ],
    [
      'split in two',
      (stream: ReadableStream<number>) => Promise.all(stream.tee().map((branch) => all(branch))),
    ],
    ['left', (stream: ReadableStream<number>) => stream.cancel()],
  ])('keeps it as a web stream that is %s', async (_way, read) => {
    await read(withAttribution(SUPPORT, () => pulled(seen)));
    expect(ended).toHaveLength(1);
  });

  it('keeps it as an answer with such a body', async () => {
    const response = withAttribution(SUPPORT, () => new Response(encoded(pulled(seen))));
    const reader = response.body!.getReader();
    while (!(await reader.read()).done);
    expect(ended).toHaveLength(1);
  });

  it('keeps it as a stream of Node', async () => {
    const stream = withAttribution(SUPPORT, () => Readable.from(work(seen)));
    expect(await all(stream)).toEqual([0, 1, 2]);
    await settle();
    expect(ended).toHaveLength(1);
  });

  it('keeps it for what a stream of Node makes of what is written to it', async () => {
    const transform = withAttribution(
      SUPPORT,
      () =>
        new Transform({
          objectMode: true,
          transform(value, _encoding, done) {
            seen.push(team());
            done(null, value);
          },
        }),
    );
    expect(await all(Readable.from([1, 2]).pipe(transform))).toEqual([1, 2]);
    await settle();
    expect(ended).toHaveLength(1);
  });

  it('keeps it inside of a scope around, which has a run of its own to end', async () => {
    await withAttribution({ team: 'house', workflow: 'w' }, async () => {
      const generator = withAttribution(SUPPORT, () => work(seen));
      for await (const step of generator) expect([team(), step]).toEqual(['house', step]);
      expect(ended).toHaveLength(0);
    });
    expect(ended).toHaveLength(1);
  });

  it('is left alone where it is sealed or no stream', () => {
    const sealed = Object.freeze(steps(seen));
    expect(withAttribution(SUPPORT, () => sealed)).toBe(sealed);
    for (const value of [[1], new Map(), 'text', new Headers(), Buffer.from('x'), undefined]) {
      expect(withAttribution(SUPPORT, () => value)).toBe(value);
    }
    expect(ended).toHaveLength(7);
    withAttribution(SUPPORT, () => seen.push(team()));
  });
});
