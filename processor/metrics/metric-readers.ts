import type { MeterProvider } from '@opentelemetry/api';
import { HistogramCells, type HistogramDescriptor } from './histogram-cells.ts';
import { CUMULATIVE, HistogramProducer, type MetricScope } from './histogram-producer.ts';

/** `InstrumentType.HISTOGRAM` and `AggregationType.DEFAULT` of the SDK. */
const HISTOGRAM = 'HISTOGRAM';
const DEFAULT_AGGREGATION = 0;
/** Attribute sets that the SDK keeps of an instrument when nothing else is said. */
const DEFAULT_LIMIT = 2000;

/** What we use of a metric reader, of SDK 2.x and 3.x. */
interface Reader {
  _metricProducers: readonly unknown[];
  selectAggregationTemporality(type: string): number;
  selectAggregation(type: string): { readonly type: number };
  selectCardinalityLimit?: ((type: string) => number) | undefined;
}

interface View {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly aggregation: object;
  readonly attributesProcessor: object;
  readonly aggregationCardinalityLimit?: number | undefined;
}

/** What a meter provider of the SDK keeps, in 2.x and 3.x. */
interface SdkProvider {
  readonly _sharedState: {
    readonly resource: unknown;
    readonly metricCollectors: readonly { readonly _metricReader: Reader }[];
    readonly viewRegistry: {
      findViews(descriptor: HistogramDescriptor, scope: MetricScope): readonly View[];
    };
  };
}

/** Names a producer of ours, from whichever copy of this package. */
const PRODUCER: unique symbol = Symbol.for('costspan.histogram-producer.1');

interface Marked {
  readonly [PRODUCER]?: HistogramProducer | undefined;
}

/**
 * Gives every reader of `provider` a producer of the histograms `descriptors`, the same one for
 * all, or finds the one that it gave before. Returns `undefined`, and changes nothing, where the
 * export could differ from that of ordinary instruments: readers that cannot be reached or want
 * something else than cumulative histograms, a view that matches one of them. Never throws.
 */
export function joinReaders(
  provider: MeterProvider,
  scope: MetricScope,
  descriptors: readonly HistogramDescriptor[],
): HistogramProducer | undefined {
  try {
    const { resource, metricCollectors, viewRegistry } = (provider as unknown as SdkProvider)
      ._sharedState;
    const readers = metricCollectors.map(({ _metricReader }) => _metricReader);
    if (readers.length === 0 || !readers.every(isPlain)) return undefined;
    const known = producerOf(readers);
    if (known !== undefined) return known;

    const histograms: HistogramCells[] = [];
    for (const descriptor of descriptors) {
      const views = viewRegistry.findViews(descriptor, scope);
      const [view] = views;
      // Several views that match make the SDK record several times.
      if (views.length > 1 || (view !== undefined && !changesNothing(view))) return undefined;
      const limits =
        view === undefined
          ? readers.map((reader) => reader.selectCardinalityLimit?.(HISTOGRAM))
          : [view.aggregationCardinalityLimit];
      const limit = Math.min(...limits.map((each) => each ?? DEFAULT_LIMIT));
      histograms.push(new HistogramCells(descriptor, limit));
    }
    const producer = new HistogramProducer(resource, scope, histograms);
    addTo(readers, producer);
    return producer;
  } catch {
    // Not the SDK we know.
    return undefined;
  }
}

/** All readers get it or none. */
function addTo(readers: readonly Reader[], producer: HistogramProducer): void {
  const marked = Object.assign(producer, { [PRODUCER]: producer } satisfies Marked);
  const before = readers.map((reader) => reader._metricProducers);
  try {
    for (const reader of readers) {
      // A new array: the old one may be the very array the application passed in.
      reader._metricProducers = [...reader._metricProducers, marked];
    }
  } catch (error) {
    readers.forEach((reader, index) => {
      const producers = before[index];
      if (producers !== undefined && reader._metricProducers !== producers) {
        reader._metricProducers = producers;
      }
    });
    throw error;
  }
}

function producerOf(readers: readonly Reader[]): HistogramProducer | undefined {
  for (const producer of readers[0]?._metricProducers ?? []) {
    const ours = (producer as Marked)[PRODUCER];
    if (ours !== undefined) return ours;
  }
  return undefined;
}

/** A reader of the SDK that merges producers and wants histograms as we keep them. */
function isPlain(reader: Reader): boolean {
  return (
    Array.isArray(reader._metricProducers) &&
    ownerOf(reader, 'collect') === ownerOf(reader, 'setMetricProducer') &&
    reader.selectAggregationTemporality(HISTOGRAM) === CUMULATIVE &&
    reader.selectAggregation(HISTOGRAM).type === DEFAULT_AGGREGATION
  );
}

/** A view that at most sets a limit. By the names of classes: a bundler's own names say no. */
function changesNothing(view: View): boolean {
  return (
    view.name === undefined &&
    view.description === undefined &&
    view.aggregation.constructor.name === 'DefaultAggregation' &&
    view.attributesProcessor.constructor.name === 'NoopAttributesProcessor'
  );
}

/** The object on the prototype chain that has the method: a reader may have its own `collect`. */
function ownerOf(reader: object, method: string): object | null {
  let owner: object | null = reader;
  while (owner !== null && !Object.hasOwn(owner, method)) {
    owner = Object.getPrototypeOf(owner) as object | null;
  }
  return owner;
}
