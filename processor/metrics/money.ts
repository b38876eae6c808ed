const NANOS_PER_USD = 1_000_000_000;

/** US dollars of whole nano-USD. */
export function usdOfNanos(nanos: number): number {
  return nanos / NANOS_PER_USD;
}

/**
 * US dollars for a span attribute. JavaScript sends a whole number as an OTLP integer, and a store
 * that keeps integers and doubles apart then has two columns, so a whole amount is moved by the
 * least amount that makes it a fraction: 0 becomes 5e-324, 2 becomes 2.0000000000000004.
 */
export function spanUsd(nanos: number): number {
  const usd = nanos / NANOS_PER_USD;
  if (!Number.isInteger(usd)) return usd;
  return usd === 0 ? Number.MIN_VALUE : usd * (1 + Number.EPSILON);
}
