const NANOS_PER_USD = 1_000_000_000;

/** US dollars of whole nano-USD. */
export function usdOfNanos(nanos: number): number {
  return nanos / NANOS_PER_USD;
}

/**
 * An amount for a span or event attribute. JavaScript sends a whole number as an OTLP integer, and
 * a store that keeps integers and doubles apart then has two columns, so a whole amount is moved by
 * the least that makes it a fraction: 2 becomes 2.0000000000000004. 0 stays, as no sum misses it and
 * a filter `> 0` must not find it.
 */
export function nudged(amount: number): number {
  return Number.isInteger(amount) ? amount * (1 + Number.EPSILON) : amount;
}

/** US dollars of whole nano-USD, for a span attribute. */
export function spanUsd(nanos: number): number {
  return nudged(nanos / NANOS_PER_USD);
}
