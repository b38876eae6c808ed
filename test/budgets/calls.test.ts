import { context, INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';
import OpenAI, * as openaiModule from 'openai';
import Anthropic, * as anthropicModule from '@anthropic-ai/sdk';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  BudgetContendedError,
  BudgetExceededError,
  configureBudgets,
  withAttribution,
} from '../../index.ts';
import { LlmCall } from '../../conventions/index.ts';
import type { BudgetConfig } from '../../processor/governance/config/index.ts';
import {
  assertKnownTelemetry,
  type LivePipeline,
  startLivePipeline,
  watchCopy,
} from '../scenarios/live-pipeline.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { NO_LEDGER, rejectionOf, resolveBudgets } from './support.ts';

/** An answer of 1,000 input and 500 output tokens: $0.0025 and $0.005 for gpt-4o. */
function answer(model: string, output = 500): object {
  return {
    id: `chatcmpl-${Math.random()}`,
    object: 'chat.completion',
    created: 1,
    model,
    choices: [{ index: 0, message: { role: 'assistant', content: 'yes' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1_000, completion_tokens: output, total_tokens: 1_000 + output },
  };
}
const CALL_USD = 0.0075;
describe('budgets around real SDK calls', () => {
  let live: LivePipeline;
  let provider: ProviderServer;
  let openai: OpenAI;

  beforeAll(async () => {
    provider = await startProviderServer();
    watchCopy('openai', 'openai', openaiModule);
    watchCopy('anthropic', '@anthropic-ai/sdk', anthropicModule);
    openai = new OpenAI({ apiKey: 'k', baseURL: provider.openaiUrl, maxRetries: 2 });
  });
  afterAll(() => provider.close());

  beforeEach(async () => {
    live = await startLivePipeline();
    provider.reset();
    provider.always('/chat/completions', (request) => ({
      json: answer(String(Reflect.get(request.body as object, 'model'))),
    }));
  });
  afterEach(async () => {
    configureBudgets({ onAlert: undefined, downgrade: undefined });
    await live.stop();
  });

  function budget(...budgets: readonly BudgetConfig[]): void {
    live.pipeline.governance.budgets.configure(
      { budgets: resolveBudgets(...budgets), store: 'memory', ledger: NO_LEDGER },
      () => undefined,
    );
  }

  function chat(model = 'gpt-4o', more: object = {}): Promise<unknown> {
    return openai.chat.completions.create({
      model,
      messages: [{ role: 'user', content: 'hi' }],
      max_tokens: 500,
      ...more,
    });
  }

  function chatAs(userId: string): Promise<unknown> {
    return withAttribution({ userId }, () => chat());
  }

  /** Settles to what the third call was refused with. */
  function runOfThree(): Promise<unknown> {
    return withAttribution({ workflow: 'triage' }, async () => {
      await chat();
      await chat();
      return rejectionOf(chat());
    });
  }

  function bodyOf(index: number): object {
    return (provider.requests[index]?.body as object | undefined) ?? {};
  }

  async function spent(): Promise<number | undefined> {
    await live.flush();
    return live.sink.metricValue('costspan.budget.spent.usd');
  }

  it('lets calls pass up to the limit and refuses the next before it is sent, without a retry', async () => {
    budget({
      id: 'month',
      limitUsd: 4 * CALL_USD,
      period: 'month',
      mode: 'balanced',
      owner: 'lead',
    });
    for (let call = 0; call < 4; call += 1) await chat();
    const error = await rejectionOf(chat());
    expect(error).toBeInstanceOf(BudgetExceededError);
    expect(error).toMatchObject({
      code: 'costspan_budget_exceeded',
      budget: 'month',
      unit: 'usd',
      limit: 0.03,
      spent: 0.03,
      held: 0,
      owner: 'lead',
      retryable: false,
    });
    expect((error as BudgetExceededError).message).toMatch(/lead/);
    expect((error as BudgetExceededError).periodEnd?.getTime()).toBeGreaterThan(Date.now());
    expect(provider.requests).toHaveLength(4);
    expect(await spent()).toBe(0.03);
    expect(live.sink.metricValue('costspan.budget.held.usd')).toBe(0);
    expect(
      live.sink.metricValue('costspan.budget.decisions', { 'costspan.budget.decision': 'block' }),
    ).toBe(1);
    expect(live.sink.metricValue('costspan.calls', { 'costspan.call.outcome': 'blocked' })).toBe(1);
    const blocked = live.sink.spans.at(-1);
    expect(blocked?.attributes).toMatchObject({
      'costspan.budget.decision': 'block',
      'costspan.budget.id': 'month',
      'error.type': 'BudgetExceededError',
    });
    assertKnownTelemetry(live.sink);
  });

  it('matches by attribution, and leaves other calls alone', async () => {
    budget({
      id: 'support',
      match: { team: 'supp*' },
      limitUsd: 0.000_001,
      period: 'day',
      mode: 'hard',
    });
    await withAttribution({ team: 'search' }, () => chat());
    const error = await rejectionOf(withAttribution({ team: 'support' }, () => chat()));
    expect(error).toBeInstanceOf(BudgetExceededError);
    await live.flush();
    expect(live.sink.spans[0]?.attributes['costspan.budget.decision']).toBeUndefined();
  });

  it('gives each user of a split budget an allowance of its own', async () => {
    budget({ id: 'users', splitBy: ['userId'], limitCalls: 1, period: 'day' });
    await chatAs('a');
    await chatAs('b');
    expect(await rejectionOf(chatAs('a'))).toMatchObject({
      split: 'userId=a',
      unit: 'calls',
      spent: 1,
    });
    await live.flush();
    expect(live.sink.metricValue('costspan.budget.spent.calls')).toBe(1);
  });

  it('lets the tightest of several budgets decide', async () => {
    budget(
      { id: 'wide', limitCalls: 100, period: 'month' },
      { id: 'narrow', limitTokens: 2_000, period: 'hour' },
    );
    await chat();
    expect(await rejectionOf(chat())).toMatchObject({
      budget: 'narrow',
      unit: 'tokens',
      spent: 1_500,
    });
  });

  it('counts a run apart from the next one', async () => {
    budget({ id: 'per-run', limitCalls: 2, period: 'run' });
    expect(await runOfThree()).toMatchObject({ budget: 'per-run' });
    expect(await runOfThree()).toMatchObject({ budget: 'per-run' });
    expect(provider.requests).toHaveLength(4);
  });

  it('tells contended from exhausted, and lets calls wait for what others give back', async () => {
    budget({ id: 'one', limitUsd: 1.2 * CALL_USD, period: 'day', maxWaitMs: 0 });
    provider.next({ json: answer('gpt-4o', 100), hangAfter: 0 });
    const first = chat();
    await provider.arrived(1);
    expect(await rejectionOf(chat())).toBeInstanceOf(BudgetContendedError);

    budget({ id: 'one', limitUsd: 1.2 * CALL_USD, period: 'day', maxWaitMs: 10_000 });
    const second = chat();
    provider.release();
    await Promise.all([first, second]);
    await live.flush();
    expect(live.sink.spans.at(-1)?.attributes['costspan.budget.decision']).toBe('throttle');
  });

  it('sends calls to a cheaper model at the limit and says so on the span', async () => {
    budget({
      id: 'sol',
      match: { model: 'gpt-4o' },
      limitUsd: CALL_USD,
      period: 'day',
      action: 'downgrade',
      downgradeTo: { 'claude-*': 'claude-haiku-4-5', 'GPT-4o*': 'gpt-4o-mini' },
    });
    await chat();
    const asked = { model: 'gpt-4o', messages: [{ role: 'user' as const, content: 'hi' }] };
    await openai.chat.completions.create(asked);
    expect(asked.model).toBe('gpt-4o');
    expect(provider.requests.map(({ body }) => Reflect.get(body as object, 'model'))).toEqual([
      'gpt-4o',
      'gpt-4o-mini',
    ]);
    await live.flush();
    expect(live.sink.spans.at(-1)?.attributes).toMatchObject({
      'gen_ai.request.model': 'gpt-4o-mini',
      'costspan.budget.decision': 'downgrade',
      'costspan.budget.downgraded_from': 'gpt-4o',
    });
    assertKnownTelemetry(live.sink);
  });

  it('sends no embeddings to the one model that is named for all calls', async () => {
    budget({
      id: 'all',
      limitCalls: 1,
      period: 'day',
      action: 'downgrade',
      downgradeTo: 'gpt-4o-mini',
    });
    await chat();
    const embedding = openai.embeddings.create({ model: 'text-embedding-3-small', input: 'hi' });
    expect(await rejectionOf(embedding)).toMatchObject({ budget: 'all' });
  });

  it('asks the hook first for the model to go to', async () => {
    configureBudgets({
      downgrade: ({ model }) => (model === 'gpt-4o' ? 'gpt-4.1-nano' : undefined),
    });
    budget({
      id: 'all',
      limitCalls: 1,
      period: 'day',
      action: 'downgrade',
      downgradeTo: 'gpt-4o-mini',
    });
    await chat();
    await chat();
    expect(Reflect.get(bodyOf(1), 'model')).toBe('gpt-4.1-nano');
  });

  it('lowers the output limit to what is left where it may', async () => {
    budget({ id: 'clamp', limitUsd: 0.05, period: 'day', mode: 'hard', clampMaxTokens: true });
    await openai.chat.completions.create({
      model: 'gpt-4o',
      messages: [{ role: 'user', content: 'hi' }],
    });
    const limit: unknown = Reflect.get(bodyOf(0), 'max_completion_tokens');
    // $0.05 at $10 a million.
    expect(limit).toBeGreaterThan(4_000);
    expect(limit).toBeLessThanOrEqual(5_000);
  });

  it('tells each threshold once, as an event, a count and a callback', async () => {
    const told: number[] = [];
    configureBudgets({ onAlert: ({ threshold }) => told.push(threshold) });
    budget({
      id: 'alerts',
      limitUsd: 4 * CALL_USD,
      period: 'month',
      alertAt: [0.5, 1],
      mode: 'soft',
    });
    for (let call = 0; call < 6; call += 1) await chat();
    expect(told).toEqual([0.5, 1]);
    await live.flush();
    expect(live.sink.metricValue('costspan.budget.alerts')).toBe(2);
    const labels = (live.sink.metrics.get('costspan.budget.alerts')?.points ?? []).map(
      ({ attributes }) => attributes['costspan.budget.threshold'],
    );
    expect(labels).toEqual([0.5, 1]);
    expect(live.sink.spans.map(({ attributes }) => attributes['costspan.budget.decision'])).toEqual(
      ['allow', 'alert', 'allow', 'alert', 'alert', 'alert'],
    );
  });

  it('gives back what a call held that another one inside it stands for', async () => {
    budget({ id: 'month', limitUsd: 1, period: 'month' });
    await chat();
    const call = new LlmCall('chat', 'openai');
    call.requestModel = 'gpt-4o';
    call.startTimeMs = Date.now();
    live.pipeline.calls.callStarted(call, context.active());
    expect(await live.pipeline.calls.admit(call)).toBeUndefined();
    const held = async (): Promise<number | undefined> => {
      await live.flush();
      return live.sink.metricValue('costspan.budget.held.usd');
    };
    expect(await held()).toBeGreaterThan(0);
    call.bookedInside = true;
    call.endTimeMs = Date.now();
    void live.pipeline.calls.callEnded(call, trace.wrapSpanContext(INVALID_SPAN_CONTEXT), {});
    expect(await held()).toBe(0);
    expect(await spent()).toBeCloseTo(CALL_USD, 12);
  });

  it('gives back what a refused request held, and charges for what may be billed', async () => {
    budget({ id: 'month', limitUsd: 1, period: 'month' });
    provider.next({ status: 400, json: { error: { message: 'no' } } });
    await rejectionOf(chat());
    expect(await spent()).toBe(0);
    provider.next({ status: 500, json: { error: { message: 'oh' } } });
    await rejectionOf(
      openai.chat.completions.create(
        { model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] },
        { maxRetries: 0 },
      ),
    );
    const afterFailure = await spent();
    expect(afterFailure).toBeGreaterThan(0);
    expect(afterFailure).toBeLessThan(0.001);
    const closed = await startProviderServer();
    await closed.close();
    const nowhere = new OpenAI({ apiKey: 'k', baseURL: closed.openaiUrl, maxRetries: 1 });
    await rejectionOf(
      nowhere.chat.completions.create({
        model: 'gpt-4o',
        messages: [{ role: 'user', content: 'hi' }],
      }),
    );
    expect(await spent()).toBe(afterFailure);
    expect(live.sink.metricValue('costspan.budget.held.usd')).toBe(0);
  });

  it('never settles a stream that was left at nothing', async () => {
    budget({ id: 'month', limitUsd: 1, period: 'month' });
    const anthropic = new Anthropic({ apiKey: 'k', baseURL: provider.url });
    const stream = await anthropic.messages.create({
      model: 'claude-sonnet-4-5',
      max_tokens: 100,
      stream: true,
      messages: [{ role: 'user', content: 'hi' }],
    });
    for await (const event of stream) if (event.type === 'content_block_delta') break;
    expect(await spent()).toBeGreaterThan(0);
    expect(live.sink.metricValue('costspan.budget.held.usd')).toBe(0);
  });

  it('refuses, assumes the dearest or lets pass what has no price, as the budget says', async () => {
    budget({ id: 'deny', limitUsd: 1, period: 'day', unknownModel: 'deny' });
    expect(await rejectionOf(chat('brand-new-1'))).toMatchObject({ budget: 'deny' });
    await live.flush();
    const refusal = { 'costspan.budget.id': 'deny', 'costspan.budget.decision': 'block' };
    expect(live.sink.metricValue('costspan.budget.decisions', refusal)).toBe(1);
    budget({ id: 'assume', limitUsd: 1, period: 'day' });
    await chat('brand-new-1');
    const assumed = await spent();
    // 1,000 and 500 tokens of the dearest, o1-pro at $150 and $600 a million, not what was held.
    expect(assumed).toBe(0.45);
    budget({ id: 'allow', limitUsd: 1, period: 'day', unknownModel: 'allow' });
    await chat('brand-new-1');
    await live.flush();
    expect(
      live.sink.metricValue('costspan.budget.spent.usd', { 'costspan.budget.id': 'allow' }),
    ).toBe(0);
  });

  it('charges an unknown model by its usage, however much was held for it', async () => {
    budget({ id: 'month', limitUsd: 20, period: 'month', mode: 'hard' });
    await chat('brand-new-1', { max_tokens: 20_000 });
    expect(await spent()).toBe(0.45);
    expect(live.sink.metricValue('costspan.budget.held.usd')).toBe(0);
  });

  it('settles a partial price at its known part, a hard budget at the most it can be', async () => {
    budget(
      { id: 'hard', limitUsd: 1, period: 'day', mode: 'hard' },
      { id: 'balanced', limitUsd: 1, period: 'day', mode: 'balanced' },
    );
    // The list has no rate for what is read from the cache: 800 tokens at most at $0.039 a million.
    const usage = {
      prompt_tokens: 1_000,
      completion_tokens: 500,
      total_tokens: 1_500,
      prompt_tokens_details: { cached_tokens: 800 },
    };
    provider.reset();
    provider.always('/chat/completions', { json: { ...answer('gpt-oss-120b'), usage } });
    await chat('gpt-oss-120b');
    await live.flush();
    const spentBy = (id: string): number | undefined =>
      live.sink.metricValue('costspan.budget.spent.usd', { 'costspan.budget.id': id });
    expect(spentBy('balanced')).toBeCloseTo(0.000_097_8, 12);
    expect(spentBy('hard')).toBeCloseTo(0.000_129, 12);
    const [span] = live.sink.spans;
    expect(span?.attributes).toMatchObject({
      'costspan.price.state': 'partial',
      'costspan.cost.missing': ['cache_read.rate'],
    });
    expect(live.sink.metricValue('costspan.calls', { 'costspan.price.state': 'partial' })).toBe(1);
  });

  it('goes by a changed limit at once, also below what is spent', async () => {
    budget({ id: 'month', limitUsd: 1, period: 'month' });
    await chat();
    budget({ id: 'month', limitUsd: 0.001, period: 'month' });
    expect(await rejectionOf(chat())).toMatchObject({ limit: 0.001, spent: CALL_USD });
    budget({ id: 'month', limitUsd: 1, period: 'month' });
    await chat();
    expect(await spent()).toBe(2 * CALL_USD);
  });
});
