import { type Attributes, METRICS, type MetricName } from '../../../conventions/index.ts';
import type { HistogramValue, MetricPoint } from '../host-data.ts';
import { HistogramCells, histogramOf } from './histogram-cells.ts';
import { HISTOGRAMS } from './metric-names.ts';
import type { MetricSink, Observer } from './metric-sink.ts';

/** Attribute sets of one histogram, as many as OpenTelemetry's SDK keeps. */
const MAX_CELLS = 2_000;

/** Keeps what metrics come to as plain data, for hosts without OpenTelemetry's SDK. */
export class PlainMetrics implements MetricSink {
  readonly #histograms: ReadonlyMap<MetricName, HistogramCells>;
  readonly #observer: Observer;

  constructor(observer: Observer) {
    this.#observer = observer;
    this.#histograms = new Map(
      HISTOGRAMS.map((name) => [name, new HistogramCells(histogramOf(name), MAX_CELLS)]),
    );
  }

  record(name: MetricName, value: number, attributes: Attributes): void {
    this.#histograms.get(name)?.record(value, attributes);
  }

  counted(): void {
    // Everything is asked for by `points`.
  }

  refresh(): void {
    // There is one place only.
  }

  close(): void {
    // Nothing is held.
  }

  /** Every metric as it stands now. */
  points(): MetricPoint[] {
    const points: MetricPoint[] = [];
    this.#observer((name, value, attributes) => {
      points.push(pointOf(name, attributes, value, undefined));
    });
    for (const [name, cells] of this.#histograms) {
      for (const { attributes, value } of cells.totals()) {
        const { buckets, ...rest } = value;
        const histogram: HistogramValue = { ...rest, ...buckets };
        points.push(pointOf(name, attributes, undefined, histogram));
      }
    }
    return points;
  }
}

function pointOf(
  name: MetricName,
  attributes: Attributes,
  value: number | undefined,
  histogram: HistogramValue | undefined,
): MetricPoint {
  const { unit, instrument } = METRICS[name];
  return { name, unit, instrument, attributes, value, histogram };
}
