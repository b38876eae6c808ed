import type { SeriesOfTime } from '../grafana/prometheus-server.ts';
import type { Format } from './long-history.ts';

export interface Past {
  /** The result of an expression at each `step` between two times, all in seconds. */
  overTime(expr: string, from: number, to: number, step: number): Promise<readonly SeriesOfTime[]>;
}

export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
}

const HOUR = 3600;
/** What is asked at once, in steps. */
const DAY = 24;

/**
 * What a rule makes of the past, evaluated once an hour, as text: the series as the server knows them,
 * each with its samples in order. It sees nothing of what it recorded itself.
 */
export async function recordPast(
  past: Past,
  { record, expr }: RecordingRule,
  from: number,
  to: number,
  format: Format,
): Promise<readonly string[]> {
  const lines = new Map<string, string>();
  for (let start = from; start <= to; start += DAY * HOUR) {
    const end = Math.min(to, start + (DAY - 1) * HOUR);
    for (const { metric, values } of await past.overTime(expr, start, end, HOUR)) {
      const labels = Object.entries(metric).map(
        ([key, value]) => `${key}=${JSON.stringify(value)}`,
      );
      const series = `${record}{${labels.toSorted().join(',')}}`;
      const text = values.map(([time, value]) => format(series, Number(value), time * 1000));
      lines.set(series, (lines.get(series) ?? '') + text.join(''));
    }
  }
  return [...lines.values()];
}
