import OpenAI, { BadRequestError } from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { startProviderServer, type Cut, type ProviderServer } from '../support/provider-server.ts';

let server: ProviderServer;
let openai: OpenAI;

beforeAll(async () => {
  server = await startProviderServer();
  openai = new OpenAI({ apiKey: 'sk-test', baseURL: server.openaiUrl });
});
beforeEach(() => server.reset());
afterAll(() => server.close());

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of stream) all.push(one);
  return all;
}

describe('scripted replies', () => {
  const messages = [{ role: 'user' as const, content: 'Hi' }];
  const ask = (): Promise<OpenAI.ChatCompletion> =>
    openai.chat.completions.create({ model: 'gpt-4o', messages });

  const openStream = (): Promise<AsyncIterable<{ id: string }>> =>
    openai.chat.completions.create({ model: 'gpt-4o', messages, stream: true });

  it('plays a sequence of errors that the SDK retries', async () => {
    server.next(
      { status: 429, headers: { 'retry-after-ms': '1' }, json: { error: { message: 'slow' } } },
      { status: 500, headers: { 'retry-after-ms': '1' }, json: { error: { message: 'oops' } } },
    );
    expect((await ask()).model).toBe('gpt-4o-2024-08-06');
    expect(server.requests.map(({ headers }) => headers['x-stainless-retry-count'])).toEqual([
      '0',
      '1',
      '2',
    ]);
    expect([server.bill.calls, server.pendingReplies]).toEqual([1, 0]);
  });

  it('sends malformed JSON and empty bodies as they stand', async () => {
    server.next({ text: '{"choices": [' });
    await expect(ask()).rejects.toThrow();
    server.next({ status: 400 });
    await expect(ask()).rejects.toBeInstanceOf(BadRequestError);
  });

  it.each<{ cut: Cut }>([
    { cut: 'events' },
    { cut: 'none' },
    { cut: 'bytes' },
    { cut: 'multibyte' },
    { cut: 'crlf' },
    { cut: [1, 7, 300, 301] },
  ])('delivers the same stream cut at $cut', async ({ cut }) => {
    const events = ['Grüße ', '🙂 日本', '.'].map((content) => ({
      id: 'c1',
      choices: [{ index: 0, delta: { content }, finish_reason: null }],
    }));
    server.next({ sse: events, cut });
    const stream = await openai.chat.completions.create({
      model: 'gpt-4o',
      messages,
      stream: true,
    });
    expect(await collect(stream)).toEqual(events);
  });

  it('hangs until it is released, and tells that a client left', async () => {
    const events = [1, 2, 3].map((n) => ({ id: `c${n}`, choices: [] }));
    server.next({ sse: events, hangAfter: 1 }, { sse: events, hangAfter: 1 });
    const ids: string[] = [];
    for await (const { id } of await openStream()) {
      ids.push(id);
      if (ids.length === 1) server.release();
    }
    expect(ids).toEqual(['c1', 'c2', 'c3']);
    expect(await server.requests[0]?.ended).toBe('sent');
    for await (const _ of await openStream()) break;
    expect(await server.requests[1]?.ended).toBe('left');
  });

  it('destroys the connection in the middle of a stream', async () => {
    const events = [1, 2, 3].map((n) => ({ id: `c${n}`, choices: [] }));
    server.next({ sse: events, destroyAfter: 2 });
    const stream = await openai.chat.completions.create({
      model: 'gpt-4o',
      messages,
      stream: true,
    });
    const ids: string[] = [];
    await expect(async () => {
      for await (const { id } of stream) ids.push(id);
    }).rejects.toThrow();
    expect(ids).toEqual(['c1', 'c2']);
    expect(await server.requests[0]?.ended).toBe('destroyed');
  });
});
