import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect, it } from 'vitest';
import { stringify } from 'yaml';

import { buildDashboards } from '../../grafana/dashboards/index.ts';
import type { Naming } from '../../grafana/names.ts';
import type { Dialect } from '../../grafana/queries/dialect.ts';
import { PromQL } from '../../grafana/queries/promql.ts';
import { type ListedQuery, listQueries } from '../../grafana/queries/list-queries.ts';
import { alertGroup } from '../../grafana/rules/index.ts';
import { describeWithPrograms, type ProgramName } from '../support/programs.ts';
import { type RunningProgram, runProgram, until } from '../support/run-program.ts';
import { tempApp } from '../support/temp-app.ts';
import { hurried } from './hurried.ts';
import { PrometheusServer } from './prometheus-server.ts';
import { rulesOf } from './promtool.ts';
import { SimulatedFleet } from './simulated-fleet.ts';

const TIMEOUT = 360_000;

/** A zone in which it is early in the day: between two and three o'clock. */
function zoneOfNight(now: number): string {
  const hours = (26 - new Date(now).getUTCHours()) % 24;
  // The sign of these names is the other way round.
  return hours > 12 ? `Etc/GMT+${24 - hours}` : `Etc/GMT-${hours}`;
}

function budgets(now: number): string {
  return `
budgets:
  - { id: noticed, match: { team: a }, limitUsd: 100, period: day }
  - { id: near, match: { team: b }, limitUsd: 100, period: month, owner: lead }
  - { id: over, match: { team: c }, limitUsd: 100, period: week, alertAt: [0.5] }
  - { id: fast, match: { team: d }, limitUsd: 100, period: day, timezone: ${zoneOfNight(now)} }
  - { id: support-monthly, match: { team: support }, limitUsd: 100000, period: month }
  - { id: tokens, match: { team: support }, limitTokens: 1000000000, period: week }
  - { id: calls, match: { team: support }, limitCalls: 1000000, period: day }
`;
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Setting extends AsyncDisposable {
  readonly prometheus: PrometheusServer;
  /** The fleet is gone, and so is what was known of it. */
  stop(): Promise<void>;
}

/** A Prometheus that knows the history of the fleet, scrapes it and applies the rules. */
async function setting(
  naming: Naming,
  dialect: Dialect,
  programs: { readonly prometheus: string; readonly promtool: string },
  alerting: object = {},
): Promise<Setting> {
  const fleet = new SimulatedFleet(naming, Date.now());
  let isRunning = true;
  const target = createServer((_request, response) => {
    response.setHeader('content-type', 'text/plain; version=1.0.0; escaping=allow-utf-8');
    response.end(isRunning ? fleet.exposition(Date.now()) : '');
  });
  const address = await listen(target);
  const rules = rulesOf(budgets(Date.now()), naming, dialect).map(({ path, text }) => [
    path.replace('rules/', ''),
    hurried(text),
  ]);
  const prometheus = await PrometheusServer.start({
    ...programs,
    history: fleet.history(),
    rules: Object.fromEntries(rules) as Record<string, string>,
    config: {
      global: { scrape_interval: '5s', evaluation_interval: '5s' },
      scrape_configs: [
        { job_name: 'app', honor_labels: true, static_configs: [{ targets: [address] }] },
      ],
      alerting,
    },
  });
  return {
    prometheus,
    async stop() {
      isRunning = false;
      await prometheus.deleteAll();
    },
    async [Symbol.asyncDispose]() {
      await prometheus[Symbol.asyncDispose]();
      target.closeAllConnections();
      target.close();
    },
  };
}

/** Rules that have not been evaluated, or not well. */
async function unhealthy(prometheus: PrometheusServer): Promise<readonly string[]> {
  return (await prometheus.rules())
    .filter(({ health }) => health !== 'ok')
    .map(({ name, health, lastError }) => `${name}: ${health} ${lastError ?? ''}`);
}

const CASES: readonly (readonly [Naming, Dialect, ProgramName, ProgramName])[] = [
  ['otlp', 'prometheus-2', 'prometheus', 'promtool'],
  ['scrape', 'prometheus', 'prometheus3', 'promtool3'],
  ['utf8', 'prometheus', 'prometheus3', 'promtool3'],
];

for (const [naming, dialect, server, tool] of CASES) {
  describeWithPrograms(`${server} with names by ${naming}`, [server, tool], (paths) => {
    it(
      'records every rule, and answers every query of the dashboards with data',
      async () => {
        await using live = await setting(naming, dialect, {
          prometheus: paths[server],
          promtool: paths[tool],
        });
        const { prometheus } = live;
        let missing: readonly string[] = [];
        await until(
          async () => {
            missing = await unhealthy(prometheus);
            return missing.length === 0 ? true : undefined;
          },
          () => `These rules do not work: ${missing.join('\n')}`,
        );
        const spike = await until(
          async () => (await prometheus.firing()).get('CostspanSpendSpike'),
          () => 'CostspanSpendSpike does not fire.',
        );
        expect(spike).toMatch(/^support\/bug-triage spent \d/);
        const queries = listQueries(buildDashboards(naming, dialect)).filter(
          ({ language }) => language === 'promql',
        );
        expect(queries.length).toBeGreaterThan(100);
        let empty: readonly ListedQuery[] = queries;
        await until(
          async () => {
            const still: ListedQuery[] = [];
            for (const query of empty) {
              const series = await prometheus.query(query.text, !query.instant);
              if (!series.some(({ value }) => Number.isFinite(value))) still.push(query);
            }
            empty = still;
            return empty.length === 0 ? true : undefined;
          },
          () => `No data:\n${empty.map((one) => `${one.place}: ${one.text}`).join('\n')}`,
        );
      },
      TIMEOUT,
    );
  });
}

interface Notification {
  readonly alerts: readonly {
    readonly status: 'firing' | 'resolved';
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  }[];
}

async function startAlertmanager(path: string, webhook: string): Promise<RunningProgram> {
  const folder = tempApp({
    'alertmanager.yml': stringify({
      route: {
        receiver: 'webhook',
        group_by: ['alertname'],
        group_wait: '0s',
        group_interval: '1s',
        repeat_interval: '1h',
      },
      receivers: [{ name: 'webhook', webhook_configs: [{ url: webhook, send_resolved: true }] }],
    }),
  });
  return runProgram(path, {
    args: [
      `--config.file=${folder.file('alertmanager.yml')}`,
      `--storage.path=${folder.file('data')}`,
      '--web.listen-address=127.0.0.1:0',
      '--cluster.listen-address=',
    ],
    ready: /Listening on"?.*? address=(\S+)/,
  });
}

describeWithPrograms(
  'the alerts, by Prometheus and Alertmanager',
  ['prometheus', 'promtool', 'alertmanager'],
  (paths) => {
    it(
      'reach a webhook when they fire and when they resolve',
      async () => {
        const received = { firing: new Set<string>(), resolved: new Set<string>() };
        const spikes: Record<string, string>[] = [];
        const webhook = createServer((request, response) => {
          let body = '';
          request.setEncoding('utf8').on('data', (text: string) => {
            body += text;
          });
          request.on('end', () => {
            for (const { status, labels, annotations } of (JSON.parse(body) as Notification)
              .alerts) {
              const name = labels['alertname'] ?? '';
              received[status].add(name);
              if (name === 'CostspanSpendSpike') spikes.push({ ...labels, ...annotations });
            }
            response.end();
          });
        });
        await using alertmanager = await startAlertmanager(
          paths.alertmanager,
          `http://${await listen(webhook)}/`,
        );
        await using live = await setting('otlp', 'prometheus-2', paths, {
          alertmanagers: [{ static_configs: [{ targets: [alertmanager.ready[1]] }] }],
        });
        const all = alertGroup(new PromQL('otlp')).rules.map(({ alert }) => alert as string);
        const lacking = (seen: ReadonlySet<string>) => all.filter((name) => !seen.has(name));
        await until(
          () => (lacking(received.firing).length === 0 ? true : undefined),
          () => `These did not fire: ${lacking(received.firing).join(', ')}`,
          150_000,
        );
        expect(spikes[0]).toMatchObject({
          costspan_team: 'support',
          costspan_workflow: 'bug-triage',
          severity: 'warning',
          summary: expect.stringMatching(
            /^support\/bug-triage spent \d+\.\d\d USD in an hour, far over its usual one$/,
          ) as string,
          traceql: expect.stringContaining('span.costspan.workflow = "bug-triage"') as string,
        });
        await live.stop();
        await until(
          () => (lacking(received.resolved).length === 0 ? true : undefined),
          () => `These did not resolve: ${lacking(received.resolved).join(', ')}`,
          150_000,
        );
        webhook.close();
      },
      TIMEOUT,
    );
  },
);
