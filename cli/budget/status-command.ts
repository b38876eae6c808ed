import type {
  BudgetUnit,
  CompiledBudget,
} from '../../processor/governance/budgets/scope/compiled-budget.ts';
import type {
  Account,
  AccountStatus,
  BudgetStore,
} from '../../processor/governance/budgets/stores/store.ts';
import { scopeText } from '../../processor/governance/control/actions.ts';
import { type CommandIo, printable, writeJson } from '../command-io.ts';
import { EXIT_FINDING, EXIT_OK } from '../exit-codes.ts';
import { renderTable } from '../render-table.ts';
import { withBudgets } from './open-budgets.ts';

/** Splits of one budget that are shown, the fullest first. */
const MOST_SPLITS = 20;

interface Line {
  readonly budget: string;
  readonly split?: string | undefined;
  readonly period: string;
  readonly periodEnd?: string | undefined;
  readonly unit: BudgetUnit;
  /** Overrides included. */
  readonly limit: number;
  readonly extra: number;
  readonly spent: number;
  readonly held: number;
  readonly left: number;
  /** Share of the limit that is spent. */
  readonly used: number;
  readonly enforced: boolean;
  readonly owner?: string | undefined;
}

/** `costspan budget status`: exit code 1 when some budget is spent. */
export function statusCommand(
  io: CommandIo,
  options: { readonly json?: boolean },
): Promise<number> {
  return withBudgets(io, async ({ budgets, store }) => {
    const lines: Line[] = [];
    for (const budget of budgets) lines.push(...(await linesOf(budget, store, io.now)));
    const pauses = await store.pauses(io.now);
    const overrides = await store.overrides(io.now);
    if (options.json) {
      writeJson(io, {
        budgets: lines,
        paused: pauses.map(({ createdMs, untilMs, ...pause }) => ({
          ...pause,
          since: isoOf(createdMs),
          until: isoOf(untilMs),
        })),
        overrides: overrides.map(({ createdMs, expiresMs, extra, ...override }) => ({
          ...override,
          extra: shownExtra(budgets, override.budget, extra),
          granted: isoOf(createdMs),
          until: isoOf(expiresMs),
        })),
      });
    } else {
      io.out(lines.length === 0 ? 'No budgets in costspan.yaml.\n' : table(lines, io.columns));
      for (const { scope, actor, reason, untilMs } of pauses) {
        const until = untilMs === undefined ? 'until resumed' : `until ${isoOf(untilMs)}`;
        io.out(`${printable(`Paused: ${scopeText(scope)} by ${actor}, ${until} (${reason})`)}\n`);
      }
      for (const { budget, extra, actor, reason, expiresMs } of overrides) {
        const more = shownExtra(budgets, budget, extra);
        const until = isoOf(expiresMs);
        io.out(
          `${printable(`Override: ${budget} +${more} by ${actor}, until ${until} (${reason})`)}\n`,
        );
      }
    }
    return lines.some(({ used, enforced }) => enforced && used >= 1) ? EXIT_FINDING : EXIT_OK;
  });
}

async function linesOf(
  budget: CompiledBudget,
  store: BudgetStore,
  now: number,
): Promise<readonly Line[]> {
  // Each run has its own allowance; none stands for the budget.
  if (budget.config.period === 'run') return [];
  const period = budget.periodAt(now, '');
  const splits =
    budget.config.splitBy.length === 0
      ? ['']
      : await store.splits(budget.id, period.id, MOST_SPLITS);
  const accounts = splits.map((split): Account => ({
    budget: budget.id,
    split,
    period: period.id,
    olderPeriods: period.olderIds,
    overridePeriod: period.overrideId,
  }));
  const statuses = await store.status(accounts, now);
  return accounts.map((account, index) => lineOf(budget, account, statuses[index]!, period.endMs));
}

function lineOf(
  budget: CompiledBudget,
  { split, period, overridePeriod }: Account,
  { committed, held, extra }: AccountStatus,
  endMs: number | undefined,
): Line {
  const limit = budget.limit + extra;
  return {
    budget: budget.id,
    split: split === '' ? undefined : split,
    period: budget.config.period === 'rolling' ? (overridePeriod ?? period) : period,
    periodEnd: isoOf(endMs),
    unit: budget.unit,
    limit: budget.shown(limit),
    extra: budget.shown(extra),
    spent: budget.shown(committed),
    held: budget.shown(held),
    left: budget.shown(Math.max(0, limit - committed - held)),
    used: committed / Math.max(1, limit),
    enforced: budget.enforced,
    owner: budget.config.owner,
  };
}

function table(lines: readonly Line[], width: number): string {
  return renderTable(
    [
      { title: 'budget' },
      { title: 'period' },
      { title: 'limit', isNumber: true },
      { title: 'spent', isNumber: true },
      { title: 'held', isNumber: true },
      { title: 'left', isNumber: true },
      { title: 'used', isNumber: true },
      { title: 'owner' },
    ],
    lines.map((line) => [
      line.split === undefined ? line.budget : `${line.budget} ${line.split}`,
      line.period,
      amount(line.limit, line.unit) + (line.extra > 0 ? '*' : ''),
      amount(line.spent, line.unit),
      amount(line.held, line.unit),
      amount(line.left, line.unit),
      `${Math.round(line.used * 100)} %`,
      line.owner ?? '–',
    ]),
    width,
  );
}

/** Money to the cent, or to what there is below it; tokens and calls as words. */
export function amount(value: number, unit: BudgetUnit): string {
  if (unit !== 'usd') return `${value.toLocaleString('en-US')} ${unit}`;
  const digits = value !== 0 && Math.abs(value) < 0.01 ? 6 : 2;
  return `$${value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: digits })}`;
}

function shownExtra(budgets: readonly CompiledBudget[], id: string, extra: number): string {
  const budget = budgets.find((each) => each.id === id);
  return budget === undefined ? String(extra) : amount(budget.shown(extra), budget.unit);
}

function isoOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
