import type { Attributes, HrTime } from '../../../conventions/index.ts';
import { contentOf, hrTimeOf, OVERFLOW } from './points.ts';
import type { ReaderTimeline, Round, SeriesState } from './reader-timeline.ts';

/** `AggregationTemporality` of the SDK. */
const DELTA = 0;
export const CUMULATIVE = 1;
export type Temporality = typeof DELTA | typeof CUMULATIVE;

/** What OpenTelemetry's SDK knows a counter by. */
export interface CounterDescriptor {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly valueType: number;
  readonly type: 'OBSERVABLE_COUNTER';
  readonly advice: object;
}

/** A counter as it is exported: its own name and attributes, or what a view makes of them. */
export interface StreamShape {
  readonly descriptor: CounterDescriptor;
  /** What a view leaves of the attributes. */
  readonly reduce: ((attributes: Attributes) => Attributes) | undefined;
  /** Attribute sets, the one that stands for all further ones included. */
  readonly limit: number;
}

/** The SDK's `DataPoint<number>`. */
export interface CounterPoint {
  readonly attributes: Attributes;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly value: number;
}

interface Cell extends SeriesState {
  readonly attributes: Attributes;
  /** The running total, added up anew in each collection. */
  total: number;
  isObserved: boolean;
  /** The total that was last handed on: delta points tell what came since. */
  sent: number;
  /** Where the next delta point begins, in milliseconds. */
  sentUntil: number;
}

/** The running totals of one counter, as one reader exports them. */
export class CounterStream {
  readonly shape: StreamShape;
  readonly #temporality: Temporality;
  readonly #cells = new Map<string, Cell>();
  /** Most attribute objects are handed over again and again. */
  readonly #byObject = new WeakMap<Attributes, Cell>();

  constructor(shape: StreamShape, temporality: Temporality) {
    this.shape = shape;
    this.#temporality = temporality;
  }

  /** Takes the running total of one attribute set; those that become one set are added up. */
  add(total: number, attributes: Attributes): void {
    let cell = this.#byObject.get(attributes);
    if (cell === undefined) {
      cell = this.#find(attributes);
      this.#byObject.set(attributes, cell);
    }
    cell.total += total;
    cell.isObserved = true;
  }

  /** The points of a collection, after everything has been added. */
  points(timeline: ReaderTimeline, round: Round): CounterPoint[] {
    const points: CounterPoint[] = [];
    for (const cell of this.#cells.values()) {
      // Of a source that has gone on to another provider, what was told stays.
      const isGone = !cell.isObserved && cell.sent === 0;
      const total = Math.max(cell.total, cell.sent);
      cell.total = 0;
      cell.isObserved = false;
      if (isGone) continue;
      if (this.#temporality === CUMULATIVE) addCumulative(cell, total, timeline, round, points);
      else addDelta(cell, total, timeline, round, points);
    }
    return points;
  }

  /** What has reached a server of each attribute set, by its content. */
  *delivered(): Iterable<readonly [content: string, total: number]> {
    for (const [content, cell] of this.#cells) if (cell.sent > 0) yield [content, cell.sent];
  }

  #find(attributes: Attributes): Cell {
    const reduced = this.shape.reduce?.(attributes) ?? attributes;
    const key = contentOf(reduced);
    const known = this.#cells.get(key);
    if (known !== undefined) return known;
    if (this.#cells.size < this.shape.limit - 1) return this.#create(key, reduced);
    const overflowKey = contentOf(OVERFLOW);
    return this.#cells.get(overflowKey) ?? this.#create(overflowKey, OVERFLOW);
  }

  #create(key: string, attributes: Attributes): Cell {
    const cell: Cell = {
      attributes,
      total: 0,
      isObserved: false,
      sent: 0,
      sentUntil: 0,
      start: undefined,
      stage: 'new',
      isPinned: false,
    };
    this.#cells.set(key, cell);
    return cell;
  }
}

function addCumulative(
  cell: Cell,
  total: number,
  timeline: ReaderTimeline,
  round: Round,
  points: CounterPoint[],
): void {
  const appearance = timeline.show(cell);
  const { attributes } = cell;
  const startTime = hrTimeOf(cell.start ?? round.end);
  const endTime = hrTimeOf(round.end);
  const zero = appearance === 'zero';
  if (appearance === 'zero and value') {
    points.push({ attributes, startTime, endTime: startTime, value: 0 });
  }
  points.push({ attributes, startTime, endTime, value: zero ? 0 : total });
  if (!zero) onDelivery(cell, total, timeline, round);
}

/** A total that has arrived is what another provider would tell a second time. */
function onDelivery(cell: Cell, total: number, timeline: ReaderTimeline, round: Round): void {
  if (!timeline.isTracked) {
    cell.sent = total;
    return;
  }
  round.settled.push((outcome) => {
    if (outcome === 'delivered' && total > cell.sent) cell.sent = total;
  });
}

/** A change that did not arrive is told with the next one, from where it began. */
function addDelta(
  cell: Cell,
  total: number,
  timeline: ReaderTimeline,
  round: Round,
  points: CounterPoint[],
): void {
  const change = total - cell.sent;
  if (change === 0) return;
  const { attributes } = cell;
  const endTime = hrTimeOf(round.end);
  const isPinned = cell.isPinned;
  if (timeline.show(cell) === 'zero and value' && !isPinned) {
    const start = cell.start ?? round.end - 1;
    const zeroEnd = start + 1;
    points.push({
      attributes,
      startTime: hrTimeOf(start),
      endTime: hrTimeOf(zeroEnd),
      value: 0,
    });
    cell.sentUntil = zeroEnd;
  } else if (cell.sentUntil === 0) {
    cell.sentUntil = cell.start ?? round.end - 1;
  }
  const before = cell.sentUntil;
  points.push({ attributes, startTime: hrTimeOf(before), endTime, value: change });
  cell.sent = total;
  cell.sentUntil = round.end;
  if (!timeline.isTracked) return;
  round.settled.push((outcome) => {
    if (outcome !== 'refused') return;
    cell.sent -= change;
    if (cell.sentUntil === round.end) cell.sentUntil = before;
  });
}
