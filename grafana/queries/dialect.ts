/**
 * Which server answers the queries. What a counter grew by is asked of each in its own words:
 *
 * - `prometheus`: Prometheus from 3.16 on, by the modifier `anchored`, which counts from the sample
 *   before the window and extrapolates nothing;
 * - `prometheus-2`: older Prometheus, and Mimir;
 * - `victoriametrics`: VictoriaMetrics, whose `increase` counts so by itself.
 */
export type Dialect = 'prometheus' | 'prometheus-2' | 'victoriametrics';

export const DIALECTS: readonly Dialect[] = ['prometheus', 'prometheus-2', 'victoriametrics'];

/** How a dialect writes what depends on the server, of the series of a selector, one by one. */
export interface Spelling {
  /** What a counter grew by in `window`; with `offset`, in the window that ended so long ago. */
  growth(selector: string, window: string, offset?: string): string;
  /** Its growth a second. */
  pace(selector: string, window: string): string;
  /** What it grew by in the hour, and in a gap without samples that ended in the hour. */
  hour(selector: string): string;
  /** What a series that rules record all the time is when the whole query is asked, in a subquery. */
  atEnd(series: string): string;
}

/** How far back the last sample before a gap is looked for. */
const GAP = '2h';

export const SPELLINGS: Readonly<Record<Dialect, Spelling>> = {
  prometheus: {
    growth: anchored,
    pace: (selector, window) => `rate(${selector}[${window}] anchored)`,
    hour: (selector) =>
      difference(selector, '1h', lastBeforeHour(selector), anchored(selector, '1h')),
    atEnd: (series) => `${series} @ end()`,
  },
  'prometheus-2': {
    growth: (selector, window, offset = '') => {
      const before = `${selector}${shift(addDurations(window, offset))}`;
      const born = isBorn(selector, window, offset);
      return difference(
        selector,
        window,
        `(${before} or ${born})`,
        increase(selector, window, offset),
        offset,
      );
    },
    pace: (selector, window) => `rate(${selector}[${window}])`,
    hour: (selector) => {
      const base = `(${lastBeforeHour(selector)} or ${isBorn(selector, '1h')})`;
      return difference(selector, '1h', base, increase(selector, '1h'));
    },
    atEnd: (series) => `${series} @ end()`,
  },
  victoriametrics: {
    growth: increase,
    pace: (selector, window) => `rate(${selector}[${window}])`,
    hour: (selector) => increase(selector, '1h'),
    // The end of a subquery is there the end of its last step and one more: up to two hours to come.
    atEnd: (series) => `last_over_time(${series}[4h] @ end())`,
  },
};

function anchored(selector: string, window: string, offset?: string): string {
  return `increase(${selector}[${window}] anchored${shift(offset)})`;
}

function increase(selector: string, window: string, offset?: string): string {
  return `increase(${selector}[${window}]${shift(offset)})`;
}

/**
 * The last value less the one at the window's beginning. Where a counter began anew in the window,
 * and where nobody knows its value at the beginning, `otherwise` tells.
 */
function difference(
  selector: string,
  window: string,
  base: string,
  otherwise: string,
  offset?: string,
): string {
  const range = `${selector}[${window}]${shift(offset)}`;
  return `(max_over_time(${range}) - ${base} >= 0 unless resets(${range}) > 0 or ${otherwise})`;
}

/**
 * What a counter grew by since the last full five minutes, which is where subqueries have their
 * steps. In every dialect alike; a counter that began anew in them is told of by the next step.
 */
export function growthSinceStep(selector: string): string {
  const atStep = `last_over_time(${selector}[5m:5m])`;
  return `(max_over_time(${selector}[5m]) - (${atStep} or ${isBorn(selector, '5m')}) >= 0 unless resets(${selector}[5m]) > 0)`;
}

/** The value before the hour, or before a gap without samples that the hour began in. */
function lastBeforeHour(selector: string): string {
  return `last_over_time(${selector}[${GAP}] offset 1h)`;
}

/**
 * 0 for series that were born in the window: counters of costspan show a 0 at their birth, so an old
 * one that comes back after a gap is not taken for new.
 */
function isBorn(selector: string, window: string, offset?: string): string {
  return `min_over_time(${selector}[${window}]${shift(offset)}) == 0`;
}

function shift(offset = ''): string {
  return offset === '' ? '' : ` offset ${offset}`;
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** `7d` and `1h` as `169h`; what comes to nothing as nothing. Throws where a variable of Grafana would have to be added. */
function addDurations(window: string, offset: string): string {
  if (offset === '') return window;
  const total = seconds(window) + seconds(offset);
  if (total === 0) return '';
  const unit = ['d', 'h', 'm'].find((name) => total % (SECONDS[name] ?? 1) === 0) ?? 's';
  return `${total / (SECONDS[unit] ?? 1)}${unit}`;
}

function seconds(duration: string): number {
  const [, count, unit] = /^(-?\d+)([smhdw])$/.exec(duration) ?? [];
  if (count === undefined || unit === undefined) {
    throw new TypeError(`${duration} cannot be added to another duration: write it as 90m or 7d.`);
  }
  return Number(count) * (SECONDS[unit] ?? 1);
}

/** Queries that were written for `prometheus`, in another dialect. */
export function inDialect(dialect: Dialect, query: string): string {
  return query.replaceAll(
    /(increase|rate)\(([^[\]]*)\[([^[\]]+)\] anchored(?: offset (-?\w+))?\)/g,
    (_, name: string, selector: string, window: string, offset?: string) =>
      name === 'rate'
        ? SPELLINGS[dialect].pace(selector, window)
        : SPELLINGS[dialect].growth(selector, window, offset),
  );
}
