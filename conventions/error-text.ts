const UNSHOWABLE = 'an error that cannot be shown';

/** An error's kind and message, such as `TypeError: fetch failed`, whatever was thrown. Never throws. */
export function describeError(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    return UNSHOWABLE;
  }
}

/** An error's message alone, for sentences that say what failed, whatever was thrown. Never throws. */
export function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return UNSHOWABLE;
  }
}
