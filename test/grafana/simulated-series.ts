import {
  type MetricName,
  METRIC_COSTSPAN_AGENT_ALERTS,
  METRIC_COSTSPAN_AGENT_STOPS,
  METRIC_COSTSPAN_BUDGET_ALERTS,
  METRIC_COSTSPAN_BUDGET_DECISIONS,
  METRIC_COSTSPAN_BUDGET_FORECAST_USD,
  METRIC_COSTSPAN_BUDGET_HELD_CALLS,
  METRIC_COSTSPAN_BUDGET_HELD_TOKENS,
  METRIC_COSTSPAN_BUDGET_HELD_USD,
  METRIC_COSTSPAN_BUDGET_LIMIT_USD,
  METRIC_COSTSPAN_BUDGET_SPENT_USD,
  METRIC_COSTSPAN_CALLS,
  METRIC_COSTSPAN_COST_USD,
  METRIC_COSTSPAN_BACKGROUND_RESPONSES,
  METRIC_COSTSPAN_INTERNAL_ERRORS,
  METRIC_COSTSPAN_OUTCOME_VALUE_USD,
  METRIC_COSTSPAN_OUTCOMES,
  METRIC_COSTSPAN_PRICE_BOOK_AGE_SECONDS,
  METRIC_COSTSPAN_RETRIES,
  METRIC_COSTSPAN_TOKENS,
  METRIC_COSTSPAN_UNMETERED_REQUESTS,
  METRIC_COSTSPAN_UNPRICED_TOKENS,
  METRICS,
} from '../../conventions/index.ts';
import { HOURLY, HOURS_UNTIL } from '../../grafana/queries/recorded.ts';

/** What the fleet of simulated-fleet.ts counts and what rules would have recorded of it. */

export type Labels = Readonly<Record<string, string>>;

/** Of the Collector's `span_metrics` connector. */
export const OF_SPANS = 'traces.span.metrics.duration_milliseconds';

export interface Simulated {
  /** A metric of the registry, or a recorded series. */
  readonly series: string;
  readonly part?: 'bucket' | 'sum' | 'count';
  readonly labels: Labels;
  readonly le?: string;
  /** By minutes since the beginning of the history. */
  readonly value: (minutes: number) => number;
}

export const MINUTE = 60_000;
export const DAYS = 40;
/** The incident began 50 minutes before the end of the history. */
const INCIDENT = DAYS * 1440 - 50;

const TEAM = {
  'costspan.team': 'support',
  'costspan.workflow': 'bug-triage',
  'deployment.environment.name': 'production',
};
const SMALL = {
  ...TEAM,
  'gen_ai.provider.name': 'openai',
  'gen_ai.operation.name': 'chat',
  'gen_ai.request.model': 'gpt-4.1-mini',
  'costspan.model.tier': 'small',
};
const LARGE = { ...SMALL, 'gen_ai.request.model': 'o4', 'costspan.model.tier': 'frontier' };
const { 'costspan.model.tier': _, ...WITHOUT_TIER } = SMALL;
/** What nobody priced has no tier either. */
const UNPRICED = { ...WITHOUT_TIER, 'gen_ai.request.model': 'next' };
/** Nothing has come from it for so long that it is missed. */
const GONE = { ...SMALL, 'costspan.team': 'gone', 'costspan.workflow': 'silent' };
const GONE_SINCE = DAYS * 1440 - 80;
const NOBODY = { ...SMALL, 'costspan.team': 'unassigned', 'costspan.workflow': 'unassigned' };

function counter(
  series: MetricName,
  labels: Readonly<Record<string, string>>,
  usual: number,
  incident: number = usual,
): Simulated {
  const value = (at: number) =>
    usual * Math.min(at, INCIDENT) + incident * Math.max(0, at - INCIDENT);
  return { series, labels, value };
}

function until(end: number, series: Simulated): Simulated {
  return { ...series, value: (at) => (at < end ? series.value(at) : Number.NaN) };
}

function token(kind: string): Record<string, string> {
  return { 'costspan.token.class': kind };
}

function call(outcome: string, source = 'provider', state = 'priced'): Record<string, string> {
  return {
    'costspan.call.outcome': outcome,
    'costspan.usage.source': source,
    'costspan.price.state': state,
  };
}

/** A call that was never sent has no usage, and so no price. */
const BLOCKED = { 'costspan.call.outcome': 'blocked', 'costspan.price.state': 'unpriced' };

function decided(decision: string): Record<string, string> {
  return {
    'costspan.budget.id': 'shared',
    'costspan.budget.decision': decision,
  };
}

function ofBudget(id: string): Record<string, string> {
  return { 'costspan.budget.id': id, 'costspan.budget.period': 'day' };
}

function gauge(
  series: MetricName,
  labels: Readonly<Record<string, string>>,
  amount: number,
): Simulated {
  return {
    series,
    labels,
    value: (at: number) => (amount * at) / (DAYS * 1440),
  };
}

/** From the incident on it is Prometheus that records. */
function before(usual: number): Simulated['value'] {
  return (at: number) => (at < INCIDENT ? usual : Number.NaN);
}

function count(at: number): number {
  return 3 * at;
}

function counters(): Simulated[] {
  const outcome = { 'costspan.outcome.name': 'resolved', 'costspan.outcome.status': 'success' };
  return [
    counter(METRIC_COSTSPAN_COST_USD, { ...SMALL, ...token('input') }, 0.01, 0),
    counter(METRIC_COSTSPAN_COST_USD, { ...SMALL, ...token('cache_read') }, 0.004, 0),
    counter(METRIC_COSTSPAN_COST_USD, { ...SMALL, ...token('output') }, 0.006, 0),
    counter(METRIC_COSTSPAN_COST_USD, { ...LARGE, ...token('input') }, 0, 0.2),
    counter(METRIC_COSTSPAN_COST_USD, { ...LARGE, ...token('output') }, 0, 0.3),
    counter(METRIC_COSTSPAN_COST_USD, { ...NOBODY, ...token('output') }, 0.01),
    counter(METRIC_COSTSPAN_TOKENS, { ...SMALL, ...token('input') }, 1000, 20_000),
    counter(METRIC_COSTSPAN_TOKENS, { ...SMALL, ...token('cache_read') }, 2000, 0),
    counter(METRIC_COSTSPAN_TOKENS, { ...SMALL, ...token('cache_write') }, 100),
    counter(METRIC_COSTSPAN_TOKENS, { ...SMALL, ...token('output') }, 500),
    counter(METRIC_COSTSPAN_TOKENS, { ...LARGE, ...token('input') }, 0, 1000),
    counter(METRIC_COSTSPAN_TOKENS, { ...LARGE, ...token('output') }, 0, 1000),
    counter(METRIC_COSTSPAN_TOKENS, { ...LARGE, ...token('reasoning') }, 0, 1000),
    counter(METRIC_COSTSPAN_CALLS, { ...SMALL, ...call('ok') }, 20, 2),
    counter(METRIC_COSTSPAN_CALLS, { ...SMALL, ...call('aborted', 'estimated') }, 1),
    counter(METRIC_COSTSPAN_CALLS, { ...SMALL, ...call('error') }, 0.1, 6),
    counter(METRIC_COSTSPAN_CALLS, { ...SMALL, ...BLOCKED }, 0.1, 2),
    counter(METRIC_COSTSPAN_CALLS, { ...LARGE, ...call('ok') }, 0, 20),
    until(GONE_SINCE, counter(METRIC_COSTSPAN_CALLS, { ...GONE, ...call('ok') }, 1)),
    counter(METRIC_COSTSPAN_RETRIES, SMALL, 0.1, 12),
    counter(METRIC_COSTSPAN_UNPRICED_TOKENS, UNPRICED, 10),
    counter(METRIC_COSTSPAN_TOKENS, { ...UNPRICED, ...token('input') }, 10),
    counter(METRIC_COSTSPAN_CALLS, { ...UNPRICED, ...call('ok', 'provider', 'unpriced') }, 0.1),
    counter(METRIC_COSTSPAN_OUTCOMES, { ...TEAM, ...outcome }, 2),
    counter(
      METRIC_COSTSPAN_OUTCOMES,
      { ...TEAM, ...outcome, 'costspan.outcome.status': 'failure' },
      0.5,
    ),
    // Half of what the calls cost.
    counter(METRIC_COSTSPAN_OUTCOME_VALUE_USD, { ...TEAM, ...outcome }, 0.01),
    counter(METRIC_COSTSPAN_UNMETERED_REQUESTS, { ...TEAM, 'server.address': 'api.x.ai' }, 1),
    counter(METRIC_COSTSPAN_CALLS, { ...SMALL, ...call('ok', 'provider', 'partial') }, 0.001),
    counter(
      METRIC_COSTSPAN_BACKGROUND_RESPONSES,
      { ...TEAM, 'costspan.background.state': 'begun' },
      0.1,
    ),
    counter(METRIC_COSTSPAN_INTERNAL_ERRORS, { 'costspan.component': 'pricing' }, 0.1),
    counter(METRIC_COSTSPAN_AGENT_STOPS, { ...TEAM, 'costspan.limit': 'inference_calls' }, 0.1, 1),
    counter(METRIC_COSTSPAN_AGENT_ALERTS, { ...TEAM, 'costspan.limit': 'tokens' }, 0.1, 1),
    counter(
      METRIC_COSTSPAN_BUDGET_ALERTS,
      { 'costspan.budget.id': 'near', 'costspan.budget.threshold': '0.8' },
      0.1,
    ),
    ...['allow', 'alert', 'block', 'override'].map((decision) =>
      counter(METRIC_COSTSPAN_BUDGET_DECISIONS, decided(decision), 1),
    ),
  ];
}

/** The labels that a histogram has in real life. */
function labelsOfHistogram(name: string): Labels {
  const agent = { ...TEAM, 'gen_ai.agent.name': 'triage' };
  if (name.startsWith('costspan.run')) return TEAM;
  if (name.startsWith('gen_ai.invoke_agent')) return agent;
  if (name.startsWith('gen_ai.execute_tool')) return { ...TEAM, 'gen_ai.tool.name': 'search' };
  if (name.startsWith('gen_ai.invoke_workflow')) {
    return { ...TEAM, 'gen_ai.workflow.name': 'triage' };
  }
  return name === 'gen_ai.client.operation.cost'
    ? { ...SMALL, 'gen_ai.usage.cost.currency': 'USD' }
    : SMALL;
}

/** Every histogram of the registry, its recordings in the middle of the buckets, or of the calls. */
function histograms(): Simulated[] {
  const ours = Object.values(METRICS)
    .filter(({ instrument, name }) => instrument === 'histogram' && !/\.server\.|^mcp/.test(name))
    .flatMap(({ name, boundaries = [] }) => {
      // Runs make 100 calls each: far too many.
      const isRun = name === 'costspan.run.inference_calls';
      const middle = isRun ? 100 : (boundaries[boundaries.length >> 1] ?? 1);
      return histogram(name, labelsOfHistogram(name), boundaries, middle);
    });
  const { 'costspan.team': team, 'costspan.workflow': workflow } = TEAM;
  const ofSpans = {
    'costspan.team': team,
    'costspan.workflow': workflow,
    'gen_ai.request.model': SMALL['gen_ai.request.model'],
  };
  return [...ours, ...histogram(OF_SPANS, ofSpans, [100, 1000, 10_000], 1000)];
}

function histogram(
  series: string,
  labels: Labels,
  boundaries: readonly number[],
  middle: number,
): Simulated[] {
  const bucket = (le: string, bound: number): Simulated => ({
    series,
    part: 'bucket',
    labels,
    le,
    value: (at) => (middle <= bound ? count(at) : 0),
  });
  return [
    ...boundaries.map((bound) => bucket(bound.toFixed(Number.isInteger(bound) ? 1 : 4), bound)),
    bucket('+Inf', Number.POSITIVE_INFINITY),
    { series, part: 'sum', labels, value: (at) => middle * count(at) },
    { series, part: 'count', labels, value: count },
  ];
}

function gauges(): Simulated[] {
  return [
    { series: METRIC_COSTSPAN_PRICE_BOOK_AGE_SECONDS, labels: {}, value: () => 61 * 86_400 },
    ...(
      [
        ['noticed', 55],
        ['near', 78],
        ['over', 120],
        ['fast', 50],
        ['shared', 20],
      ] as const
    ).map(([id, spent]) => gauge(METRIC_COSTSPAN_BUDGET_SPENT_USD, ofBudget(id), spent)),
    { series: METRIC_COSTSPAN_BUDGET_LIMIT_USD, labels: ofBudget('shared'), value: () => 100 },
    gauge(METRIC_COSTSPAN_BUDGET_HELD_USD, ofBudget('shared'), 3),
    gauge(METRIC_COSTSPAN_BUDGET_HELD_TOKENS, ofBudget('tokens'), 3000),
    gauge(METRIC_COSTSPAN_BUDGET_HELD_CALLS, ofBudget('calls'), 3),
    gauge(METRIC_COSTSPAN_BUDGET_FORECAST_USD, ofBudget('shared'), 150),
    gauge(METRIC_COSTSPAN_BUDGET_FORECAST_USD, ofBudget('fast'), 480),
  ];
}

/** What the rules would have recorded of the hours, half an hour after the end of each. */
function hours(startMinutes: number): Simulated[] {
  const all = counters();
  const recordedAt = (at: number): boolean => (startMinutes + at) % 60 === 30;
  return [
    ...Object.values(HOURLY).flatMap(({ metric, hour }) =>
      all
        .filter(({ series }) => series === metric)
        .map(({ labels, value }) => ({
          series: hour,
          labels,
          value: (at: number) => (recordedAt(at) ? value(at - 30) - value(at - 90) : Number.NaN),
        })),
    ),
    {
      series: HOURS_UNTIL,
      labels: {},
      value: (at) => Math.floor((startMinutes + at - 30) / 60) * 3600,
    },
  ];
}

/** What the rules would have recorded, where others look back at it. */
function recorded(): Simulated[] {
  const team = { 'costspan.team': 'support', 'deployment.environment.name': 'production' };
  const workflow = { ...team, 'costspan.workflow': 'bug-triage' };
  const model = { ...workflow, 'gen_ai.request.model': 'gpt-4.1-mini' };
  return [
    { series: 'costspan:cost_usd:increase1h', labels: workflow, value: before(1.2) },
    { series: 'costspan:cost_per_call_usd:avg1h', labels: workflow, value: before(0.001) },
    { series: 'costspan:model_share:ratio1h', labels: model, value: before(1) },
    { series: 'costspan:value_per_usd:ratio7d', labels: workflow, value: before(0.5) },
    {
      series: 'costspan:seen_hours:count1d',
      labels: { ...team, 'costspan.team': GONE['costspan.team'] },
      value: before(24),
    },
    {
      series: 'costspan:tier_share:ratio1h',
      labels: { ...workflow, 'costspan.model.tier': 'small' },
      value: before(1),
    },
    {
      series: 'costspan:cache_read:ratio1h',
      labels: { ...team, 'gen_ai.request.model': 'gpt-4.1-mini' },
      value: before(0.6),
    },
    {
      series: 'costspan:budget_elapsed:ratio',
      labels: { 'costspan.budget.id': 'near' },
      value: () => 0,
    },
    {
      series: 'costspan:budget_spent_usd',
      labels: { 'costspan.budget.id': 'shared' },
      value: (at) => (at < INCIDENT ? (20 * at) / (DAYS * 1440) : Number.NaN),
    },
  ];
}

/** All of it; `startMinutes` is when the history begins, in minutes since the epoch. */
export function simulatedSeries(startMinutes: number): readonly Simulated[] {
  return [...counters(), ...histograms(), ...gauges(), ...recorded(), ...hours(startMinutes)];
}
