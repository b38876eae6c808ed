import type { PromQL } from '../queries/promql.ts';
import { budgetAlerts } from './alerts-budget.ts';
import { dataAlerts } from './alerts-data.ts';
import { spendAlerts } from './alerts-spend.ts';
import { trafficAlerts } from './alerts-traffic.ts';
import type { AlertRule, RuleGroup } from './rule.ts';
import { DEFAULT_THRESHOLDS, type Thresholds } from './thresholds.ts';

/** Every alert: the one table that Prometheus' file, Grafana's and docs/alerts.md are made of. */
export function alertGroup(
  p: PromQL,
  thresholds: Thresholds = DEFAULT_THRESHOLDS,
): RuleGroup<AlertRule> {
  return {
    name: 'costspan-alerts',
    rules: [
      ...budgetAlerts(p, thresholds),
      ...spendAlerts(p, thresholds),
      ...trafficAlerts(p, thresholds),
      ...dataAlerts(p, thresholds),
    ],
  };
}
