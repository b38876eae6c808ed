/** More money than any call can cost, in nano-USD: a million dollars. */
const MAX_CALL_NANOS = 1e15;
/** A year. No call takes longer. */
const MAX_SECONDS = 31_536_000;

/** True for a duration that can go on a histogram. NaN fails every comparison. */
export function isDuration(seconds: number | undefined): seconds is number {
  return seconds !== undefined && seconds >= 0 && seconds <= MAX_SECONDS;
}

/** True for money of one call. */
export function isMoney(nanos: number): boolean {
  return nanos >= 0 && nanos <= MAX_CALL_NANOS;
}
