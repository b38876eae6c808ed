import { type Attributes, metrics } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  MeterProvider,
  type MeterProviderOptions,
  PeriodicExportingMetricReader,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import * as otel2 from 'otel2-metrics';
import {
  METRIC_COSTSPAN_CALLS,
  METRIC_COSTSPAN_COST_USD,
  METRIC_COSTSPAN_RUN_TOKENS,
  type MetricName,
} from '../../conventions/index.ts';
import { Instruments } from '../../processor/node/metrics/instruments.ts';
import { register } from './histograms-support.ts';

/** What the exporter answers to one export. */
export type Answer = { readonly code: 0 } | { readonly code: 1; readonly error: Error };

export const ACCEPTED: Answer = { code: 0 };

/** A failure as exporters tell it: by a status, or by the name of a system error. */
export function failure(code: number | string): Answer {
  return { code: 1, error: Object.assign(new Error(String(code)), { code }) };
}

/** An exporter that keeps what it gets, and answers as it is told. */
export class Exporter {
  readonly exports: ResourceMetrics[] = [];
  /** Or what makes one of what is exported. */
  answer: Answer | ((batch: ResourceMetrics) => Answer) = ACCEPTED;
  temporality: AggregationTemporality = AggregationTemporality.CUMULATIVE;

  export(batch: ResourceMetrics, done: (answer: Answer) => void): void {
    this.exports.push(batch);
    const answer = typeof this.answer === 'function' ? this.answer(batch) : this.answer;
    setImmediate(() => {
      done(answer);
    });
  }
  selectAggregationTemporality(): AggregationTemporality {
    return this.temporality;
  }
  forceFlush(): Promise<void> {
    return Promise.resolve();
  }
  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

/** Counters as a processor keeps them, at a meter provider of one SDK version that pushes. */
export class Counters {
  readonly totals: Map<MetricName, Map<Attributes, number>> = new Map();
  readonly instruments: Instruments = new Instruments(
    [METRIC_COSTSPAN_RUN_TOKENS],
    [METRIC_COSTSPAN_COST_USD, METRIC_COSTSPAN_CALLS],
    (observe) => {
      for (const [name, sets] of this.totals)
        for (const [attributes, total] of sets) observe(name, total, attributes);
    },
  );

  add(name: MetricName, value: number, attributes: Attributes): void {
    this.instruments.counted();
    const sets = this.totals.get(name) ?? new Map<Attributes, number>();
    this.totals.set(name, sets.set(attributes, (sets.get(attributes) ?? 0) + value));
  }
}

const RESOURCE = { 'service.name': 'shop', 'service.instance.id': 'one', 'host.name': 'a' };

export const pushing = {
  '3.x': (exporter: Exporter, options: MeterProviderOptions = {}): MeterProvider =>
    new MeterProvider({
      resource: resourceFromAttributes(RESOURCE),
      ...options,
      readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
    }),
  '2.x': (exporter: Exporter): otel2.MeterProvider =>
    new otel2.MeterProvider({
      resource: resourceFromAttributes(RESOURCE),
      readers: [
        new otel2.PeriodicExportingMetricReader({
          exporter,
          exportIntervalMillis: 3_600_000,
        }),
      ],
    }),
};

/** Counters at a provider of the application's own, with an exporter to look into. */
export function countersAt(
  version: keyof typeof pushing = '3.x',
  temporality: AggregationTemporality = AggregationTemporality.CUMULATIVE,
): {
  readonly counters: Counters;
  readonly exporter: Exporter;
  readonly flush: () => Promise<void>;
} {
  const exporter = new Exporter();
  exporter.temporality = temporality;
  const provider = pushing[version](exporter);
  register(provider);
  return { counters: new Counters(), exporter, flush: () => flush(provider) };
}

async function flush(provider: { forceFlush(): Promise<void> }): Promise<void> {
  // A reader reports a failed export to the global error handler and rejects in some versions.
  await provider.forceFlush().catch(() => undefined);
}

export interface FlatPoint {
  readonly startMs: number;
  readonly endMs: number;
  readonly value: number;
  readonly attributes: Attributes;
}

/** The points of one metric in one export, in their order; of a histogram the counts. */
export function pointsIn(batch: ResourceMetrics | undefined, name: MetricName): FlatPoint[] {
  const all = batch?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
  return all
    .filter(({ descriptor }) => descriptor.name === name)
    .flatMap(({ dataPoints }) =>
      dataPoints.map(({ startTime, endTime, value, attributes }) => ({
        startMs: startTime[0] * 1_000 + startTime[1] / 1e6,
        endMs: endTime[0] * 1_000 + endTime[1] / 1e6,
        value: typeof value === 'number' ? value : value.count,
        attributes,
      })),
    );
}

export function stop(): void {
  metrics.disable();
}
