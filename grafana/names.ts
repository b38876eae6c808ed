import { type MetricName, METRICS } from '../conventions/index.ts';

/**
 * How the metrics reach Prometheus, which decides their names there.
 *
 * - `otlp`: pushed over OTLP, directly or through a Collector: the unit `s` becomes `_seconds`;
 * - `scrape`: scraped from the application (`@opentelemetry/exporter-prometheus`): no unit in names;
 * - `utf8`: as `otlp` with the dots kept (Prometheus 3, `NoUTF8EscapingWithSuffixes`).
 *
 * @see https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
 */
export type Naming = 'otlp' | 'scrape' | 'utf8';

export const NAMINGS: readonly Naming[] = ['otlp', 'scrape', 'utf8'];

/** The series that Prometheus makes of a histogram. */
export type HistogramPart = 'bucket' | 'sum' | 'count';

/**
 * Name of the series of `metric`, without quotes. Throws when a histogram comes without its part or
 * another instrument with one.
 */
export function seriesName(naming: Naming, metric: MetricName, part?: HistogramPart): string {
  const { instrument, unit } = METRICS[metric];
  if ((instrument === 'histogram') !== (part !== undefined)) {
    throw new TypeError(`${metric} is a ${instrument}: name a part of histograms, and only those.`);
  }
  // Units in braces are dropped on every path, so that `s` is the only one that shows.
  const unitSuffix = unit === 's' && naming !== 'scrape' ? '_seconds' : '';
  const kindSuffix = instrument === 'counter' ? '_total' : part === undefined ? '' : `_${part}`;
  return `${translate(naming, metric)}${unitSuffix}${kindSuffix}`;
}

/** Name of the label of `attribute`, without quotes. */
export function labelName(naming: Naming, attribute: string): string {
  return translate(naming, attribute);
}

function translate(naming: Naming, name: string): string {
  return naming === 'utf8' ? name : name.replaceAll(/[^a-zA-Z0-9_]/g, '_');
}
