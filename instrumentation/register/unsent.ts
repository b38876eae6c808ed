import { TraceFlags } from '@opentelemetry/api';
import {
  AggregationTemporality,
  DataPointType,
  type MetricReader,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { LogRecordProcessor, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import {
  ATTR_COSTSPAN_PRICE_STATE,
  EVENT_COSTSPAN_CALL,
  METRIC_COSTSPAN_CALLS,
} from '../../conventions/index.ts';
import { collectNow } from './collect-now.ts';

/** What one signal has not sent, as the exporter sees it. */
export interface Unsent<Items> {
  /** The exporter has `items` now; what it has not ended is under way. */
  handedOver(items: Items): void;
  /** The export of `items` has ended, well or badly: nobody will try again. */
  ended(items: Items, wasTaken: boolean): void;
  /** Exports that were not begun or have no answer yet, oldest first. */
  read(): Items[];
  /** Calls of which nobody has been told, if `items` are all that is left. */
  calls(items: readonly Items[]): number;
}

/** The options of the SDK's batch processors that matter here. */
export interface BatchBounds {
  readonly maxQueueSize?: number;
  readonly maxExportBatchSize?: number;
}

/** Spans or log records, from their end on until the server has them. */
class UnsentItems<Item> implements Unsent<Item[]> {
  readonly #isCall: (item: Item) => boolean;
  readonly #most: number;
  readonly #batch: number;
  readonly #waiting = new Set<Item>();
  readonly #underWay = new Set<Item[]>();

  constructor(isCall: (item: Item) => boolean, bounds: BatchBounds) {
    this.#isCall = isCall;
    this.#most = bounds.maxQueueSize ?? 2048;
    this.#batch = bounds.maxExportBatchSize ?? 512;
  }

  add(item: Item): void {
    this.#waiting.add(item);
    if (this.#waiting.size <= this.#most) return;
    const [oldest] = this.#waiting;
    if (oldest !== undefined) this.#waiting.delete(oldest);
  }

  handedOver(items: Item[]): void {
    this.#underWay.add(items);
    for (const item of items) this.#waiting.delete(item);
  }

  ended(items: Item[]): void {
    this.#underWay.delete(items);
    for (const item of items) this.#waiting.delete(item);
  }

  read(): Item[][] {
    const exports = [...this.#underWay];
    const rest = [...this.#waiting];
    for (let start = 0; start < rest.length; start += this.#batch) {
      exports.push(rest.slice(start, start + this.#batch));
    }
    return exports;
  }

  calls(items: readonly Item[][]): number {
    return items.flat().filter(this.#isCall).length;
  }
}

/** Remembers each span that is exported until it is sent. */
export class UnsentSpans extends UnsentItems<ReadableSpan> implements SpanProcessor {
  constructor(bounds: BatchBounds) {
    super((span) => ATTR_COSTSPAN_PRICE_STATE in span.attributes, bounds);
  }

  onStart(): void {
    // Only what has ended is exported.
  }

  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0) this.add(span);
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

/** The same for log records. */
export class UnsentLogs extends UnsentItems<ReadableLogRecord> implements LogRecordProcessor {
  constructor(bounds: BatchBounds) {
    super((record) => record.eventName === EVENT_COSTSPAN_CALL, bounds);
  }

  onEmit(record: ReadableLogRecord): void {
    this.add(record);
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

/** What a collection says of our counters: totals where they are cumulative, else differences. */
interface Reading {
  readonly total: number;
  readonly difference: number;
  readonly calls: number;
  readonly callDifference: number;
}

const NOTHING: Reading = { total: 0, difference: 0, calls: 0, callDifference: 0 };

/** Metrics: what was measured since the last collection that the server has. */
export class UnsentMetrics implements Unsent<ResourceMetrics> {
  readonly #revision: () => number;
  readonly #underWay = new Map<ResourceMetrics, number>();
  #sentRevision = 0;
  #sent: Reading = NOTHING;
  /** Collected at the end of the process; a second collection of differences would be empty. */
  #collected: ResourceMetrics | undefined;
  reader: MetricReader | undefined;

  /** `revision` grows with every measurement. */
  constructor(revision: () => number) {
    this.#revision = revision;
  }

  handedOver(metrics: ResourceMetrics): void {
    this.#underWay.set(metrics, this.#revision());
  }

  ended(metrics: ResourceMetrics, wasTaken: boolean): void {
    const revision = this.#underWay.get(metrics) ?? this.#revision();
    this.#underWay.delete(metrics);
    if (metrics === this.#collected) this.#collected = undefined;
    if (!wasTaken) return;
    this.#sentRevision = Math.max(this.#sentRevision, revision);
    this.#sent = readingOf([metrics]);
  }

  read(): ResourceMetrics[] {
    const exports = [...this.#underWay.keys()];
    this.#collected ??= this.#collect(exports);
    return this.#collected === undefined ? exports : [...exports, this.#collected];
  }

  calls(metrics: readonly ResourceMetrics[]): number {
    const { calls, callDifference } = readingOf(metrics);
    return Math.max(0, calls - this.#sent.calls) + callDifference;
  }

  #collect(underWay: readonly ResourceMetrics[]): ResourceMetrics | undefined {
    const collected = this.reader === undefined ? undefined : collectNow(this.reader);
    if (collected === undefined || collected.scopeMetrics.length === 0) return undefined;
    const { total, difference } = readingOf([collected]);
    const known = underWay.length === 0 ? this.#sent : readingOf(underWay);
    const revision = Math.max(this.#sentRevision, ...this.#underWay.values());
    const isNews = revision !== this.#revision() || total !== known.total || difference > 0;
    return isNews ? collected : undefined;
  }
}

/** Of several collections the last total counts, and the differences add up. */
function readingOf(collections: readonly ResourceMetrics[]): Reading {
  let { total, difference, calls, callDifference }: Reading = NOTHING;
  for (const { scopeMetrics } of collections) {
    total = 0;
    calls = 0;
    for (const data of scopeMetrics.flatMap(({ metrics }) => metrics)) {
      const { descriptor, dataPointType, aggregationTemporality } = data;
      if (dataPointType !== DataPointType.SUM || !descriptor.name.startsWith('costspan.')) continue;
      const sum = data.dataPoints.reduce((so, { value }) => so + value, 0);
      const isDifference = aggregationTemporality === AggregationTemporality.DELTA;
      if (isDifference) difference += sum;
      else total += sum;
      if (descriptor.name !== METRIC_COSTSPAN_CALLS) continue;
      if (isDifference) callDifference += sum;
      else calls += sum;
    }
  }
  return { total, difference, calls, callDifference };
}
