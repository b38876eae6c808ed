import { describe, expect, it } from 'vitest';
import {
  ATTR_COSTSPAN_TEAM,
  METRIC_COSTSPAN_BUDGET_SPENT_USD,
  METRIC_COSTSPAN_COST_USD,
  METRIC_COSTSPAN_PRICE_BOOK_AGE_SECONDS,
  METRIC_COSTSPAN_RUN_COST_USD,
  METRIC_GEN_AI_CLIENT_INFERENCE_DURATION,
  type MetricName,
} from '../../conventions/index.ts';
import { type HistogramPart, NAMINGS, seriesName } from '../../grafana/names.ts';
import { PromQL } from '../../grafana/queries/promql.ts';

function names(metric: MetricName, part?: HistogramPart): readonly string[] {
  return NAMINGS.map((naming) => seriesName(naming, metric, part));
}

function costByTeam(promql: PromQL): string {
  const cost = promql.select(METRIC_COSTSPAN_COST_USD, [[ATTR_COSTSPAN_TEAM, '=~', 'a"b\\.c']]);
  return promql.sumBy([ATTR_COSTSPAN_TEAM], `increase(${cost}[1h])`);
}

describe('seriesName', () => {
  it('gives counters _total and no unit, as the unit is in braces', () => {
    expect(names(METRIC_COSTSPAN_COST_USD)).toEqual([
      'costspan_cost_usd_total',
      'costspan_cost_usd_total',
      'costspan.cost.usd_total',
    ]);
  });

  it('leaves gauges as they are', () => {
    expect(names(METRIC_COSTSPAN_BUDGET_SPENT_USD)).toEqual([
      'costspan_budget_spent_usd',
      'costspan_budget_spent_usd',
      'costspan.budget.spent.usd',
    ]);
    expect(seriesName('otlp', METRIC_COSTSPAN_PRICE_BOOK_AGE_SECONDS)).toBe(
      'costspan_price_book_age_seconds',
    );
  });

  it('gives histograms in seconds their unit, save where the application is scraped', () => {
    expect(names(METRIC_GEN_AI_CLIENT_INFERENCE_DURATION, 'bucket')).toEqual([
      'gen_ai_client_inference_duration_seconds_bucket',
      'gen_ai_client_inference_duration_bucket',
      'gen_ai.client.inference.duration_seconds_bucket',
    ]);
    expect(seriesName('otlp', METRIC_COSTSPAN_RUN_COST_USD, 'sum')).toBe(
      'costspan_run_cost_usd_sum',
    );
  });

  it('refuses a histogram without its part, and a counter with one', () => {
    expect(() => seriesName('otlp', METRIC_COSTSPAN_RUN_COST_USD)).toThrow(/is a histogram/);
    expect(() => seriesName('otlp', METRIC_COSTSPAN_COST_USD, 'sum')).toThrow(/is a counter/);
  });
});

describe('PromQL', () => {
  it('writes plain names without quotes', () => {
    expect(costByTeam(new PromQL('otlp'))).toBe(
      'sum by (costspan_team) (increase(costspan_cost_usd_total{costspan_team=~"a\\"b\\\\.c"}[1h]))',
    );
  });

  it('quotes names with dots and puts the metric into the braces', () => {
    expect(costByTeam(new PromQL('utf8'))).toBe(
      'sum by ("costspan.team") (increase({"costspan.cost.usd_total", "costspan.team"=~"a\\"b\\\\.c"}[1h]))',
    );
  });

  it('leaves the names of recording rules alone', () => {
    const filter = [[ATTR_COSTSPAN_TEAM, '=~', '$team']] as const;
    expect(new PromQL('utf8').recorded('costspan:cost_usd:mtd', filter)).toBe(
      'costspan:cost_usd:mtd{"costspan.team"=~"$team"}',
    );
    expect(new PromQL('otlp').recorded('costspan:now')).toBe('costspan:now');
  });
});
