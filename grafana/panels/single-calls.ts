import {
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_WORKFLOW,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  METRIC_GEN_AI_CLIENT_INFERENCE_OPERATION_INPUT_TOKENS,
  METRIC_GEN_AI_CLIENT_INFERENCE_OPERATION_OUTPUT_TOKENS,
  METRIC_GEN_AI_CLIENT_OPERATION_COST,
  METRIC_GEN_AI_CLIENT_OPERATION_DURATION,
  type MetricName,
} from '../../conventions/index.ts';
import type { Queries } from '../queries/queries.ts';
import { MODELLED } from '../queries/scope.ts';
import { bars, COMPARED, COUNT, SECONDS, type TimeSeries, timeSeries, USD } from './common.ts';
import { CALLS, traces } from './links.ts';
import { MISSING } from './missing.ts';
import { hourly, range } from './targets.ts';

const scope = MODELLED;

export function costOfCalls(q: Queries): TimeSeries {
  const by = [ATTR_GEN_AI_REQUEST_MODEL];
  const at = (quantile: number): string =>
    q.quantile(quantile, METRIC_GEN_AI_CLIENT_OPERATION_COST, by, { scope });
  return timeSeries(
    'Cost of a call, p99 and p95',
    'Solid: one call in a hundred costs more. Dashed: one in twenty. By model, in the currency of its price. A few dear calls hide in every mean.',
    MISSING.calls,
  )
    .unit(USD)
    .withTarget(range(at(0.99), q.legend(...by)).refId('P99'))
    .withTarget(range(at(0.95), q.legend(...by)).refId('P95'))
    .overrideByQuery('P95', [...COMPARED])
    .dataLinks([traces(q, CALLS, by)]);
}

export function inputTokensOfCalls(q: Queries): TimeSeries {
  return tokensOfCalls(
    q,
    'Input tokens of a call, p95',
    'Nineteen calls in twenty read fewer tokens, cached ones included. It rises with every message that a conversation carries along.',
    METRIC_GEN_AI_CLIENT_INFERENCE_OPERATION_INPUT_TOKENS,
  );
}

export function outputTokensOfCalls(q: Queries): TimeSeries {
  return tokensOfCalls(
    q,
    'Output tokens of a call, p95',
    'Nineteen calls in twenty write fewer tokens, reasoning included. What a model writes is the dear part: a rise often is a lost limit or a changed prompt.',
    METRIC_GEN_AI_CLIENT_INFERENCE_OPERATION_OUTPUT_TOKENS,
  );
}

function tokensOfCalls(
  q: Queries,
  title: string,
  description: string,
  metric: MetricName,
): TimeSeries {
  const by = [ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_WORKFLOW];
  return timeSeries(title, description, MISSING.calls)
    .unit(COUNT)
    .withTarget(range(q.quantile(0.95, metric, by, { scope }), q.legend(...by)))
    .dataLinks([traces(q, CALLS, by)]);
}

export function operations(q: Queries): TimeSeries {
  const by = [ATTR_GEN_AI_OPERATION_NAME];
  return bars(
    timeSeries(
      'Spend by operation',
      'Money of each hour by what was asked for: chats, embeddings, images and so on.',
      MISSING.calls,
    ),
  )
    .unit(USD)
    .withTarget(hourly(q.spendPerHour(by), q.legend(...by)))
    .dataLinks([traces(q, CALLS, [])]);
}

export function otherOperations(q: Queries): TimeSeries {
  const by = [ATTR_GEN_AI_OPERATION_NAME];
  return timeSeries(
    'Duration of other operations, p95',
    'What is no inference, such as embeddings: nineteen calls in twenty are quicker.',
    'No embeddings or other operations in this time range.',
  )
    .unit(SECONDS)
    .withTarget(
      range(
        q.quantile(0.95, METRIC_GEN_AI_CLIENT_OPERATION_DURATION, by, { scope }),
        q.legend(...by),
      ),
    )
    .dataLinks([traces(q, CALLS, [])]);
}
