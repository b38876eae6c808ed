import { type Attributes, context, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withAttribution } from '../../processor/node/attribution/index.ts';
import { type Harness, inSpan, makeCall, startCall, startHarness, total } from './harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = startHarness();
});
afterEach(() => harness.stop());

const CHAT: Attributes = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o',
};
const USAGE: Attributes = { 'gen_ai.usage.input_tokens': 1_000, 'gen_ai.usage.output_tokens': 500 };

/** A chat span of another instrumentation. */
function foreign(name: string, usage: Attributes = USAGE, inside?: () => void): void {
  inSpan(
    harness,
    name,
    (span) => {
      inside?.();
      span.setAttributes(usage);
    },
    CHAT,
  );
}

describe('a span of another instrumentation', () => {
  it('is priced, attributed, placed and counted', async () => {
    withAttribution({ team: 'support' }, () =>
      inSpan(harness, 'invoke_agent a', () => {
        foreign('one');
        foreign('two');
      }),
    );
    expect(harness.span('two').attributes).toMatchObject({
      'costspan.team': 'support',
      'costspan.loop.depth': 2,
      'costspan.agent.depth': 1,
      'costspan.price.state': 'priced',
      'gen_ai.usage.cost.amount': 0.0075,
    });
    const points = await harness.collect();
    expect(total(points, 'costspan.cost.usd', { 'costspan.team': 'support' })).toBeCloseTo(
      0.015,
      12,
    );
    expect(total(points, 'costspan.calls')).toBe(2);
  });

  it('is part of its trace where what is around it runs in another process', async () => {
    const remote = trace.setSpanContext(context.active(), {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
      isRemote: true,
    });
    for (const name of ['first', 'second']) context.with(remote, () => foreign(name));
    const [first, second] = ['first', 'second'].map((name) => harness.span(name).attributes);
    expect([first?.['costspan.loop.depth'], second?.['costspan.loop.depth']]).toEqual([1, 2]);
    expect(second?.['costspan.run.id']).toBe(first?.['costspan.run.id']);
  });

  it('has cached tokens inside its input, unless they are more than it', async () => {
    foreign('inside', { ...USAGE, 'gen_ai.usage.cache_read.input_tokens': 400 });
    foreign('beside', { ...USAGE, 'gen_ai.usage.cache_read.input_tokens': 4_000 });
    const points = await harness.collect();
    expect(total(points, 'costspan.tokens', { 'costspan.token.class': 'input' })).toBe(600 + 1_000);
    expect(total(points, 'costspan.tokens', { 'costspan.token.class': 'cache_read' })).toBe(4_400);
  });

  it('keeps the cost that the provider stated', () => {
    foreign('stated', {
      ...USAGE,
      'gen_ai.usage.cost.amount': 0.5,
      'gen_ai.usage.cost.currency': 'USD',
      'gen_ai.usage.cost.source': 'provider',
    });
    expect(harness.span('stated').attributes).toMatchObject({
      'gen_ai.usage.cost.amount': 0.5,
      'gen_ai.usage.cost.source': 'provider',
    });
  });

  it.each([
    'invoke_agent',
    'invoke_workflow',
    'execute_tool',
    'plan',
    'agent_step',
    'fetch_response',
  ])('is never priced as %s', async (operation) => {
    inSpan(harness, 'above', () => undefined, {
      ...CHAT,
      ...USAGE,
      'gen_ai.operation.name': operation,
    });
    expect(harness.span('above').attributes).not.toHaveProperty('gen_ai.usage.cost.amount');
    expect((await harness.collect()).get('costspan.tokens')).toBeUndefined();
  });

  it('is never priced above a call of ours', async () => {
    foreign('framework', USAGE, () => makeCall(harness));
    expect(harness.span('framework').attributes).not.toHaveProperty('gen_ai.usage.cost.amount');
    expect(total(await harness.collect(), 'costspan.calls')).toBe(1);
  });

  it('is never priced above a call of ours that is still going on', async () => {
    let started: ReturnType<typeof startCall> | undefined;
    foreign('framework', USAGE, () => {
      started = startCall(harness);
    });
    started?.end();
    expect(total(await harness.collect(), 'costspan.calls')).toBe(1);
  });

  it('is never priced above another one, however much lies between', async () => {
    foreign('framework', USAGE, () =>
      inSpan(harness, 'step', () => inSpan(harness, 'POST', () => foreign('sdk'))),
    );
    expect(harness.span('sdk').attributes).toHaveProperty('gen_ai.usage.cost.amount');
    expect(harness.span('framework').attributes).not.toHaveProperty('gen_ai.usage.cost.amount');
    expect(total(await harness.collect(), 'costspan.calls')).toBe(1);
  });

  it('is left to us inside a call of ours', async () => {
    const started = startCall(harness);
    context.with(started.inside, () => foreign('native'));
    expect(started.end()).toHaveProperty('gen_ai.usage.cost.amount');
    expect(harness.span('native').attributes).not.toHaveProperty('gen_ai.usage.cost.amount');
    expect(total(await harness.collect(), 'costspan.calls')).toBe(1);
  });

  it('is booked once when a call of ours saw the same response beside it', async () => {
    const response = { ...USAGE, 'gen_ai.response.id': 'chatcmpl-same' };
    makeCall(harness, {}, { usage: { input: 1_000, output: 500 }, responseId: 'chatcmpl-same' });
    foreign('beside', response);
    expect(total(await harness.collect(), 'costspan.calls')).toBe(1);
  });

  it('is recognised when it says only at its end that it is a call', () => {
    harness.tracer.startActiveSpan('late', (span) => {
      span.setAttributes({ ...CHAT, ...USAGE });
      span.end();
    });
    expect(harness.span('late').attributes['gen_ai.usage.cost.amount']).toBe(0.0075);
  });

  it('costs nothing without usage and fails as its error says', async () => {
    foreign('failed', { 'error.type': 'rate_limit' });
    const points = await harness.collect();
    expect(total(points, 'costspan.calls', { 'costspan.call.outcome': 'error' })).toBe(1);
    expect(points.get('costspan.cost.usd')).toBeUndefined();
  });

  it('is not ours to end twice', () => {
    foreign('once');
    const span = trace.getTracer('app').startSpan('twice', { attributes: { ...CHAT, ...USAGE } });
    span.end();
    span.end();
    expect(harness.spans().filter(({ name }) => name === 'twice')).toHaveLength(1);
  });
});
