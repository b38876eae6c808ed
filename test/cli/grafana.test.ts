import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';
import { parse } from 'yaml';

import { budgetsForRules, standardOffset } from '../../cli/grafana/rule-budgets.ts';
import { GROUP_ORDER } from '../../grafana/rules/index.ts';
import { loadConfig } from '../../processor/governance/config/index.ts';
import { appFolder, runCommand } from './support.ts';

const CONFIG = `
budgets:
  - { id: support-monthly, match: { team: support, model: "gpt-4.1*" }, limitUsd: 4000, period: month,
      timezone: Europe/Berlin, alertAt: [0.9], owner: lead }
  - { id: by-user, match: { team: a }, limitCalls: 10, period: day, splitBy: [userId] }
`;
const NOW = Date.UTC(2026, 6, 1);

function text(folder: string, ...path: string[]): string {
  return readFileSync(join(folder, ...path), 'utf8');
}

test('a folder with everything, and the budgets of the configuration', async () => {
  const cwd = appFolder({ 'costspan.yaml': CONFIG });
  const { exitCode, out, error } = await runCommand(
    ['grafana', 'monitoring', '--runbooks', 'https://wiki.internal/costspan'],
    { cwd, now: NOW },
  );
  const folder = join(cwd, 'monitoring');
  expect([exitCode, error]).toEqual([0, '']);
  expect(out).toContain(`Written to ${folder}, with 2 budgets of ${join(cwd, 'costspan.yaml')}:`);
  expect(out).toContain('Budget by-user is judged by its gauges alone: it is by userId');
  expect(readdirSync(folder).toSorted()).toEqual([
    'alerting',
    'collector',
    'compose.yaml',
    'dashboards',
    'dashboards-v2',
    'kubernetes',
    'prometheus.yaml',
    'provisioning',
    'rules',
    'runbooks',
  ]);
  const budgets = text(folder, 'rules', 'costspan.budgets.yml');
  expect(budgets).toContain('The budgets of ../costspan.yaml.');
  expect(budgets).toContain('in summer a period begins an hour late');
  const { groups } = parse(budgets) as {
    groups: { rules: { record: string; expr: string; labels: object }[] }[];
  };
  const rules = groups.flatMap((group) => group.rules);
  expect(rules.find(({ record }) => record === 'costspan:budget_configured_usd')).toEqual({
    record: 'costspan:budget_configured_usd',
    expr: 'vector(4000)',
    labels: {
      costspan_budget_id: 'support-monthly',
      costspan_budget_period: 'month',
      costspan_team: 'support',
      owner: 'lead',
    },
  });
  const estimate = rules.find(({ record }) => record === 'costspan:budget_spent_usd:estimate');
  expect(estimate?.expr).toContain(String.raw`gen_ai_request_model=~"gpt-4\\.1.*"`);
  expect(text(folder, 'rules', 'costspan.alerts.yml')).toContain(
    'runbook_url: https://wiki.internal/costspan/spend-spike.md',
  );
});

test('alerts begin where the configuration says, and name the owner of their workflow', async () => {
  const cwd = appFolder({
    'costspan.yaml': `
alerts:
  spendSpike: 7
  minHourlyUsd: 250
  runawayCalls: 128
  oneOffs: { workflows: [move.to-eu] }
budgets:
  - { id: all, match: { team: support }, limitUsd: 10, period: month, owner: lead }
workloads:
  - { id: triage, match: { team: support, workflow: bug-triage }, owner: ann }
  - { id: any, match: { team: "s*" }, owner: nobody }
`,
  });
  const { exitCode, error } = await runCommand(['grafana', '.'], { cwd });
  expect([exitCode, error]).toEqual([0, '']);
  const recording = text(cwd, 'rules', 'costspan.recording.yml').replaceAll(/\s+/g, ' ');
  expect(recording).toContain('7 * costspan:cost_usd:median7d');
  expect(recording).toContain(', 250) and costspan:workflow_age:days >= 1');
  expect(recording).toContain(String.raw`costspan_workflow!~"move\\.to-eu"`);
  const alerts = parse(text(cwd, 'rules', 'costspan.alerts.yml')) as {
    groups: { rules: { alert: string; expr: string; labels: Record<string, string> }[] }[];
  };
  const rule = (name: string) => alerts.groups[0]?.rules.find(({ alert }) => alert === name);
  expect(rule('CostspanAgentRunaway')?.expr).toContain('le=~"128|128[.]0"');
  const owner =
    '{{ if and (eq (.Labels.costspan_team) "support") (eq (.Labels.costspan_workflow) "bug-triage") }}{{ "ann" }}' +
    '{{ else if and (eq (.Labels.costspan_team) "support") }}{{ "lead" }}{{ end }}';
  for (const name of ['SpendSpike', 'AgentStopped', 'RunBeyondExpected']) {
    expect(rule(`Costspan${name}`)?.labels['owner']).toBe(owner);
  }
  // A budget has its owner as a label of its own.
  expect(rule('CostspanBudgetExceeded')?.labels).toEqual({
    severity: 'critical',
    audience: 'finops',
  });
});

test('a threshold that makes no sense is refused in one sentence', async () => {
  const cwd = appFolder({ 'costspan.yaml': 'alerts: { runawayCalls: 50, retryShare: 20 }' });
  const { exitCode, error } = await runCommand(['grafana', '.'], { cwd });
  expect(exitCode).not.toBe(0);
  expect(error).toContain(
    'alerts.runawayCalls must be one of 1, 2, 4, 8, 16, 32, 64, 128, 256, but is 50.',
  );
  expect(error).toContain('alerts.retryShare must be a share (0.2 for 20 %), at most 1');
});

test('rules and dashboards for an older server, and as objects of Kubernetes', async () => {
  const cwd = appFolder({ 'costspan.yaml': CONFIG_OF_ONE_BUDGET });
  const { exitCode, out } = await runCommand(['grafana', '.', '--dialect', 'prometheus-2'], {
    cwd,
  });
  expect(exitCode).toBe(0);
  expect(out).toContain('pass its address as --runbooks <url>');
  expect(out).toContain('pass the address of yours as --grafana <url>');
  const written = readdirSync(cwd, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(json|ya?ml)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  expect(written.length).toBeGreaterThan(8);
  for (const file of written) expect(readFileSync(file, 'utf8'), file).not.toContain('anchored');

  const rule = parse(text(cwd, 'kubernetes', 'prometheus-rule.yaml')) as {
    kind: string;
    spec: { groups: { name: string }[] };
  };
  expect(rule.kind).toBe('PrometheusRule');
  expect(rule.spec.groups.map(({ name }) => name).toSorted()).toEqual(GROUP_ORDER.toSorted());
  const configMap = parse(text(cwd, 'kubernetes', 'rules-configmap.yaml')) as {
    data: Record<string, string>;
  };
  for (const [name, content] of Object.entries(configMap.data)) {
    expect(content).toBe(text(cwd, 'rules', name));
  }
  const alerting = parse(text(cwd, 'kubernetes', 'alerting-configmap.yaml')) as {
    metadata: { labels: object };
    data: Record<string, string>;
  };
  expect(alerting.metadata.labels).toMatchObject({ grafana_alert: '1' });
  expect(Object.values(alerting.data)).toEqual([text(cwd, 'alerting', 'costspan.yaml')]);
});

test('a dialect that does not exist, or has no such names, is refused', async () => {
  const cwd = appFolder({});
  const unknown = await runCommand(['grafana', '.', '--dialect', 'mimir'], { cwd });
  expect([unknown.exitCode, unknown.error]).toEqual([
    2,
    'costspan: --dialect is mimir; it must be prometheus, prometheus-2, victoriametrics.\n',
  ]);
  const old = await runCommand(['grafana', '.', '--dialect', 'prometheus-2', '--naming', 'utf8'], {
    cwd,
  });
  expect(old.exitCode).toBe(2);
  expect(old.error).toContain('--naming utf8 needs Prometheus 3');
});

const CONFIG_OF_ONE_BUDGET =
  'budgets: [{ id: all, match: { team: "s*" }, limitUsd: 10, period: month }]';

test('alerts lead to the runbooks beside them', async () => {
  const cwd = appFolder({});
  await runCommand(['grafana', '.'], { cwd });
  const [, path = ''] = /runbook_url: (\S+)/.exec(text(cwd, 'rules', 'costspan.alerts.yml')) ?? [];
  expect(text(cwd, path)).toContain('## Do');
});

test('the compose file mounts what lies beside it', async () => {
  const cwd = appFolder({});
  await runCommand(['grafana', '.'], { cwd });
  const { services } = parse(text(cwd, 'compose.yaml')) as {
    services: { lgtm: { volumes: string[] } };
  };
  const mounted = services.lgtm.volumes
    .filter((volume) => volume.startsWith('./'))
    .map((volume) => join(cwd, volume.split(':')[0] ?? ''));
  expect(mounted.length).toBeGreaterThan(4);
  for (const path of mounted) expect(() => readFileSync(path)).not.toThrow(/ENOENT/);
});

test('names with dots where Prometheus keeps them', async () => {
  const cwd = appFolder({ 'own.yaml': CONFIG });
  const { exitCode } = await runCommand(
    ['grafana', '.', '--naming', 'utf8', '--config', 'own.yaml'],
    {
      cwd,
    },
  );
  expect(exitCode).toBe(0);
  expect(text(cwd, 'rules', 'costspan.budgets.yml')).toContain(
    'costspan.budget.id: support-monthly',
  );
  expect(text(cwd, 'rules', 'costspan.alerts.yml')).toContain(
    '{{ index .Labels "costspan.team" }}',
  );
  expect(readdirSync(join(cwd, 'dashboards')).length).toBeGreaterThan(3);
  for (const folder of ['dashboards-v2', 'kubernetes/dashboards']) {
    expect(readdirSync(join(cwd, folder))).toEqual(readdirSync(join(cwd, 'dashboards')));
  }
});

test('what is wrong with the command or the configuration, and nothing written', async () => {
  const cwd = appFolder({ 'costspan.yaml': 'budgets: [{ id: a, period: month }]' });
  expect(await runCommand(['grafana', 'out', '--naming', 'dots'], { cwd })).toEqual({
    exitCode: 2,
    out: '',
    error: 'costspan: --naming is dots; it must be otlp, scrape, utf8.\n',
  });
  const broken = await runCommand(['grafana', 'out'], { cwd });
  expect([broken.exitCode, broken.out]).toEqual([1, '']);
  expect(broken.error).toContain('costspan.yaml:1: budgets[0]');
  expect(readdirSync(cwd)).toEqual(['costspan.yaml']);
});

test('budgets in the time of their zone outside of summer', () => {
  expect(standardOffset('Europe/Berlin', NOW)).toBe(3600);
  expect(standardOffset('America/New_York', NOW)).toBe(-18_000);
  expect(standardOffset('Asia/Kolkata', NOW)).toBe(19_800);
  expect(standardOffset('Australia/Sydney', NOW)).toBe(36_000);
  expect(standardOffset('UTC', NOW)).toBe(0);
});

test('budgets without a limit on metrics keep their reason', () => {
  const cwd = appFolder({ 'costspan.yaml': CONFIG });
  const { config } = loadConfig({ cwd, env: {} });
  expect(
    budgetsForRules(config, NOW).map(({ id, unit, limit, notCounted }) => [
      id,
      unit,
      limit,
      notCounted,
    ]),
  ).toEqual([
    ['support-monthly', 'usd', 4000, undefined],
    ['by-user', 'calls', 10, 'it is by userId, not on its metrics'],
  ]);
});
