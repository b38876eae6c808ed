import {
  type MetricName,
  METRIC_COSTSPAN_AGENT_STOPS,
  METRIC_COSTSPAN_BUDGET_DECISIONS,
  METRIC_COSTSPAN_BUDGET_FORECAST_USD,
  METRIC_COSTSPAN_BUDGET_HELD_USD,
  METRIC_COSTSPAN_BUDGET_LIMIT_USD,
  METRIC_COSTSPAN_BUDGET_SPENT_USD,
  METRIC_COSTSPAN_CALLS,
  METRIC_COSTSPAN_COST_USD,
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
import { labelName, type Naming, seriesName } from '../../grafana/names.ts';

/**
 * Forty days of a fleet that spends steadily, and an hour ago everything happened to it at once.
 * The same figures are a history for Prometheus and what it scrapes from then on.
 */
export class SimulatedFleet {
  readonly naming: Naming;
  /** The last full minute before it began; milliseconds since the epoch. */
  readonly began: number;
  readonly #series: readonly Simulated[];

  constructor(naming: Naming, now: number) {
    this.naming = naming;
    this.began = Math.floor(now / MINUTE) * MINUTE;
    this.#series = [...counters(), ...histograms(), ...gauges(), ...recorded()];
  }

  /** OpenMetrics: half-hourly, and each minute of the last three hours. */
  history(): string {
    const minutes: number[] = [];
    // On the full hour, where subqueries of an hour look.
    const first = 30 - ((this.began / MINUTE) % 30);
    for (let at = first; at < DAYS * 1440 - 180; at += 30) minutes.push(at);
    for (let at = DAYS * 1440 - 180; at < DAYS * 1440; at += 1) minutes.push(at);
    const start = this.began - DAYS * 1440 * MINUTE;
    const lines = this.#series.flatMap((series) => {
      const name = this.#written(series);
      return minutes
        .map((at) => [at, series.value(at)] as const)
        .filter(([, value]) => !Number.isNaN(value))
        .map(([at, value]) => `${name} ${value} ${start / 1000 + at * 60}\n`);
    });
    return `${lines.join('')}# EOF\n`;
  }

  /** What a scrape returns now. Recorded series are Prometheus' own. */
  exposition(now: number): string {
    const at = DAYS * 1440 + (now - this.began) / MINUTE;
    return this.#series
      .filter(({ series }) => !series.includes(':'))
      .map((series) => `${this.#written(series)} ${series.value(at)}\n`)
      .join('');
  }

  #written({ series, part, labels, le }: Simulated): string {
    const name = series.includes(':')
      ? series
      : seriesName(this.naming, series as MetricName, part);
    const process = series.includes(':') ? {} : { job: 'app', instance: 'i-1' };
    const pairs = [
      ...Object.entries({ ...labels, ...process }).map(([key, value]) => [
        labelName(this.naming, key),
        value,
      ]),
      ...(le === undefined ? [] : [['le', le]]),
    ].map(([key = '', value = '']) => `${quoted(key)}="${value}"`);
    return quoted(name) === name
      ? `${name}{${pairs.join(',')}}`
      : `{${[quoted(name), ...pairs].join(',')}}`;
  }
}

interface Simulated {
  /** A metric of the registry, or a recorded series. */
  readonly series: string;
  readonly part?: 'bucket' | 'sum' | 'count';
  readonly labels: Readonly<Record<string, string>>;
  readonly le?: string;
  /** By minutes since the beginning of the history. */
  readonly value: (minutes: number) => number;
}

const MINUTE = 60_000;
const DAYS = 40;
/** The incident began 50 minutes before the end of the history. */
const INCIDENT = DAYS * 1440 - 50;

function quoted(name: string): string {
  return /^[a-zA-Z_:][\w:]*$/.test(name) ? name : `"${name}"`;
}

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

function token(kind: string): Record<string, string> {
  return { 'costspan.token.class': kind };
}

function call(outcome: string, source = 'provider'): Record<string, string> {
  return {
    'costspan.call.outcome': outcome,
    'costspan.usage.source': source,
    'costspan.price.state': 'priced',
  };
}

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
    counter(METRIC_COSTSPAN_TOKENS, { ...SMALL, ...token('input') }, 1000, 4000),
    counter(METRIC_COSTSPAN_TOKENS, { ...SMALL, ...token('cache_read') }, 2000, 0),
    counter(METRIC_COSTSPAN_TOKENS, { ...SMALL, ...token('cache_write') }, 100),
    counter(METRIC_COSTSPAN_TOKENS, { ...SMALL, ...token('output') }, 500),
    counter(METRIC_COSTSPAN_TOKENS, { ...LARGE, ...token('input') }, 0, 1000),
    counter(METRIC_COSTSPAN_TOKENS, { ...LARGE, ...token('output') }, 0, 1000),
    counter(METRIC_COSTSPAN_TOKENS, { ...LARGE, ...token('reasoning') }, 0, 1000),
    counter(METRIC_COSTSPAN_CALLS, { ...SMALL, ...call('ok') }, 20, 2),
    counter(METRIC_COSTSPAN_CALLS, { ...SMALL, ...call('aborted', 'estimated') }, 1),
    counter(METRIC_COSTSPAN_CALLS, { ...SMALL, ...call('error') }, 0.1, 6),
    counter(METRIC_COSTSPAN_CALLS, { ...SMALL, ...call('blocked') }, 0.1, 2),
    counter(METRIC_COSTSPAN_CALLS, { ...LARGE, ...call('ok') }, 0, 20),
    counter(METRIC_COSTSPAN_RETRIES, SMALL, 0.1, 12),
    counter(METRIC_COSTSPAN_UNPRICED_TOKENS, { ...SMALL, 'gen_ai.request.model': 'next' }, 10),
    counter(METRIC_COSTSPAN_OUTCOMES, { ...TEAM, ...outcome }, 2),
    counter(
      METRIC_COSTSPAN_OUTCOMES,
      { ...TEAM, ...outcome, 'costspan.outcome.status': 'failure' },
      0.5,
    ),
    counter(METRIC_COSTSPAN_OUTCOME_VALUE_USD, { ...TEAM, ...outcome }, 1),
    counter(METRIC_COSTSPAN_UNMETERED_REQUESTS, { ...TEAM, 'server.address': 'api.x.ai' }, 1),
    counter(METRIC_COSTSPAN_INTERNAL_ERRORS, { 'costspan.component': 'pricing' }, 0.1),
    counter(METRIC_COSTSPAN_AGENT_STOPS, { 'costspan.limit': 'inference_calls' }, 0.1, 1),
    ...['allow', 'alert', 'block', 'override'].map((decision) =>
      counter(METRIC_COSTSPAN_BUDGET_DECISIONS, decided(decision), 1),
    ),
  ];
}

/** Every histogram of the registry, its recordings in the middle of the buckets, or of the calls. */
function histograms(): Simulated[] {
  return Object.values(METRICS)
    .filter(({ instrument, name }) => instrument === 'histogram' && !/\.server\.|^mcp/.test(name))
    .flatMap(({ name, boundaries = [] }) => {
      const labels = name.startsWith('costspan.run')
        ? TEAM
        : { ...SMALL, 'gen_ai.agent.name': 'triage', 'gen_ai.tool.name': 'search' };
      // Runs make 100 calls each: far too many.
      const middle =
        name === 'costspan.run.inference_calls' ? 100 : (boundaries[boundaries.length >> 1] ?? 1);
      const bucket = (le: string, bound: number): Simulated => ({
        series: name,
        part: 'bucket',
        labels,
        le,
        value: (at) => (middle <= bound ? count(at) : 0),
      });
      return [
        ...boundaries.map((bound) => bucket(bound.toFixed(Number.isInteger(bound) ? 1 : 4), bound)),
        bucket('+Inf', Number.POSITIVE_INFINITY),
        { series: name, part: 'sum' as const, labels, value: (at) => middle * count(at) },
        { series: name, part: 'count' as const, labels, value: count },
      ];
    });
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
    gauge(METRIC_COSTSPAN_BUDGET_FORECAST_USD, ofBudget('shared'), 150),
  ];
}

/** What the rules would have recorded, where others look back at it. */
function recorded(): Simulated[] {
  const workflow = { 'costspan.team': 'support', 'costspan.workflow': 'bug-triage' };
  const model = { ...workflow, 'gen_ai.request.model': 'gpt-4.1-mini' };
  return [
    { series: 'costspan:cost_usd:increase1h', labels: workflow, value: before(1.2) },
    { series: 'costspan:cost_per_call_usd:avg1h', labels: workflow, value: before(0.001) },
    { series: 'costspan:model_share:ratio1h', labels: model, value: before(1) },
    {
      series: 'costspan:tier_share:ratio1h',
      labels: { ...workflow, 'costspan.model.tier': 'small' },
      value: before(1),
    },
    {
      series: 'costspan:cache_read:ratio1h',
      labels: { 'costspan.team': 'support', 'gen_ai.request.model': 'gpt-4.1-mini' },
      value: before(0.6),
    },
    {
      series: 'costspan:budget_spent_usd',
      labels: { 'costspan.budget.id': 'shared' },
      value: (at) => (at < INCIDENT ? (20 * at) / (DAYS * 1440) : Number.NaN),
    },
  ];
}
