import { type Attributes, metrics } from '@opentelemetry/api';
import {
  AggregationTemporality,
  MeterProvider,
  type MeterProviderOptions,
  MetricReader,
  type MetricReaderOptions,
  type ScopeMetrics,
} from '@opentelemetry/sdk-metrics';
import * as otel2 from 'otel2-metrics';
import type { MetricName } from '../../conventions/index.ts';
import { Instruments } from '../../processor/node/metrics/instruments.ts';
import { HISTOGRAMS, METER_NAME } from '../../processor/engine/metrics/metric-names.ts';

/** Collects when it is asked to. */
export class Reader extends MetricReader {
  protected onForceFlush(): Promise<void> {
    return Promise.resolve();
  }
  protected onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

/** Exports the same, and keeps us out: what it does in `collect` could be anything. */
export class GuardedReader extends Reader {
  override collect(
    ...options: Parameters<MetricReader['collect']>
  ): ReturnType<MetricReader['collect']> {
    return super.collect(...options);
  }
}

class Reader2 extends otel2.MetricReader {
  protected onForceFlush(): Promise<void> {
    return Promise.resolve();
  }
  protected onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

class GuardedReader2 extends Reader2 {
  override collect(
    ...options: Parameters<otel2.MetricReader['collect']>
  ): ReturnType<otel2.MetricReader['collect']> {
    return super.collect(...options);
  }
}

/** A provider of one SDK version with one reader. */
export interface Set {
  readonly provider: MeterProvider | otel2.MeterProvider;
  readonly reader: Reader | Reader2;
}

/** Providers whose reader takes our producer (`own`) or keeps it out (`ordinary`). */
export const versions = {
  '3.x': {
    own: (options: MeterProviderOptions = {}): Set => setOf(new Reader(), options),
    ordinary: (options: MeterProviderOptions = {}): Set => setOf(new GuardedReader(), options),
  },
  '2.x': {
    own: (): Set => set2Of(new Reader2()),
    ordinary: (): Set => set2Of(new GuardedReader2()),
  },
};

export function setOf(reader: Reader, options: MeterProviderOptions = {}): Set {
  return { reader, provider: new MeterProvider({ ...options, readers: [reader] }) };
}

function set2Of(reader: Reader2): Set {
  return { reader, provider: new otel2.MeterProvider({ readers: [reader] }) };
}

export const DELTA: MetricReaderOptions = {
  aggregationTemporalitySelector: () => AggregationTemporality.DELTA,
};

/** Instruments at `provider`, registered as the application's. */
export function instrumentsAt(provider: Parameters<typeof register>[0]): Instruments {
  register(provider);
  const instruments = new Instruments(HISTOGRAMS, [], () => undefined);
  instruments.refresh();
  return instruments;
}

export function register(provider: Parameters<typeof metrics.setGlobalMeterProvider>[0]): void {
  metrics.disable();
  metrics.setGlobalMeterProvider(provider);
}

/** True when histograms of ours come from a producer. */
export function isJoined({ reader }: { readonly reader: object }): boolean {
  return (reader as { readonly _metricProducers: readonly unknown[] })._metricProducers.length > 0;
}

export interface Recording {
  readonly name: MetricName;
  readonly value: number;
  readonly attributes: Attributes;
}

export function record(instruments: Instruments, recordings: readonly Recording[]): void {
  for (const { name, value, attributes } of recordings) instruments.record(name, value, attributes);
}

/** The scope entries of our meter, without what differs from run to run: when. */
export async function collect({ reader }: Pick<Set, 'reader'>): Promise<readonly ScopeMetrics[]> {
  const { resourceMetrics, errors } = await reader.collect();
  if (errors.length > 0) throw new AggregateError(errors);
  const ours = resourceMetrics.scopeMetrics.filter(({ scope }) => scope.name === METER_NAME);
  return withoutTimes(ours) as readonly ScopeMetrics[];
}

function withoutTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTimes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key !== 'startTime' && key !== 'endTime') return [key, withoutTimes(inner)];
      return [key, Array.isArray(inner) ? inner.map((part: unknown) => typeof part) : inner];
    }),
  );
}

/** Recordings of one histogram, over all its points. */
export function countOf(scopes: readonly ScopeMetrics[], name: MetricName): number {
  let count = 0;
  for (const { metrics: list } of scopes) {
    for (const { descriptor, dataPoints } of list) {
      if (descriptor.name !== name) continue;
      for (const { value } of dataPoints) count += typeof value === 'number' ? 0 : value.count;
    }
  }
  return count;
}
