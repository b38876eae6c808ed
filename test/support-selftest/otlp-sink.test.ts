import { gzipSync } from 'node:zlib';

import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import {
  AggregationTemporality,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { TracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { startOtlpSink, type OtlpSink } from '../support/otlp-sink.ts';

let sink: OtlpSink;
beforeAll(async () => {
  sink = await startOtlpSink();
});
beforeEach(() => sink.clear());
afterAll(() => sink.close());

describe('startOtlpSink', () => {
  it('flattens spans sent as protobuf', async () => {
    const provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'answers' }),
      spanProcessors: [
        new SimpleSpanProcessor({
          exporter: new OTLPTraceExporter({ url: `${sink.url}/v1/traces` }),
        }),
      ],
    });
    const span = provider.getTracer('t', '1.2').startSpan('chat gpt-4o', {
      kind: SpanKind.CLIENT,
      startTime: [1_700_000_000, 5],
      attributes: { n: 3, d: 0.25, s: 'x', b: false, list: ['a', 'b'], zero: 0 },
    });
    span.addEvent('first', { at: 1 });
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'no' });
    span.end([1_700_000_001, 0]);
    const arrived = await sink.waitFor(({ spans }) => spans[0]);
    expect(arrived).toMatchObject({
      name: 'chat gpt-4o',
      kind: 'client',
      traceId: span.spanContext().traceId,
      spanId: span.spanContext().spanId,
      parentSpanId: undefined,
      attributes: { n: 3, d: 0.25, s: 'x', b: false, list: ['a', 'b'], zero: 0 },
      attributeTypes: {
        n: 'int',
        d: 'double',
        s: 'string',
        b: 'bool',
        list: 'array',
        zero: 'int',
      },
      status: { code: 'error', message: 'no' },
      events: [{ name: 'first', attributes: { at: 1 } }],
      scope: { name: 't', version: '1.2' },
      resource: { 'service.name': 'answers' },
      startTimeUnixNano: 1_700_000_000_000_000_005n,
      endTimeUnixNano: 1_700_000_001_000_000_000n,
    });
    await provider.shutdown();
  });

  it.each([
    ['cumulative', AggregationTemporality.CUMULATIVE],
    ['delta', AggregationTemporality.DELTA],
  ])('keeps what %s metrics stand at', async (temporality, temporalityPreference) => {
    const exporter = new OTLPMetricExporter({
      url: `${sink.url}/v1/metrics`,
      temporalityPreference,
    });
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    const provider = new MeterProvider({ readers: [reader] });
    const meter = provider.getMeter('m');
    const cost = meter.createCounter('cost', { unit: '{USD}', description: 'Money' });
    const duration = meter.createHistogram('duration', {
      advice: { explicitBucketBoundaries: [1, 10] },
    });
    for (const team of ['a', 'b', 'a']) {
      cost.add(0.5, { team, model: 'm' });
      duration.record(5, { team });
      await reader.forceFlush();
    }
    expect(sink.metricValue('cost', { team: 'a' })).toBe(1);
    expect(sink.metricValue('cost')).toBe(1.5);
    expect(sink.metricValue('cost', { team: 'nobody' })).toBeUndefined();
    expect(sink.metrics.get('cost')).toMatchObject({
      kind: 'sum',
      unit: '{USD}',
      description: 'Money',
      monotonic: true,
      temporality,
      points: [{ valueType: 'double' }, {}],
    });
    expect(sink.metrics.get('duration')?.points[0]).toMatchObject({
      attributes: { team: 'a' },
      count: 2,
      sum: 10,
      buckets: [0, 2, 0],
      bounds: [1, 10],
    });
    await provider.shutdown();
  });

  it('reads events from logs', async () => {
    const provider = new LoggerProvider({
      processors: [
        new SimpleLogRecordProcessor({
          exporter: new OTLPLogExporter({ url: `${sink.url}/v1/logs` }),
        }),
      ],
    });
    provider
      .getLogger('l')
      .emit({ eventName: 'outcome', body: { a: [1] }, attributes: { id: 'o1' } });
    const log = await sink.waitFor(({ logs }) => logs[0]);
    expect(log).toMatchObject({
      eventName: 'outcome',
      body: { a: [1] },
      attributes: { id: 'o1' },
      traceId: undefined,
    });
    await provider.shutdown();
  });

  it('reads gzipped JSON, and refuses when told to', async () => {
    const span = {
      traceId: '5B8EFFF798038103D269B633813FC60C',
      spanId: 'EEE19B7EC3C1B174',
      name: 'json',
      kind: 2,
      startTimeUnixNano: '1',
      attributes: [{ key: 'n', value: { intValue: '7' } }],
    };
    const body = { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] };
    const send = async (): Promise<number> => {
      const response = await fetch(`${sink.url}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
        body: gzipSync(JSON.stringify(body)),
      });
      return response.status;
    };
    expect(await send()).toBe(200);
    expect(sink.spans[0]).toMatchObject({
      traceId: '5b8efff798038103d269b633813fc60c',
      kind: 'server',
      attributes: { n: 7 },
      attributeTypes: { n: 'int' },
    });
    sink.refuseWith = 503;
    expect(await send()).toBe(503);
    sink.refuseWith = undefined;
    expect([sink.spans.length, sink.refused]).toEqual([1, 1]);
  });

  it('rejects a wait that can no longer be met', async () => {
    const short = await startOtlpSink();
    const waiting = short.waitFor(({ spans }) => spans.length > 0);
    await Promise.all([expect(waiting).rejects.toThrow('closed'), short.close()]);
  });
});
