/**
 * Attributes of a span, an event or a metric, in the form of OpenTelemetry's API: text, numbers,
 * booleans and lists of one of these are what every backend takes.
 */
export interface Attributes {
  [key: string]: unknown;
}

/** A time, or a duration: seconds and nanoseconds, as OpenTelemetry's API has them. */
export type HrTime = [seconds: number, nanos: number];

/** How a span ended, as OpenTelemetry's API has it. */
export interface SpanStatus {
  readonly code: number;
  readonly message?: string;
}

/** `SpanStatusCode.ERROR` of OpenTelemetry's API. */
export const SPAN_STATUS_ERROR = 2;

/** `ValueType.INT` of OpenTelemetry's API: the metric counts in whole numbers. */
export const VALUE_TYPE_INT = 0;

/** `ValueType.DOUBLE` of the same. */
export const VALUE_TYPE_DOUBLE = 1;
