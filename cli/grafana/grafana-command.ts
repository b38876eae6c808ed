import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

import { NAMINGS, type Naming, ruleFiles } from '../../grafana/rules/index.ts';
import { loadConfig } from '../../processor/config/index.ts';
import type { CommandIo } from '../command-io.ts';
import { writeJson } from '../command-io.ts';
import { EXIT_FINDING, EXIT_OK, EXIT_USAGE } from '../exit-codes.ts';
import { ownPath } from '../package-info.ts';
import { budgetsForRules } from './rule-budgets.ts';

export interface GrafanaOptions {
  readonly config?: string;
  readonly naming: string;
  readonly runbooks?: string;
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
  const { runbooks = 'runbooks' } = options;
  const rules = ruleFiles({
    naming,
    budgets,
    source: file === undefined ? 'no configuration' : relative(target, file),
    runbooks: runbooks.replace(/\/*$/, '/'),
  });
  copyShipped(ownPath('grafana'), target, naming);
  for (const { path, text } of rules) write(join(target, path), text);

  const notCounted = budgets.flatMap(({ id, notCounted: reason }) =>
    reason === undefined ? [] : [{ budget: id, reason }],
  );
  if (options.json) {
    writeJson(io, {
      folder: target,
      naming,
      config: file ?? null,
      budgets: budgets.length,
      notCounted,
    });
    return EXIT_OK;
  }
  const count = `${budgets.length} ${budgets.length === 1 ? 'budget' : 'budgets'}`;
  io.out(`Written to ${target}, with ${count} of ${file ?? 'no configuration'}:\n`);
  io.out('  dashboards/    for Grafana: import them, or mount them with provisioning/\n');
  io.out('  rules/         for Prometheus: rule_files\n');
  io.out('  alerting/      the same alerts, evaluated by Grafana\n');
  io.out('  runbooks/      a page for each alert\n');
  io.out('  provisioning/  datasources and dashboards of Grafana\n');
  io.out('  compose.yaml   all of it in one container: docker compose -p costspan up -d\n');
  for (const { budget, reason } of notCounted) {
    io.out(`Budget ${budget} is judged by its gauges alone: ${reason}.\n`);
  }
  return EXIT_OK;
}

/** What is the same for everybody. Here the files of one naming lie beside the others. */
function copyShipped(source: string, target: string, naming: Naming): void {
  mkdirSync(target, { recursive: true });
  for (const name of ['provisioning', 'collector', 'prometheus.yaml']) {
    cpSync(join(source, name), join(target, name), { recursive: true });
  }
  cpSync(join(source, 'generated', naming, 'dashboards'), join(target, 'dashboards'), {
    recursive: true,
  });
  cpSync(ownPath('docs/runbooks'), join(target, 'runbooks'), { recursive: true });
  const compose = readFileSync(join(source, 'compose.yaml'), 'utf8');
  write(
    join(target, 'compose.yaml'),
    compose
      .replaceAll('./generated/otlp/', './')
      .replaceAll('grafana/compose.yaml', 'compose.yaml'),
  );
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
