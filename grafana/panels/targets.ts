import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import {
  DataqueryBuilder as PrometheusQuery,
  PromQueryFormat,
} from '@grafana/grafana-foundation-sdk/prometheus';
import {
  DataqueryBuilder as TempoQuery,
  SearchTableType,
} from '@grafana/grafana-foundation-sdk/tempo';

export const PROMETHEUS: DataSourceRef = { type: 'prometheus', uid: '${datasource}' };
export const TEMPO: DataSourceRef = { type: 'tempo', uid: '${tempo}' };

/** A query over the time range. Its step is never below the export interval of a minute. */
export function range(expression: string, legend: string): PrometheusQuery {
  return new PrometheusQuery().expr(expression).range().legendFormat(legend).interval('1m');
}

/** A query over the time range with one value an hour, as `perHour` asks for. */
export function hourly(expression: string, legend: string): PrometheusQuery {
  return range(expression, legend).interval('1h');
}

/** A query over the time range with one value a day, as `perDay` asks for. */
export function daily(expression: string, legend: string): PrometheusQuery {
  return range(expression, legend).interval('1d');
}

/** A query for the end of the time range. */
export function instant(expression: string, legend: string): PrometheusQuery {
  return new PrometheusQuery().expr(expression).instant().legendFormat(legend);
}

/** A query for the end of the time range, as rows of a table. */
export function rows(refId: string, expression: string): PrometheusQuery {
  return instant(expression, '__auto').format(PromQueryFormat.Table).refId(refId);
}

/** The buckets of a histogram. */
export function heat(expression: string): PrometheusQuery {
  return range(expression, '{{le}}').format(PromQueryFormat.Heatmap);
}

/** A TraceQL query; without aggregation its rows are spans. */
export function traceql(query: string): TempoQuery {
  return new TempoQuery()
    .queryType('traceql')
    .query(query)
    .tableType(SearchTableType.Spans)
    .limit(20)
    .spss(3)
    .filters([]);
}
