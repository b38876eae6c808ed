import type { RuleTest } from './promtool.ts';

/*
 * What must not wake anybody. Each of these made an alert fire once. The series of a workflow carry
 * its environment, as some applications have one.
 */

const W1 = 'costspan_team="t1", costspan_workflow="w1", deployment_environment_name="prod"';
const cost = (labels = '') => `costspan_cost_usd_total{${W1}${labels}}`;
const calls = (labels = '') => `costspan_calls_total{${W1}, costspan_call_outcome="ok"${labels}}`;
const SMALL = ', gen_ai_request_model="m1", costspan_model_tier="small"';
const LARGE = ', gen_ai_request_model="m2", costspan_model_tier="frontier"';

const silent = (alert: string, ...times: readonly string[]) =>
  times.map((time) => [time, alert] as const);

/** Of minutes. */
export const GAPS: readonly RuleTest[] = [
  {
    name: 'monitoring is away for 20 minutes, and nothing happens meanwhile',
    interval: '1m',
    series: {
      'costspan_unpriced_tokens_total{gen_ai_request_model="m"}': '900x120 _x20 900x60',
      'costspan_unmetered_requests_total{server_address="api.openai.com"}': '3x120 _x20 3x60',
      'costspan_internal_errors_total{costspan_component="pricing"}': '1x120 _x20 1x60',
      [`costspan_agent_stops_total{${W1}, costspan_limit="inference_calls"}`]: '2x120 _x20 2x60',
      [`costspan_agent_alerts_total{${W1}, costspan_limit="tokens"}`]: '2x120 _x20 2x60',
      [`costspan_calls_total{${W1}, costspan_call_outcome="blocked"}`]: '7x120 _x20 7x60',
      [`costspan_run_inference_calls_bucket{${W1}, le="64"}`]: '5x120 _x20 5x60',
      [`costspan_run_inference_calls_count{${W1}}`]: '7x120 _x20 7x60',
    },
    // Also at the beginning, when the rules meet counters that are old.
    values: ['5m', '30m', '119m', '141m', '145m', '156m', '170m'].map(
      (time) => [time, 'ALERTS', {}] as const,
    ),
  },
  {
    name: 'runs that always make 33 to 64 calls',
    interval: '1m',
    series: {
      [`costspan_run_inference_calls_bucket{${W1}, le="32"}`]: '0x180',
      [`costspan_run_inference_calls_bucket{${W1}, le="64"}`]: '0+3x180',
      [`costspan_run_inference_calls_bucket{${W1}, le="+Inf"}`]: '0+3x180',
      [`costspan_run_inference_calls_count{${W1}}`]: '0+3x180',
    },
    alerts: silent('CostspanAgentRunaway', '10m', '60m', '170m'),
  },
  {
    name: 'a new workflow that is steady',
    interval: '1m',
    series: { [cost()]: '_x60 0+0.1x240', [calls()]: '_x60 0+10x240' },
    alerts: silent('CostspanSpendSpike', '70m', '90m', '125m', '180m', '240m'),
  },
];

const DAY = 288;

/** A counter of `days`, whose growth in the five minutes before `at` is `growth(at)`. */
function counter(days: number, growth: (hour: number, day: number) => number): string {
  const parts: string[] = [];
  let value = 0;
  for (let hour = 0; hour < days * 24; hour += 1) {
    const step = growth(hour % 24, Math.floor(hour / 24));
    parts.push(`${round(value)}+${round(step)}x11`);
    value += 12 * step;
  }
  return parts.join(' ');
}

function round(value: number): number {
  return Number(value.toFixed(6));
}

const NIGHTS = ['50h', '51h', '51h30m', '74h', '75h', '75h30m', '98h', '99h', '123h'] as const;
const isNight = (hour: number): boolean => hour === 2 || hour === 3;

/** Of days, so with longer steps. */
export const DAYS: readonly RuleTest[] = [
  {
    name: 'a warm cache by day, two calls an hour by night',
    interval: '5m',
    series: {
      [calls(SMALL)]: counter(4, (hour) => (hour < 6 ? 2 / 12 : 50)),
      [`costspan_tokens_total{${W1}${SMALL}, costspan_token_class="input"}`]: counter(4, (hour) =>
        hour < 6 ? 500 : 1000,
      ),
      [`costspan_tokens_total{${W1}${SMALL}, costspan_token_class="cache_read"}`]: counter(
        4,
        (hour) => (hour < 6 ? 0 : 9000),
      ),
    },
    alerts: silent('CostspanCacheHitDrop', '26h', '28h', '50h', '52h', '53h', '76h'),
  },
  {
    name: 'every night a batch on a large model, in a workflow that is small by day',
    interval: '5m',
    series: {
      [cost(SMALL)]: counter(6, () => 0.01),
      [cost(LARGE)]: counter(6, (hour) => (isNight(hour) ? 2 : 0)),
      [calls(SMALL)]: counter(6, () => 10),
      [calls(LARGE)]: counter(6, (hour) => (isNight(hour) ? 40 : 0)),
    },
    alerts: [
      ...silent('CostspanCostPerCallRise', ...NIGHTS),
      ...silent('CostspanModelMixDrift', ...NIGHTS),
      ...silent('CostspanTierDrift', ...NIGHTS),
      ...silent('CostspanSpendSpike', ...NIGHTS),
    ],
  },
  {
    name: 'one hour of 5 USD a day, at changing hours',
    interval: '5m',
    series: {
      [cost()]: counter(6, (hour, day) => (hour === (day * 7 + 3) % 24 ? 5 / 12 : 0.001)),
      [calls()]: counter(6, () => 10),
    },
    // At 3, 10, 17, 0, 7 and 14 o'clock, and half an hour before its end.
    alerts: silent('CostspanSpendSpike', '35h', '34h30m', '66h', '73h', '103h', '104h', '135h'),
  },
];

export const ASIA = `
budgets:
  - { id: asia, match: { team: t1 }, limitUsd: 10, period: day }
  - { id: jobs, match: { team: jobs }, limitUsd: 100, period: day }
`;

export const BURSTS = `
budgets:
  - { id: noon, match: { team: noon }, limitUsd: 100, period: day }
  - { id: midnight, match: { team: midnight }, limitUsd: 100, period: day }
  - { id: wandering, match: { team: wandering }, limitUsd: 100, period: day }
  - { id: month, match: { team: month }, limitUsd: 1000, period: month }
  - { id: weekly, match: { team: weekly }, limitUsd: 1000, period: month }
`;

const ofTeam = (team: string) => `costspan_cost_usd_total{costspan_team="${team}"}`;

const burning = (team: string, period: string, shown: string) => ({
  'costspan.budget.id': team,
  'costspan.budget.period': period,
  'costspan.team': team,
  shown,
});

/** The first day is Thursday, 1 January. */
export const FAST: readonly RuleTest[] = [
  {
    name: 'calm budgets of which some burn from one hour to the next',
    interval: '5m',
    series: {
      // 40 USD of 100 a day; on the fifth 20 USD an hour from noon on, for three hours.
      [ofTeam('noon')]: counter(8, (hour, day) =>
        day === 4 && hour >= 12 && hour < 15 ? 20 / 12 : 40 / DAY,
      ),
      // The same at 12 USD an hour from midnight on.
      [ofTeam('midnight')]: counter(8, (hour, day) => (day === 4 && hour < 6 ? 1 : 40 / DAY)),
      // 30 USD within an hour of each day, whichever it is.
      [ofTeam('wandering')]: counter(8, (hour, day) =>
        hour === (day * 7 + 3) % 24 ? 30 / 12 : 0.001,
      ),
      // 9.6 USD a day of 1000 a month; on the 16th 8 USD an hour.
      [ofTeam('month')]: counter(18, (_, day) => (day === 15 ? 8 / 12 : 9.6 / DAY)),
      // 60 USD every Thursday morning.
      [ofTeam('weekly')]: counter(18, (hour, day) =>
        day % 7 === 0 && hour >= 2 && hour < 8 ? 10 / 12 : 2.4 / DAY,
      ),
    },
    alerts: [
      ['107h', 'CostspanBudgetBurnRate'],
      ['99h30m', 'CostspanBudgetBurnRate', burning('midnight', 'day', '2.9')],
      ['110h30m', 'CostspanBudgetBurnRate', burning('noon', 'day', '4.8')],
      ...['27h', '28h', '35h', '57h', '66h', '75h', '134h', '141h', '180h'].map(
        (time) => [time, 'CostspanBudgetBurnRate'] as const,
      ),
      // The weekly work is known by its third time.
      ...['341h', '342h', '344h'].map((time) => [time, 'CostspanBudgetBurnRate'] as const),
      ['375h', 'CostspanBudgetBurnRate', burning('month', 'month', '6.0')],
      ['395h', 'CostspanBudgetBurnRate'],
    ],
  },
];

const job = (index: number) => `costspan_cost_usd_total{costspan_team="jobs", instance="${index}"}`;

export const DAILY: readonly RuleTest[] = [
  {
    name: "a team in Asia that spends nine tenths of its daily budget (UTC) between 1 and 10 o'clock",
    interval: '5m',
    series: {
      [cost()]: counter(4, (hour) => (hour >= 1 && hour < 10 ? 1 / 12 : 0)),
      // What its processes forecast, who know this day alone.
      [`costspan_budget_forecast_usd{costspan_budget_id="asia", costspan_budget_period="day"}`]:
        Array.from({ length: 4 * DAY }, (_, at) =>
          round(Math.min(9, Math.max(0, (at % DAY) / 12 - 1)) / ((at % DAY || DAY) / DAY)),
        ).join(' '),
    },
    alerts: [
      ...silent('CostspanBudgetBurnRate', '4h', '8h', '30h', '32h', '34h', '54h', '58h', '80h'),
      ...silent('CostspanBudgetForecastOver', '4h', '8h', '30h', '32h', '54h', '58h', '80h'),
    ],
  },
  {
    name: 'jobs of half a minute, each with a counter of its own, spend 144 of 100 USD a day',
    interval: '5m',
    series: Object.fromEntries(
      Array.from({ length: DAY }, (_, index) => [job(index), `_x${index * 2} 0 1 stale`]),
    ),
    values: [
      [
        '12h30m',
        'round(costspan:budget_spent_usd{costspan_budget_id="jobs"}, 0.1)',
        { '{costspan_budget_id="jobs"}': 75 },
      ],
      [
        '36h30m',
        'round(costspan:budget_spent_usd{costspan_budget_id="jobs"}, 0.1)',
        { '{costspan_budget_id="jobs"}': 75 },
      ],
    ],
    alerts: [
      [
        '18h',
        'CostspanBudgetExceeded',
        {
          'costspan.budget.id': 'jobs',
          'costspan.budget.period': 'day',
          'costspan.team': 'jobs',
          threshold: '100%',
          shown: '100%',
        },
      ],
    ],
  },
];

export const FIRST = `
budgets:
  - { id: first, match: { team: t1 }, limitUsd: 1000, period: month }
`;

export const MONTHLY_JOB: readonly RuleTest[] = [
  {
    name: 'a job of 500 USD on the first, and 9.6 USD a day: the month ends at 77 %',
    interval: '5m',
    series: {
      [cost()]: counter(42, (hour, day) => (day === 31 && hour < 6 ? 500 / 72 : 0) + 9.6 / DAY),
    },
    values: [
      [
        '800h',
        'round(costspan:budget_forecast:ratio, 0.01) + 0',
        {
          '{costspan_budget_id="first", costspan_budget_period="month", costspan_team="t1"}': 0.77,
        },
      ],
    ],
    alerts: [
      ...silent('CostspanBudgetBurnRate', '751h', '760h', '770h', '800h', '850h', '920h'),
      ...silent('CostspanBudgetForecastOver', '751h', '760h', '770h', '800h', '850h', '920h'),
    ],
  },
];
