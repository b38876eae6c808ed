import { expect, it } from 'vitest';
import { parse } from 'yaml';

import { ATTR_COSTSPAN_BUDGET_ID } from '../../conventions/index.ts';
import type { Dialect } from '../../grafana/queries/dialect.ts';
import {
  type PrometheusOptions,
  PrometheusServer,
  type Series,
} from '../grafana/prometheus-server.ts';
import { rulesOf } from '../grafana/promtool.ts';
import { VictoriaMetricsServer } from '../grafana/victoria-metrics-server.ts';
import { describeWithPrograms } from '../support/programs.ts';
import { tempApp } from '../support/temp-app.ts';
import { type Format, LongHistory, OPEN_METRICS, PROMETHEUS_TEXT } from './long-history.ts';
import { type Past, type RecordingRule, recordPast } from './record-past.ts';
import { billQuery, by, byTeam, differences, type Shown } from './shown.ts';

const TIMEOUT = 300_000;
const HOUR = 3600;
const DAY = 24 * HOUR;

const TEAMS = ['steady', 'pods', 'scraped', 'functions', 'tail', 'cron'];
const BUDGETS = `
budgets:
${TEAMS.flatMap((team) =>
  ['week', 'month'].map(
    (period) =>
      `  - { id: ${team}-${period}, match: { team: ${team} }, limitUsd: 1000, period: ${period} }`,
  ),
).join('\n')}
`;

interface Rule {
  readonly record?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

interface RuleGroup {
  readonly name: string;
  readonly rules: readonly Rule[];
}

function groupsOf(dialect: Dialect): readonly RuleGroup[] {
  return rulesOf(BUDGETS, 'otlp', dialect).flatMap(
    ({ text }) => (parse(text) as { groups: RuleGroup[] }).groups,
  );
}

/** The rules that record hours of money: what is of this minute is no history. */
function hourRules(dialect: Dialect): readonly RecordingRule[] {
  const rules = groupsOf(dialect)
    .flatMap((group) => group.rules)
    .map(({ record = '', expr }) => ({ record, expr }))
    .filter(({ record }) => /^costspan:(cost_usd:hour|hours:until)$/.test(record));
  expect(rules).toHaveLength(2);
  return rules;
}

function rulesNamed(dialect: Dialect, name: string): readonly Rule[] {
  const rules = groupsOf(dialect)
    .flatMap((group) => group.rules)
    .filter(({ record }) => record === name);
  expect(rules).not.toEqual([]);
  return rules;
}

/** Asks at a time when the last full hour has just been recorded, and compares with the truth. */
async function expectTrue(
  history: LongHistory,
  dialect: Dialect,
  at: number,
  ask: (expr: string) => Promise<readonly Series[]>,
): Promise<void> {
  const [recorded] = await ask('costspan:hours:until');
  const end = recorded?.value ?? Number.NaN;
  expect(at - end).toBeLessThan(2 * HOUR);
  const { usd, processes } = history.truth((end - 30 * DAY) * 1000, end * 1000);
  expect(processes).toBeGreaterThan(20_000);
  const month = Date.UTC(new Date(end * 1000).getUTCFullYear(), new Date(end * 1000).getUTCMonth());
  // Weeks begin on Mondays; the epoch was a Thursday.
  const week = Math.floor((end + 3 * DAY) / (7 * DAY)) * 7 * DAY - 3 * DAY;
  const ofMonth = history.truth(month, end * 1000).usd;
  const ofWeek = history.truth(week * 1000, end * 1000).usd;
  const rule = async (name: string): Promise<readonly Series[]> => {
    const answers = rulesNamed(dialect, name).map(async ({ expr, labels = {} }) =>
      (await ask(expr)).map(({ metric, value }) => ({ metric: { ...metric, ...labels }, value })),
    );
    return (await Promise.all(answers)).flat();
  };
  const budgets = by(ATTR_COSTSPAN_BUDGET_ID, await rule('costspan:budget_spent_usd:estimate'));
  const ofPeriod = (period: string): Shown =>
    new Map(TEAMS.map((team) => [team, budgets.get(`${team}-${period}`) ?? 0]));
  const faults = [
    ['The bill', usd, byTeam(await ask(billQuery('otlp', '30d', dialect)))],
    ['Month to date', ofMonth, byTeam(await rule('costspan:cost_usd:mtd'))],
    ['Budgets of the month', ofMonth, ofPeriod('month')],
    ['Budgets of the week', ofWeek, ofPeriod('week')],
  ] as const;
  expect(
    faults.flatMap(([place, truth, shown]) =>
      differences(truth, shown).map((fault) => `${place}: ${fault}`),
    ),
  ).toEqual([]);
}

/** Hours are recorded as long after their end as rules that run each minute do it. */
const RECORDED_AFTER = 150;

/** What the rules of the hours have made of a history, as text. */
async function recordHours(
  past: Past,
  dialect: Dialect,
  history: LongHistory,
  format: Format,
): Promise<readonly string[]> {
  const first = Math.ceil(history.begin / 1000 / HOUR) * HOUR + HOUR + RECORDED_AFTER;
  const lines: string[] = [];
  for (const rule of hourRules(dialect)) {
    lines.push(...(await recordPast(past, rule, first, history.end / 1000, format)));
  }
  return lines;
}

/** When all of the history's hours have just been recorded. */
function askedAt(history: LongHistory): number {
  return Math.floor((history.end / 1000 - RECORDED_AFTER) / HOUR) * HOUR + RECORDED_AFTER + 30;
}

for (const [dialect, server, tool] of [
  ['prometheus', 'prometheus3', 'promtool3'],
  ['prometheus-2', 'prometheus', 'promtool'],
] as const) {
  describeWithPrograms(`five weeks of ${server}`, [server, tool], (programs) => {
    it(
      'show the money of every shape of work, by recorded hours',
      async () => {
        using folder = tempApp({});
        const options = {
          prometheus: programs[server],
          promtool: programs[tool],
          data: folder.file('data'),
          config: {},
        };
        const history = new LongHistory();
        const text = history.lines(OPEN_METRICS, END);
        const hours = await recordedBy({ ...options, history: text }, dialect, history);
        await using prometheus = await PrometheusServer.start({ ...options, history: hours });
        const at = askedAt(history);
        await expectTrue(history, dialect, at, (expr) => prometheus.query(expr, false, at));
      },
      TIMEOUT,
    );
  });
}

/** What OpenMetrics ends with. */
const END = '# EOF\n';

/** By a server of its own: one that runs sees blocks that are added a minute later. */
async function recordedBy(
  options: PrometheusOptions,
  dialect: Dialect,
  history: LongHistory,
): Promise<readonly string[]> {
  await using past = await PrometheusServer.start(options);
  return [...(await recordHours(past, dialect, history, OPEN_METRICS)), END];
}

describeWithPrograms('five weeks of VictoriaMetrics', ['victoria-metrics'], (programs) => {
  it(
    'show the money of every shape of work, by recorded hours',
    async () => {
      const history = new LongHistory();
      await using server = await VictoriaMetricsServer.start(programs['victoria-metrics']);
      await server.import(history.lines(PROMETHEUS_TEXT));
      await server.import(await recordHours(server, 'victoriametrics', history, PROMETHEUS_TEXT));
      const at = askedAt(history);
      await expectTrue(history, 'victoriametrics', at, (expr) => server.query(expr, at));
    },
    TIMEOUT,
  );
});
