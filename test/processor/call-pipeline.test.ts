import { context, metrics, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withAttribution } from '../../processor/node/attribution/index.ts';
import { createPricer } from '../../processor/engine/pricing/index.ts';
import {
  type Harness,
  inSpan,
  makeCall,
  recordings,
  startCall,
  startHarness,
  total,
} from './harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = startHarness();
});
afterEach(() => harness.stop());

describe('CallPipeline', () => {
  it('puts price, place and attribution on the span of a call', () => {
    const attributes = withAttribution({ team: 'support', userId: 'u-1' }, () =>
      makeCall(
        harness,
        {},
        {
          usage: { input: 1_000, cacheRead: 1_000, output: 400, reasoning: 100 },
          usageSource: 'provider',
          responseModel: 'gpt-4o-2024-08-06',
          retries: 2,
        },
      ),
    );
    // gpt-4o: 2.5, 1.25 and 10 USD per million of input, cached input and output.
    expect(attributes).toEqual({
      'costspan.team': 'support',
      'user.id': 'u-1',
      'costspan.run.id': expect.stringMatching(/^[0-9a-f]{16}$/),
      'costspan.agent.depth': 0,
      'costspan.loop.depth': 1,
      'costspan.retry.count': 2,
      'costspan.usage.source': 'provider',
      'costspan.price.state': 'priced',
      'costspan.price.book': expect.stringMatching(/^genai-prices@/),
      'costspan.price.match': expect.stringMatching(/exact|alias/),
      'costspan.model.tier': expect.any(String),
      'gen_ai.usage.cost.amount': 0.00875,
      'gen_ai.usage.cost.currency': 'USD',
      'gen_ai.usage.cost.source': 'local',
      'costspan.cost.input': 0.0025,
      'costspan.cost.cache_read': 0.00125,
      'costspan.cost.output': 0.004,
      'costspan.cost.reasoning': 0.001,
    });
  });

  it('moves whole amounts of money off the integers, so that they leave as doubles', () => {
    const attributes = makeCall(
      harness,
      {},
      {
        usage: { input: 800_000 },
        responseModel: 'gpt-4o-2024-08-06',
      },
    );
    const amount = attributes['gen_ai.usage.cost.amount'];
    expect(amount).toBeCloseTo(2, 12);
    expect(Number.isInteger(amount)).toBe(false);
  });

  it('counts tokens, money and outcome of a call once on every metric', async () => {
    withAttribution({ team: 'support', workflow: 'triage' }, () =>
      makeCall(harness, { retries: 1 }),
    );
    const points = await harness.collect();
    const place = {
      'costspan.team': 'support',
      'costspan.workflow': 'triage',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.operation.name': 'chat',
    };
    expect(total(points, 'costspan.cost.usd', place)).toBeCloseTo(0.0075, 12);
    expect(total(points, 'costspan.cost.usd', { 'costspan.token.class': 'input' })).toBeCloseTo(
      0.0025,
      12,
    );
    expect(total(points, 'costspan.tokens', place)).toBe(1_500);
    expect(total(points, 'costspan.retries', place)).toBe(1);
    expect(
      total(points, 'costspan.calls', {
        ...place,
        'costspan.call.outcome': 'ok',
        'costspan.price.state': 'priced',
        'costspan.usage.source': 'provider',
      }),
    ).toBe(1);
    const unknown = { 'gen_ai.token.modality': 'unknown' };
    expect(total(points, 'gen_ai.client.inference.usage.input_tokens', unknown)).toBe(1_000);
    expect(total(points, 'gen_ai.client.inference.usage.output_tokens', unknown)).toBe(500);
    for (const name of [
      'gen_ai.client.inference.duration',
      'gen_ai.client.inference.operation.input_tokens',
      'gen_ai.client.inference.operation.output_tokens',
      'gen_ai.client.operation.cost',
    ]) {
      expect(recordings(points, name, place), name).toBe(1);
    }
    expect(
      total(points, 'gen_ai.client.operation.cost', { 'gen_ai.usage.cost.currency': 'USD' }),
    ).toBe(0.0075);
  });

  it('tells modalities apart and never adds up to more than the total', async () => {
    makeCall(
      harness,
      {},
      {
        usage: {
          input: 70,
          cacheRead: 30,
          inputAudio: 40,
          inputText: 60,
          output: 10,
          outputAudio: 25,
        },
      },
    );
    const points = await harness.collect();
    const name = 'gen_ai.client.inference.usage.input_tokens';
    expect(total(points, name, { 'gen_ai.token.modality': 'audio' })).toBe(40);
    expect(total(points, name, { 'gen_ai.token.modality': 'text' })).toBe(60);
    expect(total(points, name)).toBe(100);
    expect(total(points, 'gen_ai.client.inference.usage.output_tokens')).toBe(10);
  });

  it('adds a 0 of unknown modality for a call that brought no usage', async () => {
    makeCall(harness, {}, { outcome: 'error', errorType: 'RateLimitError' });
    const points = await harness.collect();
    expect(points.get('gen_ai.client.inference.usage.input_tokens')).toHaveLength(1);
    expect(total(points, 'gen_ai.client.inference.usage.input_tokens')).toBe(0);
    const failed = { 'error.type': 'RateLimitError' };
    expect(recordings(points, 'gen_ai.client.inference.duration', failed)).toBe(1);
    expect(points.get('costspan.cost.usd')).toBeUndefined();
  });

  it('records first chunk and mean pace once a stream', async () => {
    makeCall(harness, {}, { stream: true, timeToFirstChunkSeconds: 0.3, chunks: 11 });
    const points = await harness.collect();
    expect(total(points, 'gen_ai.client.inference.time_to_first_chunk')).toBeCloseTo(0.3);
    expect(total(points, 'gen_ai.client.inference.time_per_output_chunk')).toBeCloseTo(0.05);
    expect(recordings(points, 'gen_ai.client.inference.time_per_output_chunk')).toBe(1);
  });

  it('keeps embeddings out of the inference metrics', async () => {
    makeCall(
      harness,
      { operation: 'embeddings', requestModel: 'text-embedding-3-small' },
      {
        usage: { input: 1_000_000 },
      },
    );
    const points = await harness.collect();
    expect(recordings(points, 'gen_ai.client.operation.duration')).toBe(1);
    expect(points.get('gen_ai.client.inference.duration')).toBeUndefined();
    expect(points.get('gen_ai.client.inference.usage.input_tokens')).toBeUndefined();
    expect(total(points, 'costspan.cost.usd')).toBeCloseTo(0.02, 12);
  });

  it('shows a free call with an amount that no filter for more than 0 finds', () => {
    const attributes = makeCall(
      harness,
      {},
      { usage: { input: 10 }, providerCost: { amount: 0, currency: 'USD' } },
    );
    expect(attributes['costspan.price.state']).toBe('free');
    expect(attributes['gen_ai.usage.cost.amount']).toBe(0);
  });

  it('counts tokens of a model without a price by its own name', async () => {
    const attributes = makeCall(
      harness,
      { requestModel: 'homegrown-7' },
      {
        usage: { input: 10, output: 5 },
        responseModel: 'homegrown-7',
      },
    );
    expect(attributes['costspan.price.state']).toBe('unpriced');
    expect(attributes).not.toHaveProperty('gen_ai.usage.cost.amount');
    const points = await harness.collect();
    const model = { 'gen_ai.request.model': 'homegrown-7' };
    expect(total(points, 'costspan.unpriced.tokens', model)).toBe(15);
    expect(total(points, 'costspan.calls', model)).toBe(1);
  });

  it('names a bounded number of models without a price', async () => {
    for (let index = 0; index < 150; index += 1) {
      const requestModel = `homegrown-${index}`.padEnd(1_000, 'x');
      makeCall(harness, { requestModel }, { usage: { input: 1 }, responseModel: requestModel });
    }
    const points = await harness.collect();
    const names = (points.get('costspan.unpriced.tokens') ?? []).map(({ attributes }) =>
      String(attributes['gen_ai.request.model']),
    );
    expect(names).toHaveLength(101);
    expect(Math.max(...names.map((name) => name.length))).toBe(128);
    expect(total(points, 'costspan.unpriced.tokens')).toBe(150);
    expect(total(points, 'costspan.unpriced.tokens', { 'gen_ai.request.model': 'other' })).toBe(50);
  });

  it('books a response once, however often it is seen', async () => {
    makeCall(harness, {}, { responseId: 'resp_1', usage: { input: 100 } });
    const again = makeCall(
      harness,
      { operation: 'fetch_response' },
      {
        responseId: 'resp_1',
        usage: { input: 100 },
      },
    );
    expect(again).not.toHaveProperty('gen_ai.usage.cost.amount');
    const points = await harness.collect();
    expect(total(points, 'costspan.tokens')).toBe(100);
    expect(total(points, 'costspan.calls')).toBe(1);
  });

  it('books every call of ours, also where a server gives all responses one id', async () => {
    makeCall(harness, {}, { responseId: 'chatcmpl-123', usage: { input: 100 } });
    makeCall(harness, {}, { responseId: 'chatcmpl-123', usage: { input: 100 } });
    const points = await harness.collect();
    expect(total(points, 'costspan.tokens')).toBe(200);
    expect(total(points, 'costspan.calls')).toBe(2);
  });

  it('books a background response when its usage arrives', async () => {
    makeCall(harness, {}, { responseId: 'resp_2', usagePending: true });
    makeCall(
      harness,
      { operation: 'fetch_response' },
      { responseId: 'resp_2', usage: { input: 7 } },
    );
    const points = await harness.collect();
    expect(total(points, 'costspan.tokens')).toBe(7);
    expect(total(points, 'gen_ai.client.inference.usage.input_tokens')).toBe(0);
  });

  it('books a call that ends twice once', async () => {
    const started = startCall(harness);
    started.end();
    void harness.pipeline.calls.callEnded(started.call, started.span, {});
    expect(total(await harness.collect(), 'costspan.calls')).toBe(1);
  });

  it('gives a call around another one no money', async () => {
    const outer = startCall(harness);
    const inner = context.with(outer.inside, () => startCall(harness));
    const innerAttributes = inner.end();
    const outerAttributes = outer.end({ bookedInside: true, usage: { input: 1_000, output: 500 } });
    expect(innerAttributes['costspan.loop.depth']).toBe(1);
    expect(outerAttributes).not.toHaveProperty('gen_ai.usage.cost.amount');
    const points = await harness.collect();
    expect(total(points, 'costspan.tokens')).toBe(1_500);
    expect(total(points, 'costspan.calls')).toBe(1);
  });

  it('counts a denied call and nothing of it', async () => {
    makeCall(harness, {}, { outcome: 'blocked', errorType: 'BudgetExceededError' });
    const points = await harness.collect();
    expect(total(points, 'costspan.calls', { 'costspan.call.outcome': 'blocked' })).toBe(1);
    expect(points.get('gen_ai.client.inference.duration')).toBeUndefined();
  });

  it.each([
    ['NaN', { input: Number.NaN, output: 5 }],
    ['infinite', { input: Number.POSITIVE_INFINITY, output: 5 }],
    ['negative', { input: -3, output: 5 }],
    ['absurd', { input: 1e18, output: 5 }],
    ['no number', { input: '12' as unknown as number, output: 5 }],
  ])('keeps usage that is %s off every instrument and counts it', async (_, usage) => {
    makeCall(harness, {}, { usage });
    const points = await harness.collect();
    expect(total(points, 'costspan.tokens')).toBe(5);
    expect(total(points, 'costspan.internal.errors', { 'costspan.component': 'usage' })).toBe(1);
    for (const [name, list] of points) {
      for (const { value } of list) expect(value, name).toSatisfy(Number.isFinite);
    }
  });

  it('keeps broken counts off the run', async () => {
    inSpan(harness, 'GET /', () =>
      makeCall(
        harness,
        { conversationDepth: Number.POSITIVE_INFINITY },
        {
          retries: Number.POSITIVE_INFINITY,
          toolCalls: Number.NaN,
        },
      ),
    );
    const points = await harness.collect();
    expect(points.get('costspan.retries')).toBeUndefined();
    expect(total(points, 'costspan.run.tool_calls')).toBe(0);
    expect(total(points, 'costspan.internal.errors')).toBe(2);
    expect(harness.span('GET /').attributes['costspan.run.max_loop_depth']).toBe(1);
  });

  it('keeps a broken clock off the histograms', async () => {
    makeCall(harness, { startTimeMs: Number.NaN });
    const points = await harness.collect();
    expect(points.get('gen_ai.client.inference.duration')).toBeUndefined();
    expect(total(points, 'costspan.internal.errors', { 'costspan.component': 'duration' })).toBe(1);
    expect(total(points, 'costspan.calls')).toBe(1);
  });

  it('takes our members out of the baggage that the SDK sees', () => {
    const baggage = propagation.createBaggage({
      'costspan.team': { value: 'x' },
      keep: { value: 'y' },
    });
    const started = startCall(harness, {}, propagation.setBaggage(ROOT_CONTEXT, baggage));
    const seen = propagation
      .getBaggage(started.inside)
      ?.getAllEntries()
      .map(([key]) => key);
    started.end();
    expect(seen).toEqual(['keep']);
  });

  it('counts for the context when the start of a call was never told', async () => {
    const started = startCall(harness);
    started.call.observed = undefined;
    withAttribution({ team: 'late' }, () => started.end());
    expect(total(await harness.collect(), 'costspan.calls', { 'costspan.team': 'late' })).toBe(1);
  });

  it('survives parts of itself that throw, and says so', async () => {
    const pricer = createPricer();
    pricer.price = () => {
      throw new Error('no');
    };
    await harness.stop();
    harness = startHarness({ pricer });
    expect(() => makeCall(harness)).not.toThrow();
    const points = await harness.collect();
    expect(total(points, 'costspan.internal.errors', { 'costspan.component': 'call-ended' })).toBe(
      1,
    );
  });

  it('prices the first call even when the price book is not loaded yet', async () => {
    await harness.stop();
    harness = startHarness();
    expect(makeCall(harness)['gen_ai.usage.cost.amount']).toBe(0.0075);
  });

  it('holds calls back while prices are being read', async () => {
    const { read, finishReading } = reading();
    harness.pipeline.engine.prices.holdFor(read);
    expect(makeCall(harness)).not.toHaveProperty('costspan.price.state');
    expect(total(await harness.collect(), 'costspan.calls')).toBe(0);
    finishReading();
    await read;
    expect(total(await harness.collect(), 'costspan.cost.usd')).toBeCloseTo(0.0075, 12);
  });

  it('tells a meter provider that comes late or new what none has been told before', async () => {
    metrics.disable();
    makeCall(harness);
    const late = await collectWith(harness);
    expect(late.tokens).toBe(1_500);
    expect(late.durations).toBe(1);
    makeCall(harness);
    const other = await collectWith(harness);
    expect(other.tokens).toBe(1_500);
  });

  it('reports how old the price book is', async () => {
    makeCall(harness);
    const age = total(await harness.collect(), 'costspan.price_book.age.seconds');
    expect(age).toBeGreaterThan(0);
  });

  it('keeps what was counted when the dimensions change', async () => {
    withAttribution({ team: 'a', project: 'p' }, () => makeCall(harness));
    const bounds = { maxValuesPerDimension: 200, maxSets: 1_800 };
    harness.pipeline.engine.metrics.configure({ ...bounds, dimensions: ['project'] });
    withAttribution({ team: 'a', project: 'p' }, () => makeCall(harness));
    harness.pipeline.engine.metrics.configure({ ...bounds, dimensions: ['workflow', 'team'] });
    withAttribution({ team: 'a', project: 'p' }, () => makeCall(harness));
    const points = await harness.collect();
    expect(total(points, 'costspan.calls', { 'costspan.team': 'a' })).toBe(2);
    expect(total(points, 'costspan.calls', { 'costspan.project': 'p' })).toBe(1);
  });

  it('sums up the calls of a request on its span', () => {
    inSpan(harness, 'GET /', () => {
      makeCall(harness, {}, { usage: { input: 1_000, output: 500 }, toolCalls: 2 });
      makeCall(harness);
    });
    expect(harness.span('GET /').attributes).toEqual({
      'costspan.run.id': harness.span('GET /').spanContext().spanId,
      'costspan.run.inference_calls': 2,
      'costspan.run.tool_calls': 2,
      'costspan.run.input_tokens': 2_000,
      'costspan.run.output_tokens': 1_000,
      'costspan.run.max_loop_depth': 2,
      'costspan.run.cost.amount': expect.closeTo(0.015, 12),
    });
  });
});

/** Prices that are being read until told otherwise. */
function reading(): { readonly read: Promise<void>; readonly finishReading: () => void } {
  let finish: (() => void) | undefined;
  const read = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return { read, finishReading: () => finish?.() };
}

/** What a provider registered now gets to see. */
async function collectWith({ pipeline }: Harness): Promise<{ tokens: number; durations: number }> {
  const { AggregationTemporality, InMemoryMetricExporter, PeriodicExportingMetricReader } =
    await import('@opentelemetry/sdk-metrics');
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  metrics.disable();
  metrics.setGlobalMeterProvider(provider);
  pipeline.engine.metrics.refresh();
  await provider.forceFlush();
  let tokens = 0;
  let durations = 0;
  for (const { scopeMetrics } of exporter.getMetrics()) {
    for (const { descriptor, dataPoints } of scopeMetrics.flatMap((scope) => scope.metrics)) {
      for (const { value } of dataPoints) {
        if (descriptor.name === 'costspan.tokens' && typeof value === 'number') tokens += value;
        if (descriptor.name === 'gen_ai.client.inference.duration' && typeof value === 'object') {
          durations += value.count;
        }
      }
    }
  }
  await provider.shutdown();
  return { tokens, durations };
}
