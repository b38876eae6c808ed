import { ATTR_SERVICE_INSTANCE_ID, ATTR_SERVICE_NAME } from '../../../conventions/index.ts';
import type {
  OtlpSink,
  SinkHistogramPoint,
  SinkMetric,
  SinkNumberPoint,
} from '../../../test/support/otlp-sink.ts';

type Labels = readonly (readonly [name: string, value: string])[];

/**
 * What has arrived, in Prometheus' text format, under the names that a Collector or Prometheus' own
 * OTLP receiver gives: dots become underscores, counters end in `_total`, a unit in braces is
 * dropped, `s` becomes `_seconds`; `job` and `instance` come from the resource.
 *
 * @see https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
 */
export function prometheusText(sink: OtlpSink): string {
  const metrics = [...sink.metrics.values()].toSorted((a, b) => a.name.localeCompare(b.name));
  return metrics.map(metricText).join('');
}

function metricText(metric: SinkMetric): string {
  const name = metricName(metric);
  const isCounter = metric.kind === 'sum' && metric.monotonic;
  const type = isCounter ? 'counter' : metric.kind === 'histogram' ? 'histogram' : 'gauge';
  const lines = [`# HELP ${name} ${escapeHelp(metric.description)}`, `# TYPE ${name} ${type}`];
  for (const point of metric.points) {
    if ('value' in point) lines.push(sample(name, labelsOf(point), point.value));
    else lines.push(...histogramSamples(name, point));
  }
  return `${lines.join('\n')}\n`;
}

function metricName({ name, unit, kind, ...rest }: SinkMetric): string {
  const base = name.replaceAll(/[^a-zA-Z0-9_:]/g, '_');
  const withUnit = unit === 's' && !base.endsWith('_seconds') ? `${base}_seconds` : base;
  return kind === 'sum' && rest.monotonic ? `${withUnit}_total` : withUnit;
}

/** Buckets of OTLP stand side by side; those of Prometheus include the ones below. */
function histogramSamples(name: string, point: SinkHistogramPoint): string[] {
  const labels = labelsOf(point);
  let below = 0;
  const buckets = point.buckets.map((bucket, index) => {
    below += bucket;
    const bound = point.bounds[index];
    const le = bound === undefined ? '+Inf' : String(bound);
    return sample(`${name}_bucket`, [...labels, ['le', le]], below);
  });
  return [
    ...buckets,
    sample(`${name}_sum`, labels, point.sum),
    sample(`${name}_count`, labels, point.count),
  ];
}

function labelsOf({ attributes, resource }: SinkNumberPoint | SinkHistogramPoint): Labels {
  const own = Object.entries(attributes).map(
    ([key, value]) => [key.replaceAll(/[^a-zA-Z0-9_]/g, '_'), String(value)] as const,
  );
  return [
    ['job', String(resource[ATTR_SERVICE_NAME])],
    ['instance', String(resource[ATTR_SERVICE_INSTANCE_ID])],
    ...own,
  ];
}

function sample(name: string, labels: Labels, value: number): string {
  const pairs = labels.map(([key, text]) => `${key}="${escapeLabel(text)}"`);
  return `${name}{${pairs.join(',')}} ${value}`;
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
