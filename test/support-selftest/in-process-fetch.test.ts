import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';

import { createInProcessFetch } from '../support/in-process-fetch.ts';
import type { Reply } from '../support/provider-server.ts';

const messages = [{ role: 'user' as const, content: 'Hi' }];

function client(fetch: typeof globalThis.fetch): OpenAI {
  return new OpenAI({ apiKey: 'sk-test', baseURL: 'http://in.process/v1', fetch, maxRetries: 0 });
}

/** What a stream gave before it ended, and how it ended. */
async function play(reply: Reply, abort: boolean): Promise<unknown> {
  const openai = client(createInProcessFetch(() => reply));
  const ids: string[] = [];
  try {
    const stream = await openai.chat.completions.create({ model: 'm', messages, stream: true });
    for await (const { id } of stream) {
      ids.push(id);
      if (abort) stream.controller.abort();
    }
    return [...ids, 'ended'];
  } catch (error) {
    return [...ids, (error as Error).message];
  }
}

describe('createInProcessFetch', () => {
  it('answers realistically when given no handler', async () => {
    const answer = await client(createInProcessFetch()).chat.completions.create({
      model: 'gpt-4o',
      messages,
    });
    expect(answer.model).toBe('gpt-4o-2024-08-06');
    const anthropic = new Anthropic({ apiKey: 'sk-test', fetch: createInProcessFetch() });
    const message = await anthropic.messages
      .stream({ model: 'claude-haiku-4-5', max_tokens: 100, messages })
      .finalMessage();
    expect(message.usage.output_tokens).toBeGreaterThan(0);
  });

  it('hands the handler the request and plays its reply', async () => {
    const seen: unknown[] = [];
    const sse = [
      { id: 'c1', choices: [] },
      { id: 'c2', choices: [] },
    ];
    const openai = client(
      createInProcessFetch((request) => {
        seen.push(request.path, request.headers['authorization'], request.body);
        return { sse, cut: 'bytes' };
      }),
    );
    const ids: string[] = [];
    const body = { model: 'm', messages, stream: true } as const;
    for await (const { id } of await openai.chat.completions.create(body)) ids.push(id);
    expect(ids).toEqual(['c1', 'c2']);
    expect(seen).toEqual(['/v1/chat/completions', 'Bearer sk-test', body]);
  });

  it('fails as a socket would: before the answer, in its middle, by abort', async () => {
    const sse = [
      { id: 'c1', choices: [] },
      { id: 'c2', choices: [] },
    ];
    expect(await play({ destroyAfter: 0 }, false)).toEqual(['Connection error.']);
    expect(await play({ sse, destroyAfter: 1 }, false)).toEqual(['c1', 'terminated']);
    expect(await play({ sse, hangAfter: 1 }, true)).toEqual(['c1', 'ended']);
  });
});
