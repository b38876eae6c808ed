import type { Attributes } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  AggregationType,
  createDenyListAttributesProcessor,
  MeterProvider,
  PeriodicExportingMetricReader,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import { afterEach, describe, expect, it } from 'vitest';
import {
  METRIC_COSTSPAN_CALLS,
  METRIC_COSTSPAN_COST_USD,
  METRIC_COSTSPAN_RUN_TOKENS,
} from '../../conventions/index.ts';
import {
  ACCEPTED,
  Counters,
  countersAt,
  Exporter,
  failure,
  pointsIn,
  pushing,
  stop,
} from './counters-support.ts';
import { register } from './histograms-support.ts';

const A: Attributes = { 'costspan.team': 'a' };
const B: Attributes = { 'costspan.team': 'b' };
const COST = METRIC_COSTSPAN_COST_USD;

afterEach(stop);

describe.each(['3.x', '2.x'] as const)('counters at SDK %s', (version) => {
  it('begin with a point of 0 beside their first value, after everything exported before', async () => {
    const { counters, exporter, flush } = countersAt(version);
    counters.add(COST, 5, A);
    await flush();
    counters.add(COST, 1, A);
    counters.add(COST, 7, B);
    await flush();

    const [first, second] = exporter.exports.map((batch) => pointsIn(batch, COST));
    expect(first).toMatchObject([{ value: 0 }, { value: 5 }]);
    expect(second).toMatchObject([
      { value: 6, attributes: A },
      { value: 0, attributes: B },
      { value: 7, attributes: B },
    ]);
    const [zero, value] = first ?? [];
    expect(zero?.endMs).toBe(zero?.startMs);
    expect(value?.startMs).toBe(zero?.endMs);
    const [known, born, bornValue] = second ?? [];
    expect(known?.startMs).toBe(zero?.startMs);
    expect(born?.endMs).toBe((value?.endMs ?? 0) + 1);
    expect(bornValue?.startMs).toBe(born?.endMs);
    expect(bornValue?.endMs).toBeGreaterThan(born?.endMs ?? Infinity);
  });

  it('tell changes without a gap where changes are asked for', async () => {
    const { counters, exporter, flush } = countersAt(version, AggregationTemporality.DELTA);
    counters.add(COST, 5, A);
    await flush();
    await flush();
    counters.add(COST, 1, A);
    await flush();

    const points = exporter.exports.flatMap((batch) => pointsIn(batch, COST));
    expect(points.map(({ value }) => value)).toEqual([0, 5, 1]);
    points.slice(1).forEach((point, index) => {
      expect(point.startMs).toBe(points[index]?.endMs);
      expect(point.endMs).toBeGreaterThan(point.startMs);
    });
  });

  it('begin again with what a failed export has lost', async () => {
    const { counters, exporter, flush } = countersAt(version);
    exporter.answer = failure('ECONNREFUSED');
    counters.add(COST, 5, A);
    await flush();
    exporter.answer = ACCEPTED;
    counters.add(COST, 1, A);
    await flush();
    await flush();
    expect(valuesOf(exporter)).toEqual([[0, 5], [0, 6], [6]]);
  });

  it('tell a change again whose export was refused, and not one that may have arrived', async () => {
    const { counters, exporter, flush } = countersAt(version, AggregationTemporality.DELTA);
    counters.add(COST, 5, A);
    exporter.answer = failure(503);
    await flush();
    counters.add(COST, 1, A);
    exporter.answer = failure(504);
    await flush();
    counters.add(COST, 2, A);
    exporter.answer = ACCEPTED;
    await flush();
    expect(valuesOf(exporter)).toEqual([[0, 5], [0, 6], [2]]);
  });
});

function valuesOf({ exports }: Exporter): number[][] {
  return exports.map((batch) => pointsIn(batch, COST).map(({ value }) => value));
}

describe('a zero', () => {
  it('goes out at the same time again when it may have arrived', async () => {
    const { counters, exporter, flush } = countersAt();
    counters.add(COST, 5, A);
    exporter.answer = failure('ECONNRESET');
    await flush();
    await flush();
    exporter.answer = ACCEPTED;
    await flush();
    await flush();
    expect(valuesOf(exporter)).toEqual([[0, 5], [0, 5], [0, 5], [5]]);
    const zeros = exporter.exports.map((batch) => pointsIn(batch, COST)[0]?.startMs);
    expect(new Set(zeros).size).toBe(1);
  });

  it('does not go out again to a server that rejects it, so that the rest gets through', async () => {
    const { counters, exporter, flush } = countersAt();
    counters.add(COST, 5, A);
    exporter.answer = failure(400);
    await flush();
    exporter.answer = ACCEPTED;
    await flush();
    expect(valuesOf(exporter)).toEqual([[0, 5], [5]]);
  });

  it('does not go out after a value that may have arrived', async () => {
    const { counters, exporter, flush } = countersAt();
    counters.add(COST, 5, A);
    await flush();
    exporter.answer = failure('ECONNREFUSED');
    await flush();
    exporter.answer = ACCEPTED;
    await flush();
    expect(valuesOf(exporter)).toEqual([[0, 5], [5], [5]]);
  });

  it('stands right before the value where others may export for the same resource', async () => {
    const exporter = new Exporter();
    const provider = pushing['3.x'](exporter, { resource: emptyResource() });
    register(provider);
    const counters = new Counters();
    for (const attributes of [A, B]) {
      counters.add(COST, 5, attributes);
      await provider.forceFlush();
      const [zero, value] = pointsIn(exporter.exports.at(-1), COST).slice(-2);
      expect(zero?.endMs).toBe((value?.endMs ?? 0) - 1);
    }
  });

  it('stands before the first value of a histogram too', async () => {
    const { counters, exporter, flush } = countersAt();
    for (const tokens of [3, 50])
      counters.instruments.record(METRIC_COSTSPAN_RUN_TOKENS, tokens, A);
    counters.add(COST, 5, A);
    counters.instruments.record(METRIC_COSTSPAN_RUN_TOKENS, 4, A);
    await flush();
    await flush();
    const counts = exporter.exports.map((batch) =>
      pointsIn(batch, METRIC_COSTSPAN_RUN_TOKENS).map(({ value }) => value),
    );
    expect(counts).toEqual([[0, 3], [3]]);
  });
});

/** Counters at a provider with one view. */
function view(options: ViewOptions): {
  readonly counters: Counters;
  readonly exporter: Exporter;
  readonly flush: () => Promise<void>;
} {
  const exporter = new Exporter();
  const provider = pushing['3.x'](exporter, { views: [options] });
  register(provider);
  return { counters: new Counters(), exporter, flush: () => provider.forceFlush() };
}

describe('counters that a reader cuts up or cannot mark', () => {
  it('have no zero that could go out behind what is newer', async () => {
    const exporter = new Exporter();
    const reader = new PeriodicExportingMetricReader({
      exporter,
      exportIntervalMillis: 3_600_000,
      maxExportBatchSize: 1,
    });
    const provider = new MeterProvider({ readers: [reader] });
    register(provider);
    const counters = new Counters();
    counters.add(COST, 5, A);
    await provider.forceFlush();
    expect(exporter.exports.flatMap((batch) => pointsIn(batch, COST))).toMatchObject([
      { value: 5 },
    ]);
  });

  it('leave an export alone that takes no mark', async () => {
    const { counters, exporter, flush } = countersAt();
    const send = exporter.export.bind(exporter);
    const frozen = {} as Parameters<typeof send>[0];
    Object.freeze(frozen);
    counters.add(COST, 5, A);
    let answer: unknown;
    exporter.export(frozen, (result) => {
      answer = result;
    });
    await flush();
    expect(answer).toEqual(ACCEPTED);
    expect(pointsIn(exporter.exports.at(-1), COST)).toMatchObject([{ value: 0 }, { value: 5 }]);
  });
});

describe('counters and views', () => {
  it('become one where a view takes away what tells them apart', async () => {
    const { counters, exporter, flush } = view({
      instrumentName: COST,
      attributesProcessors: [createDenyListAttributesProcessor(['costspan.team'])],
    });
    counters.add(COST, 5, A);
    counters.add(COST, 7, B);
    counters.add(METRIC_COSTSPAN_CALLS, 1, A);
    await flush();
    expect(pointsIn(exporter.exports[0], COST)).toMatchObject([
      { value: 0, attributes: {} },
      { value: 12, attributes: {} },
    ]);
    expect(pointsIn(exporter.exports[0], METRIC_COSTSPAN_CALLS)).toMatchObject([
      { attributes: A },
      { attributes: A, value: 1 },
    ]);
  });

  it('are dropped, renamed and limited by views', async () => {
    const dropped = view({ instrumentName: COST, aggregation: { type: AggregationType.DROP } });
    dropped.counters.add(COST, 5, A);
    dropped.counters.add(METRIC_COSTSPAN_CALLS, 1, A);
    await dropped.flush();
    expect(pointsIn(dropped.exporter.exports[0], COST)).toEqual([]);
    expect(pointsIn(dropped.exporter.exports[0], METRIC_COSTSPAN_CALLS)).toHaveLength(2);

    const limited = view({ instrumentName: COST, aggregationCardinalityLimit: 3 });
    for (const team of ['a', 'b', 'c', 'd'])
      limited.counters.add(COST, 1, { 'costspan.team': team });
    await limited.flush();
    const last = pointsIn(limited.exporter.exports[0], COST).filter(({ value }) => value > 0);
    expect(last.map(({ value, attributes }) => [value, Object.keys(attributes)[0]])).toEqual([
      [1, 'costspan.team'],
      [1, 'costspan.team'],
      [2, 'otel.metric.overflow'],
    ]);
  });

  it('stay with an instrument where a view wants something else than a sum', async () => {
    const { counters, exporter, flush } = view({
      instrumentName: COST,
      aggregation: { type: AggregationType.LAST_VALUE },
    });
    counters.add(COST, 5, A);
    counters.add(METRIC_COSTSPAN_CALLS, 1, A);
    await flush();
    expect(pointsIn(exporter.exports[0], COST)).toMatchObject([{ value: 5 }]);
    expect(pointsIn(exporter.exports[0], METRIC_COSTSPAN_CALLS)).toHaveLength(2);
  });
});

describe('counters that are scraped', () => {
  it('show 0 at their first scrape and their value from the second on', async () => {
    const exporter = new PrometheusExporter({ preventServerStart: true });
    register(new MeterProvider({ readers: [exporter] }));
    const counters = new Counters();
    const scrape = async (): Promise<string[]> => {
      const { resourceMetrics } = await exporter.collect();
      const text = new PrometheusSerializer().serialize(resourceMetrics);
      return text.split('\n').filter((line) => line.startsWith('costspan_cost_usd_total'));
    };
    counters.add(COST, 5, A);
    expect(await scrape()).toEqual([expect.stringMatching(/team="a".* 0$/)]);
    counters.add(COST, 1, A);
    counters.add(COST, 7, B);
    expect(await scrape()).toEqual([
      expect.stringMatching(/team="a".* 6$/),
      expect.stringMatching(/team="b".* 0$/),
    ]);
    expect(await scrape()).toEqual([
      expect.stringMatching(/team="a".* 6$/),
      expect.stringMatching(/team="b".* 7$/),
    ]);
  });
});

describe('counters that move', () => {
  it('tell the next provider what the one before has not told', async () => {
    const first = new Exporter();
    const second = new Exporter();
    const providers = [first, second].map((exporter) => pushing['3.x'](exporter));
    const counters = new Counters();
    register(providers[0]!);
    counters.add(COST, 5, A);
    await providers[0]?.forceFlush();
    counters.add(COST, 2, A);
    register(providers[1]!);
    counters.add(COST, 1, A);
    await providers[0]?.shutdown();
    await providers[1]?.forceFlush();

    // What the first one keeps saying is what it has said.
    expect(valuesOf(first)).toEqual([[0, 5], [5]]);
    expect(valuesOf(second)).toEqual([[0, 3]]);
  });
});
