import type { Attributes, MetricName } from '../../../conventions/index.ts';

/** Takes the running total, or the present value, of one attribute set. */
export type Observe = (name: MetricName, value: number, attributes: Attributes) => void;

/** Hands over what has been accumulated: one call of `observe` for each attribute set. */
export type Observer = (observe: Observe) => void;

/** Where metrics go: it takes recordings as they happen, and asks an {@link Observer} for the rest. */
export interface MetricSink {
  /** Records into a histogram. `attributes` must be an object that is used again and again. */
  record(name: MetricName, value: number, attributes: Attributes): void;
  /** Something is being counted. Cheap: called for every call. */
  counted(): void;
  /** Looks whether there is somewhere to send metrics by now. */
  refresh(): void;
  /** Lets go of it. */
  close(): void;
}
