import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { expect } from 'vitest';
import { stringify } from 'yaml';

import { budgetsForRules } from '../../cli/grafana/rule-budgets.ts';
import { labelName, type Naming } from '../../grafana/names.ts';
import type { Dialect } from '../../grafana/queries/dialect.ts';
import { PromQL } from '../../grafana/queries/promql.ts';
import { annotationsOf } from '../../grafana/rules/annotations.ts';
import {
  alertGroup,
  type AlertRule,
  GROUP_ORDER,
  type RuleFile,
  ruleFiles,
} from '../../grafana/rules/index.ts';
import { loadConfig } from '../../processor/governance/config/index.ts';
import { tempApp } from '../support/temp-app.ts';

/** What promtool's tests are made of, written short. Times are like `3d` and `61h`, from the epoch. */
export interface RuleTest {
  readonly name: string;
  /** Between the values of the series; also how often rules are evaluated, unless said otherwise. */
  readonly interval: string;
  /** Series in Prometheus' notation, and their values in promtool's. */
  readonly series: Readonly<Record<string, string>>;
  /** Expressions at a time, and what they return: value by labels. */
  readonly values?: readonly (readonly [
    time: string,
    expr: string,
    result: Readonly<Record<string, number>>,
  ])[];
  readonly alerts?: readonly ExpectedAlerts[];
}

export type ExpectedAlerts = readonly [
  time: string,
  alert: string,
  ...instances: readonly ExpectedAlert[],
];

/** Attributes (not labels) of an instance, and its value as the summary shows it. */
export interface ExpectedAlert {
  readonly shown: string;
  readonly [attribute: string]: string;
}

/** The rule files of a costspan.yaml, as `costspan grafana` writes them. */
export function rulesOf(
  configuration: string,
  naming: Naming = 'otlp',
  dialect: Dialect = 'prometheus',
): readonly RuleFile[] {
  using app = tempApp({ 'costspan.yaml': configuration });
  const { config, problems } = loadConfig({
    cwd: app.path,
    env: { COSTSPAN_CONFIG: app.file('costspan.yaml') },
  });
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const budgets = budgetsForRules(config, Date.UTC(2026, 0, 1));
  return ruleFiles({ naming, dialect, budgets, source: 'costspan.yaml' }).filter(({ path }) =>
    path.startsWith('rules/'),
  );
}

/** Runs `promtool test rules`; the error has promtool's own words. */
export async function testRules(
  promtool: string,
  files: readonly RuleFile[],
  tests: readonly RuleTest[],
  options: { readonly naming?: Naming; readonly evaluationInterval: string },
): Promise<void> {
  using app = tempApp({ 'costspan.yaml': '' });
  for (const { path, text } of files) {
    mkdirSync(dirname(app.file(path)), { recursive: true });
    writeFileSync(app.file(path), text);
  }
  const naming = options.naming ?? 'otlp';
  const content = {
    rule_files: files.map(({ path }) => path),
    evaluation_interval: options.evaluationInterval,
    group_eval_order: GROUP_ORDER,
    tests: tests.map((test) => promtoolTest(test, naming)),
  };
  writeFileSync(app.file('test.yml'), stringify(content));
  await new Promise<void>((resolve, reject) => {
    execFile(promtool, ['test', 'rules', 'test.yml'], { cwd: app.path }, (error, out, err) =>
      error === null ? resolve() : reject(new Error(`${out}${err}`)),
    );
  });
}

function promtoolTest(test: RuleTest, naming: Naming): object {
  return {
    name: test.name,
    interval: test.interval,
    input_series: Object.entries(test.series).map(([series, values]) => ({ series, values })),
    promql_expr_test: (test.values ?? []).map(([time, expr, result]) => ({
      expr,
      eval_time: time,
      exp_samples: Object.entries(result).map(([labels, value]) => ({ labels, value })),
    })),
    alert_rule_test: (test.alerts ?? []).map(([time, alertname, ...instances]) => ({
      eval_time: time,
      alertname,
      exp_alerts: instances.map((instance) => expectedAlert(alertname, instance, naming)),
    })),
  };
}

function expectedAlert(name: string, instance: ExpectedAlert, naming: Naming): object {
  const rule = ruleNamed(name, naming);
  const { shown, ...attributes } = instance;
  const label = (attribute: string) => attributes[attribute] ?? '';
  const part = {
    label,
    encoded: (attribute: string) => encodeURIComponent(label(attribute)),
    value: () => shown,
  };
  const labels = Object.entries(attributes).map(([key, value]) => [labelName(naming, key), value]);
  return {
    exp_labels: {
      severity: rule.severity,
      audience: rule.audience,
      ...(Object.fromEntries(labels) as Record<string, string>),
    },
    exp_annotations: annotationsOf(rule, { runbooks: 'docs/runbooks/', grafana: '' }, (template) =>
      template(part),
    ),
  };
}

function ruleNamed(name: string, naming: Naming): AlertRule {
  const rule = alertGroup(new PromQL(naming)).rules.find(({ alert }) => alert === name);
  if (rule === undefined) throw new Error(`There is no alert ${name}.`);
  return rule;
}
