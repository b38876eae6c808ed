import type { MetricName, Attributes } from '../../../conventions/index.ts';
import {
  type CounterDescriptor,
  type CounterPoint,
  type CounterStream,
  CUMULATIVE,
  type Temporality,
} from '../../engine/metrics/counter-stream.ts';
import type {
  HistogramCells,
  HistogramDescriptor,
  HistogramPoint,
  HistogramStates,
} from '../../engine/metrics/histogram-cells.ts';
import type { Observe, Observer } from '../../engine/metrics/metric-sink.ts';
import type { ReaderTimeline, Round } from '../../engine/metrics/reader-timeline.ts';

/** Takes recordings of our histograms, wherever they are added up. */
export interface HistogramSink {
  /** `attributes` must be an object that is used again and again. */
  record(name: MetricName, value: number, attributes: Attributes): void;
}

/** `DataPointType` of the SDK. */
const HISTOGRAM_POINTS = 0;
const SUM_POINTS = 3;

interface HistogramData {
  readonly descriptor: HistogramDescriptor;
  readonly aggregationTemporality: typeof CUMULATIVE;
  readonly dataPointType: typeof HISTOGRAM_POINTS;
  readonly dataPoints: HistogramPoint[];
}

interface CounterData {
  readonly descriptor: CounterDescriptor;
  readonly aggregationTemporality: Temporality;
  readonly dataPointType: typeof SUM_POINTS;
  readonly dataPoints: CounterPoint[];
  readonly isMonotonic: true;
}

/** The scope of our metrics, as `getMeter` with nothing but a name makes it. */
export interface MetricScope {
  readonly name: string;
  readonly version: string;
  readonly schemaUrl: string | undefined;
}

/** The SDK's `CollectionResult`. */
export interface Collection<Resource> {
  readonly resourceMetrics: {
    readonly resource: Resource;
    readonly scopeMetrics: {
      readonly scope: MetricScope;
      readonly metrics: (CounterData | HistogramData)[];
    }[];
  };
  readonly errors: unknown[];
}

/** What all readers of one meter provider export of ours: added up once, whoever collects it. */
export class OwnMetrics implements HistogramSink {
  readonly histograms: ReadonlyMap<string, HistogramCells>;
  readonly #counters: ReadonlySet<string>;
  readonly #sources = new Set<Observer>();
  readonly producers: MetricProducer[] = [];

  /** `histograms` is empty where they are ordinary instruments; so are counters not named here. */
  constructor(histograms: readonly HistogramCells[], counters: Iterable<string>) {
    this.histograms = new Map(histograms.map((cells) => [cells.descriptor.name, cells]));
    this.#counters = new Set(counters);
  }

  record(name: MetricName, value: number, attributes: Attributes): void {
    this.histograms.get(name)?.record(value, attributes);
  }

  /** Whether the counter is exported here and must not be by an instrument. */
  hasCounter(name: MetricName): boolean {
    return this.#counters.has(name);
  }

  addSource(source: Observer): void {
    this.#sources.add(source);
  }

  removeSource(source: Observer): void {
    this.#sources.delete(source);
  }

  read(observe: Observe): void {
    for (const source of this.#sources) source(observe);
  }

  /** What has reached a server of each counter: the most of what one of the readers has sent. */
  delivered(): Map<string, number> {
    const most = new Map<string, number>();
    for (const { counters } of this.producers) {
      for (const [name, streams] of counters) {
        const [stream, second] = streams;
        // What views have made of it is no longer known by its own attributes.
        if (stream === undefined || second !== undefined || stream.shape.reduce) continue;
        for (const [content, total] of stream.delivered()) {
          const key = deliveredKey(name, content);
          most.set(key, Math.max(most.get(key) ?? 0, total));
        }
      }
    }
    return most;
  }
}

/** Names one attribute set of one counter. */
export function deliveredKey(name: string, content: string): string {
  return `${name}\n${content}`;
}

/**
 * Counters and histograms that we add up ourselves, as a `MetricProducer`: that is how OpenTelemetry's
 * metric readers take metrics that were added up elsewhere. What they export is what instruments of
 * the SDK would have given, with a second entry for the same scope, and with true starts.
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#metricproducer
 */
export class MetricProducer<Resource = unknown> {
  readonly own: OwnMetrics;
  /** By instrument; a view may make several streams of one, or none. */
  readonly counters: ReadonlyMap<string, readonly CounterStream[]>;
  readonly timeline: ReaderTimeline;
  readonly #resource: Resource;
  readonly #scope: MetricScope;
  readonly #temporality: Temporality;
  readonly #states: HistogramStates = new WeakMap();

  constructor(options: {
    readonly own: OwnMetrics;
    readonly counters: ReadonlyMap<string, readonly CounterStream[]>;
    readonly timeline: ReaderTimeline;
    readonly resource: Resource;
    readonly scope: MetricScope;
    readonly temporality: Temporality;
  }) {
    this.own = options.own;
    this.counters = options.counters;
    this.timeline = options.timeline;
    this.#resource = options.resource;
    this.#scope = options.scope;
    this.#temporality = options.temporality;
    this.own.producers.push(this);
  }

  /** Everything since the start. Never rejects, so that no other metric is lost with ours. */
  collect(): Promise<Collection<Resource>> {
    return Promise.resolve(this.collectNow());
  }

  /** The same, for an end of the process that waits for no promise. Never throws. */
  collectNow(): Collection<Resource> {
    const metrics: (CounterData | HistogramData)[] = [];
    const errors: unknown[] = [];
    try {
      const round = this.timeline.begin();
      // Reading the counters ends runs that are over, which the histograms then hold.
      this.#addCounters(round, metrics);
      this.#addHistograms(round, metrics);
    } catch (error) {
      errors.push(error);
    }
    const scopeMetrics = metrics.length === 0 ? [] : [{ scope: this.#scope, metrics }];
    return { resourceMetrics: { resource: this.#resource, scopeMetrics }, errors };
  }

  #addCounters(round: Round, metrics: (CounterData | HistogramData)[]): void {
    this.own.read((name, total, attributes) => {
      for (const stream of this.counters.get(name) ?? []) stream.add(total, attributes);
    });
    for (const streams of this.counters.values()) {
      for (const stream of streams) {
        const dataPoints = stream.points(this.timeline, round);
        if (dataPoints.length === 0) continue;
        metrics.push({
          descriptor: stream.shape.descriptor,
          aggregationTemporality: this.#temporality,
          dataPointType: SUM_POINTS,
          dataPoints,
          isMonotonic: true,
        });
      }
    }
  }

  #addHistograms(round: Round, metrics: (CounterData | HistogramData)[]): void {
    for (const histogram of this.own.histograms.values()) {
      const dataPoints = histogram.points(this.timeline, round, this.#states);
      if (dataPoints.length === 0) continue;
      metrics.push({
        descriptor: histogram.descriptor,
        aggregationTemporality: CUMULATIVE,
        dataPointType: HISTOGRAM_POINTS,
        dataPoints,
      });
    }
  }
}
