import type {
  Attributes,
  BatchObservableCallback,
  BatchObservableResult,
  Context,
  Meter,
  MeterOptions,
  MeterProvider,
  MetricOptions,
  Observable,
  ObservableCallback,
} from '@opentelemetry/api';

export interface HandoverMeterOptions {
  /** The provider that measurements go to; asked for at the first measurement and after a change. */
  readonly current: () => MeterProvider;
  /** Whether there is a provider by now, so that asking for it starts none. */
  readonly exists: () => boolean;
  /** Called for every measurement, so that an exit flush knows whether anything happened since. */
  readonly used: () => void;
}

/**
 * A meter provider whose instruments move to another provider when it changes: the API has no proxy
 * for metrics, so without this an application that registers its provider late would lose every
 * instrument that was created before.
 */
export class HandoverMeterProvider implements MeterProvider {
  readonly #options: HandoverMeterOptions;
  readonly #meters = new Map<string, HandoverMeter>();

  constructor(options: HandoverMeterOptions) {
    this.#options = options;
  }

  getMeter(name: string, version?: string, options?: MeterOptions): Meter {
    const key = `${name}@${version ?? ''}:${options?.schemaUrl ?? ''}`;
    let meter = this.#meters.get(key);
    if (meter === undefined) {
      meter = new HandoverMeter(this.#options, (provider) =>
        provider.getMeter(name, version, options),
      );
      this.#meters.set(key, meter);
    }
    return meter;
  }

  /** As the API's own proxy of traces has it. Starts the provider. */
  getDelegate(): MeterProvider {
    return this.#options.current();
  }

  /** Something was measured that goes to the provider without an instrument of ours. */
  used(): void {
    this.#options.used();
  }

  /** The provider has changed, or exists now: asynchronous instruments are created there. */
  moved(): void {
    for (const meter of this.#meters.values()) meter.moved();
  }
}

type Kind =
  | 'createCounter'
  | 'createGauge'
  | 'createHistogram'
  | 'createObservableCounter'
  | 'createObservableGauge'
  | 'createObservableUpDownCounter'
  | 'createUpDownCounter';

class HandoverMeter implements Meter {
  readonly #options: HandoverMeterOptions;
  readonly #create: (provider: MeterProvider) => Meter;
  readonly #instruments: HandoverInstrument[] = [];
  readonly #observables: HandoverObservable[] = [];
  readonly #batches: Batch[] = [];
  #meter: Meter | undefined = undefined;

  constructor(options: HandoverMeterOptions, create: (provider: MeterProvider) => Meter) {
    this.#options = options;
    this.#create = create;
  }

  createCounter(name: string, options?: MetricOptions): HandoverInstrument {
    return this.#instrument('createCounter', name, options);
  }
  createUpDownCounter(name: string, options?: MetricOptions): HandoverInstrument {
    return this.#instrument('createUpDownCounter', name, options);
  }
  createHistogram(name: string, options?: MetricOptions): HandoverInstrument {
    return this.#instrument('createHistogram', name, options);
  }
  createGauge(name: string, options?: MetricOptions): HandoverInstrument {
    return this.#instrument('createGauge', name, options);
  }
  createObservableCounter(name: string, options?: MetricOptions): HandoverObservable {
    return this.#observable('createObservableCounter', name, options);
  }
  createObservableUpDownCounter(name: string, options?: MetricOptions): HandoverObservable {
    return this.#observable('createObservableUpDownCounter', name, options);
  }
  createObservableGauge(name: string, options?: MetricOptions): HandoverObservable {
    return this.#observable('createObservableGauge', name, options);
  }

  addBatchObservableCallback(callback: BatchObservableCallback, observables: Observable[]): void {
    const batch: Batch = {
      callback,
      observables,
      translated: (result) => callback(translate(result)),
    };
    this.#batches.push(batch);
    const meter = this.#existing();
    if (meter !== undefined) addBatch(meter, batch);
  }

  removeBatchObservableCallback(callback: BatchObservableCallback): void {
    const index = this.#batches.findIndex((batch) => batch.callback === callback);
    const [batch] = index < 0 ? [] : this.#batches.splice(index, 1);
    if (batch !== undefined && this.#meter !== undefined) removeBatch(this.#meter, batch);
  }

  /** The meter to create instruments with; makes one with the current provider. */
  now(): Meter {
    return (this.#meter ??= this.#create(this.#options.current()));
  }

  /**
   * The old provider hears nothing more from callbacks: they report running totals, and its last
   * export would count those twice.
   */
  moved(): void {
    const old = this.#meter;
    if (old !== undefined) for (const batch of this.#batches) removeBatch(old, batch);
    this.#meter = this.#create(this.#options.current());
    for (const instrument of this.#instruments) instrument.moved();
    for (const observable of this.#observables) observable.bind(this.#meter);
    for (const batch of this.#batches) addBatch(this.#meter, batch);
  }

  #existing(): Meter | undefined {
    return this.#meter ?? (this.#options.exists() ? this.now() : undefined);
  }

  #instrument(kind: Kind, name: string, options?: MetricOptions): HandoverInstrument {
    const create = (): Synchronous => this.now()[kind](name, options) as Synchronous;
    const instrument = new HandoverInstrument(create, this.#options.used);
    this.#instruments.push(instrument);
    return instrument;
  }

  #observable(kind: Kind, name: string, options?: MetricOptions): HandoverObservable {
    const observable = new HandoverObservable(
      (meter) => meter[kind](name, options) as unknown as Observable,
    );
    this.#observables.push(observable);
    const meter = this.#existing();
    if (meter !== undefined) observable.bind(meter);
    return observable;
  }
}

/** A counter, up-down counter, histogram or gauge: it has the methods of its kind. */
interface Synchronous {
  add(value: number, attributes?: Attributes, context?: Context): void;
  record(value: number, attributes?: Attributes, context?: Context): void;
}

class HandoverInstrument implements Synchronous {
  readonly #create: () => Synchronous;
  readonly #used: () => void;
  #instrument: Synchronous | undefined = undefined;

  constructor(create: () => Synchronous, used: () => void) {
    this.#create = create;
    this.#used = used;
  }

  add(value: number, attributes?: Attributes, context?: Context): void {
    this.#used();
    (this.#instrument ??= this.#create()).add(value, attributes, context);
  }

  record(value: number, attributes?: Attributes, context?: Context): void {
    this.#used();
    (this.#instrument ??= this.#create()).record(value, attributes, context);
  }

  moved(): void {
    this.#instrument = undefined;
  }
}

class HandoverObservable implements Observable {
  readonly #create: (meter: Meter) => Observable;
  readonly #callbacks: ObservableCallback[] = [];
  target: Observable | undefined = undefined;

  constructor(create: (meter: Meter) => Observable) {
    this.#create = create;
  }

  addCallback(callback: ObservableCallback): void {
    this.#callbacks.push(callback);
    this.target?.addCallback(callback);
  }

  removeCallback(callback: ObservableCallback): void {
    const index = this.#callbacks.indexOf(callback);
    if (index >= 0) this.#callbacks.splice(index, 1);
    this.target?.removeCallback(callback);
  }

  bind(meter: Meter): void {
    for (const callback of this.#callbacks) this.target?.removeCallback(callback);
    this.target = this.#create(meter);
    for (const callback of this.#callbacks) this.target.addCallback(callback);
  }
}

interface Batch {
  readonly callback: BatchObservableCallback;
  readonly observables: Observable[];
  /** The callback as the real meter knows it. */
  readonly translated: BatchObservableCallback;
}

function addBatch(meter: Meter, batch: Batch): void {
  meter.addBatchObservableCallback(batch.translated, batch.observables.map(targetOf));
}

function removeBatch(meter: Meter, batch: Batch): void {
  meter.removeBatchObservableCallback(batch.translated, batch.observables.map(targetOf));
}

function translate(result: BatchObservableResult): BatchObservableResult {
  return {
    observe: (observable, value, attributes) => {
      result.observe(targetOf(observable), value, attributes);
    },
  };
}

function targetOf(observable: Observable): Observable {
  return observable instanceof HandoverObservable ? (observable.target ?? observable) : observable;
}
