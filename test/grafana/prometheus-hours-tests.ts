import { Queries } from '../../grafana/queries/queries.ts';
import type { Dialect } from '../../grafana/queries/dialect.ts';
import type { RuleTest } from './promtool.ts';

/*
 * Hours of money that is known to the cent. One value is a minute; hours are recorded two minutes
 * after their end.
 */

const cost = (instance: string, team = 't1') =>
  `costspan_cost_usd_total{instance="${instance}", costspan_team="${team}", costspan_token_class="input"}`;
const T1 = '{costspan_team="t1"}';
const hour = (team = 't1') => `{costspan_team="${team}", costspan_token_class="input"}`;

export function hoursTests(dialect: Dialect): readonly RuleTest[] {
  const q = new Queries('otlp', dialect);
  const everything = { scope: [] };
  const total = (window: string) =>
    `round(${q.total('cost', ['costspan.team'], { ...everything, window })}, 0.001)`;
  return [
    {
      name: 'a steady process, one that is born and dies within the hour, one that lives on',
      interval: '1m',
      series: {
        // 1 a minute from before the first hour; 5 in half a minute of 01:10; 2 a minute from 01:50.
        [cost('steady')]: '0+1x250',
        [cost('job')]: '_x70 0 5 stale',
        [cost('young')]: '_x109 0+2x140',
      },
      values: [
        ['62m', 'costspan:cost_usd:hour', { [`costspan:cost_usd:hour${hour()}`]: 60 }],
        // Not again, and nothing before its time.
        ['64m', 'costspan:cost_usd:hour', {}],
        ['121m', 'costspan:cost_usd:hour', {}],
        ['122m', 'costspan:cost_usd:hour', { [`costspan:cost_usd:hour${hour()}`]: 60 + 5 + 22 }],
        ['182m', 'costspan:cost_usd:hour', { [`costspan:cost_usd:hour${hour()}`]: 60 + 120 }],
        // Hours and what came since, whatever the minute.
        ['70m', total('2h'), { [T1]: 70 }],
        // To the minute at which it was recorded, between the steps of five.
        ['73m', total('2h'), { [T1]: 72 + 5 }],
        ['114m', total('2h'), { [T1]: 114 + 5 + 10 }],
        ['122m', total('3h'), { [T1]: 122 + 5 + 26 }],
        ['181m', total('4h'), { [T1]: 180 + 5 + 22 + 120 }],
        ['200m', total('4h'), { [T1]: 200 + 5 + 22 + 160 }],
      ],
    },
    {
      name: 'monitoring is away for half an hour over a full hour, and counters go on meanwhile',
      interval: '1m',
      series: {
        [cost('a')]: '0+1x104 _x30 135+1x120',
        // An idle one must not count again.
        [cost('b', 't2')]: '500x104 _x30 500x120',
      },
      values: [
        [
          '122m',
          'costspan:cost_usd:hour',
          {
            [`costspan:cost_usd:hour${hour()}`]: 44,
            [`costspan:cost_usd:hour${hour('t2')}`]: 0,
          },
        ],
        [
          '182m',
          'costspan:cost_usd:hour',
          {
            [`costspan:cost_usd:hour${hour()}`]: 76,
            [`costspan:cost_usd:hour${hour('t2')}`]: 0,
          },
        ],
        ['190m', total('4h'), { [T1]: 190, '{costspan_team="t2"}': 0 }],
      ],
    },
  ];
}

function rounded(expression: string): string {
  return `round(${expression}, 0.001)`;
}

/**
 * Bars of days and hours. The expressions look ahead, as a range query's steps do, up to the last
 * moment that a test asks for: 58:10.
 */
export function barTests(dialect: Dialect): readonly RuleTest[] {
  const q = new Queries('otlp', dialect);
  const day = rounded(q.spendPerDay(['costspan.team'], { scope: [] }));
  const hourOf = rounded(q.spendPerHour(['costspan.team'], { scope: [] }));
  return [
    {
      name: '12 USD an hour for two days and ten hours, and a job that is long gone',
      interval: '5m',
      series: {
        [cost('a')]: '0+1x720',
        [cost('job', 't2')]: '_x110 0 5 5 stale',
      },
      values: [
        ['0h', day, { [T1]: 288, '{costspan_team="t2"}': 5 }],
        ['24h', day, { [T1]: 288 }],
        ['48h', day, { [T1]: 122 }],
        ['30h', hourOf, { [T1]: 12 }],
        ['57h', hourOf, { [T1]: 12 }],
        ['58h', hourOf, { [T1]: 2 }],
        ['3490m', 'vector(1)', { '{}': 1 }],
      ],
    },
  ];
}
