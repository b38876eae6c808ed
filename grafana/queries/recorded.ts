import {
  ATTR_COSTSPAN_CALL_OUTCOME,
  ATTR_COSTSPAN_MODEL_TIER,
  ATTR_COSTSPAN_OUTCOME_NAME,
  ATTR_COSTSPAN_OUTCOME_STATUS,
  ATTR_COSTSPAN_PRICE_STATE,
  ATTR_COSTSPAN_TOKEN_CLASS,
  ATTR_COSTSPAN_USAGE_SOURCE,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTRIBUTION,
  METRIC_COSTSPAN_CALLS,
  METRIC_COSTSPAN_COST_USD,
  METRIC_COSTSPAN_OUTCOME_VALUE_USD,
  METRIC_COSTSPAN_OUTCOMES,
  METRIC_COSTSPAN_RETRIES,
  METRIC_COSTSPAN_TOKENS,
  METRIC_COSTSPAN_UNPRICED_TOKENS,
  type MetricName,
  METRIC_DIMENSIONS,
} from '../../conventions/index.ts';
import type { RecordedName } from './promql.ts';

/**
 * The hourly series. Every full hour (UTC) of a counter becomes one sample, summed over processes
 * and by every other label, a few minutes after its end: what short-lived processes counted stays,
 * and a month is 744 samples. `running` is what no recorded hour holds yet.
 *
 * Recording rules keep their names under every naming; their labels follow the naming.
 */
export interface Hourly {
  readonly metric: MetricName;
  readonly hour: RecordedName;
  readonly running: RecordedName;
  /** What it is recorded by: all attributes of the metric. */
  readonly by: readonly string[];
}

/** Attribution that may be on metrics, by `metrics.dimensions` in costspan.yaml. */
const DIMENSIONS: readonly string[] = METRIC_DIMENSIONS.map((key) => ATTRIBUTION[key].attribute);

const OF_CALLS: readonly string[] = [
  ...DIMENSIONS,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_COSTSPAN_MODEL_TIER,
];

const OF_OUTCOMES: readonly string[] = [
  ...DIMENSIONS,
  ATTR_COSTSPAN_OUTCOME_NAME,
  ATTR_COSTSPAN_OUTCOME_STATUS,
];

export type HourlyKind =
  | 'cost'
  | 'tokens'
  | 'calls'
  | 'retries'
  | 'unpricedTokens'
  | 'outcomes'
  | 'outcomeValue';

export const HOURLY: Readonly<Record<HourlyKind, Hourly>> = {
  cost: {
    metric: METRIC_COSTSPAN_COST_USD,
    hour: 'costspan:cost_usd:hour',
    running: 'costspan:cost_usd:running',
    by: [...OF_CALLS, ATTR_COSTSPAN_TOKEN_CLASS],
  },
  tokens: {
    metric: METRIC_COSTSPAN_TOKENS,
    hour: 'costspan:tokens:hour',
    running: 'costspan:tokens:running',
    by: [...OF_CALLS, ATTR_COSTSPAN_TOKEN_CLASS],
  },
  calls: {
    metric: METRIC_COSTSPAN_CALLS,
    hour: 'costspan:calls:hour',
    running: 'costspan:calls:running',
    by: [
      ...OF_CALLS,
      ATTR_COSTSPAN_CALL_OUTCOME,
      ATTR_COSTSPAN_PRICE_STATE,
      ATTR_COSTSPAN_USAGE_SOURCE,
    ],
  },
  retries: {
    metric: METRIC_COSTSPAN_RETRIES,
    hour: 'costspan:retries:hour',
    running: 'costspan:retries:running',
    by: OF_CALLS,
  },
  unpricedTokens: {
    metric: METRIC_COSTSPAN_UNPRICED_TOKENS,
    hour: 'costspan:unpriced_tokens:hour',
    running: 'costspan:unpriced_tokens:running',
    by: OF_CALLS,
  },
  outcomes: {
    metric: METRIC_COSTSPAN_OUTCOMES,
    hour: 'costspan:outcomes:hour',
    running: 'costspan:outcomes:running',
    by: OF_OUTCOMES,
  },
  outcomeValue: {
    metric: METRIC_COSTSPAN_OUTCOME_VALUE_USD,
    hour: 'costspan:outcome_value_usd:hour',
    running: 'costspan:outcome_value_usd:running',
    by: OF_OUTCOMES,
  },
};

/** The end of the last hour that is recorded, in seconds since the epoch. */
export const HOURS_UNTIL = 'costspan:hours:until';

/** Label of `running` series, which keeps `or` from taking one for its hours. */
export const PART_LABEL = 'costspan_part';

/**
 * Hours are recorded within this many minutes after their end, also where rules are evaluated once an
 * hour, on the hour. One that an outage delayed for longer stands on a later hour.
 */
export const RECORDED_WITHIN = 61;
