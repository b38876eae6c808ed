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
import type { HistogramDescriptor } from './histogram-cells.ts';
import type { HistogramSink, MetricScope } from './histogram-producer.ts';
import { joinReaders } from './metric-readers.ts';

/** Name of our meter, for views and filters. */
export const METER_NAME = 'costspan';
const SCOPE: MetricScope = { name: METER_NAME, version: '', schemaUrl: undefined };

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

/** A provider that stands before the one in use, such as the one that `register` puts in. */
interface StandIn {
  /** The provider in use; may start it. */
  readonly getDelegate?: (() => MeterProvider) | undefined;
  /** To be told of every recording that does not go through its instruments. */
  readonly used?: (() => void) | undefined;
}

/**
 * Our metrics at OpenTelemetry. They are created when a real MeterProvider is there, which may be
 * later than the first call, and again when another one takes its place: counters then start with
 * everything accumulated so far, histograms anew. Histograms are added up here where the provider's
 * readers let us (see {@link joinReaders}), and otherwise are ordinary instruments.
 */
export class Instruments {
  readonly #histogramNames: readonly MetricName[];
  readonly #observableNames: readonly MetricName[];
  readonly #observer: Observer;
  #provider: MeterProvider | undefined;
  #meter: Meter | undefined;
  /** Chosen at the first recording: asking a stand-in for its provider starts it. */
  #sink: HistogramSink | undefined;
  #used: (() => void) | undefined;
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
    const sink = this.#sink ?? this.#chooseSink();
    if (sink !== undefined) {
      sink.record(name, value, attributes);
      this.#used?.();
    } else if (this.#early.length < MAX_EARLY) {
      this.#early.push({ name, value, attributes });
    }
  }

  /** Lets go of the provider. */
  close(): void {
    this.#unregister?.();
    this.#unregister = undefined;
    this.#provider = undefined;
    this.#meter = undefined;
    this.#sink = undefined;
    this.#used = undefined;
  }

  #bind(provider: MeterProvider): void {
    this.close();
    this.#provider = provider;
    const meter = provider.getMeter(METER_NAME);
    if (meter === createNoopMeter()) return;
    this.#meter = meter;
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
    for (const { name, value, attributes } of early) this.record(name, value, attributes);
  }

  #chooseSink(): HistogramSink | undefined {
    const meter = this.#meter;
    const provider: (MeterProvider & StandIn) | undefined = this.#provider;
    if (meter === undefined || provider === undefined) return undefined;
    const delegate = provider.getDelegate?.() ?? provider;
    const producer = joinReaders(delegate, SCOPE, this.#histogramNames.map(descriptorOf));
    // Instruments of a stand-in tell it themselves.
    if (producer !== undefined) this.#used = provider.used?.bind(provider);
    this.#sink = producer ?? new InstrumentSink(meter, this.#histogramNames);
    return this.#sink;
  }

  #observe(result: BatchObservableResult): void {
    const observables = this.#observables;
    this.#observer((name, value, attributes) => {
      const observable = observables.get(name);
      if (observable !== undefined) result.observe(observable, value, attributes);
    });
  }
}

class InstrumentSink implements HistogramSink {
  readonly #histograms = new Map<MetricName, Histogram>();

  constructor(meter: Meter, names: readonly MetricName[]) {
    for (const name of names)
      this.#histograms.set(name, meter.createHistogram(name, optionsOf(name)));
  }

  record(name: MetricName, value: number, attributes: Attributes): void {
    this.#histograms.get(name)?.record(value, attributes);
  }
}

function createObservable(meter: Meter, name: MetricName): Observable {
  return METRICS[name].instrument === 'gauge'
    ? meter.createObservableGauge(name, optionsOf(name))
    : meter.createObservableCounter(name, optionsOf(name));
}

function optionsOf(name: MetricName): MetricOptions {
  const { unit, description, boundaries } = METRICS[name];
  return {
    unit,
    description,
    valueType: valueTypeOf(name),
    ...(boundaries !== undefined && {
      advice: { explicitBucketBoundaries: [...boundaries] },
    }),
  };
}

function descriptorOf(name: MetricName): HistogramDescriptor {
  const { unit, description, boundaries = [] } = METRICS[name];
  const advice = { explicitBucketBoundaries: [...boundaries] };
  return { name, description, unit, valueType: valueTypeOf(name), type: 'HISTOGRAM', advice };
}

function valueTypeOf(name: MetricName): ValueType {
  return METRICS[name].valueType === 'int' ? ValueType.INT : ValueType.DOUBLE;
}
