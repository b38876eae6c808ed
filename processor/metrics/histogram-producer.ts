import type { Attributes } from '@opentelemetry/api';
import type { MetricName } from '../../conventions/index.ts';
import {
  type HistogramCells,
  type HistogramDescriptor,
  type HistogramPoint,
  hrTimeOf,
} from './histogram-cells.ts';

/** Takes recordings of our histograms, wherever they are added up. */
export interface HistogramSink {
  /** `attributes` must be an object that is used again and again. */
  record(name: MetricName, value: number, attributes: Attributes): void;
}

/** `AggregationTemporality.CUMULATIVE` and `DataPointType.HISTOGRAM` of the SDK. */
export const CUMULATIVE = 1;
const HISTOGRAM_POINTS = 0;

interface HistogramData {
  readonly descriptor: HistogramDescriptor;
  readonly aggregationTemporality: typeof CUMULATIVE;
  readonly dataPointType: typeof HISTOGRAM_POINTS;
  readonly dataPoints: HistogramPoint[];
}

/** The scope of our metrics, as `getMeter` with nothing but a name makes it. */
export interface MetricScope {
  readonly name: string;
  readonly version: string;
  readonly schemaUrl: string | undefined;
}

/** The SDK's `CollectionResult`. */
export interface HistogramCollection<Resource> {
  readonly resourceMetrics: {
    readonly resource: Resource;
    readonly scopeMetrics: { readonly scope: MetricScope; readonly metrics: HistogramData[] }[];
  };
  readonly errors: unknown[];
}

/**
 * Histograms that we add up ourselves, as a `MetricProducer`: that is how OpenTelemetry's metric
 * readers take metrics that were added up elsewhere. What they export is what instruments of the
 * SDK would have given, with a second entry for the same scope.
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#metricproducer
 */
export class HistogramProducer<Resource = unknown> implements HistogramSink {
  readonly #resource: Resource;
  readonly #scope: MetricScope;
  readonly #histograms: ReadonlyMap<string, HistogramCells>;

  constructor(resource: Resource, scope: MetricScope, histograms: readonly HistogramCells[]) {
    this.#resource = resource;
    this.#scope = scope;
    this.#histograms = new Map(histograms.map((cells) => [cells.descriptor.name, cells]));
  }

  record(name: MetricName, value: number, attributes: Attributes): void {
    this.#histograms.get(name)?.record(value, attributes);
  }

  /** Everything since the start. Never rejects, so that no other metric is lost with ours. */
  collect(): Promise<HistogramCollection<Resource>> {
    const metrics: HistogramData[] = [];
    const errors: unknown[] = [];
    try {
      this.#addTo(metrics);
    } catch (error) {
      errors.push(error);
    }
    const scopeMetrics = metrics.length === 0 ? [] : [{ scope: this.#scope, metrics }];
    const resourceMetrics = { resource: this.#resource, scopeMetrics };
    return Promise.resolve({ resourceMetrics, errors });
  }

  #addTo(metrics: HistogramData[]): void {
    const endTime = hrTimeOf(Date.now());
    for (const histogram of this.#histograms.values()) {
      const dataPoints = histogram.points(endTime);
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
