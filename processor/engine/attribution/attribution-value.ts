/** Longest value, in characters (code points): long enough for names, too short for content. */
export const MAX_VALUE_CHARACTERS = 64;

/** Control characters, line separators, and halves of surrogate pairs, which no header can carry. */
const FORBIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Why a value was not taken. */
export type RefusalReason = 'not a string' | 'empty' | 'too long' | 'control characters';

/** What is wrong with a value that has been trimmed; `undefined` when it may be used. */
function refusalReason(trimmed: string): RefusalReason | undefined {
  if (trimmed === '') {
    return 'empty';
  }
  // A code point is at most two UTF-16 units, so only lengths in between need counting.
  if (
    trimmed.length > MAX_VALUE_CHARACTERS &&
    (trimmed.length > 2 * MAX_VALUE_CHARACTERS || Array.from(trimmed).length > MAX_VALUE_CHARACTERS)
  ) {
    return 'too long';
  }
  return FORBIDDEN.test(trimmed) ? 'control characters' : undefined;
}

/** Reads one value: trimmed, 1 to 64 characters, no control characters. */
export function parseAttributionValue(
  value: unknown,
): { readonly value: string } | { readonly refused: RefusalReason } {
  if (typeof value !== 'string') {
    return { refused: 'not a string' };
  }
  const trimmed = value.trim();
  const refused = refusalReason(trimmed);
  return refused === undefined ? { value: trimmed } : { refused };
}

/** The run id of a baggage member: 1 to 64 letters, digits, `-`, `_`, `.` or `:`. */
export function parseRunId(value: string): string | undefined {
  return /^[\w.:-]{1,64}$/.test(value) ? value : undefined;
}
