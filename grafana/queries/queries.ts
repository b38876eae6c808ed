import {
  ATTR_COSTSPAN_CALL_OUTCOME,
  COSTSPAN_CALL_OUTCOME_VALUE_BLOCKED,
  METRIC_COSTSPAN_CALLS,
  METRIC_COSTSPAN_COST_USD,
  METRIC_COSTSPAN_TOKENS,
  type MetricName,
} from '../../conventions/index.ts';
import { labelName } from '../names.ts';
import { type Matcher, PromQL } from './promql.ts';
import { HOURLY, type HourlyKind, HOURS_UNTIL, RECORDED_WITHIN } from './recorded.ts';
import { ATTRIBUTED, chosen, MODELLED, RANGE, RATE_INTERVAL, type ScopeVariable } from './scope.ts';

/** A blocked call never left the process. */
export const SENT: Matcher = [
  ATTR_COSTSPAN_CALL_OUTCOME,
  '!=',
  COSTSPAN_CALL_OUTCOME_VALUE_BLOCKED,
];

/** The expressions that the panels are made of. */
export class Queries extends PromQL {
  /** Money of the chosen calls. */
  cost(matchers: readonly Matcher[] = []): string {
    return this.select(METRIC_COSTSPAN_COST_USD, [...chosen(MODELLED), ...matchers]);
  }

  /** Tokens of the chosen calls. */
  tokens(matchers: readonly Matcher[] = []): string {
    return this.select(METRIC_COSTSPAN_TOKENS, [...chosen(MODELLED), ...matchers]);
  }

  /** The chosen calls, blocked ones included. */
  calls(matchers: readonly Matcher[] = []): string {
    return this.select(METRIC_COSTSPAN_CALLS, [...chosen(MODELLED), ...matchers]);
  }

  /** The chosen calls that went to a provider. */
  sentCalls(matchers: readonly Matcher[] = []): string {
    return this.calls([SENT, ...matchers]);
  }

  /**
   * What a counter gained in `window`, to the second; with `offset`, in the window that ended so long
   * ago. It reads every sample of every process: for windows of up to a day. Longer ones are
   * `total`'s.
   */
  increase(
    attributes: readonly string[],
    selector: string,
    window: string = RANGE,
    offset = '',
  ): string {
    return this.sumBy(attributes, this.spelling.growth(selector, window, offset));
  }

  perSecond(attributes: readonly string[], selector: string): string {
    return this.sumBy(attributes, this.spelling.pace(selector, RATE_INTERVAL));
  }

  /** Gain of a counter of rare events, the first one of each series included. */
  events(attributes: readonly string[], selector: string, window: string = RANGE): string {
    return this.increase(attributes, selector, window);
  }

  /**
   * Money, tokens or calls over a long window, from the hourly series: the hours that ended in it and
   * what has come since, so it begins on a full hour. Instant; at the end of the time range.
   */
  total(kind: HourlyKind, attributes: readonly string[], options: TotalOptions = {}): string {
    const { window = RANGE } = options;
    const matchers = ofKind(kind, options);
    const { hour, running } = HOURLY[kind];
    return this.sumBy(
      attributes,
      `sum_over_time(${this.recorded(hour, matchers)}[${window}]) or ${this.recorded(running, matchers)}`,
    );
  }

  /** The same of the hours of a window that ended `offset` ago; of the latest where that is empty. */
  totalBefore(
    kind: HourlyKind,
    attributes: readonly string[],
    offset: string,
    options: TotalOptions = {},
  ): string {
    const { window = RANGE } = options;
    const shift = offset === '' ? '' : ` offset ${offset}`;
    const hours = this.recorded(HOURLY[kind].hour, ofKind(kind, options));
    return this.sumBy(attributes, `sum_over_time(${hours}[${window}]${shift})`);
  }

  /** The money of the chosen calls over a long window. */
  spendOver(window: string, attributes: readonly string[], options: HourlyOptions = {}): string {
    return this.total('cost', attributes, { ...options, window });
  }

  /**
   * A value for each day that stands at the day's beginning, today's so far included. For a range
   * query with a step of `1d`, whose days are those of the viewer's zone.
   */
  perDay(kind: HourlyKind, attributes: readonly string[], options: HourlyOptions = {}): string {
    return this.#each(24, kind, attributes, options);
  }

  /** A value for each hour that stands at its beginning. For a range query with a step of `1h`. */
  perHour(kind: HourlyKind, attributes: readonly string[], options: HourlyOptions = {}): string {
    return this.#each(1, kind, attributes, options);
  }

  spendPerDay(attributes: readonly string[], options: HourlyOptions = {}): string {
    return this.perDay('cost', attributes, options);
  }

  spendPerHour(attributes: readonly string[], options: HourlyOptions = {}): string {
    return this.perHour('cost', attributes, options);
  }

  /** Hours are recorded after their end, so what a step holds is looked for that much later. */
  #each(
    hours: number,
    kind: HourlyKind,
    attributes: readonly string[],
    options: HourlyOptions,
  ): string {
    const matchers = ofKind(kind, options);
    const { hour, running } = HOURLY[kind];
    const recorded = `sum_over_time(${this.recorded(hour, matchers)}[${hours}h] offset -${hours}h${RECORDED_WITHIN}m)`;
    const latest = `last_over_time(${this.recorded(running, matchers)}[${hours}h] offset -${hours}h)`;
    const isOver = `max_over_time(${HOURS_UNTIL}[2d] offset -${48 + hours}h) >= on () vector(time() + ${hours * 3600})`;
    return this.sumBy(attributes, `${recorded} or (${latest} unless on () (${isOver}))`);
  }

  /** A quantile over the recordings of a histogram, by `attributes`. */
  quantile(
    quantile: number,
    metric: MetricName,
    attributes: readonly string[],
    { window = RATE_INTERVAL, scope = ATTRIBUTED }: HistogramOptions = {},
  ): string {
    const labels = ['le', ...attributes.map((attribute) => this.label(attribute))].join(', ');
    const buckets = this.select(metric, chosen(scope), 'bucket');
    return `histogram_quantile(${quantile}, sum by (${labels}) (${this.spelling.pace(buckets, window)}))`;
  }

  /** The mean of the recordings of a histogram, by `attributes`. */
  mean(
    metric: MetricName,
    attributes: readonly string[],
    { window = RANGE, scope = ATTRIBUTED, offset = '' }: MeanOptions = {},
  ): string {
    const part = (name: 'sum' | 'count'): string =>
      this.increase(attributes, this.select(metric, chosen(scope), name), window, offset);
    return ratio(part('sum'), part('count'));
  }

  /** The buckets of a histogram, for a heatmap. */
  buckets(metric: MetricName, scope: readonly ScopeVariable[] = ATTRIBUTED): string {
    const selector = this.select(metric, chosen(scope), 'bucket');
    return `sum by (le) (${this.spelling.growth(selector, RATE_INTERVAL)})`;
  }

  /** A legend: the values of these labels. */
  legend(...attributes: readonly string[]): string {
    return attributes.map((attribute) => `{{${labelName(this.naming, attribute)}}}`).join(' / ');
  }

  /** The name of a label, as a column of a table is called. */
  column(attribute: string): string {
    return labelName(this.naming, attribute);
  }
}

/** Which hourly series count. */
interface HourlyOptions {
  readonly matchers?: readonly Matcher[] | undefined;
  /** Default: everything that the variables choose. */
  readonly scope?: readonly ScopeVariable[] | undefined;
}

interface TotalOptions extends HourlyOptions {
  readonly window?: string | undefined;
}

function ofKind(kind: HourlyKind, { matchers = [], scope }: HourlyOptions): readonly Matcher[] {
  const hasModel = kind !== 'outcomes' && kind !== 'outcomeValue';
  return [...chosen(scope ?? (hasModel ? MODELLED : ATTRIBUTED)), ...matchers];
}

interface HistogramOptions {
  readonly window?: string | undefined;
  readonly scope?: readonly ScopeVariable[] | undefined;
}

interface MeanOptions extends HistogramOptions {
  readonly offset?: string | undefined;
}

/** `numerator / denominator`, without a value where there is nothing to divide by. */
export function ratio(numerator: string, denominator: string): string {
  return `${numerator} / (${denominator} > 0)`;
}
