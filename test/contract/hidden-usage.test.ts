import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openCallCount } from '../../instrumentation/core/call/open-calls.ts';
import { setStreamUsage } from '../../instrumentation/core/settings.ts';
import { openai } from '../../instrumentation/openai/index.ts';
import { createInProcessFetch } from '../support/in-process-fetch.ts';
import type { StreamEvent } from '../support/provider/reply.ts';
import type { ApiStream } from './api.ts';
import { copiesOf, loadCopy, patchCopy } from './copies.ts';
import { CHAT_REQUEST, chatCompletions, methodOf } from './openai-fixtures.ts';
import { type Recorder, startRecorder } from './recorder.ts';

interface OpenAiModule {
  readonly OpenAI: new (options: object) => object;
}

interface ChatBody {
  readonly stream_options?: { readonly include_usage?: boolean };
}

/** Sends what the real service sends: with `include_usage`, a `usage` on every chunk and one more. */
const fetchOfOpenAi = createInProcessFetch(({ body }) => {
  const asked = (body as ChatBody).stream_options?.include_usage === true;
  const plain = chatCompletions.events.slice(0, -1);
  const last = chatCompletions.events.slice(-1);
  const events: readonly StreamEvent[] = asked
    ? [...plain.map((event) => ({ ...(event as object), usage: null })), ...last]
    : plain;
  return { sse: events };
});

type Reader = (client: unknown, body: object) => Promise<unknown>;

async function collect(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const chunks: unknown[] = [];
  for await (const chunk of stream) chunks.push(structuredClone(chunk));
  return chunks;
}

async function open(client: unknown, body: object): Promise<ApiStream> {
  return (await chatCompletions.create(client, true, {}, body)) as ApiStream;
}

const READERS: readonly (readonly [string, Reader, 'provider' | 'estimated'])[] = [
  ['for await', async (client, body) => collect(await open(client, body)), 'provider'],
  [
    'tee',
    async (client, body) => Promise.all((await open(client, body)).tee().map(collect)),
    'provider',
  ],
  [
    'toReadableStream',
    async (client, body) => new Response((await open(client, body)).toReadableStream()).text(),
    'provider',
  ],
  [
    'withResponse',
    async (client, body) => {
      const { data } = await chatCompletions.create(client, true, {}, body).withResponse();
      return collect(data as ApiStream);
    },
    'provider',
  ],
  [
    'next called ahead',
    async (client, body) => {
      const iterator = (await open(client, body))[Symbol.asyncIterator]();
      return structuredClone(await Promise.all(Array.from({ length: 8 }, () => iterator.next())));
    },
    'provider',
  ],
  [
    'asResponse as text',
    async (client, body) =>
      (await chatCompletions.create(client, true, {}, body).asResponse()).text(),
    'estimated',
  ],
  [
    'asResponse, its body',
    async (client, body) => {
      const response = await chatCompletions.create(client, true, {}, body).asResponse();
      const pieces: Uint8Array[] = [];
      for await (const piece of response.body ?? []) pieces.push(piece);
      return Buffer.concat(pieces).toString();
    },
    'estimated',
  ],
  [
    'asResponse, a reader',
    async (client, body) => {
      const response = await chatCompletions.create(client, true, {}, body).asResponse();
      const reader = response.body?.getReader();
      const pieces: Uint8Array[] = [];
      for (;;) {
        const piece = await reader?.read();
        if (piece === undefined || piece.done) return Buffer.concat(pieces).toString();
        pieces.push(piece.value);
      }
    },
    'estimated',
  ],
];

const BODIES: readonly (readonly [string, object])[] = [
  ['nothing said', CHAT_REQUEST],
  ['include_usage true', { ...CHAT_REQUEST, stream_options: { include_usage: true } }],
  ['include_usage false', { ...CHAT_REQUEST, stream_options: { include_usage: false } }],
  ['another option', { ...CHAT_REQUEST, stream_options: { include_obfuscation: false } }],
];

describe.each(
  copiesOf([
    ['openai4', 4],
    ['openai5', 5],
    ['openai6', 6],
    ['openai', 7],
  ]),
)('the usage that only we ask for, openai $label', (copy) => {
  let recorder: Recorder;
  let client: object;
  const bare = new Map<string, unknown>();

  const cases = READERS.flatMap(([how, read, rawUsage]) =>
    BODIES.map(([what, body]) => ({ title: `${how}, ${what}`, what, read, body, rawUsage })),
  );

  beforeAll(async () => {
    recorder = await startRecorder();
    const moduleExports = await loadCopy(copy);
    client = new (moduleExports as OpenAiModule).OpenAI({ apiKey: 'sk', fetch: fetchOfOpenAi });
    for (const { title, read, body } of cases) bare.set(title, await read(client, body));
    patchCopy(openai, copy, moduleExports);
  });
  afterAll(() => recorder.close());

  it.each(cases)('is never seen: $title', async ({ title, what, read, body, rawUsage }) => {
    await recorder.start();
    const before = structuredClone(body);
    expect(await read(client, body)).toEqual(bare.get(title));
    expect(body).toEqual(before);
    const told = what.includes('true') || (!what.includes('false') && rawUsage === 'provider');
    expect(recorder.calls.map(({ call }) => call.usageSource)).toEqual([
      told ? 'provider' : 'estimated',
    ]);
    expect(openCallCount()).toBe(0);
  });

  it('never reaches the chunk events of the stream helper', async () => {
    const path = `${copy.major === 4 ? 'beta.' : ''}chat.completions.stream`;
    const run = async (): Promise<unknown> =>
      collect(methodOf(client, path)(CHAT_REQUEST) as AsyncIterable<unknown>);
    recorder.stop();
    const without = await run();
    await recorder.start();
    expect(await run()).toEqual(without);
    expect(recorder.calls.map(({ call }) => call.usage)).toEqual([chatCompletions.usage]);
  });

  it('is not asked for when that is switched off', async () => {
    await recorder.start();
    setStreamUsage(false);
    try {
      await collect(await open(client, CHAT_REQUEST));
    } finally {
      setStreamUsage(true);
    }
    expect(recorder.calls.map(({ call }) => call.usageSource)).toEqual(['estimated']);
  });
});
