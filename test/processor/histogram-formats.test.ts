import { type Attributes, metrics } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { JsonMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { emptyResource } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { afterEach, describe, expect, it } from 'vitest';
import {
  METRIC_COSTSPAN_CALLS,
  METRIC_COSTSPAN_RUN_INFERENCE_CALLS,
  METRIC_GEN_AI_CLIENT_INFERENCE_DURATION,
} from '../../conventions/index.ts';
import { Instruments } from '../../processor/node/metrics/instruments.ts';
import { HISTOGRAMS } from '../../processor/engine/metrics/metric-names.ts';
import { GuardedReader, isJoined, Reader, register } from './histograms-support.ts';

const SET: Attributes = { 'costspan.team': 'a', 'gen_ai.request.model': 'gpt-4o' };

/** A counter, so that our scope has two entries, and two histograms. */
function work(provider: MeterProvider): void {
  register(provider);
  const instruments = new Instruments(HISTOGRAMS, [METRIC_COSTSPAN_CALLS], (observe) => {
    observe(METRIC_COSTSPAN_CALLS, 3, SET);
  });
  instruments.refresh();
  for (const seconds of [0.01, 0.011, 5, 1_000])
    instruments.record(METRIC_GEN_AI_CLIENT_INFERENCE_DURATION, seconds, SET);
  instruments.record(METRIC_COSTSPAN_RUN_INFERENCE_CALLS, 4, SET);
}

afterEach(() => {
  metrics.disable();
});

describe('histograms of our own', () => {
  it('read the same in the text for Prometheus', async () => {
    const exporter = new PrometheusExporter({ preventServerStart: true });
    const guarded = new GuardedReader();
    const texts: string[] = [];
    for (const reader of [exporter, guarded]) {
      work(new MeterProvider({ resource: emptyResource(), readers: [reader] }));
      // What is born shows 0 to the first who looks.
      await reader.collect();
      const { resourceMetrics } = await reader.collect();
      texts.push(new PrometheusSerializer().serialize(resourceMetrics));
    }
    expect([isJoined({ reader: exporter }), isJoined({ reader: guarded })]).toEqual([true, false]);
    const [own = '', ordinary = ''] = texts;
    // One family each, whatever their order.
    expect(familiesOf(own)).toEqual(familiesOf(ordinary));
    expect(own).toContain(
      'gen_ai_client_inference_duration_bucket{costspan_team="a",gen_ai_request_model="gpt-4o",otel_scope_name="costspan",le="0.01"} 1\n',
    );
    expect(own).toContain('costspan_calls_total{');
  });

  it('read the same in OTLP', async () => {
    const exports: unknown[] = [];
    for (const reader of [new Reader(), new GuardedReader()]) {
      work(new MeterProvider({ resource: emptyResource(), readers: [reader] }));
      const { resourceMetrics } = await reader.collect();
      const bytes = JsonMetricsSerializer.serializeRequest(resourceMetrics);
      const request = JSON.parse(new TextDecoder().decode(bytes)) as Request;
      const scopes = request.resourceMetrics.flatMap((each) => each.scopeMetrics);
      expect(scopes.map(({ scope }) => scope)).toEqual(
        scopes.map(() => ({ name: 'costspan', version: '' })),
      );
      const all = scopes.flatMap((each) => each.metrics).toSorted(byName);
      exports.push(
        JSON.parse(
          JSON.stringify(all, (key, value: unknown) =>
            /timeUnixNano$/i.test(key) ? undefined : value,
          ),
        ),
      );
    }
    const [own, ordinary] = exports;
    expect(own).toEqual(ordinary);
    expect(own).toHaveLength(3);
  });
});

interface Request {
  readonly resourceMetrics: readonly {
    readonly scopeMetrics: readonly {
      readonly scope: object;
      readonly metrics: readonly { readonly name: string }[];
    }[];
  }[];
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

/** The text in its blocks, each from one `# HELP` to the next. */
function familiesOf(text: string): string[] {
  return text
    .split(/^(?=# HELP )/m)
    .map((family) => family.trim())
    .toSorted();
}
