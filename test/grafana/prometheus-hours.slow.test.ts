import { it } from 'vitest';

import type { Dialect } from '../../grafana/queries/dialect.ts';
import { describeWithPrograms } from '../support/programs.ts';
import { barTests, hoursTests } from './prometheus-hours-tests.ts';
import { rulesOf, testRules } from './promtool.ts';

const TIMEOUT = 240_000;

describeWithPrograms('hours on Prometheus 3', ['promtool3'], ({ promtool3 }) => {
  test(promtool3, 'prometheus');
});

describeWithPrograms('hours on Prometheus 2', ['promtool'], ({ promtool }) => {
  test(promtool, 'prometheus-2');
});

function test(promtool: string, dialect: Dialect): void {
  const rules = rulesOf('{}', 'otlp', dialect);

  it(
    'are exact, and each is recorded once',
    async () => {
      await testRules(promtool, rules, hoursTests(dialect), { evaluationInterval: '2m' });
    },
    TIMEOUT,
  );

  it(
    'stand on their own day and hour',
    async () => {
      await testRules(promtool, rules, barTests(dialect), { evaluationInterval: '5m' });
    },
    TIMEOUT,
  );
}
