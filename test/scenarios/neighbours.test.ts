import { describe, expect, it } from 'vitest';

import { callSpans, startServers } from '../register/harness.ts';
import type { SinkSpan } from '../support/otlp-sink.ts';

const HEAD = `
  import 'costspan/register';
  import { trace } from '@opentelemetry/api';
  import { withAttribution } from 'costspan';
  const tracer = trace.getTracer('another-instrumentation');
  const messages = [{ role: 'user', content: 'Why?' }];
  /** A span as the newest conventions want it, ended after \`inside\`. */
  const call = (operation, more = {}, inside = () => {}) => tracer.startActiveSpan(
    operation + ' gpt-4o',
    { attributes: { 'gen_ai.operation.name': operation, 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-4o' } },
    async (span) => {
      await inside();
      span.setAttributes({ 'gen_ai.response.model': 'gpt-4o-2024-08-06',
        'gen_ai.usage.input_tokens': 1000, 'gen_ai.usage.output_tokens': 500, ...more });
      span.end();
    });`;

/** 1,000 tokens in at 2.50 and 500 out at 10.00 USD a million. */
const COST_OF_A_SPAN = 0.0075;

function costOf({ attributes }: SinkSpan): unknown {
  return attributes['gen_ai.usage.cost.amount'];
}

describe('beside another instrumentation', () => {
  const servers = startServers();

  it('prices spans with the newest names, each token once, in a process without any SDK', async () => {
    await servers.run(`${HEAD}
      await withAttribution({ team: 'support', workflow: 'triage' }, () => call('chat', {
        'gen_ai.usage.cache_read.input_tokens': 400, 'gen_ai.usage.reasoning.output_tokens': 200 }));`);
    const [span, ...more] = servers.sink.spans;
    expect(more).toEqual([]);
    expect(span?.attributes).toMatchObject({
      'costspan.team': 'support',
      'costspan.workflow': 'triage',
      'costspan.price.state': 'priced',
      // 600 × 2.5 + 400 × 1.25 + 500 × 10.
      'gen_ai.usage.cost.amount': 0.007,
      'costspan.cost.cache_read': 0.0005,
      'costspan.cost.reasoning': 0.002,
    });
    for (const [tokenClass, tokens] of Object.entries({
      input: 600,
      cache_read: 400,
      output: 300,
      reasoning: 200,
    })) {
      const attributes = { 'costspan.team': 'support', 'costspan.token.class': tokenClass };
      expect(servers.sink.metricValue('costspan.tokens', attributes)).toBe(tokens);
    }
    expect(servers.sink.metricValue('costspan.cost.usd')).toBeCloseTo(0.007, 12);
  });

  it('prices no span above a call of ours, whatever the sampler', async () => {
    const { sink } = servers;
    const booked: (number | undefined)[] = [];
    for (const sampler of ['always_off', 'always_on']) {
      sink.clear();
      await servers.run(
        `${HEAD}
        import OpenAI from 'openai';
        const ask = () => new OpenAI().chat.completions.create({ model: 'gpt-4o', messages });
        await call('chat', {}, ask);
        await call('invoke_agent', {}, () => call('chat', {}, ask));
        await call('chat');`,
        { env: { OTEL_TRACES_SAMPLER: sampler } },
      );
      expect(sink.metricValue('costspan.calls')).toBe(3);
      booked.push(sink.metricValue('costspan.cost.usd'));
    }
    const own = sink.spans.filter(({ scope }) => scope.name === 'costspan');
    const others = sink.spans.filter((span) => !own.includes(span));
    const ownCosts = own.map(costOf);
    expect(ownCosts).toEqual([expect.any(Number), expect.any(Number)]);
    expect(others).toHaveLength(4);
    expect(others.map(costOf).filter((cost) => cost !== undefined)).toEqual([COST_OF_A_SPAN]);
    const shown = ownCosts.reduce<number>((sum, cost) => sum + Number(cost), COST_OF_A_SPAN);
    for (const usd of booked) expect(usd).toBeCloseTo(shown, 12);
  });

  it.each(['@anthropic-ai/sdk', 'anthropic0'])(
    'is the only one to trace the calls of %s, which traces itself',
    async (specifier) => {
      await servers.run(
        `import 'costspan/register'; import Anthropic from '@anthropic-ai/sdk';
        const client = new Anthropic();
        const request = { model: 'claude-sonnet-5', max_tokens: 50, messages: [{ role: 'user', content: 'Why?' }] };
        await client.messages.create(request);
        for await (const event of await client.messages.create({ ...request, stream: true }));
        await client.messages.stream(request).finalMessage();
        await client.beta.messages.create(request);
        await client.beta.messages.stream(request).finalMessage();
        // Its spans are really on: what is no call of a model has one.
        await client.messages.countTokens({ model: request.model, messages: request.messages });`,
        {
          links: { '@anthropic-ai/sdk': specifier },
          env: { ANTHROPIC_BASE_URL: servers.provider.url, ANTHROPIC_API_KEY: 'test' },
        },
      );
      const { sink } = servers;
      expect(callSpans(sink)).toEqual(
        Array.from({ length: 5 }, () => 'costspan chat claude-sonnet-5'),
      );
      expect(sink.metricValue('costspan.calls')).toBe(5);
      const native = sink.spans.filter(({ scope }) => scope.name !== 'costspan');
      expect(native.map(({ name }) => name)).toEqual(['anthropic.messages.count_tokens']);
    },
  );
});
