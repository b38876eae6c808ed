const NANOS_PER_USD = 1_000_000_000;

/** US dollars of whole nano-USD. */
export function usdOfNanos(nanos: number): number {
  return nanos / NANOS_PER_USD;
}

/**
 * An amount for a span or event attribute. JavaScript sends a whole number as an OTLP integer, and
 * a store that keeps integers and doubles apart then has two columns, so a whole amount is moved by
 * the least that makes it a fraction: 0 becomes 5e-324, 2 becomes 2.0000000000000004.
 */
export function nudged(amount: number): number {
  if (!Number.isInteger(amount)) return amount;
  return amount === 0 ? Number.MIN_VALUE : amount * (1 + Number.EPSILON);
}

/** US dollars of whole nano-USD, for a span attribute. */
export function spanUsd(nanos: number): number {
  return nudged(nanos / NANOS_PER_USD);
}
