import { type Attributes, metrics } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationType,
  createDenyListAttributesProcessor,
  MeterProvider,
  type MetricProducer,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import {
  METRIC_COSTSPAN_RUN_TOKENS,
  METRIC_GEN_AI_CLIENT_INFERENCE_DURATION,
  METRICS,
} from '../../conventions/index.ts';
import { ownViews } from '../../instrumentation/register/own-metrics.ts';
import { HISTOGRAMS } from '../../processor/engine/metrics/metric-names.ts';
import {
  collect,
  countOf,
  DELTA,
  GuardedReader,
  instrumentsAt,
  isJoined,
  Reader,
  record,
  type Recording,
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
