import { describe, expect, it } from 'vitest';

import { prometheusText } from '../../examples/demo/report/prometheus.ts';
import { startOtlpSink } from '../support/otlp-sink.ts';
import { counter, sendMetrics } from './otlp-input.ts';

describe('prometheusText', () => {
  it('names a counter as a Collector would, and escapes its labels', async () => {
    await using sink = await startOtlpSink();
    await sendMetrics(sink, [
      counter('costspan.cost.usd', '{USD}', [[0.25, { 'costspan.team': 'a "b" \\ c\nd' }]]),
    ]);
    expect(prometheusText(sink)).toBe(
      [
        '# HELP costspan_cost_usd_total What costspan.cost.usd is.',
        '# TYPE costspan_cost_usd_total counter',
        String.raw`costspan_cost_usd_total{job="app",instance="i-1",costspan_team="a \"b\" \\ c\nd"} 0.25`,
        '',
      ].join('\n'),
    );
  });

  it('gives seconds their suffix, and buckets that include those below', async () => {
    await using sink = await startOtlpSink();
    const point = { count: 6, sum: 4.5, bucketCounts: [1, 2, 3], explicitBounds: [0.5, 1] };
    const histogram = { aggregationTemporality: 2, dataPoints: [point] };
    await sendMetrics(sink, [{ name: 'gen_ai.client.inference.duration', unit: 's', histogram }]);
    const lines = prometheusText(sink).split('\n').slice(1, -1);
    const name = 'gen_ai_client_inference_duration_seconds';
    expect(lines).toEqual([
      `# TYPE ${name} histogram`,
      `${name}_bucket{job="app",instance="i-1",le="0.5"} 1`,
      `${name}_bucket{job="app",instance="i-1",le="1"} 3`,
      `${name}_bucket{job="app",instance="i-1",le="+Inf"} 6`,
      `${name}_sum{job="app",instance="i-1"} 4.5`,
      `${name}_count{job="app",instance="i-1"} 6`,
    ]);
  });

  it('adds no unit that its name has, and no total to a gauge', async () => {
    await using sink = await startOtlpSink();
    const gauge = { dataPoints: [{ asDouble: 60 }] };
    await sendMetrics(sink, [{ name: 'costspan.price_book.age.seconds', unit: '{second}', gauge }]);
    expect(prometheusText(sink)).toContain(
      'costspan_price_book_age_seconds{job="app",instance="i-1"} 60\n',
    );
  });
});
