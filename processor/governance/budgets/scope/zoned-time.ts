/** Wall-clock time in a zone of the IANA database, by the runtime's own copy of it. */

export interface LocalDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Milliseconds that the clocks of `zone` are ahead of UTC at `epochMs`. */
export function offsetMs(zone: string, epochMs: number): number {
  const parts = formatOf(zone).formatToParts(epochMs);
  const part = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((one) => one.type === type)?.value);
  const local = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return local - Math.floor(epochMs / 1000) * 1000;
}

/** The calendar date in `zone` at `epochMs`. */
export function localDate(zone: string, epochMs: number): LocalDate {
  return dateOf(epochMs + offsetMs(zone, epochMs));
}

/**
 * The first instant of a date in `zone`, epoch milliseconds. Where clocks skip midnight that is
 * when the date begins all the same. The day may lie outside its month (day 32, month 13).
 */
export function startOfDate(zone: string, { year, month, day }: LocalDate): number {
  const local = Date.UTC(year, month - 1, day);
  // Clocks are never more than 14 hours from UTC, and change by a few hours within a day at most.
  let before = local - DAY_MS;
  let from = local + DAY_MS;
  while (from - before > 1) {
    const middle = Math.floor((before + from) / 2);
    if (middle + offsetMs(zone, middle) >= local) from = middle;
    else before = middle;
  }
  return from;
}

/** The calendar date of a local time that was written as if it were UTC. */
export function dateOf(localMs: number): LocalDate {
  const date = new Date(localMs);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** `+01:00`. */
export function offsetName(offset: number): string {
  const minutes = Math.abs(Math.round(offset / 60_000));
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  return format;
}
