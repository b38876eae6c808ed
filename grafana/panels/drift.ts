import {
  ATTR_COSTSPAN_MODEL_TIER,
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_TOKEN_CLASS,
  ATTR_COSTSPAN_WORKFLOW,
  ATTR_DEPLOYMENT_ENVIRONMENT_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  COSTSPAN_MODEL_TIER_VALUE_FRONTIER,
  COSTSPAN_MODEL_TIER_VALUE_REASONING,
  COSTSPAN_TOKEN_CLASS_VALUE_TOOLS,
  COSTSPAN_TOKEN_CLASS_VALUE_UNSPLIT,
  METRIC_COSTSPAN_RUN_INFERENCE_CALLS,
} from '../../conventions/index.ts';
import type { Matcher } from '../queries/promql.ts';
import type { HourlyKind } from '../queries/recorded.ts';
import { type Queries, ratio, SENT } from '../queries/queries.ts';
import { ATTRIBUTED, chosen } from '../queries/scope.ts';
import {
  COMPARED,
  COUNT,
  legendAtRight,
  SHARE,
  type TimeSeries,
  timeSeries,
  USD,
} from './common.ts';
import { CALLS, RUNS, traces } from './links.ts';
import { cacheShare, ofClasses, READ_CLASSES } from './tokens.ts';
import { hourly, range } from './targets.ts';
import { spendShares } from './unit-economics.ts';
import { MISSING } from './missing.ts';

const BY_WORKFLOW = [ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_WORKFLOW];
/** What is recorded for alerts tells environments apart, as they do. */
const PER_WORKFLOW = [...BY_WORKFLOW, ATTR_DEPLOYMENT_ENVIRONMENT_NAME];

/** A day against the week that ended when the day began. */
const NOW = { window: '1d', offset: '' };
const BEFORE = { window: '7d', offset: '1d' };
/** Windows of a week at every minute would read each sample ten thousand times. */
const DRIFT_STEP = '1h';

/** Solid: how it is now. Dashed: how it was before. */
function drift(
  q: Queries,
  panel: TimeSeries,
  by: readonly string[],
  of: (window: string, offset: string) => string,
): TimeSeries {
  const name = q.legend(...by);
  return panel
    .withTarget(range(of(NOW.window, NOW.offset), name).interval(DRIFT_STEP).refId('Now'))
    .withTarget(range(of(BEFORE.window, BEFORE.offset), name).interval(DRIFT_STEP).refId('Before'))
    .overrideByQuery('Before', [...COMPARED]);
}

/** Of the hours that ended in a window; of one that has not ended, with what no hour holds yet. */
function sums(
  q: Queries,
  kind: HourlyKind,
  by: readonly string[],
  window: string,
  offset: string,
  matchers: readonly Matcher[],
): string {
  return offset === ''
    ? q.total(kind, by, { window, matchers })
    : q.totalBefore(kind, by, offset, { window, matchers });
}

export function spendSpikes(q: Queries): TimeSeries {
  const hour = q.recorded('costspan:cost_usd:increase1h', chosen(ATTRIBUTED));
  const alarm = q.recorded('costspan:cost_usd:alarm1h', chosen(ATTRIBUTED));
  const name = q.legend(...PER_WORKFLOW);
  return timeSeries(
    'Spend of an hour against its alarm line',
    'Solid: money of the last hour. Dashed: where the spike alert begins, by the median hour of the last seven days and the greatest hour of a usual day. Click a spike for the traces that made it.',
    MISSING.rules,
  )
    .unit(USD)
    .withTarget(range(hour, name).refId('Hour'))
    .withTarget(range(alarm, name).refId('Alarm'))
    .overrideByQuery('Alarm', [...COMPARED])
    .dataLinks([traces(q, CALLS, BY_WORKFLOW)]);
}

export function modelShare(q: Queries): TimeSeries {
  return spendShares(
    q,
    ATTR_GEN_AI_REQUEST_MODEL,
    'Share of spend by model',
    'How the money of each hour divides among the models. A new colour is a new model, a growing one a drift.',
  );
}

export function escalationRate(q: Queries): TimeSeries {
  const dear = `${COSTSPAN_MODEL_TIER_VALUE_FRONTIER}|${COSTSPAN_MODEL_TIER_VALUE_REASONING}`;
  const escalated: Matcher = [ATTR_COSTSPAN_MODEL_TIER, '=~', dear];
  const panel = timeSeries(
    'Escalation rate',
    'Share of a day’s calls that went to frontier or reasoning models, beside the week before (dashed). Rising: a router escalates more, or answers of the small model are refused.',
    MISSING.calls,
  );
  return drift(q, panel, BY_WORKFLOW, (window, offset) => {
    const all = sums(q, 'calls', BY_WORKFLOW, window, offset, [SENT]);
    return ratio(
      `(${sums(q, 'calls', BY_WORKFLOW, window, offset, [SENT, escalated])} or 0 * ${all})`,
      all,
    );
  })
    .unit(SHARE)
    .max(1)
    .dataLinks([traces(q, CALLS, BY_WORKFLOW)]);
}

export function cacheDrop(q: Queries): TimeSeries {
  const by = [ATTR_COSTSPAN_TEAM, ATTR_GEN_AI_REQUEST_MODEL];
  const panel = timeSeries(
    'Cache hit rate against the week before',
    'Share of a day’s input tokens that came from a cache, beside the week before (dashed). A drop means that prompts no longer begin alike.',
    MISSING.calls,
  );
  return drift(q, panel, by, (window, offset) =>
    cacheShare((matcher) => sums(q, 'tokens', by, window, offset, [matcher])),
  )
    .unit(SHARE)
    .max(1)
    .dataLinks([traces(q, CALLS, by)]);
}

export function loopGrowth(q: Queries): TimeSeries {
  const panel = timeSeries(
    'Loop growth: calls per run',
    'Mean model calls of a day’s runs, beside the week before (dashed).',
    MISSING.runs,
  );
  return drift(q, panel, BY_WORKFLOW, (window, offset) =>
    // A histogram has no hourly series; runs are few.
    q.mean(METRIC_COSTSPAN_RUN_INFERENCE_CALLS, BY_WORKFLOW, { window, offset }),
  )
    .unit(COUNT)
    .dataLinks([traces(q, RUNS, BY_WORKFLOW)]);
}

export function promptGrowth(q: Queries): TimeSeries {
  const panel = timeSeries(
    'Prompt growth: input tokens per call',
    'Mean input tokens of a day’s calls, cached ones included, beside the week before (dashed).',
    MISSING.calls,
  );
  return drift(q, panel, BY_WORKFLOW, (window, offset) =>
    ratio(
      sums(q, 'tokens', BY_WORKFLOW, window, offset, [ofClasses(...READ_CLASSES)]),
      sums(q, 'calls', BY_WORKFLOW, window, offset, [SENT]),
    ),
  )
    .unit(COUNT)
    .dataLinks([traces(q, CALLS, BY_WORKFLOW)]);
}

export function costPerCallDrift(q: Queries): TimeSeries {
  const filter = chosen(ATTRIBUTED);
  const cost = q.recorded('costspan:cost_per_call_usd:avg1h', filter);
  const median = q.recorded('costspan:cost_per_call_usd:median7d', filter);
  return timeSeries(
    'Cost per call over its median of 7 days',
    'How dear the calls of an hour are against their usual price: 1 is usual; above 1.5 the alert begins, where the hour is worth more than a dollar.',
    MISSING.history,
  )
    .unit(COUNT)
    .decimals(2)
    .withTarget(range(ratio(cost, median), q.legend(...PER_WORKFLOW)))
    .dataLinks([traces(q, CALLS, BY_WORKFLOW)]);
}

export function unitPrices(q: Queries): TimeSeries {
  const by = [ATTR_GEN_AI_REQUEST_MODEL, ATTR_COSTSPAN_TOKEN_CLASS];
  const noTokens = `${COSTSPAN_TOKEN_CLASS_VALUE_TOOLS}|${COSTSPAN_TOKEN_CLASS_VALUE_UNSPLIT}`;
  const cost = q.spendPerHour(by, { matchers: [[ATTR_COSTSPAN_TOKEN_CLASS, '!~', noTokens]] });
  const panel = timeSeries(
    'Price changes: paid per million tokens',
    'What each class of tokens really cost in each hour, by model. A step is a new price, another service tier or a long-context surcharge.',
    MISSING.calls,
  );
  return legendAtRight(panel)
    .unit(USD)
    .withTarget(hourly(`1e6 * ${ratio(cost, q.perHour('tokens', by))}`, q.legend(...by)))
    .dataLinks([traces(q, CALLS, [ATTR_GEN_AI_REQUEST_MODEL])]);
}
