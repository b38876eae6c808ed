/**
 * What became of an export. `refused`: none of it is stored. `rejected`: the server has read it and
 * says that something in it is wrong. `unknown`: it may or may not be stored.
 */
export type ExportOutcome = 'delivered' | 'refused' | 'rejected' | 'unknown';

/**
 * How the points of a reader reach a server. `push`: exported with their times, so that two points
 * of one series can go together. `pull`: shown as they are when somebody looks. `other`: unknown.
 */
export type ReaderKind = 'push' | 'pull' | 'other';

/**
 * Milliseconds between a series' zero and its first value, at most. A Prometheus looks back five
 * minutes for the last value before a window and takes nothing that is older than an hour.
 */
const MOST_BETWEEN = 240_000;

/** Collections without an export after which we believe that exports pass us by. */
const MOST_UNSENT = 3;

/** What a reader has been told of one series. */
export interface SeriesState {
  /** Milliseconds of the epoch; `undefined` before the first collection. */
  start: number | undefined;
  /** `new`: its zero must go out. `sent`: nobody knows yet whether it has arrived. */
  stage: 'new' | 'sent' | 'known';
  /** Its zero may have arrived: if it goes out again, then at the same time, which does no harm. */
  isPinned: boolean;
}

/** How one collection shows a series. */
export type Appearance = 'value' | 'zero and value' | 'zero';

/** One collection of a reader. */
export interface Round {
  /** Time of its points, in milliseconds of the epoch. */
  readonly end: number;
  /** Start of the oldest series whose zero the server may have already. */
  oldest: number | undefined;
  /** Runs once, when it is known what became of the export. */
  readonly settled: ((outcome: ExportOutcome) => void)[];
}

export interface TimelineOptions {
  readonly kind: ReaderKind;
  /** Milliseconds of the epoch before which nothing of the resource was exported. */
  readonly begin: number;
  /** Whether nobody else exports for the same resource, which may then be told of the past. */
  readonly isAlone: () => boolean;
  readonly now?: (() => number) | undefined;
}

/**
 * The collections of one reader, and when each series began for it. A counter is worth what it grows
 * by, and servers see no growth before the first value: so a series begins with a point of 0, at the
 * collection before its birth, and its value beside it or, to who pulls, at the next look.
 *
 * The zero may not be earlier than anything that was exported for the same resource: a Prometheus
 * writes `target_info` at the first and the last time of a request, and refuses a whole request whose
 * first time lies before what it has.
 */
export class ReaderTimeline {
  readonly kind: ReaderKind;
  /** Whether we are told what becomes of its exports, so that rounds are settled. */
  isTracked = false;
  readonly #options: TimelineOptions;
  readonly #now: () => number;
  /** Time of the latest points. */
  #last: number;
  #round: Round | undefined;
  /** Collected, and not handed to the exporter yet. */
  #open: Round | undefined;
  #previous: number;
  #unsent = 0;

  constructor(options: TimelineOptions) {
    this.kind = options.kind;
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#last = Math.ceil(options.begin) - 1;
    this.#previous = this.#last;
  }

  /** Begins a collection. */
  begin(): Round {
    this.#settleUnsent();
    this.#previous = this.#last;
    const now = this.#now();
    // Room for a zero after everything that was exported, also where the clock was set back.
    this.#last = Math.max(now, this.#previous + 3);
    const round: Round = { end: this.#last, oldest: undefined, settled: [] };
    this.#round = round;
    this.#open = this.isTracked ? round : undefined;
    return round;
  }

  /** What was collected and never exported has not arrived; unless we are no longer told. */
  #settleUnsent(): void {
    if (this.#open === undefined) return;
    this.#unsent += 1;
    if (this.#unsent === MOST_UNSENT) this.isTracked = false;
    settle(this.#open, this.isTracked ? 'refused' : 'delivered');
  }

  /** How `series` is to be shown in the collection that has begun; sets its start. */
  show(series: SeriesState): Appearance {
    if (series.stage !== 'new') return 'value';
    const round = this.#round;
    if (round === undefined) return 'value';
    if (!series.isPinned || series.start === undefined) {
      const earliest = this.#options.isAlone() ? round.end - MOST_BETWEEN : round.end - 1;
      series.start = Math.max(series.start ?? this.#previous + 1, earliest);
    }
    if (this.kind !== 'push' || !this.isTracked) {
      series.stage = 'known';
      if (this.kind === 'push') return 'zero and value';
      return this.kind === 'pull' ? 'zero' : 'value';
    }
    series.stage = 'sent';
    if (series.isPinned) round.oldest = Math.min(series.start, round.oldest ?? Infinity);
    round.settled.push((outcome) => {
      this.#settleSeries(series, outcome, round);
    });
    return 'zero and value';
  }

  /** The collection that goes to the exporter now. */
  takeOpen(): Round | undefined {
    const round = this.#open;
    this.#open = undefined;
    this.#unsent = 0;
    return round;
  }

  #settleSeries(series: SeriesState, outcome: ExportOutcome, round: Round): void {
    if (series.stage !== 'sent') return;
    // A later export has told its value by now: a zero after that would be a reset.
    const isPast = this.#round !== round;
    // Who rejects a request may reject a zero in it, most of all the oldest that it may have already,
    // and would again: the rest must get through.
    const isRejected =
      outcome === 'rejected' && (round.oldest === undefined || series.start === round.oldest);
    if (outcome === 'delivered' || isRejected || isPast) {
      series.stage = 'known';
      return;
    }
    series.stage = 'new';
    if (outcome === 'unknown') series.isPinned = true;
  }
}

/** Tells a round what became of it. */
export function settle(round: Round, outcome: ExportOutcome): void {
  for (const each of round.settled.splice(0)) each(outcome);
}
