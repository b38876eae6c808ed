import { plainAttributes, plainScope, type SinkScope } from './flatten.ts';
import type { WireMetric, WireMetrics, WirePoint } from './wire.ts';

/** A number for sums and gauges. */
export interface SinkNumberPoint {
  readonly attributes: Record<string, unknown>;
  readonly resource: Record<string, unknown>;
  readonly value: number;
  readonly valueType: 'int' | 'double';
}

export interface SinkHistogramPoint {
  readonly attributes: Record<string, unknown>;
  readonly resource: Record<string, unknown>;
  readonly count: number;
  readonly sum: number;
  /** One more than `bounds`; empty for an exponential histogram. */
  readonly buckets: readonly number[];
  readonly bounds: readonly number[];
  readonly min: number | undefined;
  readonly max: number | undefined;
}

interface MetricHead {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  readonly temporality: 'delta' | 'cumulative' | 'unspecified';
  readonly scope: SinkScope;
}

export interface SinkNumberMetric extends MetricHead {
  readonly kind: 'sum' | 'gauge';
  readonly monotonic: boolean;
  readonly points: readonly SinkNumberPoint[];
}

export interface SinkHistogramMetric extends MetricHead {
  readonly kind: 'histogram' | 'exponential_histogram';
  readonly monotonic: false;
  readonly points: readonly SinkHistogramPoint[];
}

export type SinkMetric = SinkNumberMetric | SinkHistogramMetric;

type Resource = Record<string, unknown>;

const TEMPORALITIES = ['unspecified', 'delta', 'cumulative'] as const;

function optionalNumber(value: number | string | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

function numberPoint(point: WirePoint, resource: Resource): SinkNumberPoint {
  return {
    attributes: plainAttributes(point.attributes),
    resource,
    value: Number(point.asInt ?? point.asDouble ?? 0),
    valueType: point.asInt === undefined ? 'double' : 'int',
  };
}

function histogramPoint(point: WirePoint, resource: Resource): SinkHistogramPoint {
  return {
    attributes: plainAttributes(point.attributes),
    resource,
    count: Number(point.count ?? 0),
    sum: Number(point.sum ?? 0),
    buckets: (point.bucketCounts ?? []).map(Number),
    bounds: [...(point.explicitBounds ?? [])],
    min: optionalNumber(point.min),
    max: optionalNumber(point.max),
  };
}

function flattenMetric(metric: WireMetric, scope: SinkScope, resource: Resource): SinkMetric {
  const data = metric.sum ?? metric.gauge ?? metric.histogram ?? metric.exponentialHistogram ?? {};
  const head: MetricHead = {
    name: metric.name ?? '',
    unit: metric.unit ?? '',
    description: metric.description ?? '',
    temporality: TEMPORALITIES[data.aggregationTemporality ?? 0] ?? 'unspecified',
    scope,
  };
  const points = latestPoints(data.dataPoints ?? []);
  if (metric.histogram !== undefined || metric.exponentialHistogram !== undefined) {
    return {
      ...head,
      kind: metric.histogram === undefined ? 'exponential_histogram' : 'histogram',
      monotonic: false,
      points: points.map((point) => histogramPoint(point, resource)),
    };
  }
  return {
    ...head,
    kind: metric.sum === undefined ? 'gauge' : 'sum',
    monotonic: metric.sum?.isMonotonic ?? false,
    points: points.map((point) => numberPoint(point, resource)),
  };
}

function keyOf(attributes: Record<string, unknown>): string {
  return JSON.stringify(Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Delta points add to those with the same attributes; the rest stay. */
function addPoints<Point extends SinkNumberPoint | SinkHistogramPoint>(
  before: readonly Point[],
  added: readonly Point[],
  add: (a: Point, b: Point) => Point,
): Point[] {
  const merged = new Map(before.map((point) => [keyOf(point.attributes), point]));
  for (const point of added) {
    const key = keyOf(point.attributes);
    const known = merged.get(key);
    merged.set(key, known === undefined ? point : add(known, point));
  }
  return [...merged.values()];
}

function addNumbers(a: SinkNumberPoint, b: SinkNumberPoint): SinkNumberPoint {
  return { ...b, value: a.value + b.value };
}

function addHistograms(a: SinkHistogramPoint, b: SinkHistogramPoint): SinkHistogramPoint {
  return {
    ...b,
    count: a.count + b.count,
    sum: a.sum + b.sum,
    buckets: b.buckets.map((count, index) => count + (a.buckets[index] ?? 0)),
    min: Math.min(a.min ?? Infinity, b.min ?? Infinity),
    max: Math.max(a.max ?? -Infinity, b.max ?? -Infinity),
  };
}

function isHistogram(metric: SinkMetric): metric is SinkHistogramMetric {
  return metric.kind === 'histogram' || metric.kind === 'exponential_histogram';
}

function accumulate(before: SinkMetric | undefined, now: SinkMetric): SinkMetric {
  if (before === undefined || now.temporality !== 'delta') return now;
  if (isHistogram(now)) {
    if (!isHistogram(before)) return now;
    return { ...now, points: addPoints(before.points, now.points, addHistograms) };
  }
  if (isHistogram(before)) return now;
  return { ...now, points: addPoints(before.points, now.points, addNumbers) };
}

/** Of each attribute set the last point: the zero at which a series begins has its value behind it. */
function latestPoints(points: readonly WirePoint[]): readonly WirePoint[] {
  const latest = new Map<string, WirePoint>();
  for (const point of points) latest.set(JSON.stringify(point.attributes), point);
  return [...latest.values()];
}

function collectedAt(metric: WireMetric): bigint {
  const data = metric.sum ?? metric.gauge ?? metric.histogram ?? metric.exponentialHistogram;
  const times = (data?.dataPoints ?? []).map(({ timeUnixNano }) => BigInt(timeUnixNano ?? 0));
  return times.reduce((latest, time) => (time > latest ? time : latest), 0n);
}

/**
 * What every metric stands at. Each resource and scope keeps its own series: the latest export
 * replaces cumulative points, whichever order they arrive in, and delta points add up.
 */
export class MetricState {
  readonly #series: Map<string, SinkMetric> = new Map();
  /** When the points of each series were collected, nanoseconds since the epoch. */
  readonly #collected: Map<string, bigint> = new Map();

  receive({ resourceMetrics = [] }: WireMetrics): void {
    for (const { resource, scopeMetrics = [] } of resourceMetrics) {
      const attributes = plainAttributes(resource?.attributes);
      for (const { scope, metrics = [] } of scopeMetrics) {
        for (const wire of metrics) {
          const metric = flattenMetric(wire, plainScope(scope), attributes);
          const key = `${keyOf(attributes)}|${metric.scope.name}|${metric.name}`;
          // Two exports under way at once may arrive in either order.
          const collected = collectedAt(wire);
          const isLate = collected < (this.#collected.get(key) ?? 0n);
          if (isLate && metric.temporality !== 'delta') continue;
          this.#collected.set(key, collected);
          this.#series.set(key, accumulate(this.#series.get(key), metric));
        }
      }
    }
  }

  /** By name; the points of several resources stand side by side. */
  byName(): Map<string, SinkMetric> {
    const merged = new Map<string, SinkMetric>();
    for (const metric of this.#series.values()) {
      const known = merged.get(metric.name);
      if (known === undefined) merged.set(metric.name, metric);
      else if (isHistogram(known) && isHistogram(metric)) {
        merged.set(metric.name, { ...metric, points: [...known.points, ...metric.points] });
      } else if (!isHistogram(known) && !isHistogram(metric)) {
        merged.set(metric.name, { ...metric, points: [...known.points, ...metric.points] });
      }
    }
    return merged;
  }

  clear(): void {
    this.#series.clear();
    this.#collected.clear();
  }
}
