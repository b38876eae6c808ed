import { describe, expect, it } from 'vitest';

import {
  type BookedCall,
  createEngine,
  type MetricPoint,
  OverlayError,
  priceUsage,
  recogniseSpan,
  type InputSpan,
} from '../../processor/engine/index.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const START = Date.UTC(2026, 5, 1);

/** gpt-4o: 2.5 USD a million tokens in, 10 out: 0.0035 USD. */
const USAGE = { 'gen_ai.usage.input_tokens': 1000, 'gen_ai.usage.output_tokens': 100 };

function chat(spanId: string, at: number, more: Partial<InputSpan> = {}): InputSpan {
  return {
    traceId: TRACE,
    spanId,
    name: 'chat gpt-4o',
    scopeName: 'opentelemetry.instrumentation.openai_v2',
    startTime: START + at,
    endTime: START + at + 5,
    ...more,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.response.id': `response-${spanId}`,
      ...USAGE,
      ...more.attributes,
    },
  };
}

function sum(points: readonly MetricPoint[], name: string, labels: object = {}): number {
  return points
    .filter((point) => point.name === name)
    .filter(({ attributes }) => expect.objectContaining(labels).asymmetricMatch(attributes))
    .reduce((total, { value = 0 }) => total + value, 0);
}

describe('an engine', () => {
  it('answers what is to become of the spans of an agent, each call priced and placed', () => {
    const engine = createEngine();
    const agent: InputSpan = {
      traceId: TRACE,
      spanId: '00000000000000a1',
      name: 'invoke_agent triage',
      scopeName: 'my-agents',
      attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'triage' },
      resource: { 'costspan.team': 'support' },
      startTime: START,
      endTime: START + 100,
    };
    const inside = { parentSpanId: agent.spanId };
    // In the order of their ends, as exporters send them.
    const answers = engine.spans([chat('01', 10, inside), chat('02', 30, inside), agent]);
    const byId = new Map(answers.map(({ spanId, set }) => [spanId, set]));
    expect(byId.get('01')).toMatchObject({
      'gen_ai.usage.cost.amount': 0.0035,
      'costspan.price.state': 'priced',
      'costspan.loop.depth': 1,
      'costspan.agent.depth': 1,
      'costspan.team': 'support',
      'costspan.run.id': agent.spanId,
    });
    expect(byId.get('02')).toMatchObject({ 'costspan.loop.depth': 2 });
    expect(byId.get(agent.spanId)).toMatchObject({
      'costspan.run.cost.amount': 0.007,
      'costspan.run.inference_calls': 2,
      'costspan.run.max_loop_depth': 2,
    });
    const points = engine.collect();
    expect(sum(points, 'costspan.cost.usd', { 'costspan.team': 'support' })).toBeCloseTo(0.007, 12);
    expect(sum(points, 'costspan.calls')).toBe(2);
    const duration = points.find(({ name }) => name === 'gen_ai.client.inference.duration');
    expect(duration).toMatchObject({ instrument: 'histogram', unit: 's' });
    expect(duration?.histogram).toMatchObject({ count: 2, min: 0.005, max: 0.005 });
  });

  it('takes calls that no span tells of, and hands on what it books', () => {
    const booked: BookedCall[] = [];
    const engine = createEngine({
      attribution: { defaults: { team: 'platform' }, required: ['workflow'] },
      onCall: (call) => {
        booked.push(call);
      },
    });
    const { attributes, price } = engine.call({
      provider: 'openai',
      requestModel: 'gpt-4o',
      usage: { input: 1000, output: 100 },
      startTime: START,
      endTime: START + 5,
      attribution: { costCenter: 'cc-7' },
    });
    expect(price).toMatchObject({ state: 'priced', cost: { totalNanos: 3_500_000 } });
    expect(attributes).toMatchObject({
      'costspan.cost_center': 'cc-7',
      'costspan.attribution.missing': ['costspan.workflow'],
      'gen_ai.usage.cost.amount': 0.0035,
    });
    expect(booked).toMatchObject([
      { requestModel: 'gpt-4o', attribution: { team: 'platform', costCenter: 'cc-7' } },
    ]);
  });

  it('never shares anything with another one', () => {
    const cheap = createEngine({
      overlay: {
        name: 'prices.json',
        digest: 'abcdef0123',
        value: {
          discounts: [
            {
              id: 'half',
              match: { provider: 'openai' },
              from: '2026-01-01',
              to: '2027-01-01',
              multiply: 0.5,
            },
          ],
        },
      },
      metrics: { dimensions: ['costCenter'] },
    });
    const plain = createEngine();
    const span = chat('01', 0, { attributes: { 'costspan.cost_center': 'cc-7' } });
    const [discounted] = cheap.spans([span]);
    const [listed] = plain.spans([span]);
    expect(discounted?.set).toMatchObject({ 'gen_ai.usage.cost.amount': 0.00175 });
    expect(listed?.set).toMatchObject({ 'gen_ai.usage.cost.amount': 0.0035 });
    expect(cheap.priceBook).toMatch(/\+overlay:abcdef$/);
    expect(plain.priceBook).not.toContain('overlay');
    const labels = { 'costspan.cost_center': 'cc-7' };
    expect(sum(cheap.collect(), 'costspan.cost.usd', labels)).toBeCloseTo(0.00175, 12);
    expect(sum(plain.collect(), 'costspan.cost.usd', labels)).toBe(0);
    expect(sum(plain.collect(), 'costspan.cost.usd')).toBeCloseTo(0.0035, 12);
  });

  it('books nothing of a span that costspan has booked elsewhere', () => {
    const engine = createEngine();
    const [answer] = engine.spans([
      chat('01', 0, { attributes: { 'costspan.price.book': 'genai-prices@0.1.8' } }),
    ]);
    expect(answer?.set).toEqual({});
    expect(sum(engine.collect(), 'costspan.calls')).toBe(0);
  });

  it('goes on when every listener of a host throws', () => {
    const engine = createEngine({
      onCall: () => {
        throw new Error('ledger full');
      },
      onProblem: () => {
        throw new Error('no log');
      },
    });
    const [answer] = engine.spans([chat('01', 0)]);
    expect(answer?.set).toMatchObject({ 'costspan.price.state': 'priced' });
  });

  it('tells of a listener that throws', () => {
    const problems: string[] = [];
    const engine = createEngine({
      onCall: () => {
        throw new Error('ledger full');
      },
      onProblem: (message) => {
        problems.push(message);
      },
    });
    const [answer] = engine.spans([chat('01', 0)]);
    expect(answer?.set).toMatchObject({ 'costspan.price.state': 'priced' });
    expect(problems.join()).toContain('ledger full');
  });

  it('loses nothing but the span itself when one is broken', () => {
    const problems: string[] = [];
    const engine = createEngine({
      onProblem: (message) => {
        problems.push(message);
      },
    });
    const broken = { ...chat('02', 0), traceId: undefined, parentSpanId: '01' };
    const answers = engine.spans([broken as unknown as InputSpan, chat('01', 0)]);
    expect(answers.find(({ spanId }) => spanId === '01')?.set).toMatchObject({
      'gen_ai.usage.cost.amount': 0.0035,
    });
    expect(problems.join()).toContain('told-span');
    expect(sum(engine.collect(), 'costspan.internal.errors')).toBeGreaterThan(0);
  });

  it('refuses an overlay with a mistake in one sentence', () => {
    expect(() =>
      createEngine({ overlay: { name: 'prices.json', digest: 'ab', value: { modles: [] } } }),
    ).toThrow(OverlayError);
  });
});

describe('priceUsage', () => {
  it('prices one usage, and says of an unknown model that it has no price', () => {
    const usage = { input: 1000, output: 100 };
    expect(priceUsage({ provider: 'openai', requestModel: 'gpt-4o', usage })).toMatchObject({
      state: 'priced',
      cost: { totalNanos: 3_500_000, source: 'local' },
    });
    const unknown = priceUsage({ provider: 'nobody', requestModel: 'own-model', usage });
    expect(unknown.state).toBe('unpriced');
    expect(unknown.cost).toBeUndefined();
  });
});

describe('recogniseSpan', () => {
  it('reads a call, whoever wrote its span', () => {
    const { attributes } = chat('01', 0);
    expect(recogniseSpan(chat('01', 0))).toMatchObject({
      kind: 'call',
      call: { provider: 'openai', requestModel: 'gpt-4o', usage: { input: 1000, output: 100 } },
    });
    expect(
      recogniseSpan({
        ...chat('02', 0),
        attributes: {
          'openinference.span.kind': 'LLM',
          'llm.provider': 'openai',
          'llm.model_name': attributes['gen_ai.request.model'],
          'llm.token_count.prompt': 1000,
          'llm.token_count.completion': 100,
        },
      }),
    ).toMatchObject({
      kind: 'call',
      writer: 'OpenInference',
      call: { usage: { input: 1000, output: 100 } },
    });
    expect(recogniseSpan({ ...chat('03', 0), name: 'GET /', attributes: {} })).toBeUndefined();
  });
});
