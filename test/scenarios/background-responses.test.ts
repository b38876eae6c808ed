import { calcPrice } from '@pydantic/genai-prices';
import * as googleModule from '@google/genai';
import * as openaiModule from 'openai';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { googleGenAi } from '../../instrumentation/google-genai/index.ts';
import { withAttribution } from '../../processor/node/attribution/index.ts';
import { NO_LEDGER, resolveBudgets } from '../budgets/support.ts';
import type { SinkSpan } from '../support/otlp-sink.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import {
  assertKnownTelemetry,
  type LivePipeline,
  startLivePipeline,
  watchCopy,
} from './live-pipeline.ts';

type Response = openaiModule.OpenAI.Responses.Response;

const BEGINNER = { team: 'research', workflow: 'reports' };
const READER = { team: 'web', workflow: 'webhooks' };

let live: LivePipeline;
let provider: ProviderServer;
let openai: openaiModule.OpenAI;
let google: googleModule.GoogleGenAI;
beforeAll(async () => {
  provider = await startProviderServer();
  openai = new openaiModule.OpenAI({ apiKey: 'k', baseURL: provider.openaiUrl, maxRetries: 0 });
  google = new googleModule.GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: provider.url } });
  watchCopy('openai', 'openai', openaiModule);
  googleGenAi.patch({
    packageName: '@google/genai',
    version: undefined,
    path: '/node_modules/@google/genai',
    format: 'esm',
    moduleExports: googleModule,
  });
});
afterAll(() => provider.close());
beforeEach(async () => {
  provider.reset();
  live = await startLivePipeline();
  const budgets = resolveBudgets({ id: 'all', limitUsd: 100, period: 'day', mode: 'hard' });
  live.pipeline.governance.budgets.configure(
    { budgets, store: 'memory', ledger: NO_LEDGER },
    () => undefined,
  );
  await live.pipeline.governance.budgets.opening();
});
afterEach(() => live.stop());

function begin(): Promise<Response> {
  return withAttribution(BEGINNER, async () =>
    openai.responses.create({ model: 'gpt-5', input: 'Write the report.', background: true }),
  );
}

function read(id: string): Promise<Response> {
  return withAttribution(READER, async () => openai.responses.retrieve(id));
}

async function readToTheEnd(id: string): Promise<Response> {
  for (;;) {
    const response = await read(id);
    if (response.status !== 'queued' && response.status !== 'in_progress') return response;
  }
}

function priceOf(usage: openaiModule.OpenAI.Responses.ResponseUsage | undefined): number {
  const tokens = { input_tokens: usage?.input_tokens, output_tokens: usage?.output_tokens };
  const price = calcPrice(tokens, 'gpt-5', { providerId: 'openai' })?.total_price;
  return price ?? Number.NaN;
}

async function listen(stream: AsyncIterable<unknown>): Promise<number> {
  let events = 0;
  for await (const event of stream) if (event !== undefined) events += 1;
  return events;
}

interface Booked {
  /** By the team that they are of. */
  readonly usd: Readonly<Record<string, number>>;
  readonly calls: number;
  readonly states: Readonly<Record<string, number>>;
  readonly held: number | undefined;
  readonly committed: number | undefined;
}

function sumsBy(metric: string, key: string): Record<string, number> {
  const points = live.sink.metrics.get(metric)?.points ?? [];
  const values = new Set(points.map(({ attributes }) => String(attributes[key])));
  const sums = [...values].map((value) => [value, live.sink.metricValue(metric, { [key]: value })]);
  return Object.fromEntries(sums) as Record<string, number>;
}

async function booked(): Promise<Booked> {
  await live.flush();
  assertKnownTelemetry(live.sink);
  const usd = sumsBy('costspan.cost.usd', 'costspan.team');
  const states = sumsBy('costspan.background.responses', 'costspan.background.state');
  const { access } = await live.pipeline.governance.budgets.open();
  const account = { budget: 'all', split: '', period: new Date().toISOString().slice(0, 10) };
  const [status] = await access.store.status([account], Date.now());
  return {
    usd,
    states,
    calls: live.sink.metricValue('costspan.calls') ?? 0,
    held: status?.held,
    committed: status?.committed,
  };
}

function priced(): readonly SinkSpan[] {
  return live.sink.spans.filter(
    ({ attributes }) => attributes['gen_ai.usage.cost.amount'] !== undefined,
  );
}

describe('a background response', () => {
  it('is booked for who began it, by whoever first sees it over, and polls are no calls', async () => {
    const { id } = await begin();
    expect((await booked()).states).toEqual({ begun: 1 });
    const { usage } = await readToTheEnd(id);
    await Promise.all([read(id), read(id), read(id)]);
    const usd = priceOf(usage);
    const result = await booked();
    expect(result.usd['research']).toBeCloseTo(usd, 9);
    expect(result).toMatchObject({
      calls: 1,
      states: { begun: 1, booked: 1 },
      held: 0,
      committed: Math.round(usd * 1e9),
    });
    expect(Object.keys(result.usd)).toEqual(['research']);
    const begun = live.sink.spans.find(({ name }) => name === 'chat gpt-5');
    const [span, ...others] = priced();
    expect(others).toEqual([]);
    expect(span?.attributes).toMatchObject({
      'gen_ai.operation.name': 'fetch_response',
      'costspan.team': 'research',
      'costspan.workflow': 'reports',
      'costspan.run.id': begun?.attributes['costspan.run.id'],
    });
  });

  it('is booked once by two pollers at once', async () => {
    const { id } = await begin();
    const [first] = await Promise.all([readToTheEnd(id), readToTheEnd(id), readToTheEnd(id)]);
    const result = await booked();
    expect(result.usd['research']).toBeCloseTo(priceOf(first?.usage), 9);
    expect(result).toMatchObject({ calls: 1, states: { begun: 1, booked: 1 }, held: 0 });
    expect(priced()).toHaveLength(1);
  });

  it('that is cancelled settles at what a hard budget held for it', async () => {
    const { id } = await begin();
    const reserved = (await booked()).held ?? 0;
    expect(reserved).toBeGreaterThan(0);
    await openai.responses.cancel(id);
    const { held, committed, states, usd } = await booked();
    expect({ held, states, usd }).toEqual({ held: 0, states: { begun: 1, unbilled: 1 }, usd: {} });
    expect(committed).toBe(reserved);
  });

  it.each(['failed', 'incomplete'] as const)('that ends %s is over', async (status) => {
    const { id, ...rest } = await begin();
    const usage = {
      input_tokens: 10,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 5,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 15,
    };
    provider.on(/responses/, { json: { ...rest, id, status, usage } });
    await read(id);
    const result = await booked();
    expect(result.usd['research']).toBeCloseTo(priceOf(usage as Response['usage']), 9);
    expect(result).toMatchObject({ calls: 1, states: { begun: 1, booked: 1 }, held: 0 });
  });

  it('whose stream drops is booked when the stream is resumed', async () => {
    const model = 'gpt-5';
    const usage = {
      input_tokens: 1_000,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 500,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 1_500,
    };
    const response = { id: 'resp_bg', object: 'response', model, background: true, output: [] };
    const created = { type: 'response.created', response: { ...response, status: 'in_progress' } };
    const delta = { type: 'response.output_text.delta', delta: 'It is ' };
    const completed = {
      type: 'response.completed',
      response: { ...response, status: 'completed', usage },
    };
    provider.on(/responses$/, { sse: [created, delta, delta], destroyAfter: 2 });
    provider.on(/responses\/resp_bg/, { sse: [delta, completed] });
    await withAttribution(BEGINNER, async () => {
      const body = { model, input: 'Write.', background: true, stream: true } as const;
      await expect(listen(await openai.responses.create(body))).rejects.toThrow();
    });
    expect(await booked()).toMatchObject({ usd: {}, calls: 1, states: { begun: 1 } });
    const resumed = await openai.responses.retrieve('resp_bg', { stream: true, starting_after: 1 });
    expect(await listen(resumed)).toBe(2);
    const result = await booked();
    expect(result.usd['research']).toBeCloseTo(1_000 * 1.25e-6 + 500 * 10e-6, 9);
    expect(result).toMatchObject({ calls: 1, states: { begun: 1, booked: 1 }, held: 0 });
  });

  it('that another process began is not booked without a shared store, and is counted so', async () => {
    const elsewhere = await fetch(`${provider.openaiUrl}/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-5', input: 'Write.', background: true }),
    });
    const { id } = (await elsewhere.json()) as Response;
    await readToTheEnd(id);
    expect(await booked()).toMatchObject({ usd: {}, calls: 0, states: { unknown: 1 } });
  });

  it('that is only stored, and was booked when it was made, stays as it is', async () => {
    const made = await openai.responses.create({ model: 'gpt-5', input: 'Write.' });
    const before = await booked();
    await read(made.id);
    expect(await booked()).toEqual(before);
  });

  it('of Gemini is booked for who began it', async () => {
    const model = 'gemini-2.5-flash';
    const usage = { total_input_tokens: 1_000, total_output_tokens: 100, total_tokens: 1_100 };
    const done = { id: 'int-1', model, status: 'completed', usage, outputs: [] };
    provider.on(/interactions/, { json: { ...done, status: 'in_progress', usage: undefined } });
    await withAttribution(BEGINNER, async () =>
      google.interactions.create({ model, input: 'Write.', background: true }),
    );
    for (const look of [1, 2]) {
      provider.on(/interactions/, { json: { ...done, look } });
      await withAttribution(READER, async () => google.interactions.get('int-1'));
    }
    const result = await booked();
    expect(result.usd['research']).toBeCloseTo(1_000 * 0.3e-6 + 100 * 2.5e-6, 9);
    expect(result).toMatchObject({ calls: 1, states: { begun: 1, booked: 1 }, held: 0 });
  });
});
