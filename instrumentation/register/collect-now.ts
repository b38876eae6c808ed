import { millisToHrTime } from '@opentelemetry/core';
import type { MetricReader, ResourceMetrics, ScopeMetrics } from '@opentelemetry/sdk-metrics';

/** What we use of the SDK's insides, pinned with it. */
interface Reader {
  readonly _shutdown: boolean;
  readonly _sdkMetricProducer: Collector | undefined;
  readonly _metricProducers: readonly Producer[];
}

interface Producer {
  collectNow?(): { readonly resourceMetrics: { readonly scopeMetrics: unknown[] } };
}

interface Collector {
  readonly _sharedState: {
    readonly resource: ResourceMetrics['resource'];
    readonly meterSharedStates: ReadonlyMap<string, MeterState>;
  };
}

interface MeterState {
  readonly _instrumentationScope: ScopeMetrics['scope'];
  readonly observableRegistry: {
    readonly _callbacks: readonly {
      readonly callback: (result: object) => unknown;
      readonly instrument: Instrument;
    }[];
    readonly _batchCallbacks: readonly {
      readonly callback: (result: object) => unknown;
      readonly instruments: ReadonlySet<Instrument>;
    }[];
  };
  readonly metricStorageRegistry: { getStorages(collector: Collector): readonly Storage[] };
}

interface Instrument {
  readonly _metricStorages: readonly {
    record(measurements: Map<object, number>, time: [number, number]): void;
  }[];
}

interface Storage {
  collect(
    collector: Collector,
    time: [number, number],
  ): ScopeMetrics['metrics'][number] | undefined;
}

/**
 * What `reader.collect()` would resolve to, at once: in the last moment of a process no promise
 * settles any more. Callbacks that answer by a promise are left out. `undefined` once the reader is
 * shut down. Throws where the SDK is not the one we know.
 */
export function collectNow(reader: MetricReader): ResourceMetrics | undefined {
  const {
    _shutdown,
    _sdkMetricProducer: collector,
    _metricProducers,
  } = reader as unknown as Reader;
  if (_shutdown || collector === undefined) return undefined;
  const { resource, meterSharedStates } = collector._sharedState;
  const scopeMetrics: ScopeMetrics[] = [];
  const time = millisToHrTime(Date.now());
  for (const meter of meterSharedStates.values()) {
    observe(meter, time);
    const metrics = meter.metricStorageRegistry
      .getStorages(collector)
      .map((storage) => storage.collect(collector, time))
      .filter((data) => data !== undefined && data !== null);
    if (metrics.length > 0) scopeMetrics.push({ scope: meter._instrumentationScope, metrics });
  }
  for (const producer of _metricProducers) {
    scopeMetrics.push(
      ...((producer.collectNow?.().resourceMetrics.scopeMetrics ?? []) as ScopeMetrics[]),
    );
  }
  return { resource, scopeMetrics };
}

function observe({ observableRegistry }: MeterState, time: [number, number]): void {
  for (const { callback, instrument } of observableRegistry._callbacks) {
    const seen = new Map<object, number>();
    const result = {
      observe: (value: number, attributes: object = {}) => seen.set({ ...attributes }, value),
    };
    if (ran(callback, result)) record(instrument, seen, time);
  }
  for (const { callback, instruments } of observableRegistry._batchCallbacks) {
    const seen = new Map<unknown, Map<object, number>>();
    const result = {
      observe: (instrument: unknown, value: number, attributes: object = {}) => {
        const values = seen.get(instrument) ?? new Map<object, number>();
        seen.set(instrument, values.set({ ...attributes }, value));
      },
    };
    if (!ran(callback, result)) continue;
    for (const instrument of instruments) {
      const values = seen.get(instrument);
      if (values !== undefined) record(instrument, values, time);
    }
  }
}

/** One that throws must not cost the others their values. */
function ran(callback: (result: object) => unknown, result: object): boolean {
  try {
    callback(result);
    return true;
  } catch {
    return false;
  }
}

function record(
  instrument: Instrument,
  measurements: Map<object, number>,
  time: [number, number],
): void {
  for (const storage of instrument._metricStorages) storage.record(measurements, time);
}
