/**
 * Readers for values that came over the wire. Responses are odd in practice, so each returns
 * `undefined` for what is not of the expected kind; none throws.
 */

export type Dictionary = Readonly<Record<string, unknown>>;

export function asDictionary(value: unknown): Dictionary | undefined {
  return typeof value === 'object' && value !== null ? (value as Dictionary) : undefined;
}

/** Longer than any id or name; what is longer would fill every span and metric it goes on. */
const LONGEST_NAME = 1024;

/** An id, a name of a model or another word that goes on telemetry. */
export function asString(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_NAME
    ? value
    : undefined;
}

/** A finite number, such as a temperature. */
export function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A count: a finite number that is not negative. */
export function asCount(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value !== Infinity ? value : undefined;
}

export function asArray(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}
