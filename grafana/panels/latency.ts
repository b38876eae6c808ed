import {
  ATTR_GEN_AI_REQUEST_MODEL,
  METRIC_GEN_AI_CLIENT_INFERENCE_DURATION,
  METRIC_GEN_AI_CLIENT_INFERENCE_TIME_PER_OUTPUT_CHUNK,
  METRIC_GEN_AI_CLIENT_INFERENCE_TIME_TO_FIRST_CHUNK,
} from '../../conventions/index.ts';
import type { Queries } from '../queries/queries.ts';
import { chosen, MODEL, MODELLED, RATE_INTERVAL, TEAM, WORKFLOW } from '../queries/scope.ts';
import { type Heatmap, heatmap, SECONDS, type TimeSeries, timeSeries } from './common.ts';
import { CALLS, traces } from './links.ts';
import { heat, range } from './targets.ts';
import { MISSING } from './missing.ts';

const BY_MODEL = [ATTR_GEN_AI_REQUEST_MODEL];
const scope = MODELLED;

export function latency(q: Queries): TimeSeries {
  const metric = METRIC_GEN_AI_CLIENT_INFERENCE_DURATION;
  return timeSeries(
    'Latency of calls',
    'Time from the request to the end of the answer, streams included: half of the calls, 95 % and 99 % are faster than this.',
    MISSING.calls,
  )
    .unit(SECONDS)
    .targets(
      [0.5, 0.95, 0.99].map((quantile) =>
        range(q.quantile(quantile, metric, [], { scope }), `p${quantile * 100}`).refId(
          `P${quantile * 100}`,
        ),
      ),
    )
    .dataLinks([traces(q, CALLS, [])]);
}

export function latencyHeatmap(q: Queries): Heatmap {
  return heatmap(
    'Latency, all calls',
    'Calls by how long they took; a second band above the first is a slow model, a retry or a throttled key.',
    SECONDS,
    MISSING.calls,
  )
    .withTarget(heat(q.buckets(METRIC_GEN_AI_CLIENT_INFERENCE_DURATION, scope)))
    .dataLinks([traces(q, CALLS, [])]);
}

export function timeToFirstChunk(q: Queries): TimeSeries {
  const metric = METRIC_GEN_AI_CLIENT_INFERENCE_TIME_TO_FIRST_CHUNK;
  return timeSeries(
    'Time to first chunk, p95',
    'What a user waits before a stream begins, by model. Grows with prompts, cold caches and busy providers.',
    MISSING.streams,
  )
    .unit(SECONDS)
    .withTarget(range(q.quantile(0.95, metric, BY_MODEL, { scope }), q.legend(...BY_MODEL)))
    .dataLinks([traces(q, CALLS, BY_MODEL)]);
}

export function timePerChunk(q: Queries): TimeSeries {
  const metric = METRIC_GEN_AI_CLIENT_INFERENCE_TIME_PER_OUTPUT_CHUNK;
  return timeSeries(
    'Time between chunks, median',
    'The pace of a stream after its first chunk, by model.',
    MISSING.streams,
  )
    .unit(SECONDS)
    .withTarget(range(q.quantile(0.5, metric, BY_MODEL, { scope }), q.legend(...BY_MODEL)))
    .dataLinks([traces(q, CALLS, BY_MODEL)]);
}

/** What the Collector's `span_metrics` connector makes, as grafana/collector/config.yaml has it. */
const FROM_SPANS = {
  otlp: 'traces_span_metrics_duration_milliseconds_bucket',
  scrape: 'traces_span_metrics_duration_milliseconds_bucket',
  utf8: 'traces.span.metrics.duration_milliseconds_bucket',
} as const;

/** The one graph with exemplars: the SDK for JavaScript makes none, the Collector does. */
export function latencyFromSpans(q: Queries): TimeSeries {
  const buckets = q.selectSeries(FROM_SPANS[q.naming], [
    ...chosen([TEAM, WORKFLOW, MODEL]),
    [ATTR_GEN_AI_REQUEST_MODEL, '!=', ''],
  ]);
  const labels = ['le', q.label(ATTR_GEN_AI_REQUEST_MODEL)].join(', ');
  const pace = q.spelling.pace(buckets, RATE_INTERVAL);
  return timeSeries(
    'Latency of spans, p95, with exemplars',
    'Nineteen calls in twenty are quicker, by model, in all environments, as the Collector counts spans before it samples them. Each dot is a call: it leads to its trace.',
    'No metrics of spans: they need a Collector with the span_metrics connector, as in grafana/collector.',
  )
    .unit('ms')
    .withTarget(
      range(
        `histogram_quantile(0.95, sum by (${labels}) (${pace}))`,
        q.legend(ATTR_GEN_AI_REQUEST_MODEL),
      ).exemplar(true),
    )
    .dataLinks([traces(q, CALLS, [ATTR_GEN_AI_REQUEST_MODEL])]);
}
