/** Rules for single values, shared by the schema (file) and the environment. No dependencies. */

/**
 * An attribution value or an id: 1 to 64 characters, not only blanks, no control characters or line
 * separators.
 */
export const SHORT_TEXT: RegExp = /^(?=.*\S)[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{1,64}$/u;

/** `memory`, `sqlite:<path>`, `redis://host…` or `rediss://host…`. */
export const STORE: RegExp = /^(?:memory|sqlite:\S.*|rediss?:\/\/[^\s/]\S*)$/;

/**
 * `host` or `*.suffix`, either with `:port`. A bare `*` is not one: it would send attribution to
 * everybody.
 */
export const HOST_PATTERN: RegExp =
  /^(?:\[[0-9A-Fa-f:.]{2,45}\]|(?:\*\.)?[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62}){0,9})(?::[0-9]{1,5})?$/;

/** A model id, in which `*` stands for any text. */
export const MODEL_PATTERN: RegExp = /^\S{1,128}$/;

/** Whether `value` names a zone of the IANA database. Offsets such as `+02:00` know no summer time. */
export function isTimeZone(value: string): boolean {
  if (!/^[A-Za-z]/.test(value)) return false;
  try {
    return Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Whether `value` is a date or an instant in ISO 8601. A day that its month lacks is not one. */
export function isIsoDate(value: string): boolean {
  if (
    !/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/.test(
      value,
    )
  )
    return false;
  const day = new Date(`${value.slice(0, 10)}T00:00:00Z`);
  return (
    !Number.isNaN(Date.parse(value)) &&
    !Number.isNaN(day.getTime()) &&
    day.toISOString().startsWith(value.slice(0, 10))
  );
}
