import { beforeAll, describe, expect, it } from 'vitest';

import { type OtlpSink, startOtlpSink } from '../support/otlp-sink.ts';
import { startProviderServer } from '../support/provider-server.ts';
import { runChild } from '../support/run-child.ts';
import { assertKnownTelemetry } from './live-pipeline.ts';

/** Requests that the app serves; each is a trace of its own. */
const REQUESTS = 12;

/** Two teams' requests: an agent with tools, nested spans, streams, a retry, an error, a stop. */
const APP = `
  import 'costspan/register';
  import { trace } from '@opentelemetry/api';
  import Anthropic from '@anthropic-ai/sdk';
  import { recordOutcome, withAttribution } from 'costspan';
  import OpenAI from 'openai';

  const tracer = trace.getTracer('app');
  const openai = new OpenAI();
  const anthropic = new Anthropic();
  const inSpan = (name, run, attributes = {}) =>
    tracer.startActiveSpan(name, { attributes }, async (span) => {
      try { return await run(); } finally { span.end(); }
    });
  const ask = (model, more = {}) =>
    openai.chat.completions.create({ model, messages: [{ role: 'user', content: 'Why?' }], ...more });
  const read = async (stream, most = Infinity) => {
    let chunks = 0;
    for await (const chunk of await stream) if (++chunks >= most) break;
  };
  const agent = () => inSpan('invoke_agent helper', async () => {
    await ask('gpt-4o');
    await inSpan('execute_tool search', () => ask('gpt-4o-mini'));
    await inSpan('invoke_agent critic', () => anthropic.messages.create({
      model: 'claude-sonnet-5', max_tokens: 50, messages: [{ role: 'user', content: 'Good?' }] }));
    await inSpan('plain work', () => ask('busy-at-first'));
  }, { 'gen_ai.operation.name': 'invoke_agent' });

  for (let request = 0; request < ${REQUESTS}; request += 1) {
    await inSpan('POST /answer', () =>
      withAttribution({ team: request % 2 ? 'support' : 'search', workflow: 'answer' }, async () => {
        await agent();
        await read(ask('gpt-5-mini', { stream: true, stream_options: { include_usage: true } }));
        await read(ask('gpt-4.1', { stream: true }), 3);
        await ask('does-not-exist').catch(() => {});
        await withAttribution({ workflow: 'helper' }, () => ask('nobody-has-a-price'));
        recordOutcome({ name: 'answered', status: 'success', valueUsd: 2 });
      }));
    await ask('gpt-4o');
  }`;

interface Run {
  readonly exported: number;
  readonly points: ReadonlyMap<string, unknown>;
}

/** Every point that arrived. Of times only the count can be the same in two runs. */
function comparable(sink: OtlpSink): ReadonlyMap<string, unknown> {
  const points = new Map<string, unknown>();
  for (const { name, unit, points: arrived } of sink.metrics.values()) {
    const isTime = unit === 's' || unit === '{second}';
    for (const point of arrived) {
      const sorted = Object.entries(point.attributes).toSorted(([a], [b]) => (a < b ? -1 : 1));
      const { resource: _resource, attributes: _attributes, ...values } = point;
      const counted = 'count' in point ? { count: point.count } : {};
      points.set(`${name} ${JSON.stringify(sorted)}`, isTime ? counted : values);
    }
  }
  return points;
}

/** The app does what it is there to show. */
function checkApp(sink: OtlpSink): void {
  const calls = (attributes: Record<string, string>): number | undefined =>
    sink.metricValue('costspan.calls', attributes);
  expect(calls({ 'costspan.workflow': 'answer' })).toBe(7 * REQUESTS);
  expect(calls({ 'costspan.workflow': 'helper' })).toBe(REQUESTS);
  expect(calls({ 'costspan.workflow': 'unassigned' })).toBe(REQUESTS);
  expect(calls({ 'costspan.call.outcome': 'error' })).toBe(REQUESTS);
  expect(calls({ 'costspan.call.outcome': 'aborted' })).toBe(REQUESTS);
  expect(sink.metricValue('costspan.retries')).toBe(REQUESTS);
  expect(sink.metricValue('costspan.outcomes')).toBe(REQUESTS);
  expect(sink.metrics.get('gen_ai.execute_tool.duration')?.points).toHaveLength(2);
  expect(sink.metrics.get('costspan.run.cost.usd')?.points.length).toBeGreaterThan(1);
  // Thirteen spans a request, and a call outside it.
  expect(sink.spans).toHaveLength(14 * REQUESTS);
}

describe('metrics of a whole application', () => {
  const runs = new Map<string, Run>();
  beforeAll(async () => {
    await using provider = await startProviderServer({ cache: false, record: false });
    provider.always(
      ({ body, headers }) =>
        (body as { model?: string }).model === 'busy-at-first' &&
        headers['x-stainless-retry-count'] === '0',
      { status: 429, headers: { 'retry-after-ms': '1' }, json: { error: { message: 'busy' } } },
    );
    for (const [sampler, argument] of [
      ['always_on', undefined],
      ['always_off', undefined],
      ['traceidratio', '0.3'],
    ] as const) {
      await using sink = await startOtlpSink();
      const { code, stderr } = await runChild(APP, {
        env: {
          OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
          OTEL_TRACES_SAMPLER: sampler,
          OTEL_TRACES_SAMPLER_ARG: argument,
          OPENAI_BASE_URL: provider.openaiUrl,
          OPENAI_API_KEY: 'test',
          ANTHROPIC_BASE_URL: provider.url,
          ANTHROPIC_API_KEY: 'test',
        },
      });
      expect(code, stderr).toBe(0);
      assertKnownTelemetry(sink);
      runs.set(sampler, { exported: sink.spans.length, points: comparable(sink) });
      if (sampler === 'always_on') checkApp(sink);
    }
  }, 60_000);

  it.each(['always_off', 'traceidratio'])('are the same with the sampler %s', (sampler) => {
    const all = runs.get('always_on');
    expect(runs.get(sampler)?.points).toEqual(all?.points);
    expect(all?.points.size).toBeGreaterThan(60);
  });

  it('do not come from the spans that were exported', () => {
    expect(runs.get('always_off')?.exported).toBe(0);
    // That all the traces are in the sample happens once in a million runs.
    const sampled = runs.get('traceidratio')?.exported ?? 0;
    expect(sampled).toBeLessThan(runs.get('always_on')?.exported ?? 0);
  });
});
