import OpenAI, * as openaiModule from 'openai';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LivePipeline, startLivePipeline, watchCopy } from '../scenarios/live-pipeline.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { NO_LEDGER, rejectionOf, resolveBudgets } from './support.ts';

/** Dollars a token of gpt-4o. */
const OUTPUT_USD = 10e-6;
const MOST_OUTPUT = 1_000;
const BODY = {
  model: 'gpt-4o',
  max_tokens: MOST_OUTPUT,
  messages: [{ role: 'user' as const, content: 'hi' }],
};

let live: LivePipeline;
let provider: ProviderServer;
let openai: OpenAI;
beforeAll(async () => {
  provider = await startProviderServer();
  watchCopy('openai', 'openai', openaiModule);
  openai = new OpenAI({ apiKey: 'k', baseURL: provider.openaiUrl, maxRetries: 0 });
});
afterAll(() => provider.close());
beforeEach(async () => {
  live = await startLivePipeline();
  provider.reset();
  const budgets = resolveBudgets({ id: 'one', limitUsd: 10, period: 'day', mode: 'hard' });
  live.pipeline.governance.budgets.configure(
    { budgets, store: 'memory', ledger: NO_LEDGER },
    () => undefined,
  );
  await live.pipeline.governance.budgets.opening();
});
afterEach(() => live.stop());

async function spentUsd(): Promise<number> {
  await live.flush();
  expect(live.sink.metricValue('costspan.budget.held.usd')).toBe(0);
  return live.sink.metricValue('costspan.budget.spent.usd') ?? 0;
}

const CHUNK = {
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'gpt-4o',
  choices: [{ index: 0, delta: { content: 'a' }, finish_reason: null }],
};

/** Each leaves a call that the provider may bill whole. */
const LEFT: Readonly<Record<string, () => Promise<unknown>>> = {
  'a timeout': async () => {
    provider.always('/chat/completions', { json: {}, hangAfter: 0 });
    await rejectionOf(openai.chat.completions.create(BODY, { timeout: 50 }));
  },
  'an abort': async () => {
    provider.always('/chat/completions', { json: {}, hangAfter: 0 });
    const controller = new AbortController();
    const call = rejectionOf(openai.chat.completions.create(BODY, { signal: controller.signal }));
    await provider.arrived(1);
    controller.abort();
    await call;
  },
  'an early break': async () => {
    provider.always('/chat/completions', { sse: [CHUNK, CHUNK], hangAfter: 1 });
    const stream = await openai.chat.completions.create({ ...BODY, stream: true });
    for await (const chunk of stream) if (chunk.id !== '') break;
  },
  'an aborted stream': async () => {
    provider.always('/chat/completions', { sse: [CHUNK, CHUNK], hangAfter: 1 });
    const stream = await openai.chat.completions.create({ ...BODY, stream: true });
    for await (const chunk of stream) if (chunk.id !== '') stream.controller.abort();
  },
};

describe('a hard budget and a call that is left early', () => {
  it.each(Object.entries(LEFT))('charges no less than the provider may: %s', async (_, leave) => {
    await leave();
    expect(await spentUsd()).toBeGreaterThanOrEqual(MOST_OUTPUT * OUTPUT_USD);
  });

  it('charges only the input of a failure that the provider answered', async () => {
    provider.always('/chat/completions', { status: 500, json: { error: { message: 'no' } } });
    await rejectionOf(openai.chat.completions.create(BODY));
    const spent = await spentUsd();
    expect(spent).toBeGreaterThan(0);
    expect(spent).toBeLessThan(OUTPUT_USD * 100);
  });

  it('charges nothing for a refusal', async () => {
    provider.always('/chat/completions', { status: 400, json: { error: { message: 'no' } } });
    await rejectionOf(openai.chat.completions.create(BODY));
    expect(await spentUsd()).toBe(0);
  });
});
