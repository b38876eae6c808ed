import { describe, expect, it } from 'vitest';

import { forwardAll, type ForwardTarget, forwardTarget } from '../../examples/demo/forward.ts';
import { startOtlpSink } from '../support/otlp-sink.ts';
import { counter, sendCalls, sendMetrics } from './otlp-input.ts';

describe('forwardTarget', () => {
  it('reads the standard variables', () => {
    expect(forwardTarget({})).toBeUndefined();
    expect(
      forwardTarget({
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/',
        OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20YTpi==, x-scope=a',
      }),
    ).toEqual({
      urls: {
        traces: 'http://collector:4318/v1/traces',
        metrics: 'http://collector:4318/v1/metrics',
        logs: 'http://collector:4318/v1/logs',
      },
      headers: { authorization: 'Basic YTpi==', 'x-scope': 'a' },
    });
  });

  it('has signals with an address of their own, and none for those without', () => {
    const own = 'http://prometheus:9090/api/v1/otlp/v1/metrics';
    expect(forwardTarget({ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: own })).toEqual({
      urls: { metrics: own },
      headers: {},
    });
    expect(
      forwardTarget({
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
        OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: own,
      })?.urls,
    ).toMatchObject({ traces: 'http://collector:4318/v1/traces', metrics: own });
    expect(() => forwardTarget({ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'prometheus:9090' })).toThrow(
      /^OTEL_EXPORTER_OTLP_METRICS_ENDPOINT is prometheus:9090; it must be a URL/,
    );
  });

  it('refuses what is no URL', () => {
    expect(() => forwardTarget({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' })).toThrow(
      'OTEL_EXPORTER_OTLP_ENDPOINT is collector:4318; it must be a URL such as http://localhost:4318.',
    );
  });
});

function targetOf({ url }: { readonly url: string }): ForwardTarget {
  const of = (signal: string) => `${url}/v1/${signal}`;
  return {
    urls: { traces: of('traces'), metrics: of('metrics'), logs: of('logs') },
    headers: {},
  };
}

describe('forwardAll', () => {
  it('sends everything on, headers included', async () => {
    await using from = await startOtlpSink();
    await using to = await startOtlpSink();
    await sendCalls(from, [{ 'gen_ai.response.id': 'r-1' }]);
    await sendMetrics(from, [counter('costspan.calls', '{call}', [[3, {}]])]);
    await forwardAll(from, { ...targetOf(to), headers: { 'x-scope': 'a' } });
    expect(to.exports.map(({ signal, body }) => ({ signal, body }))).toEqual(
      from.exports.map(({ signal, body }) => ({ signal, body })),
    );
    expect(to.exports[0]?.headers['x-scope']).toBe('a');
    expect(to.metricValue('costspan.calls')).toBe(3);
  });

  it('leaves out what goes nowhere', async () => {
    await using from = await startOtlpSink();
    await using to = await startOtlpSink();
    await sendCalls(from, [{}]);
    await sendMetrics(from, [counter('costspan.calls', '{call}', [[3, {}]])]);
    await forwardAll(from, { urls: { metrics: `${to.url}/v1/metrics` }, headers: {} });
    expect(to.exports.map(({ signal }) => signal)).toEqual(['metrics']);
  });

  it('says what the other side answered', async () => {
    await using from = await startOtlpSink();
    await using to = await startOtlpSink();
    to.refuseWith = 401;
    await sendCalls(from, [{}]);
    await expect(forwardAll(from, targetOf(to))).rejects.toThrow(
      `${to.url}/v1/traces answered 401. It must speak OTLP over HTTP (port 4318, not 4317).`,
    );
  });

  it('says that there is nobody', async () => {
    await using from = await startOtlpSink();
    const gone = await startOtlpSink();
    await gone.close();
    await sendCalls(from, [{}]);
    await expect(forwardAll(from, targetOf(gone))).rejects.toThrow(
      `${gone.url}/v1/traces could not be reached: `,
    );
  });
});
