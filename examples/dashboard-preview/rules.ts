import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ATTR_COSTSPAN_TEAM } from '../../conventions/index.ts';
import type { Naming } from '../../grafana/names.ts';
import type { Dialect } from '../../grafana/queries/dialect.ts';
import { type BudgetForRules, ruleFiles } from '../../grafana/rules/index.ts';

const MONTH = {
  period: 'month',
  utcOffsetSeconds: 0,
  alertAt: [0.75, 0.8, 1],
  splitBy: [],
} as const;

/** Budgets of the teams of the history. */
const BUDGETS: readonly BudgetForRules[] = [
  {
    ...MONTH,
    id: 'support-monthly',
    unit: 'usd',
    limit: 1400,
    owner: 'support-lead',
    match: [[ATTR_COSTSPAN_TEAM, '=', 'support']],
  },
  {
    ...MONTH,
    id: 'search-monthly',
    unit: 'usd',
    limit: 1800,
    owner: 'search-lead',
    match: [[ATTR_COSTSPAN_TEAM, '=', 'search']],
  },
  {
    ...MONTH,
    id: 'growth-daily',
    unit: 'usd',
    limit: 45,
    period: 'day',
    owner: 'growth-lead',
    match: [[ATTR_COSTSPAN_TEAM, '=', 'growth']],
  },
  {
    ...MONTH,
    id: 'search-tokens',
    unit: 'tokens',
    limit: 3_000_000_000,
    owner: 'search-lead',
    match: [[ATTR_COSTSPAN_TEAM, '=', 'search']],
  },
  {
    ...MONTH,
    id: 'everybody-calls',
    unit: 'calls',
    limit: 4_000_000,
    owner: 'platform',
    match: [],
  },
];

/** Writes the rules, with the budgets of the history, into `folder`. */
export async function writeRuleFiles(
  naming: Naming,
  dialect: Dialect,
  folder: string,
): Promise<readonly string[]> {
  const files: string[] = [];
  for (const { path, text } of ruleFiles({
    naming,
    dialect,
    budgets: BUDGETS,
    source: 'the preview',
  })) {
    if (!path.startsWith('rules/')) continue;
    const file = join(folder, basename(path));
    await writeFile(file, text);
    files.push(file);
  }
  return files;
}
