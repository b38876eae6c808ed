import { expect, it } from 'vitest';

import { ATTR_COSTSPAN_BUDGET_ID } from '../../conventions/index.ts';
import type { PrometheusServer } from '../grafana/prometheus-server.ts';
import { describeWithPrograms } from '../support/programs.ts';
import { until } from '../support/run-program.ts';
import { BillingProvider } from './billing-provider.ts';
import { FLEET, type FleetEnvironment, runFleet, SHORT_LIVED, UNSENT } from './fleet.ts';
import { OtlpTee } from './otlp-tee.ts';
import { type Path, startDeltaPaths, startPaths } from './paths.ts';
import { scrapedAddress, startScraped } from './scraped-process.ts';
import { billQuery, by, byTeam, differences, type Shown } from './shown.ts';

/** Far more than it takes, for machines that do much else. */
const TIMEOUT = 600_000;

const TEAMS = [
  'cron',
  'tail',
  'functions',
  'steady',
  'killed',
  'scraped',
  'end-exit',
  'end-throw',
  'end-reject',
  'end-stay',
  'end-exit-on-signal',
  'end-raise',
];

/** A monthly budget for each team. */
const BUDGETS = `
budgets:
${TEAMS.map((team) => `  - { id: ${team}, match: { team: ${team} }, limitUsd: 1, period: month }`).join('\n')}
`;

/** Everywhere that a server shows the money of a team. */
async function places(server: PrometheusServer): Promise<readonly (readonly [string, Shown])[]> {
  const budget = ATTR_COSTSPAN_BUDGET_ID;
  return [
    ['The bill', byTeam(await server.query(billQuery('otlp', '30d')))],
    ['Month to date', byTeam(await server.query('costspan:cost_usd:mtd'))],
    ['The budget', by(budget, await server.query('costspan:budget_spent_usd:estimate'))],
  ];
}

/** Waits until every place of every server agrees with the provider. */
async function expectBilled(truth: Shown, paths: readonly Path[]): Promise<void> {
  let wrong: readonly string[] = [];
  await until(
    async () => {
      const found: string[] = [];
      for (const { name, server } of paths) {
        for (const [place, shown] of await places(server)) {
          found.push(...differences(truth, shown).map((fault) => `${place} by ${name}: ${fault}`));
        }
      }
      wrong = found;
      return wrong.length === 0 ? true : undefined;
    },
    () => wrong.join('\n'),
    120_000,
  );
}

function environment(provider: BillingProvider, tee: OtlpTee): FleetEnvironment {
  return {
    OPENAI_BASE_URL: provider.server.openaiUrl,
    ANTHROPIC_BASE_URL: provider.server.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: tee.url,
  };
}

function billed(provider: BillingProvider): Shown {
  return new Map(
    [...provider.bills]
      .filter(([team]) => team !== UNSENT)
      .map(([team, { usd }]) => [team, usd] as const),
  );
}

describeWithPrograms(
  'the money of a fleet',
  ['prometheus3', 'promtool3', 'collector'],
  (programs) => {
    it(
      'is what the provider billed, whatever the work and its end, on every way to Prometheus',
      async () => {
        await using provider = await BillingProvider.start();
        const { port, target } = await scrapedAddress();
        await using started = await startPaths(programs, BUDGETS, target);
        await using tee = await OtlpTee.start(started.receivers);
        const env = environment(provider, tee);
        const scraped = startScraped(port, env);
        try {
          await runFleet(FLEET, env);
          await scraped.printed(/^done$/m);
          expect(tee.refusals).toEqual([]);
          const truth = billed(provider);
          expect([...truth.keys()].sort()).toEqual(TEAMS.toSorted());
          const pushed = new Map([...truth].filter(([team]) => team !== 'scraped'));
          const [direct, ...others] = started.paths;
          await expectBilled(truth, direct === undefined ? [] : [direct]);
          await expectBilled(pushed, others);
        } finally {
          scraped.process.kill('SIGKILL');
          await scraped.done;
        }
      },
      TIMEOUT,
    );

    it(
      'is what the provider billed where processes send deltas',
      async () => {
        await using provider = await BillingProvider.start();
        await using started = await startDeltaPaths(programs, BUDGETS);
        await using tee = await OtlpTee.start(started.receivers);
        await runFleet(SHORT_LIVED, {
          ...environment(provider, tee),
          OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
        });
        expect(tee.refusals).toEqual([]);
        const truth = billed(provider);
        expect([...truth.keys()].sort()).toEqual(['cron', 'functions', 'steady', 'tail']);
        await expectBilled(truth, started.paths);
      },
      TIMEOUT,
    );
  },
);
