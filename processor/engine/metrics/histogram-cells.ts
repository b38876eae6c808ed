import {
  type Attributes,
  type HrTime,
  type MetricName,
  METRICS,
  VALUE_TYPE_DOUBLE,
  VALUE_TYPE_INT,
} from '../../../conventions/index.ts';
import { contentOf, hrTimeOf, OVERFLOW } from './points.ts';
import type { ReaderTimeline, Round, SeriesState } from './reader-timeline.ts';

/** What OpenTelemetry's SDK knows an instrument by. */
export interface HistogramDescriptor {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly valueType: number;
  readonly type: 'HISTOGRAM';
  readonly advice: { readonly explicitBucketBoundaries: number[] };
}

/** By what stands of it in the registry. */
export function histogramOf(name: MetricName): HistogramDescriptor {
  const { unit, description, boundaries = [], valueType: numbers } = METRICS[name];
  const advice = { explicitBucketBoundaries: [...boundaries] };
  const valueType = numbers === 'int' ? VALUE_TYPE_INT : VALUE_TYPE_DOUBLE;
  return { name, description, unit, valueType, type: 'HISTOGRAM', advice };
}

/** One attribute set, in the form of the SDK's `DataPoint<Histogram>`. */
export interface HistogramPoint {
  readonly attributes: Attributes;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly value: {
    readonly min: number | undefined;
    readonly max: number | undefined;
    readonly sum: number | undefined;
    readonly buckets: { readonly boundaries: number[]; readonly counts: number[] };
    readonly count: number;
  };
}

/** What one reader has been told of each attribute set. */
export type HistogramStates = WeakMap<object, SeriesState>;

/** Recordings of one attribute set, added up from the first one on. */
class Cell {
  readonly attributes: Attributes;
  readonly counts: number[];
  count = 0;
  sum = 0;
  min = Infinity;
  max = -Infinity;

  constructor(attributes: Attributes, buckets: number) {
    this.attributes = attributes;
    this.counts = Array.from({ length: buckets }, () => 0);
  }
}

/**
 * A histogram that is added up here and not in OpenTelemetry's SDK, where every recording sorts and
 * writes out its attributes to find their place (1.3 µs): here the attribute object itself is the
 * key, so it must be one that is used again and again.
 */
export class HistogramCells {
  readonly descriptor: HistogramDescriptor;
  readonly #boundaries: number[];
  readonly #maxCells: number;
  readonly #isInt: boolean;
  readonly #byObject = new Map<Attributes, Cell>();
  /** Different objects may hold the same attributes. */
  readonly #byContent = new Map<string, Cell>();
  #lastAttributes: Attributes | undefined;
  #last: Cell | undefined;

  /** `limit`: attribute sets, the one that stands for all further ones included. */
  constructor(descriptor: HistogramDescriptor, limit: number) {
    this.descriptor = descriptor;
    this.#boundaries = descriptor.advice.explicitBucketBoundaries;
    this.#maxCells = limit - 1;
    this.#isInt = descriptor.valueType === VALUE_TYPE_INT;
  }

  /** NaN, infinite and negative values are left out; whole numbers stay whole. */
  record(recorded: number, attributes: Attributes): void {
    if (!(recorded >= 0 && recorded < Infinity)) return;
    const value = this.#isInt ? Math.trunc(recorded) : recorded;
    const cell = attributes === this.#lastAttributes ? this.#last : this.#find(attributes);
    if (cell === undefined) return;
    cell.count += 1;
    cell.sum += value;
    if (value < cell.min) cell.min = value;
    if (value > cell.max) cell.max = value;
    const bucket = bucketOf(this.#boundaries, value);
    cell.counts[bucket] = (cell.counts[bucket] ?? 0) + 1;
  }

  /**
   * Copies, as a reader shows them: an exporter may keep them while recording goes on. `states`: what
   * the reader has been told.
   */
  points(timeline: ReaderTimeline, round: Round, states: HistogramStates): HistogramPoint[] {
    const points: HistogramPoint[] = [];
    for (const cell of this.#byContent.values()) {
      let state = states.get(cell);
      if (state === undefined) {
        state = { start: undefined, stage: 'new', isPinned: false };
        states.set(cell, state);
      }
      const appearance = timeline.show(state);
      const { attributes } = cell;
      const startTime = hrTimeOf(state.start ?? round.end);
      const endTime = hrTimeOf(round.end);
      const zero = appearance === 'value' ? undefined : this.#zero();
      if (zero !== undefined && appearance === 'zero and value') {
        points.push({ attributes, startTime, endTime: startTime, value: zero });
      }
      const value = appearance === 'zero' && zero !== undefined ? zero : this.#valueOf(cell);
      points.push({ attributes, startTime, endTime, value });
    }
    return points;
  }

  /** Copies of everything recorded so far. */
  totals(): Pick<HistogramPoint, 'attributes' | 'value'>[] {
    return Array.from(this.#byContent.values(), (cell) => ({
      attributes: cell.attributes,
      value: this.#valueOf(cell),
    }));
  }

  #valueOf({ min, max, sum, counts, count }: Cell): HistogramPoint['value'] {
    return { min, max, sum, buckets: { boundaries: this.#boundaries, counts: [...counts] }, count };
  }

  #zero(): HistogramPoint['value'] {
    const counts = Array.from({ length: this.#boundaries.length + 1 }, () => 0);
    const buckets = { boundaries: this.#boundaries, counts };
    return { min: undefined, max: undefined, sum: 0, buckets, count: 0 };
  }

  #find(attributes: Attributes): Cell {
    let cell = this.#byObject.get(attributes);
    if (cell === undefined) {
      cell = this.#create(attributes);
      this.#byObject.set(attributes, cell);
    }
    this.#lastAttributes = attributes;
    this.#last = cell;
    return cell;
  }

  #create(wanted: Attributes): Cell {
    let key = contentOf(wanted);
    const isFull = !this.#byContent.has(key) && this.#byContent.size >= this.#maxCells;
    const attributes = isFull ? OVERFLOW : wanted;
    if (isFull) key = contentOf(OVERFLOW);
    let cell = this.#byContent.get(key);
    if (cell === undefined) {
      cell = new Cell(attributes, this.#boundaries.length + 1);
      this.#byContent.set(key, cell);
    }
    return cell;
  }
}

/**
 * The first bucket whose upper bound is not below `value`; the last one has none.
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#explicit-bucket-histogram-aggregation
 */
function bucketOf(boundaries: readonly number[], value: number): number {
  let low = 0;
  let high = boundaries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((boundaries[middle] ?? Infinity) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
