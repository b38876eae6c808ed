/**
 * Writes Prometheus' rules and Grafana's alerts, with the budgets of the demo, for every naming, and
 * the table of alerts in the documentation; with `--check` it only says which of them is stale.
 * `costspan grafana` does the same for the budgets of a configuration of yours.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { alertsForRules } from '../cli/grafana/rule-alerts.ts';
import { budgetsForRules } from '../cli/grafana/rule-budgets.ts';
import { alertsDocument } from '../grafana/rules/document.ts';
import { NAMINGS, ruleFiles } from '../grafana/rules/index.ts';
import { loadConfig } from '../processor/governance/config/index.ts';
import { settleGeneratedFiles } from './generated-files.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const source = 'examples/demo/costspan.yaml';
const { config, problems } = loadConfig({
  cwd: root,
  env: { COSTSPAN_CONFIG: join(root, source) },
});
for (const { message } of problems) throw new Error(message);
// The instant tells the offsets of zones; any would do for the demo's.
const budgets = budgetsForRules(config, Date.UTC(2026, 0, 1));

settleGeneratedFiles([
  ...NAMINGS.flatMap((naming) =>
    ruleFiles({ naming, budgets, source, ...alertsForRules(config) }).map(({ path, text }) => ({
      path: `grafana/generated/${naming}/${path}`,
      text,
    })),
  ),
  { path: 'docs/alerts.md', text: alertsDocument() },
]);
