import type { Attributes, MeterProvider } from '@opentelemetry/api';
import { FRESH_READER } from '../../../conventions/index.ts';
import {
  type CounterDescriptor,
  CounterStream,
  CUMULATIVE,
  type StreamShape,
  type Temporality,
} from '../../engine/metrics/counter-stream.ts';
import { type ExportingReader, isExporting, trackExports } from './export-tracking.ts';
import { HistogramCells, type HistogramDescriptor } from '../../engine/metrics/histogram-cells.ts';
import { MetricProducer, type MetricScope, OwnMetrics } from './metric-producer.ts';
import { type ReaderKind, ReaderTimeline } from '../../engine/metrics/reader-timeline.ts';

/** `InstrumentType` and `AggregationType` of the SDK. */
const HISTOGRAM = 'HISTOGRAM';
const COUNTER = 'OBSERVABLE_COUNTER';
const DEFAULT_AGGREGATION = 0;
const SUM_AGGREGATION = 2;
/** Attribute sets that the SDK keeps of an instrument when nothing else is said. */
const DEFAULT_LIMIT = 2000;

/** What we use of a metric reader, of SDK 2.x and 3.x. */
interface Reader extends ExportingReader {
  _metricProducers: readonly unknown[];
  selectAggregationTemporality(type: string): number;
  selectAggregation(type: string): { readonly type: number };
  selectCardinalityLimit?: ((type: string) => number) | undefined;
  /** Of one that is scraped. */
  readonly getMetricsRequestHandler?: unknown;
  readonly [FRESH_READER]?: boolean | undefined;
}

interface View {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly aggregation: object;
  readonly attributesProcessor: { process(attributes: Attributes): Attributes };
  readonly aggregationCardinalityLimit?: number | undefined;
}

interface Resource {
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What a meter provider of the SDK keeps, in 2.x and 3.x. */
interface SdkProvider {
  readonly _sharedState: {
    readonly resource: Resource;
    readonly metricCollectors: readonly { readonly _metricReader: Reader }[];
    readonly viewRegistry: {
      findViews(
        descriptor: HistogramDescriptor | CounterDescriptor,
        scope: MetricScope,
      ): readonly View[];
    };
  };
}

/** Names what is ours among the producers of a reader, from whichever copy of this package. */
const OWN: unique symbol = Symbol.for('costspan.own-metrics.2');

interface Marked {
  readonly [OWN]?: OwnMetrics | undefined;
}

export interface OwnDescriptors {
  readonly histograms: readonly HistogramDescriptor[];
  readonly counters: readonly CounterDescriptor[];
}

/**
 * Gives every reader of `provider` a producer of our metrics, or finds those that it gave before.
 * Returns `undefined`, and changes nothing, where there is no reader that can be reached. Histograms
 * stay with the instruments of the SDK where readers want something else than cumulative ones, or a
 * view matches one of them; a counter does where a view makes something else than a sum of it. Never
 * throws.
 */
export function joinReaders(
  provider: MeterProvider,
  scope: MetricScope,
  { histograms, counters }: OwnDescriptors,
): OwnMetrics | undefined {
  try {
    const { resource, metricCollectors, viewRegistry } = (provider as unknown as SdkProvider)
      ._sharedState;
    const readers = metricCollectors.map(({ _metricReader }) => _metricReader);
    if (readers.length === 0 || !readers.every(mergesProducers)) return undefined;
    const known = ownOf(readers);
    if (known !== undefined) return known;

    const viewsOf = (descriptor: HistogramDescriptor | CounterDescriptor): readonly View[] =>
      viewRegistry.findViews(descriptor, scope);
    const cells = readers.every(wantsOurHistograms) ? cellsOf(histograms, readers, viewsOf) : [];
    const summed = readers.every(wantsSums)
      ? counters.filter((descriptor) => viewsOf(descriptor).every(isSum))
      : [];
    if (cells.length + summed.length === 0) return undefined;
    const own = new OwnMetrics(
      cells,
      summed.map(({ name }) => name),
    );
    const producers = readers.map((reader) => {
      const temporality = reader.selectAggregationTemporality(COUNTER) as Temporality;
      const limit = reader.selectCardinalityLimit?.(COUNTER) ?? DEFAULT_LIMIT;
      const streams = summed.map((descriptor) => {
        const shapes = shapesOf(descriptor, viewsOf(descriptor), limit);
        return [
          descriptor.name,
          shapes.map((shape) => new CounterStream(shape, temporality)),
        ] as const;
      });
      const timeline = timelineOf(reader, resource);
      const byName = new Map(streams);
      return new MetricProducer({ own, timeline, resource, scope, temporality, counters: byName });
    });
    addTo(readers, producers);
    return own;
  } catch {
    // Not the SDK we know.
    return undefined;
  }
}

function cellsOf(
  descriptors: readonly HistogramDescriptor[],
  readers: readonly Reader[],
  viewsOf: (descriptor: HistogramDescriptor) => readonly View[],
): HistogramCells[] {
  const cells: HistogramCells[] = [];
  for (const descriptor of descriptors) {
    const views = viewsOf(descriptor);
    const [view] = views;
    // Several views that match make the SDK record several times.
    if (views.length > 1 || (view !== undefined && !changesNothing(view))) return [];
    const limits =
      view === undefined
        ? readers.map((reader) => reader.selectCardinalityLimit?.(HISTOGRAM))
        : [view.aggregationCardinalityLimit];
    cells.push(
      new HistogramCells(descriptor, Math.min(...limits.map((each) => each ?? DEFAULT_LIMIT))),
    );
  }
  return cells;
}

/** What the views that match a counter make of it; without one, itself. */
function shapesOf(
  descriptor: CounterDescriptor,
  views: readonly View[],
  limit: number,
): StreamShape[] {
  if (views.length === 0) return [{ descriptor, reduce: undefined, limit }];
  return views
    .filter((view) => classOf(view.aggregation) !== 'DropAggregation')
    .map((view) => {
      const { name = descriptor.name, description = descriptor.description } = view;
      const { attributesProcessor } = view;
      return {
        descriptor: { ...descriptor, name, description },
        reduce:
          classOf(attributesProcessor) === 'NoopAttributesProcessor'
            ? undefined
            : (attributes: Attributes) => attributesProcessor.process(attributes),
        limit: view.aggregationCardinalityLimit ?? DEFAULT_LIMIT,
      };
    });
}

function timelineOf(reader: Reader, resource: Resource): ReaderTimeline {
  const kind = kindOf(reader);
  const timeline = new ReaderTimeline({
    kind,
    begin: reader[FRESH_READER] === true ? performance.timeOrigin : Date.now(),
    isAlone: () => resource.attributes['service.instance.id'] !== undefined,
  });
  timeline.isTracked = kind === 'push' && trackExports(reader, timeline);
  return timeline;
}

function kindOf(reader: Reader): ReaderKind {
  if (typeof reader.getMetricsRequestHandler === 'function') return 'pull';
  return isExporting(reader) ? 'push' : 'other';
}

/** All readers get theirs or none does. */
function addTo(readers: readonly Reader[], producers: readonly MetricProducer[]): void {
  const before = readers.map((reader) => reader._metricProducers);
  try {
    for (const [index, reader] of readers.entries()) {
      const producer = producers[index];
      if (producer === undefined) continue;
      const marked = Object.assign(producer, { [OWN]: producer.own } satisfies Marked);
      // A new array: the old one may be the very array the application passed in.
      reader._metricProducers = [...reader._metricProducers, marked];
    }
  } catch (error) {
    readers.forEach((reader, index) => {
      const old = before[index];
      if (old !== undefined && reader._metricProducers !== old) reader._metricProducers = old;
    });
    throw error;
  }
}

function ownOf(readers: readonly Reader[]): OwnMetrics | undefined {
  for (const producer of readers[0]?._metricProducers ?? []) {
    const own = (producer as Marked)[OWN];
    if (own !== undefined) return own;
  }
  return undefined;
}

/** A reader of the SDK that merges producers into what it collects. */
function mergesProducers(reader: Reader): boolean {
  return (
    Array.isArray(reader._metricProducers) &&
    ownerOf(reader, 'collect') === ownerOf(reader, 'setMetricProducer')
  );
}

function wantsOurHistograms(reader: Reader): boolean {
  return (
    reader.selectAggregationTemporality(HISTOGRAM) === CUMULATIVE &&
    reader.selectAggregation(HISTOGRAM).type === DEFAULT_AGGREGATION
  );
}

function wantsSums(reader: Reader): boolean {
  const { type } = reader.selectAggregation(COUNTER);
  return type === DEFAULT_AGGREGATION || type === SUM_AGGREGATION;
}

/** A view that at most sets a limit. By the names of classes: a bundler's own names say no. */
function changesNothing(view: View): boolean {
  return (
    view.name === undefined &&
    view.description === undefined &&
    classOf(view.aggregation) === 'DefaultAggregation' &&
    classOf(view.attributesProcessor) === 'NoopAttributesProcessor'
  );
}

/** A view whose streams are sums, or that leaves the counter out. */
function isSum({ aggregation }: View): boolean {
  const name = classOf(aggregation);
  return name === 'DefaultAggregation' || name === 'SumAggregation' || name === 'DropAggregation';
}

function classOf(object: object): string {
  return object.constructor.name;
}

/** The object on the prototype chain that has the method: a reader may have its own `collect`. */
function ownerOf(reader: object, method: string): object | null {
  let owner: object | null = reader;
  while (owner !== null && !Object.hasOwn(owner, method)) {
    owner = Object.getPrototypeOf(owner) as object | null;
  }
  return owner;
}
