import { createDataFrame, type DataFrame, FieldType, type Labels } from '@grafana/data';
import { interpolate, type Range, secondsOf } from './interpolate.ts';

/** A Prometheus query of a panel, as the dashboard's JSON has it. */
export interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly instant?: boolean;
  readonly format?: 'table' | 'heatmap' | 'time_series';
  readonly legendFormat?: string;
  readonly interval?: string;
}

interface Series {
  readonly metric: Labels;
  readonly values?: readonly [number, string][];
  readonly value?: [number, string];
}

type Values = Readonly<Record<string, { text: string; value: string }>>;

/** Frames as Grafana's Prometheus data source would hand them to the panel. */
export async function runTargets(
  targets: readonly Target[],
  range: Range,
  widthPixels: number,
  values: Values,
): Promise<readonly DataFrame[]> {
  const frames: DataFrame[] = [];
  for (const target of targets) {
    frames.push(...(await runTarget(target, range, widthPixels, values, targets.length)));
  }
  return frames;
}

async function runTarget(
  target: Target,
  range: Range,
  widthPixels: number,
  values: Values,
  count: number,
): Promise<readonly DataFrame[]> {
  const minimum = secondsOf(target.interval ?? '1m');
  const step = Math.max(minimum, niceStep((range.to - range.from) / widthPixels));
  const own = {
    ...values,
    __interval: { text: '', value: `${step}s` },
    __rate_interval: { text: '', value: `${Math.max(step + minimum, 4 * minimum)}s` },
    __range: { text: '', value: `${range.to - range.from}s` },
  };
  const query = interpolate(target.expr, own);
  const series = target.instant
    ? await ask('query', { query, time: range.to })
    : await ask('query_range', {
        query,
        start: Math.ceil(range.from / step) * step,
        end: Math.floor(range.to / step) * step,
        step,
      });
  if (target.format === 'table') {
    return series.length === 0 ? [] : [tableFrame(target.refId, series, count)];
  }
  return series.map((one) => seriesFrame(target, one, step));
}

async function ask(
  path: string,
  parameters: Readonly<Record<string, string | number>>,
): Promise<readonly Series[]> {
  const body = new URLSearchParams(
    Object.entries(parameters).map(([name, value]) => [name, String(value)]),
  );
  const response = await fetch(`/prometheus/api/v1/${path}`, { method: 'POST', body });
  const answer = (await response.json()) as {
    status: string;
    error?: string;
    data?: { result: readonly Series[] };
  };
  if (answer.status !== 'success') throw new Error(`${answer.error}: ${parameters['query']}`);
  return answer.data?.result ?? [];
}

function seriesFrame(target: Target, { metric, values, value }: Series, step: number): DataFrame {
  const points = values ?? (value === undefined ? [] : [value]);
  return createDataFrame({
    refId: target.refId,
    fields: [
      {
        name: 'Time',
        type: FieldType.time,
        values: points.map(([time]) => time * 1000),
        config: { interval: step * 1000 },
      },
      {
        // Colours go by the name, and joining frames forgets the one that is displayed.
        name: legendOf(target, metric),
        type: FieldType.number,
        labels: metric,
        values: points.map(([, text]) => Number(text)),
        config: { displayNameFromDS: legendOf(target, metric) },
      },
    ],
  });
}

function legendOf({ legendFormat = '__auto' }: Target, labels: Labels): string {
  if (legendFormat === '__auto') return Object.values(labels).join(', ') || 'Value';
  return legendFormat.replaceAll(/\{\{\s*(.+?)\s*\}\}/g, (_, label: string) => labels[label] ?? '');
}

function tableFrame(refId: string, series: readonly Series[], count: number): DataFrame {
  const labels = [...new Set(series.flatMap(({ metric }) => Object.keys(metric)))].toSorted();
  return createDataFrame({
    refId,
    fields: [
      {
        name: 'Time',
        type: FieldType.time,
        values: series.map(({ value }) => (value?.[0] ?? 0) * 1000),
      },
      ...labels.map((label) => ({
        name: label,
        type: FieldType.string,
        values: series.map(({ metric }) => metric[label] ?? ''),
      })),
      {
        name: count > 1 ? `Value #${refId}` : 'Value',
        type: FieldType.number,
        values: series.map(({ value }) => Number(value?.[1])),
      },
    ],
  });
}

/** Grafana rounds the step, so that graphs do not flicker from refresh to refresh. */
function niceStep(seconds: number): number {
  const steps = [15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200];
  return steps.find((step) => step >= seconds) ?? 86_400;
}
