import { type MetricName, METRICS } from '../../../conventions/index.ts';
import { labelName, type Naming, seriesName } from '../../../grafana/names.ts';

export type Labels = Readonly<Record<string, string>>;

/** Accumulates counters, histograms and gauges over time and hands out their samples. */
export class SeriesSet {
  readonly #naming: Naming;
  readonly #series = new Map<
    string,
    { readonly values: Map<number, number>; value: number; readonly kind: 'sum' | 'gauge' }
  >();

  readonly #keys = new Map<string, readonly string[]>();
  readonly #labels = new Map<string, { readonly name: MetricName; readonly labels: Labels }>();

  constructor(naming: Naming) {
    this.#naming = naming;
  }

  /** Every series with the keys and values of its labels, the bounds of histograms left out. */
  get series(): readonly { readonly name: MetricName; readonly labels: Labels }[] {
    return [...this.#labels.values()];
  }

  add(metric: MetricName, labels: Labels, amount: number): void {
    this.#note(metric, labels);
    this.#of(seriesName(this.#naming, metric), labels, 'sum').value += amount;
  }

  set(metric: MetricName, labels: Labels, value: number): void {
    this.#note(metric, labels);
    this.#of(seriesName(this.#naming, metric), labels, 'gauge').value = value;
  }

  /** Sum of a counter over all series that have this label. */
  total(metric: MetricName, attribute: string, value: string): number {
    const name = seriesName(this.#naming, metric);
    const pair = this.#pair(attribute, value);
    let sum = 0;
    for (const key of this.#keysWith(name, pair)) sum += this.#series.get(key)?.value ?? 0;
    return sum;
  }

  #keysWith(name: string, pair: string): readonly string[] {
    const known = `${name} ${pair} ${this.#series.size}`;
    let keys = this.#keys.get(known);
    if (keys === undefined) {
      keys = [...this.#series.keys()].filter((key) => key.includes(name) && key.includes(pair));
      this.#keys.set(known, keys);
    }
    return keys;
  }

  /** `count` recordings spread log-normally around `median`; `spread` 0.5 is narrow, 1.2 wide. */
  record(metric: MetricName, labels: Labels, count: number, median: number, spread = 0.6): void {
    this.#note(metric, labels);
    const bounds = METRICS[metric].boundaries ?? [];
    for (const bound of bounds) {
      const share = wholeShare(normalShare(Math.log(bound / median) / spread));
      const bucket = { ...labels, le: String(bound) };
      this.#of(seriesName(this.#naming, metric, 'bucket'), bucket, 'sum').value += count * share;
    }
    const all = { ...labels, le: '+Inf' };
    this.#of(seriesName(this.#naming, metric, 'bucket'), all, 'sum').value += count;
    this.#of(seriesName(this.#naming, metric, 'count'), labels, 'sum').value += count;
    const mean = median * Math.exp(spread ** 2 / 2);
    this.#of(seriesName(this.#naming, metric, 'sum'), labels, 'sum').value += count * mean;
  }

  /** Notes the value of every series at `time`. */
  sample(time: number): void {
    for (const series of this.#series.values()) series.values.set(time, series.value);
  }

  /** The samples in OpenMetrics' text, series by series. */
  *lines(): Generator<string> {
    for (const [series, { values }] of this.#series) {
      let text = '';
      for (const [time, value] of values)
        text += `${series} ${Number(value.toPrecision(12))} ${time}\n`;
      yield text;
    }
    yield '# EOF\n';
  }

  #note(name: MetricName, labels: Labels): void {
    const key = `${name} ${JSON.stringify(labels)}`;
    if (!this.#labels.has(key)) this.#labels.set(key, { name, labels });
  }

  #of(name: string, labels: Labels, kind: 'sum' | 'gauge') {
    const pairs = Object.entries(labels).map(([attribute, value]) => this.#pair(attribute, value));
    const key =
      this.#naming === 'utf8' ? `{"${name}",${pairs.join(',')}}` : `${name}{${pairs.join(',')}}`;
    let series = this.#series.get(key);
    if (series === undefined) {
      series = { values: new Map(), value: 0, kind };
      this.#series.set(key, series);
    }
    return series;
  }

  #pair(attribute: string, value: string): string {
    return `${attribute === 'le' ? 'le' : this.#label(attribute)}="${value}"`;
  }

  #label(attribute: string): string {
    const name = labelName(this.#naming, attribute);
    return this.#naming === 'utf8' ? `"${name}"` : name;
  }
}

/** Nobody is exactly at the end of a distribution: rounding there would look like recordings. */
function wholeShare(share: number): number {
  if (share > 0.999) return 1;
  return share < 0.001 ? 0 : share;
}

/** Share of a normal distribution below `z`, good to three digits. */
function normalShare(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const tail =
    density *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z > 0 ? 1 - tail : tail;
}
