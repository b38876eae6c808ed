import { firstBrokenEntry } from '../../processor/governance/budgets/stores/memory/audit-chain.ts';
import type { AuditEntry, BudgetStore } from '../../processor/governance/budgets/stores/store.ts';
import { type CommandIo, writeJson } from '../command-io.ts';
import { EXIT_FINDING, EXIT_OK, EXIT_USAGE } from '../exit-codes.ts';
import { renderTable } from '../render-table.ts';
import { withBudgets } from './open-budgets.ts';

/** Entries that one question to the store brings. */
const PAGE = 1_000;
const SHOWN = 50;

/** `costspan budget audit`: who did what, and whether anything was removed. Exit code 1: it was. */
export async function auditCommand(
  io: CommandIo,
  options: { readonly last?: string; readonly json?: boolean },
): Promise<number> {
  const last = options.last === undefined ? SHOWN : Number(options.last);
  if (!Number.isInteger(last) || last < 1) {
    io.error('costspan: --last must be a whole number above 0.\n');
    return EXIT_USAGE;
  }
  return withBudgets(io, async ({ store }) => {
    const entries = await allEntries(store);
    const broken = firstBrokenEntry(entries);
    if (options.json) {
      writeJson(io, {
        intact: broken === undefined,
        firstBroken: broken,
        count: entries.length,
        entries: entries.slice(-last).map(({ atMs, ...entry }) => ({
          at: new Date(atMs).toISOString(),
          ...entry,
        })),
      });
    } else {
      if (entries.length > 0) io.out(table(entries.slice(-last), io.columns));
      io.out(
        broken === undefined
          ? `${entries.length} ${entries.length === 1 ? 'entry' : 'entries'}, the chain of hashes holds.\n`
          : `The chain of hashes breaks at entry ${broken}: it was changed, or one before it was removed.\n`,
      );
    }
    return broken === undefined ? EXIT_OK : EXIT_FINDING;
  });
}

async function allEntries(store: BudgetStore): Promise<readonly AuditEntry[]> {
  const entries: AuditEntry[] = [];
  let next = 1;
  for (;;) {
    const page = await store.audit(next, PAGE);
    entries.push(...page);
    const end = page.at(-1);
    if (end === undefined || page.length < PAGE) return entries;
    next = end.sequence + 1;
  }
}

function table(entries: readonly AuditEntry[], width: number): string {
  return renderTable(
    [
      { title: '#', isNumber: true },
      { title: 'when' },
      { title: 'who' },
      { title: 'what' },
      { title: 'details' },
    ],
    entries.map(({ sequence, atMs, actor, action, details }) => [
      String(sequence),
      new Date(atMs).toISOString().slice(0, 19).replace('T', ' '),
      actor,
      action,
      Object.entries(details)
        .map(([key, value]) => `${key}: ${value}`)
        .join(', '),
    ]),
    width,
  );
}
