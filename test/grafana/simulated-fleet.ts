import type { MetricName } from '../../conventions/index.ts';
import { labelName, type Naming, seriesName } from '../../grafana/names.ts';
import {
  DAYS,
  type Labels,
  MINUTE,
  OF_SPANS,
  type Simulated,
  simulatedSeries,
} from './simulated-series.ts';

/**
 * Forty days of a fleet that spends steadily, and an hour ago everything happened to it at once.
 * The same figures are a history for Prometheus and what it scrapes from then on.
 */
export class SimulatedFleet {
  readonly naming: Naming;
  /** The last full minute before it began; milliseconds since the epoch. */
  readonly began: number;
  readonly #series: readonly Simulated[];

  constructor(naming: Naming, now: number) {
    this.naming = naming;
    this.began = Math.floor(now / MINUTE) * MINUTE;
    const startMinutes = this.began / MINUTE - DAYS * 1440;
    this.#series = simulatedSeries(startMinutes);
  }

  /** Every series with the keys and values of its labels, for a check against the registry. */
  get series(): readonly { readonly name: string; readonly labels: Labels }[] {
    return this.#series.map(({ series, labels }) => ({ name: series, labels }));
  }

  /** OpenMetrics: half-hourly, and each minute of the last three hours. */
  history(): string {
    const minutes: number[] = [];
    // On the full hour, where subqueries of an hour look.
    const first = 30 - ((this.began / MINUTE) % 30);
    for (let at = first; at < DAYS * 1440 - 180; at += 30) minutes.push(at);
    for (let at = DAYS * 1440 - 180; at < DAYS * 1440; at += 1) minutes.push(at);
    const start = this.began - DAYS * 1440 * MINUTE;
    const lines = this.#series.flatMap((series) => {
      const name = this.#written(series);
      return minutes
        .map((at) => [at, series.value(at)] as const)
        .filter(([, value]) => !Number.isNaN(value))
        .map(([at, value]) => `${name} ${value} ${start / 1000 + at * 60}\n`);
    });
    return `${lines.join('')}# EOF\n`;
  }

  /** What a scrape returns now. Recorded series are Prometheus' own. */
  exposition(now: number): string {
    const at = DAYS * 1440 + (now - this.began) / MINUTE;
    return this.#series
      .filter(({ series, value }) => !series.includes(':') && !Number.isNaN(value(at)))
      .map((series) => `${this.#written(series)} ${series.value(at)}\n`)
      .join('');
  }

  /** The name of a series that is no metric of ours. */
  #foreign(series: string, part: Simulated['part']): string {
    const suffix = part === undefined ? '' : `_${part}`;
    return series.includes(':') ? series : `${labelName(this.naming, series)}${suffix}`;
  }

  #written({ series, part, labels, le }: Simulated): string {
    const name =
      series.includes(':') || series === OF_SPANS
        ? this.#foreign(series, part)
        : seriesName(this.naming, series as MetricName, part);
    const process = series.includes(':') ? {} : { job: 'app', instance: 'i-1' };
    const pairs = [
      ...Object.entries({ ...labels, ...process }).map(([key, value]) => [
        labelName(this.naming, key),
        value,
      ]),
      ...(le === undefined ? [] : [['le', le]]),
    ].map(([key = '', value = '']) => `${quoted(key)}="${value}"`);
    return quoted(name) === name
      ? `${name}{${pairs.join(',')}}`
      : `{${[quoted(name), ...pairs].join(',')}}`;
  }
}

function quoted(name: string): string {
  return /^[a-zA-Z_:][\w:]*$/.test(name) ? name : `"${name}"`;
}
