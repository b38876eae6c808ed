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
import { type MetricName, METRICS } from '../../../conventions/index.ts';
import type { CounterDescriptor } from '../../engine/metrics/counter-stream.ts';
import { histogramOf } from '../../engine/metrics/histogram-cells.ts';
import {
  deliveredKey,
  type HistogramSink,
  type MetricScope,
  type OwnMetrics,
} from './metric-producer.ts';
import type { MetricSink, Observer } from '../../engine/metrics/metric-sink.ts';
import { METER_NAME } from '../../engine/metrics/metric-names.ts';
import { joinReaders } from './metric-readers.ts';
import { contentOf } from '../../engine/metrics/points.ts';

const SCOPE: MetricScope = { name: METER_NAME, version: '', schemaUrl: undefined };

/** Recordings kept for a provider that is registered late; counters lose nothing in any case. */
const MAX_EARLY = 1_000;

interface EarlyRecording {
  readonly name: MetricName;
  readonly value: number;
  readonly attributes: Attributes;
}

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
 * everything that no server has been told yet, histograms anew. Counters and histograms are handed to
 * the provider's readers where these let us (see {@link joinReaders}), and otherwise are ordinary
 * instruments, as gauges always are.
 */
export class Instruments implements MetricSink {
  readonly #histogramNames: readonly MetricName[];
  readonly #observableNames: readonly MetricName[];
  readonly #observer: Observer;
  #provider: MeterProvider | undefined;
  #meter: Meter | undefined;
  /** Chosen at the first recording: asking a stand-in for its provider starts it. */
  #sink: HistogramSink | undefined;
  #own: OwnMetrics | undefined;
  #used: (() => void) | undefined;
  #observables = new Map<MetricName, Observable>();
  #early: EarlyRecording[] = [];
  #unregister: (() => void) | undefined;
  /** The provider before, and what its readers have told servers of each counter. */
  #before:
    | { readonly provider: MeterProvider; readonly delivered: Map<string, number> }
    | undefined;
  #delivered: ReadonlyMap<string, number> = new Map();
  readonly #source: Observer = (observe) => {
    this.#observer(
      this.#delivered.size === 0
        ? observe
        : (name, value, attributes) => {
            const known = this.#delivered.get(deliveredKey(name, contentOf(attributes))) ?? 0;
            if (value > known || known === 0) observe(name, value - known, attributes);
          },
    );
  };

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

  /** Something is counted: the provider, which this may start, will be asked for it. */
  counted(): void {
    this.refresh();
    if (this.#sink === undefined) this.#chooseSink();
    this.#used?.();
  }

  /** Records into a histogram. `attributes` must be an object that is used again and again. */
  record(name: MetricName, value: number, attributes: Attributes): void {
    const sink = this.#sink ?? this.#chooseSink();
    if (sink !== undefined) {
      sink.record(name, value, attributes);
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
    this.#own = undefined;
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
    this.#used = provider.used?.bind(provider);
    this.#join(delegate);
    const own = this.#own;
    const sink = own?.histograms.size === 0 ? undefined : own;
    this.#sink = sink ?? new InstrumentSink(meter, this.#histogramNames);
    return this.#sink;
  }

  #join(provider: MeterProvider): void {
    const own = joinReaders(provider, SCOPE, {
      histograms: this.#histogramNames.map(histogramOf),
      counters: this.#observableNames.filter(isCounter).map(counterOf),
    });
    this.#own = own;
    if (own === undefined) return;
    own.addSource(this.#source);
    this.#takeOver(provider);
    const unregister = this.#unregister;
    this.#unregister = () => {
      unregister?.();
      own.removeSource(this.#source);
      this.#before = { provider, delivered: own.delivered() };
    };
  }

  /** Another provider is told only what the one before has not told already. */
  #takeOver(provider: MeterProvider): void {
    if (this.#before === undefined || this.#before.provider === provider) return;
    const sum = new Map(this.#delivered);
    for (const [key, total] of this.#before.delivered) sum.set(key, (sum.get(key) ?? 0) + total);
    this.#delivered = sum;
    this.#before = undefined;
  }

  /** What no reader takes from us directly: all of it, or only gauges. */
  #observe(result: BatchObservableResult): void {
    if (this.#sink === undefined) this.#chooseSink();
    const observables = this.#observables;
    const own = this.#own;
    this.#source((name, value, attributes) => {
      if (own?.hasCounter(name) === true) return;
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

function isCounter(name: MetricName): boolean {
  return METRICS[name].instrument === 'counter';
}

function counterOf(name: MetricName): CounterDescriptor {
  const { unit, description } = METRICS[name];
  const valueType = valueTypeOf(name);
  return { name, description, unit, valueType, type: 'OBSERVABLE_COUNTER', advice: {} };
}

function valueTypeOf(name: MetricName): ValueType {
  return METRICS[name].valueType === 'int' ? ValueType.INT : ValueType.DOUBLE;
}
