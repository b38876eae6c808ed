import {
  ATTR_GEN_AI_REQUEST_MODEL,
  METRIC_GEN_AI_CLIENT_INFERENCE_DURATION,
  METRIC_GEN_AI_CLIENT_INFERENCE_TIME_PER_OUTPUT_CHUNK,
  METRIC_GEN_AI_CLIENT_INFERENCE_TIME_TO_FIRST_CHUNK,
} from '../../conventions/index.ts';
import type { Queries } from '../queries/queries.ts';
import { MODELLED } from '../queries/scope.ts';
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
        range(q.quantile(quantile, metric, [], { scope }), `p${quantile * 100}`)
          .exemplar(true)
          .refId(`P${quantile * 100}`),
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
    .withTarget(
      range(q.quantile(0.95, metric, BY_MODEL, { scope }), q.legend(...BY_MODEL)).exemplar(true),
    )
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
