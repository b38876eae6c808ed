import { describe, expect, it } from 'vitest';

import type { Dialect } from '../../grafana/queries/dialect.ts';
import { PromQL } from '../../grafana/queries/promql.ts';
import { alertGroup, ruleFiles } from '../../grafana/rules/index.ts';
import { describeWithPrograms, type ProgramName } from '../support/programs.ts';
import { ALERTS, WEEKS } from './prometheus-alert-tests.ts';
import {
  FIRST_MINUTES,
  HOURS,
  MIDNIGHTS,
  MONTHLY,
  MONTHS,
  OTHER_PERIODS,
  QUARTERS,
  SHORT_PERIODS,
  SHORTER,
} from './prometheus-budget-tests.ts';
import {
  ASIA,
  BURSTS,
  DAILY,
  DAYS,
  FAST,
  FIRST,
  GAPS,
  MONTHLY_JOB,
} from './prometheus-noise-tests.ts';
import { rulesOf, type RuleTest, testRules } from './promtool.ts';

const TIMEOUT = 240_000;

describe('the tests of the rules', () => {
  it('see every alert fire, and later not', () => {
    const expected = [...MONTHS, ...SHORT_PERIODS, ...ALERTS, ...WEEKS].flatMap(
      ({ alerts = [] }) => alerts,
    );
    const names = (isFiring: boolean) =>
      new Set(
        expected
          .filter(([, , ...instances]) => instances.length > 0 === isFiring)
          .map(([, alert]) => alert),
      );
    const all = new Set<string>(alertGroup(new PromQL('otlp')).rules.map(({ alert }) => alert));
    expect(names(true)).toEqual(all);
    expect(names(false)).toEqual(all);
  });
});

const PROGRAMS = [
  ['promtool3', 'prometheus'],
  ['promtool', 'prometheus-2'],
] as const satisfies readonly (readonly [ProgramName, Dialect])[];

for (const [program, dialect] of PROGRAMS) {
  describeWithPrograms(`the rules, by ${program}`, [program], (paths) => {
    const test = (configuration: string, tests: readonly RuleTest[], evaluationInterval: string) =>
      testRules(paths[program], rulesOf(configuration, 'otlp', dialect), tests, {
        evaluationInterval,
      });

    it.concurrent('alert to what is unusual, and stop', () => test('{}', ALERTS, '5m'), TIMEOUT);

    it.concurrent('know what comes every day and week', () => test('{}', WEEKS, '30m'), TIMEOUT);

    it.concurrent('are silent about gaps and beginnings', () => test('{}', GAPS, '1m'), TIMEOUT);

    it.concurrent('are silent about what comes every day', () => test('{}', DAYS, '30m'), TIMEOUT);

    it.concurrent(
      'judge days by their hours, and jobs that are gone',
      () => test(ASIA, DAILY, '30m'),
      TIMEOUT,
    );

    it.concurrent(
      'see a budget burn from one hour to the next',
      () => test(BURSTS, FAST, '30m'),
      TIMEOUT,
    );

    it.concurrent('know a job of once a month', () => test(FIRST, MONTHLY_JOB, '1h'), TIMEOUT);

    it.concurrent(
      'judge a month of 40 days by its calendar, in the zone of the budget',
      () => test(MONTHLY, MONTHS, '1h'),
      TIMEOUT,
    );

    it.concurrent(
      'forecast nothing odd in the first minutes of a period',
      () => test(MIDNIGHTS, FIRST_MINUTES, '5m'),
      TIMEOUT,
    );

    it.concurrent(
      'judge shorter periods, other units and splits',
      () => test(SHORTER, SHORT_PERIODS, '30m'),
      TIMEOUT,
    );

    it.concurrent(
      'judge quarters and hours',
      async () => {
        const files = ruleFiles({
          naming: 'otlp',
          dialect,
          budgets: OTHER_PERIODS,
          source: 'a test',
        }).filter(({ path }) => path.startsWith('rules/'));
        await testRules(paths[program], files, QUARTERS, { evaluationInterval: '3h' });
        await testRules(paths[program], files, HOURS, { evaluationInterval: '5m' });
      },
      TIMEOUT,
    );
  });
}
