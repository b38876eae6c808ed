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
import { ATTRIBUTED, chosen, MODELLED, RANGE, RATE_INTERVAL, type ScopeVariable } from './scope.ts';

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
    const sent: Matcher = [ATTR_COSTSPAN_CALL_OUTCOME, '!=', COSTSPAN_CALL_OUTCOME_VALUE_BLOCKED];
    return this.calls([sent, ...matchers]);
  }

  /** What a counter gained in `window`; with `offset`, in the window that ended so long ago. */
  increase(
    attributes: readonly string[],
    selector: string,
    window: string = RANGE,
    offset = '',
  ): string {
    const shift = offset === '' ? '' : ` offset ${offset}`;
    return this.sumBy(attributes, `increase(${selector}[${window}]${shift})`);
  }

  perSecond(attributes: readonly string[], selector: string): string {
    return this.sumBy(attributes, `rate(${selector}[${RATE_INTERVAL}])`);
  }

  /**
   * Gain of a counter of rare events, the first one of each series included, which `increase` does
   * not see. Not for money: after a gap in scraping, old series count whole.
   */
  events(attributes: readonly string[], selector: string, window: string = RANGE): string {
    const born = `${selector} unless ${selector} offset ${window}`;
    return this.sumBy(attributes, `(${born}) or increase(${selector}[${window}])`);
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
    return `histogram_quantile(${quantile}, sum by (${labels}) (rate(${buckets}[${window}])))`;
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
    return `sum by (le) (increase(${selector}[${RATE_INTERVAL}]))`;
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
