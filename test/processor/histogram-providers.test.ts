import { metrics } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { afterEach, describe, expect, it } from 'vitest';
import { METRIC_GEN_AI_CLIENT_INFERENCE_DURATION } from '../../conventions/index.ts';
import { HandoverMeterProvider } from '../../instrumentation/register/handover-metrics.ts';
import { Instruments } from '../../processor/node/metrics/instruments.ts';
import { HISTOGRAMS } from '../../processor/engine/metrics/metric-names.ts';
import {
  collect,
  countOf,
  instrumentsAt,
  isJoined,
  record,
  type Recording,
  register,
  versions,
} from './histograms-support.ts';

const DURATION = METRIC_GEN_AI_CLIENT_INFERENCE_DURATION;

afterEach(() => {
  metrics.disable();
});

describe('histograms and the life of a provider', () => {
  const one: readonly Recording[] = [{ name: DURATION, value: 1, attributes: { a: 'b' } }];

  it('have what was recorded before there was one', async () => {
    const instruments = new Instruments(HISTOGRAMS, [], () => undefined);
    instruments.refresh();
    record(instruments, one);
    const set = versions['3.x'].own();
    register(set.provider);
    instruments.refresh();
    expect(countOf(await collect(set), DURATION)).toBe(1);
  });

  it('begin anew at the next one, and the last keeps what it had', async () => {
    const [first, second] = [versions['3.x'].own(), versions['2.x'].own()];
    const instruments = instrumentsAt(first.provider);
    record(instruments, [...one, ...one]);
    register(second.provider);
    instruments.refresh();
    record(instruments, one);

    expect(countOf(await collect(second), DURATION)).toBe(1);
    expect(countOf(await collect(first), DURATION)).toBe(2);
  });

  it('go on where they were when the same one comes back', async () => {
    const set = versions['3.x'].own();
    const instruments = instrumentsAt(set.provider);
    record(instruments, one);
    instruments.close();
    instruments.refresh();
    record(instruments, one);
    record(instrumentsAt(set.provider), one);

    const scopes = await collect(set);
    expect(scopes).toHaveLength(1);
    expect(countOf(scopes, DURATION)).toBe(3);
  });

  it.each(['forceFlush', 'shutdown'] as const)('leave with its %s', async (end) => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const exported: string[] = [];
    const send = exporter.export.bind(exporter);
    exporter.export = (batch, done) => {
      for (const scope of batch.scopeMetrics)
        for (const { descriptor } of scope.metrics) exported.push(descriptor.name);
      send(batch, done);
    };
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    const provider = new MeterProvider({ readers: [reader] });
    record(instrumentsAt(provider), one);
    await provider[end]();
    expect(isJoined({ reader })).toBe(true);
    expect(exported).toEqual([DURATION]);
    await reader.shutdown();
  });

  it('find the provider behind a stand-in, and wake it no sooner than they must', async () => {
    const set = versions['3.x'].own();
    let started = 0;
    let uses = 0;
    const standIn = new HandoverMeterProvider({
      current: () => {
        started += 1;
        return set.provider;
      },
      exists: () => false,
      used: () => {
        uses += 1;
      },
    });
    const instruments = instrumentsAt(standIn);
    expect(started).toBe(0);
    instruments.counted();
    record(instruments, [...one, ...one]);
    instruments.counted();

    expect(uses).toBe(2);
    expect(isJoined(set)).toBe(true);
    expect(countOf(await collect(set), DURATION)).toBe(2);
  });

  it('are ordinary at a provider that is none of the SDK’s', () => {
    const recorded: number[] = [];
    const noop = metrics.getMeter('x');
    const provider = {
      getMeter: () =>
        Object.assign(Object.create(noop) as typeof noop, {
          createHistogram: () => ({ record: (value: number) => recorded.push(value) }),
        }),
    };
    record(instrumentsAt(provider), one);
    expect(recorded).toEqual([1]);
  });
});
