import { shown } from './environment-text.ts';
import {
  type Diagnosis,
  diagnose,
  type ExportTarget,
  type RequestFailure,
} from './export-failure.ts';

/** What a success left out. */
export interface Rejection {
  /** Spans, log records or data points. */
  readonly items: number;
  /** The receiver's own words. */
  readonly message: string;
}

export interface HealthOptions {
  readonly target: ExportTarget;
  /** False where the next export carries again what one that failed held. */
  readonly losesItems: boolean;
  readonly tell: (line: string) => void;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
}

interface Outage {
  readonly sinceMs: number;
  /** Kinds of failure that it has shown. */
  readonly told: Set<Diagnosis['kind'] | 'rejected'>;
  last: string;
  lastKind: Diagnosis['kind'] | 'rejected';
}

/** Outages that are told as they come; after them at most one each {@link QUIET_MS}. */
const TOLD_FREELY = 3;
const QUIET_MS = 10 * 60_000;

const ITEMS = { traces: 'span', logs: 'log record', metrics: 'export' } as const;

/**
 * Tells when the exports of one signal to one address begin to fail, why and what to do, and when
 * they work again and what was lost meanwhile: a line each, however many requests fail.
 *
 * A request that fails and is sent again is told of at once where none has ever worked, because that
 * is a mistake in the settings; later only when its export is given up, since a receiver that
 * restarts loses nothing.
 */
export class ExportHealth {
  readonly #options: HealthOptions;
  #hasWorked = false;
  #isEnding = false;
  #outage: Outage | undefined;
  #outagesTold = 0;
  #lastToldMs = Number.NEGATIVE_INFINITY;
  /** Not told of yet. */
  #lost = 0;

  constructor(options: HealthOptions) {
    this.#options = options;
  }

  /** The process ends, or is about to be frozen: nothing may wait for a retry to be told. */
  set isEnding(value: boolean) {
    this.#isEnding = value;
    if (value && this.#outage !== undefined) this.#tellOutage(this.#outage);
  }

  /** One request was not taken; it may be sent again. */
  requestFailed(failure: RequestFailure): void {
    guarded(() => {
      const outage = this.#failing(diagnose(failure, this.#options.target));
      if (!this.#hasWorked || this.#isEnding) this.#tellOutage(outage);
    });
  }

  /** An export was given up; `failure` may say less than its last request did. */
  exportFailed(items: number, failure: RequestFailure): void {
    guarded(() => {
      this.#failed(items, failure);
    });
  }

  exportSucceeded(rejection?: Rejection): void {
    guarded(() => {
      this.#succeeded(rejection);
    });
  }

  #failed(items: number, failure: RequestFailure): void {
    this.#lost += items;
    const saysMore = failure.status !== undefined || failure.code !== undefined;
    const outage =
      this.#outage !== undefined && !saysMore
        ? this.#outage
        : this.#failing(diagnose(failure, this.#options.target));
    this.#tellOutage(outage);
  }

  #succeeded(rejection: Rejection | undefined): void {
    this.#hasWorked = true;
    if (rejection === undefined) {
      this.#recovered();
      return;
    }
    const { signal, endpoint } = this.#options.target;
    const isMetrics = signal === 'metrics';
    // Of metrics, exports are counted.
    this.#lost += isMetrics ? 1 : rejection.items;
    const words = this.#withoutSecrets(rejection.message);
    const items = counted(rejection.items, isMetrics ? 'data point' : ITEMS[signal]);
    const line =
      `${endpoint.shown} rejects ${items} of a request` +
      (words === '' ? '; look into its own log' : `: ${words}`);
    this.#tellOutage(this.#begin(line, 'rejected'));
  }

  #failing({ kind, what, mend }: Diagnosis): Outage {
    const { signal, endpoint } = this.#options.target;
    return this.#begin(`${signal} do not reach ${endpoint.shown}: ${what}; ${mend}`, kind);
  }

  #begin(line: string, kind: Outage['lastKind']): Outage {
    this.#outage ??= {
      sinceMs: this.#options.now(),
      told: new Set(),
      last: line,
      lastKind: kind,
    };
    this.#outage.last = line;
    this.#outage.lastKind = kind;
    return this.#outage;
  }

  /** Once, and once more when what did not answer begins to, with a refusal. */
  #tellOutage(outage: Outage): void {
    const { told, last, lastKind } = outage;
    const isNews = told.size === 0 || (lastKind === 'refused' && !told.has('refused'));
    if (!isNews) return;
    const now = this.#options.now();
    if (told.size === 0) {
      const isTooMuch = this.#outagesTold >= TOLD_FREELY && now - this.#lastToldMs < QUIET_MS;
      if (isTooMuch && !this.#isEnding) return;
      this.#outagesTold += 1;
      this.#lastToldMs = now;
    }
    told.add(lastKind);
    this.#options.tell(`${last}.`);
  }

  #recovered(): void {
    const outage = this.#outage;
    this.#outage = undefined;
    if (outage === undefined || outage.told.size === 0) return;
    const { signal, endpoint } = this.#options.target;
    const after = duration(this.#options.now() - outage.sinceMs);
    this.#options.tell(
      `${signal} reach ${endpoint.shown} again after ${after}; ${this.#losses()}.`,
    );
    this.#lost = 0;
  }

  #losses(): string {
    const { target, losesItems } = this.#options;
    if (!losesItems) return 'their sums are cumulative, so nothing was lost';
    if (this.#lost === 0) return 'nothing was lost';
    const items = counted(this.#lost, ITEMS[target.signal]);
    const were = this.#lost === 1 ? 'was' : 'were';
    return target.signal === 'metrics' ? `what ${items} held is lost` : `${items} ${were} lost`;
  }

  /** Receivers may repeat what they were sent. */
  #withoutSecrets(words: string): string {
    let clean = words.trim();
    for (const secret of this.#options.target.secrets) clean = clean.replaceAll(secret, '…');
    return shown(clean);
  }
}

/** These run in listeners on sockets, where an error would end the application's process. */
function guarded(body: () => void): void {
  try {
    body();
  } catch {
    // Then this one is not told of; the exporter itself reports to diag.
  }
}

function counted(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

/** Milliseconds in words, to two digits or so. */
function duration(millis: number): string {
  const seconds = millis / 1000;
  if (seconds < 1) return 'less than a second';
  if (seconds < 120) return counted(Math.round(seconds), 'second');
  if (seconds < 7200) return counted(Math.round(seconds / 60), 'minute');
  return counted(Math.round(seconds / 3600), 'hour');
}
