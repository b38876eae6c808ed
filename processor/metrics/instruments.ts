import {
  type Attributes,
  type BatchObservableResult,
  createNoopMeter,
  type Histogram,
  type Meter,
  type MeterProvider,
  type MetricOptions,
  metrics,
  type Observable,
  ValueType,
} from '@opentelemetry/api';
import { type MetricName, METRICS } from '../../conventions/index.ts';

/** Name of our meter, for views and filters. */
export const METER_NAME = 'costspan';

/** Recordings kept for a provider that is registered late; counters lose nothing in any case. */
const MAX_EARLY = 1_000;

interface EarlyRecording {
  readonly name: MetricName;
  readonly value: number;
  readonly attributes: Attributes;
}

/** Takes the sum of one attribute set. */
export type Observe = (name: MetricName, value: number, attributes: Attributes) => void;

/** Hands over what has been accumulated: one call of `observe` for each attribute set. */
export type Observer = (observe: Observe) => void;

/**
 * The OpenTelemetry instruments behind our metrics. They are created when a real MeterProvider is
 * there, which may be later than the first call, and again when another one takes its place:
 * counters then start with everything accumulated so far.
 */
export class Instruments {
  readonly #histogramNames: readonly MetricName[];
  readonly #observableNames: readonly MetricName[];
  readonly #observer: Observer;
  #provider: MeterProvider | undefined;
  #histograms: Map<MetricName, Histogram> | undefined;
  #observables = new Map<MetricName, Observable>();
  #early: EarlyRecording[] = [];
  #unregister: (() => void) | undefined;

  constructor(
    histogramNames: readonly MetricName[],
    observableNames: readonly MetricName[],
    observer: Observer,
  ) {
    this.#histogramNames = histogramNames;
    this.#observableNames = observableNames;
    this.#observer = observer;
  }

  /** Looks whether the registered provider has changed. Cheap: call it before recording. */
  refresh(): void {
    const provider = metrics.getMeterProvider();
    if (provider !== this.#provider) this.#bind(provider);
  }

  /** Records into a histogram. `attributes` must be an object that is used again and again. */
  record(name: MetricName, value: number, attributes: Attributes): void {
    if (this.#histograms !== undefined) {
      this.#histograms.get(name)?.record(value, attributes);
    } else if (this.#early.length < MAX_EARLY) {
      this.#early.push({ name, value, attributes });
    }
  }

  /** Lets go of the provider. */
  close(): void {
    this.#unregister?.();
    this.#unregister = undefined;
    this.#provider = undefined;
    this.#histograms = undefined;
  }

  #bind(provider: MeterProvider): void {
    this.close();
    this.#provider = provider;
    const meter = provider.getMeter(METER_NAME);
    if (meter === createNoopMeter()) return;
    const histograms = new Map<MetricName, Histogram>();
    for (const name of this.#histogramNames) {
      histograms.set(name, meter.createHistogram(name, optionsOf(name)));
    }
    this.#histograms = histograms;
    this.#observables = new Map(
      this.#observableNames.map((name) => [name, createObservable(meter, name)]),
    );
    const callback = (result: BatchObservableResult): void => {
      this.#observe(result);
    };
    const observables = [...this.#observables.values()];
    meter.addBatchObservableCallback(callback, observables);
    this.#unregister = () => {
      meter.removeBatchObservableCallback(callback, observables);
    };
    const early = this.#early;
    this.#early = [];
    for (const { name, value, attributes } of early)
      histograms.get(name)?.record(value, attributes);
  }

  #observe(result: BatchObservableResult): void {
    const observables = this.#observables;
    this.#observer((name, value, attributes) => {
      const observable = observables.get(name);
      if (observable !== undefined) result.observe(observable, value, attributes);
    });
  }
}

function createObservable(meter: Meter, name: MetricName): Observable {
  return METRICS[name].instrument === 'gauge'
    ? meter.createObservableGauge(name, optionsOf(name))
    : meter.createObservableCounter(name, optionsOf(name));
}

function optionsOf(name: MetricName): MetricOptions {
  const { unit, description, valueType, boundaries } = METRICS[name];
  return {
    unit,
    description,
    valueType: valueType === 'int' ? ValueType.INT : ValueType.DOUBLE,
    ...(boundaries !== undefined && {
      advice: { explicitBucketBoundaries: [...boundaries] },
    }),
  };
}
