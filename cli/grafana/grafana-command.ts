import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

import {
  type Dialect,
  DIALECTS,
  inDialect,
  kubernetesFiles,
  NAMINGS,
  type Naming,
  ruleFiles,
} from '../../grafana/rules/index.ts';
import { dashboardConfigMap } from '../../grafana/dashboards/config-maps.ts';
import { nativeDashboard } from '../../grafana/dashboards/native.ts';
import { loadConfig } from '../../processor/governance/config/index.ts';
import type { CommandIo } from '../command-io.ts';
import { writeJson } from '../command-io.ts';
import { EXIT_FINDING, EXIT_OK, EXIT_USAGE } from '../exit-codes.ts';
import { ownPath } from '../package-info.ts';
import { alertsForRules } from './rule-alerts.ts';
import { budgetsForRules } from './rule-budgets.ts';

export interface GrafanaOptions {
  readonly config?: string;
  readonly naming: string;
  readonly dialect: string;
  readonly runbooks?: string;
  readonly grafana?: string;
  readonly json?: boolean;
}

/**
 * `costspan grafana <folder>`: dashboards, rules with the budgets of the configuration, alerts,
 * provisioning and a compose file, ready to mount. Overwrites what it wrote before.
 */
export function grafanaCommand(io: CommandIo, folder: string, options: GrafanaOptions): number {
  const naming = NAMINGS.find((known) => known === options.naming);
  if (naming === undefined) {
    io.error(`costspan: --naming is ${options.naming}; it must be ${NAMINGS.join(', ')}.\n`);
    return EXIT_USAGE;
  }
  const dialect = DIALECTS.find((known) => known === options.dialect);
  if (dialect === undefined) {
    io.error(`costspan: --dialect is ${options.dialect}; it must be ${DIALECTS.join(', ')}.\n`);
    return EXIT_USAGE;
  }
  if (naming === 'utf8' && dialect === 'prometheus-2') {
    io.error(
      'costspan: --naming utf8 needs Prometheus 3, and --dialect prometheus-2 is for older servers.\n',
    );
    return EXIT_USAGE;
  }
  const { config, file, problems } = loadConfig({
    cwd: io.cwd,
    env:
      options.config === undefined
        ? io.env
        : { ...io.env, COSTSPAN_CONFIG: resolve(io.cwd, options.config) },
  });
  const errors = problems.filter(({ severity }) => severity === 'error');
  for (const { message } of errors) io.error(`${message}\n`);
  if (errors.length > 0) return EXIT_FINDING;

  const target = resolve(io.cwd, folder);
  const budgets = budgetsForRules(config, io.now);
  const { runbooks = 'runbooks', grafana = '' } = options;
  const rules = ruleFiles({
    naming,
    dialect,
    budgets,
    ...alertsForRules(config),
    source: file === undefined ? 'no configuration' : relative(target, file),
    runbooks: runbooks.replace(/\/*$/, '/'),
    grafana: grafana.replace(/\/*$/, ''),
  });
  copyShipped(ownPath('grafana'), target, naming, dialect);
  for (const { path, text } of [...rules, ...kubernetesFiles(rules)]) {
    write(join(target, path), text);
  }

  const notCounted = budgets.flatMap(({ id, notCounted: reason }) =>
    reason === undefined ? [] : [{ budget: id, reason }],
  );
  if (options.json) {
    writeJson(io, {
      folder: target,
      naming,
      dialect,
      config: file ?? null,
      budgets: budgets.length,
      notCounted,
    });
    return EXIT_OK;
  }
  const count = `${budgets.length} ${budgets.length === 1 ? 'budget' : 'budgets'}`;
  io.out(`Written to ${target}, with ${count} of ${file ?? 'no configuration'}:\n`);
  io.out('  dashboards/    for Grafana: import them, or mount them with provisioning/\n');
  io.out('  dashboards-v2/ the same in the schema of Grafana 13, for its API or Git sync\n');
  io.out('  rules/         for Prometheus: rule_files\n');
  io.out('  alerting/      the same alerts, evaluated by Grafana\n');
  io.out('  runbooks/      a page for each alert\n');
  io.out(
    '  kubernetes/    rules for the Prometheus operator; rules and dashboards as ConfigMaps\n',
  );
  io.out('  provisioning/  datasources and dashboards of Grafana\n');
  io.out('  compose.yaml   all of it in one container: docker compose -p costspan up -d\n');
  for (const line of incomplete(options)) io.out(line);
  for (const { budget, reason } of notCounted) {
    io.out(`Budget ${budget} is judged by its gauges alone: ${reason}.\n`);
  }
  return EXIT_OK;
}

/** What alerts cannot say in full: where their pages are, nobody else knows. */
function incomplete({ runbooks = '', grafana = '' }: GrafanaOptions): readonly string[] {
  return [
    ...(URL.canParse(runbooks)
      ? []
      : [
          'runbook_url of the alerts is a path in this folder: publish runbooks/ and pass its address as --runbooks <url>.\n',
        ]),
    ...(URL.canParse(grafana)
      ? []
      : [
          'panel_url of the alerts is a path in Grafana: pass the address of yours as --grafana <url>.\n',
        ]),
  ];
}

/** What is the same for everybody. Here the files of one naming lie beside the others. */
function copyShipped(source: string, target: string, naming: Naming, dialect: Dialect): void {
  mkdirSync(target, { recursive: true });
  for (const name of ['provisioning', 'collector', 'prometheus.yaml']) {
    cpSync(join(source, name), join(target, name), { recursive: true });
  }
  copyDashboards(join(source, 'generated', naming, 'dashboards'), target, dialect);
  cpSync(ownPath('docs/runbooks'), join(target, 'runbooks'), { recursive: true });
  const compose = readFileSync(join(source, 'compose.yaml'), 'utf8');
  write(
    join(target, 'compose.yaml'),
    compose
      .replaceAll('./generated/otlp/', './')
      .replaceAll('grafana/compose.yaml', 'compose.yaml'),
  );
}

/** They are kept in the dialect `prometheus` and the classic schema; the other forms are made here. */
function copyDashboards(source: string, target: string, dialect: Dialect): void {
  for (const name of readdirSync(source)) {
    const text = readFileSync(join(source, name), 'utf8');
    const dashboard = JSON.parse(text, (_, value: unknown) =>
      typeof value === 'string' ? inDialect(dialect, value) : value,
    ) as Parameters<typeof nativeDashboard>[0];
    const forms = {
      dashboards: dashboard,
      'dashboards-v2': nativeDashboard(dashboard),
      'kubernetes/dashboards': dashboardConfigMap(name.replace('.json', ''), dashboard),
    };
    for (const [folder, form] of Object.entries(forms)) {
      write(join(target, folder, name), `${JSON.stringify(form, null, 2)}\n`);
    }
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
