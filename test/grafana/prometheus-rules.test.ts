import { describe, expect, it } from 'vitest';

import { PromQL } from '../../grafana/queries/promql.ts';
import { alertGroup, ruleFiles } from '../../grafana/rules/index.ts';
import { describeWithPrograms } from '../support/programs.ts';
import { ALERTS, WEEKS } from './prometheus-alert-tests.ts';
import {
  HOURS,
  MONTHLY,
  MONTHS,
  OTHER_PERIODS,
  QUARTERS,
  SHORT_PERIODS,
  SHORTER,
} from './prometheus-budget-tests.ts';
import { rulesOf, testRules } from './promtool.ts';

const TIMEOUT = 240_000;

describe('the tests of the rules', () => {
  it('see every alert fire, and later not', () => {
    const expected = [...MONTHS, ...SHORT_PERIODS, ...ALERTS].flatMap(({ alerts = [] }) => alerts);
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

describeWithPrograms('the rules, by promtool', ['promtool'], ({ promtool }) => {
  it(
    'alert to what is unusual, and stop',
    async () => {
      await testRules(promtool, rulesOf('{}', 'otlp', 'prometheus-2'), ALERTS, {
        evaluationInterval: '5m',
      });
    },
    TIMEOUT,
  );

  it(
    'know what comes every week',
    async () => {
      await testRules(promtool, rulesOf('{}', 'otlp', 'prometheus-2'), WEEKS, {
        evaluationInterval: '30m',
      });
    },
    TIMEOUT,
  );

  it(
    'judge a month of 40 days by its calendar, in the zone of the budget',
    async () => {
      await testRules(promtool, rulesOf(MONTHLY, 'otlp', 'prometheus-2'), MONTHS, {
        evaluationInterval: '1h',
      });
    },
    TIMEOUT,
  );

  it(
    'judge shorter periods, other units and splits',
    async () => {
      await testRules(promtool, rulesOf(SHORTER, 'otlp', 'prometheus-2'), SHORT_PERIODS, {
        evaluationInterval: '30m',
      });
    },
    TIMEOUT,
  );

  it(
    'judge quarters and hours',
    async () => {
      const files = ruleFiles({
        naming: 'otlp',
        dialect: 'prometheus-2',
        budgets: OTHER_PERIODS,
        source: 'a test',
      }).filter(({ path }) => path.startsWith('rules/'));
      await testRules(promtool, files, QUARTERS, { evaluationInterval: '12h' });
      await testRules(promtool, files, HOURS, { evaluationInterval: '5m' });
    },
    TIMEOUT,
  );
});
