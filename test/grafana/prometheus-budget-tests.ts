import type { BudgetForRules } from '../../grafana/rules/index.ts';
import type { RuleTest } from './promtool.ts';

/** Every kind of budget. The tests start at 1970-01-01 UTC, a Thursday. */
export const MONTHLY = `
budgets:
  - { id: support-monthly, match: { team: support }, limitUsd: 4000, period: month,
      timezone: Europe/Berlin, owner: support-lead }
  - { id: growth-monthly, match: { team: growth, workflow: campaign }, limitUsd: 1000, period: month }
`;

export const SHORTER = `
budgets:
  - { id: search-daily, match: { team: search }, limitUsd: 50, period: day, owner: search-lead }
  - { id: weekly-tokens, match: { team: tokens }, limitTokens: 100000, period: week }
  - { id: daily-calls, match: { model: "gpt-4*" }, limitCalls: 1000, period: day, alertAt: [0.9] }
  - { id: each-workflow, match: { team: split }, limitUsd: 10, period: day, splitBy: [workflow] }
  - { id: of-an-agent, match: { agent: planner }, limitUsd: 10, period: day }
  - { id: half-hour-zone, match: { team: delhi }, limitUsd: 100, period: day, timezone: Asia/Kolkata }
`;

const id = (budget: string) => `{costspan_budget_id="${budget}"}`;
const cost = (labels: string) => `costspan_cost_usd_total{${labels}}`;
const support = {
  'costspan.budget.id': 'support-monthly',
  'costspan.budget.period': 'month',
  'costspan.team': 'support',
  owner: 'support-lead',
};
const spent = (budget: string, unit = 'usd') =>
  `round(costspan:budget_spent_${unit}${id(budget)}, 1)`;

/** 14 days of 10 USD between 2 and 3 o'clock. */
const NIGHTLY = Array.from(
  { length: 14 },
  (_, day) => `${day * 10}x${day === 0 ? 24 : 275} ${day * 10}+0.833333333333333x11`,
).join(' ');

const forecastOf = (team: string) =>
  `round(costspan:cost_usd:month_forecast{costspan_team="${team}"}, 1)`;

const FORECAST = 'round(costspan:cost_usd:month_forecast, 1)';

export const MONTHS: readonly RuleTest[] = [
  {
    name: '1 USD each 10 minutes (144 a day, 4464 in January) over the end of a month',
    interval: '5m',
    series: { [cost('costspan_team="support"')]: '0+0.5x11520' },
    values: [
      ['10d', 'round(costspan:cost_usd:mtd, 1)', { '{costspan_team="support"}': 1440 }],
      ['10d', 'round(costspan:cost_usd:month_forecast, 1)', { '{costspan_team="support"}': 4464 }],
      ['10d', spent('support-monthly'), { [id('support-monthly')]: 1440 }],
      // 743h is 31 January 23:00 UTC, and February already in the budget's zone, once the last hour of
      // January is recorded: at the next evaluation.
      ['743h', spent('support-monthly'), { [id('support-monthly')]: 4458 }],
      ['744h', spent('support-monthly'), { [id('support-monthly')]: 6 }],
      ['744h', 'round(costspan:cost_usd:mtd, 1)', { '{costspan_team="support"}': 4464 }],
      // 00:00 on the first of February: what is known is January's, and nothing of it is left.
      ['744h', FORECAST, { '{costspan_team="support"}': 4464 }],
      ['745h', FORECAST, { '{costspan_team="support"}': 4032 }],
      ['745h', 'round(costspan:cost_usd:mtd, 1)', { '{costspan_team="support"}': 6 }],
      ['32d', 'round(costspan:cost_usd:mtd, 1)', { '{costspan_team="support"}': 144 }],
      // February has 28 days.
      ['32d', 'round(costspan:cost_usd:month_forecast, 1)', { '{costspan_team="support"}': 4032 }],
      ['40d', spent('support-monthly'), { [id('support-monthly')]: 1302 }],
    ],
    alerts: [
      ['13d', 'CostspanBudgetNotice'],
      ['15d', 'CostspanBudgetNotice', { ...support, threshold: '50%', shown: '50%' }],
      ['22d', 'CostspanBudgetNotice'],
      ['20d', 'CostspanBudgetNearLimit'],
      ['22d', 'CostspanBudgetNearLimit', { ...support, threshold: '75%', shown: '75%' }],
      ['23d', 'CostspanBudgetNearLimit', { ...support, threshold: '80%', shown: '80%' }],
      ['28d', 'CostspanBudgetNearLimit'],
      ['27d', 'CostspanBudgetExceeded'],
      ['28d', 'CostspanBudgetExceeded', { ...support, threshold: '100%', shown: '100%' }],
      ['32d', 'CostspanBudgetExceeded'],
      ['12d', 'CostspanBudgetForecastOver', { ...support, shown: '111.5%' }],
      ['28d', 'CostspanBudgetForecastOver'],
      // 4032 of 4000 in February.
      ['40d', 'CostspanBudgetForecastOver', { ...support, shown: '100.8%' }],
    ],
  },
  {
    name: 'two processes report a shared store and an override to 5000, then both stop after 20 hours',
    interval: '5m',
    series: {
      [cost('costspan_team="support"')]: '0+0.5x1200',
      'costspan_budget_spent_usd{costspan_budget_id="support-monthly", instance="a"}':
        '3500x240 stale',
      'costspan_budget_spent_usd{costspan_budget_id="support-monthly", instance="b"}':
        '3490x240 stale',
      'costspan_budget_limit_usd{costspan_budget_id="support-monthly", instance="a"}':
        '5000x240 stale',
    },
    values: [
      [
        '10h',
        `max by (costspan_team) (round(costspan:budget_used:ratio${id('support-monthly')}, 0.001))`,
        { '{costspan_team="support"}': 0.7 },
      ],
      [
        '24h',
        `max by (costspan_team) (round(costspan:budget_used:ratio${id('support-monthly')}, 0.001))`,
        { '{costspan_team="support"}': 0.036 },
      ],
    ],
  },
  {
    name: 'a budget that only its gauges tell of alerts at the usual thresholds',
    interval: '5m',
    series: {
      'costspan_budget_spent_usd{costspan_budget_id="code", costspan_budget_period="day"}':
        '79x120 99x120 10x120',
      'costspan_budget_limit_usd{costspan_budget_id="code", costspan_budget_period="day"}':
        '99x360',
      'costspan_budget_spent_usd{costspan_budget_id="removed", costspan_budget_period="day"}':
        '0x360',
      'costspan_budget_limit_usd{costspan_budget_id="removed", costspan_budget_period="day"}':
        '0x360',
    },
    values: [['5h', 'costspan:budget_used:ratio{costspan_budget_id="removed"}', {}]],
    alerts: [
      [
        '5h',
        'CostspanBudgetNearLimit',
        {
          'costspan.budget.id': 'code',
          'costspan.budget.period': 'day',
          threshold: '75%',
          shown: '75%',
        },
      ],
      [
        '15h',
        'CostspanBudgetExceeded',
        {
          'costspan.budget.id': 'code',
          'costspan.budget.period': 'day',
          threshold: '100%',
          shown: '100%',
        },
      ],
      ['25h', 'CostspanBudgetExceeded'],
    ],
  },
  {
    name: '1 USD an hour since the evening of the ninth; a nightly batch; a job on the first; one-offs',
    interval: '5m',
    series: {
      // Born on the tenth day, 24 a day: 22 days of it are 528.
      [cost('costspan_team="young"')]: '_x2592 0+0.0833333333333333x4000',
      // 10 each night at 2, which is a mean of 10 a day at any time of day.
      [cost('costspan_team="nightly"')]: NIGHTLY,
      // 500 on the first, and 10 a day.
      [cost('costspan_team="first"')]: `0+10x50 500+0.0347222222222222x6000`,
      // 10 a day, and 300 in three hours that nobody expects again.
      [cost('costspan_team="moved", costspan_workflow="steady"')]: '0+0.0347222222222222x6500',
      [cost('costspan_team="moved", costspan_workflow="move.to-eu"')]:
        '_x2879 0+8.33333333333333x36 300x3000',
    },
    values: [
      ['228h', forecastOf('young'), { '{costspan_team="young"}': 528 }],
      ['240h', forecastOf('young'), { '{costspan_team="young"}': 528 }],
      ['300h', forecastOf('young'), { '{costspan_team="young"}': 528 }],
      // 110 so far, and 10 for each of the 20.6 and 20.4 days that are left.
      ['250h', forecastOf('nightly'), { '{costspan_team="nightly"}': 316 }],
      ['255h', forecastOf('nightly'), { '{costspan_team="nightly"}': 314 }],
      ['72h', forecastOf('first'), { '{costspan_team="first"}': 808 }],
      ['264h', forecastOf('first'), { '{costspan_team="first"}': 808 }],
      ['264h', forecastOf('moved'), { '{costspan_team="moved"}': 610 }],
    ],
  },
  {
    name: '20 USD an hour for 20 hours are 40 % of a month that has just begun',
    interval: '5m',
    series: {
      [cost('costspan_team="growth", costspan_workflow="campaign"')]: '0+1.5625x240 375+0x2400',
      [cost('costspan_team="growth", costspan_workflow="other"')]: '0+50x2640',
    },
    values: [['2d', spent('growth-monthly'), { [id('growth-monthly')]: 375 }]],
    alerts: [
      ['3h', 'CostspanBudgetBurnRate'],
      [
        '20h',
        'CostspanBudgetBurnRate',
        {
          'costspan.budget.id': 'growth-monthly',
          'costspan.budget.period': 'month',
          'costspan.team': 'growth',
          'costspan.workflow': 'campaign',
          shown: '13.9',
        },
      ],
      ['6d', 'CostspanBudgetBurnRate'],
    ],
  },
];

export const MIDNIGHTS = `
budgets:
  - { id: week, match: { team: steady }, limitUsd: 336, period: week, timezone: Etc/GMT-1 }
`;

/** The tests begin on Thursday at 00:00, which is one o'clock there; Monday begins after 95 hours. */
export const FIRST_MINUTES: readonly RuleTest[] = [
  {
    name: 'no forecast leaps while the last hour of a period is not recorded yet (1 USD an hour)',
    interval: '5m',
    series: { [cost('costspan_team="steady"')]: '0+0.0833333333333333x1300' },
    // The first week has four days, of 95 USD; a whole one comes to half of the limit.
    values: (
      [
        ['94h50m', 0.28],
        ['95h', 0.28],
        ['95h5m', 0.5],
        ['95h10m', 0.5],
        ['96h', 0.5],
      ] as const
    ).map(
      ([time, share]) =>
        [
          time,
          `max by (costspan_budget_id) (round(costspan:budget_forecast:ratio${id('week')}, 0.01))`,
          { [id('week')]: share },
        ] as const,
    ),
  },
];

export const SHORT_PERIODS: readonly RuleTest[] = [
  {
    name: 'a daily budget starts again at midnight (0.03 USD a minute)',
    interval: '1m',
    series: { [cost('costspan_team="search"')]: '0+0.03x1500' },
    values: [
      [
        '12h',
        `round(costspan:budget_spent_usd${id('search-daily')}, 0.1)`,
        { [id('search-daily')]: 21.6 },
      ],
      [
        '12h',
        `round(costspan:budget_forecast_usd${id('search-daily')}, 0.1)`,
        { [id('search-daily')]: 43.2 },
      ],
      [
        '24h',
        `round(costspan:budget_spent_usd${id('search-daily')}, 0.1)`,
        { [id('search-daily')]: 43.2 },
      ],
      [
        '24h30m',
        `round(costspan:budget_spent_usd${id('search-daily')}, 0.1)`,
        { [id('search-daily')]: 0.9 },
      ],
    ],
  },
  {
    name: 'the week of tokens starts on Monday, the fifth; blocked calls are no calls; the fullest split counts',
    interval: '5m',
    series: {
      'costspan_tokens_total{costspan_team="tokens"}': '0+10x1800',
      'costspan_calls_total{gen_ai_request_model="gpt-4o", costspan_call_outcome="ok"}': '0+1x1800',
      'costspan_calls_total{gen_ai_request_model="gpt-4o", costspan_call_outcome="blocked"}':
        '0+9x1800',
      'costspan_calls_total{gen_ai_request_model="o4", costspan_call_outcome="ok"}': '0+7x1800',
      [cost('costspan_team="split", costspan_workflow="a"')]: '0+0.03125x1800',
      [cost('costspan_team="split", costspan_workflow="b"')]: '0+0.0625x1800',
      [cost('costspan_team="delhi"')]: '0+1x1800',
    },
    values: [
      ['96h30m', spent('weekly-tokens', 'tokens'), { [id('weekly-tokens')]: 60 }],
      ['95h', spent('weekly-tokens', 'tokens'), { [id('weekly-tokens')]: 11400 }],
      ['120h', spent('weekly-tokens', 'tokens'), { [id('weekly-tokens')]: 2880 }],
      ['36h', spent('daily-calls', 'calls'), { [id('daily-calls')]: 144 }],
      ['36h', spent('each-workflow'), { [id('each-workflow')]: 9 }],
      ['36h', `costspan:budget_spent_usd${id('of-an-agent')}`, {}],
      // 18:30 UTC is midnight there.
      ['42h', spent('half-hour-zone'), { [id('half-hour-zone')]: 282 }],
      ['43h', spent('half-hour-zone'), { [id('half-hour-zone')]: 6 }],
    ],
  },
];

/** Periods that no configuration has yet. */
export const OTHER_PERIODS: readonly BudgetForRules[] = [
  {
    id: 'quarterly',
    unit: 'usd',
    limit: 2000,
    period: 'quarter',
    utcOffsetSeconds: 0,
    alertAt: [0.5],
    match: [['costspan.team', '=', 'support']],
    splitBy: [],
  },
  {
    id: 'hourly',
    unit: 'usd',
    limit: 30,
    period: 'hour',
    utcOffsetSeconds: 0,
    alertAt: [],
    match: [['costspan.team', '=', 'burst']],
    splitBy: [],
  },
];

export const QUARTERS: readonly RuleTest[] = [
  {
    name: '12 USD a day over the first quarter, of 90 days, and into the second, of 91',
    interval: '30m',
    series: { [cost('costspan_team="support"')]: '0+0.25x4600' },
    values: [
      ['48d', spent('quarterly'), { [id('quarterly')]: 576 }],
      [
        '48d',
        `round(costspan:budget_forecast_usd${id('quarterly')}, 1)`,
        { [id('quarterly')]: 1080 },
      ],
      ['45d', `costspan:budget_elapsed:ratio${id('quarterly')}`, { [id('quarterly')]: 0.5 }],
      ['92d', spent('quarterly'), { [id('quarterly')]: 24 }],
      [
        '92d',
        `round(costspan:budget_forecast_usd${id('quarterly')}, 1)`,
        { [id('quarterly')]: 1092 },
      ],
    ].map(([time, expr, result]) => [
      time,
      (expr as string).startsWith('costspan:') ? `${expr as string} + 0` : expr,
      result,
    ]) as NonNullable<RuleTest['values']>,
  },
];

export const HOURS: readonly RuleTest[] = [
  {
    name: 'half an hour at 1 USD a minute',
    interval: '1m',
    series: { [cost('costspan_team="burst"')]: '0x60 0+1x180' },
    values: [
      ['90m', spent('hourly'), { [id('hourly')]: 29 }],
      ['90m', `round(costspan:budget_forecast_usd${id('hourly')}, 1)`, { [id('hourly')]: 44 }],
      ['120m', spent('hourly'), { [id('hourly')]: 0 }],
    ],
  },
];
