import { type Attributes, metrics } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  AggregationType,
  createDenyListAttributesProcessor,
  InMemoryMetricExporter,
  MeterProvider,
  type MetricProducer,
  PeriodicExportingMetricReader,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import {
  METRIC_COSTSPAN_RUN_TOKENS,
  METRIC_GEN_AI_CLIENT_INFERENCE_DURATION,
  METRICS,
} from '../../conventions/index.ts';
import { HandoverMeterProvider } from '../../instrumentation/register/handover-metrics.ts';
import { ownViews } from '../../instrumentation/register/own-metrics.ts';
import { Instruments } from '../../processor/metrics/instruments.ts';
import { HISTOGRAMS } from '../../processor/metrics/metric-names.ts';
import {
  collect,
  countOf,
  DELTA,
  GuardedReader,
  instrumentsAt,
  isJoined,
  Reader,
  type Recording,
  register,
  setOf,
  versions,
} from './histograms-support.ts';

const DURATION = METRIC_GEN_AI_CLIENT_INFERENCE_DURATION;

/** Objects that are used again; two of them say the same. */
const SETS: readonly Attributes[] = [
  {},
  { 'costspan.team': 'a' },
  { 'costspan.team': 'a' },
  { 'costspan.workflow': 'w', 'costspan.team': 'a' },
  { 'costspan.team': 'a', 'costspan.workflow': 'w' },
  { 'costspan.team': 'b', 'error.type': 'timeout' },
];

function recordingsOf(values: fc.Arbitrary<number>): fc.Arbitrary<readonly Recording[]> {
  const recording = fc
    .record({
      name: fc.constantFrom(...HISTOGRAMS),
      value: values,
      bound: fc.option(fc.nat({ max: 20 })),
      attributes: fc.constantFrom(...SETS),
    })
    // A bound itself belongs below it: the place where an implementation goes wrong.
    .map(({ name, value, bound, attributes }) => ({
      name,
      attributes,
      value: (bound === null ? undefined : METRICS[name].boundaries?.[bound]) ?? value,
    }));
  return fc.array(recording, { maxLength: 80 });
}

const anyValue = fc.oneof(
  fc.double({ min: 0, noNaN: true, noDefaultInfinity: true, max: 1e12 }),
  fc.nat({ max: 1_000_000 }),
);

function record(instruments: Instruments, recordings: readonly Recording[]): void {
  for (const { name, value, attributes } of recordings) instruments.record(name, value, attributes);
}

afterEach(() => {
  metrics.disable();
});

describe.each(Object.entries(versions))('histograms at SDK %s', (_version, sets) => {
  it('are exported as ordinary instruments would', async () => {
    await fc.assert(
      fc.asyncProperty(recordingsOf(anyValue), async (recordings) => {
        const own = sets.own();
        record(instrumentsAt(own.provider), recordings);
        const ordinary = sets.ordinary();
        record(instrumentsAt(ordinary.provider), recordings);

        expect([isJoined(own), isJoined(ordinary)]).toEqual([recordings.length > 0, false]);
        expect(await collect(own)).toEqual(await collect(ordinary));
      }),
    );
  });

  it('add up over several collections', async () => {
    // Sums of these are exact in any order.
    const eighths = recordingsOf(fc.nat({ max: 1_000_000 }).map((value) => value / 8)).map(
      (recordings) => recordings.map((each) => ({ ...each, value: Math.round(each.value) })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(eighths, { maxLength: 4 }), async (rounds) => {
        const own = sets.own();
        const ordinary = sets.ordinary();
        const ownInstruments = instrumentsAt(own.provider);
        const results: unknown[] = [];
        for (const recordings of rounds) {
          record(ownInstruments, recordings);
          results.push(await collect(own));
        }
        const expected: unknown[] = [];
        const ordinaryInstruments = instrumentsAt(ordinary.provider);
        for (const recordings of rounds) {
          record(ordinaryInstruments, recordings);
          expected.push(await collect(ordinary));
        }
        expect(results).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  it('have the same limit of attribute sets', async () => {
    const recordings = Array.from({ length: 2_100 }, (_, index) => ({
      name: DURATION,
      value: index,
      attributes: { 'costspan.team': `team-${index}` },
    }));
    const own = sets.own();
    record(instrumentsAt(own.provider), recordings);
    const ordinary = sets.ordinary();
    record(instrumentsAt(ordinary.provider), recordings);

    const scopes = await collect(own);
    expect(scopes).toEqual(await collect(ordinary));
    expect(scopes[0]?.metrics[0]?.dataPoints).toHaveLength(2_000);
  });

  it('start when they were first recorded, as far as the clock goes', async () => {
    const set = sets.own();
    const before = Math.trunc(Date.now() / 1000);
    instrumentsAt(set.provider).record(DURATION, 1, SETS[1] ?? {});
    const { resourceMetrics } = await set.reader.collect();
    const [point] = resourceMetrics.scopeMetrics[0]?.metrics[0]?.dataPoints ?? [];
    for (const [seconds, nanos] of [point?.startTime ?? [0, 0], point?.endTime ?? [0, 0]]) {
      expect(seconds).toBeGreaterThanOrEqual(before);
      expect(seconds).toBeLessThanOrEqual(Date.now() / 1000);
      expect(nanos).toBeLessThan(1e9);
    }
  });
});

describe('histograms of our own', () => {
  const one: readonly Recording[] = [{ name: DURATION, value: 1, attributes: { a: 'b' } }];

  it.each<readonly [string, ViewOptions]>([
    ['renames', { instrumentName: DURATION, name: 'calls' }],
    ['describes', { instrumentName: 'gen_ai.*', description: 'Ours.' }],
    [
      'takes attributes away',
      {
        instrumentName: '*',
        attributesProcessors: [createDenyListAttributesProcessor(['a'])],
      },
    ],
    ['drops', { meterName: 'costspan', aggregation: { type: AggregationType.DROP } }],
    [
      'has other buckets',
      {
        instrumentName: DURATION,
        aggregation: {
          type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM,
          options: { boundaries: [1, 2] },
        },
      },
    ],
  ])('leave the field to a view that %s', async (_what, view) => {
    const own = versions['3.x'].own({ views: [view] });
    record(instrumentsAt(own.provider), one);
    const ordinary = versions['3.x'].ordinary({ views: [view] });
    record(instrumentsAt(ordinary.provider), one);

    expect(isJoined(own)).toBe(false);
    expect(await collect(own)).toEqual(await collect(ordinary));
  });

  it.each<readonly [string, ViewOptions]>([
    ['is about something else', { instrumentName: 'http.*' }],
    ['goes with a provider of ours', ownViews()[0] ?? {}],
    ['only sets a limit', { meterName: 'costspan', aggregationCardinalityLimit: 3 }],
  ])('stay beside a view that %s', async (_what, view) => {
    const recordings = ['a', 'b', 'c', 'd', 'a'].map((team) => ({
      name: DURATION,
      value: 1,
      attributes: { 'costspan.team': team },
    }));
    const own = versions['3.x'].own({ views: [view] });
    record(instrumentsAt(own.provider), recordings);
    const ordinary = versions['3.x'].ordinary({ views: [view] });
    record(instrumentsAt(ordinary.provider), recordings);

    expect([isJoined(own), isJoined(ordinary)]).toEqual([true, false]);
    expect(await collect(own)).toEqual(await collect(ordinary));
  });

  it.each<readonly [string, Reader]>([
    ['wants the change since the last time', new Reader(DELTA)],
    [
      'wants exponential histograms',
      new Reader({
        aggregationSelector: () => ({ type: AggregationType.EXPONENTIAL_HISTOGRAM }),
      }),
    ],
    ['collects in its own way', new GuardedReader()],
  ])('leave the field when one reader %s', async (_what, reader) => {
    const other = new Reader();
    const provider = new MeterProvider({ readers: [other, reader] });
    const instruments = instrumentsAt(provider);
    for (let round = 0; round < 2; round += 1) {
      record(instruments, one);
      await collect({ reader: other });
      await collect({ reader });
    }
    record(instruments, one);

    expect([isJoined({ reader: other }), isJoined({ reader })]).toEqual([false, false]);
    expect(countOf(await collect({ reader: other }), DURATION)).toBe(3);
  });

  it('go to every reader whole', async () => {
    const readers = [new Reader(), new Reader({ cardinalitySelector: () => 100 })];
    const instruments = instrumentsAt(new MeterProvider({ readers }));
    for (const reader of [...readers, ...readers]) {
      record(instruments, one);
      await collect({ reader });
    }
    for (const reader of readers) {
      expect(isJoined({ reader })).toBe(true);
      expect(countOf(await collect({ reader }), DURATION)).toBe(4);
    }
  });

  it('leave the producers of the application alone', async () => {
    const scopeMetrics = [{ scope: { name: 'theirs' }, metrics: [] }];
    const theirs: MetricProducer = {
      collect: () =>
        Promise.resolve({
          resourceMetrics: { resource: emptyResource(), scopeMetrics },
          errors: [],
        }),
    };
    const metricProducers = [theirs];
    const set = setOf(new Reader({ metricProducers }));
    record(instrumentsAt(set.provider), one);

    expect(metricProducers).toEqual([theirs]);
    const { resourceMetrics } = await set.reader.collect();
    expect(resourceMetrics.scopeMetrics.map((each) => each.scope.name)).toEqual([
      'theirs',
      'costspan',
    ]);
  });

  it('never take what is no number to add up', async () => {
    const set = versions['3.x'].own();
    const instruments = instrumentsAt(set.provider);
    for (const value of [Number.NaN, Infinity, -Infinity, -1])
      instruments.record(DURATION, value, SETS[1] ?? {});
    expect(await collect(set)).toEqual([]);
    instruments.record(METRIC_COSTSPAN_RUN_TOKENS, 2.9, SETS[1] ?? {});
    const [scope] = await collect(set);
    expect(scope?.metrics[0]?.dataPoints[0]?.value).toMatchObject({ count: 1, sum: 2 });
  });

  it('keep what they exported', async () => {
    const set = versions['3.x'].own();
    const instruments = instrumentsAt(set.provider);
    record(instruments, one);
    const exported = await set.reader.collect();
    const copy = structuredClone(exported.resourceMetrics.scopeMetrics);
    record(instruments, one);
    expect(exported.resourceMetrics.scopeMetrics).toEqual(copy);
  });
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
    record(instruments, [...one, ...one]);

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
