import type { Attributes, HrTime } from '../../../conventions/index.ts';

/** What stands for all attribute sets beyond the limit, as the SDK has it. */
export const OVERFLOW: Attributes = { 'otel.metric.overflow': true };

/** Text that is the same for the same attributes in whatever order. */
export function contentOf(attributes: Attributes): string {
  return JSON.stringify(Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Whole epoch milliseconds as OpenTelemetry's seconds and nanoseconds. */
export function hrTimeOf(millis: number): HrTime {
  return [Math.trunc(millis / 1000), (millis % 1000) * 1_000_000];
}
