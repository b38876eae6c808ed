import { CompiledBudget } from '../../processor/governance/budgets/scope/compiled-budget.ts';
import { openStore } from '../../processor/governance/budgets/stores/open-store.ts';
import type { BudgetStore } from '../../processor/governance/budgets/stores/store.ts';
import { loadConfig, type ResolvedConfig } from '../../processor/governance/config/index.ts';
import { shownAddress } from '../../processor/governance/budgets/stores/shown-address.ts';
import type { CommandIo } from '../command-io.ts';
import { EXIT_FINDING } from '../exit-codes.ts';
import { messageOf } from '../../conventions/error-text.ts';

/** What `costspan budget` works on. */
export interface OpenBudgets {
  readonly config: ResolvedConfig;
  readonly budgets: readonly CompiledBudget[];
  readonly store: BudgetStore;
}

/** A store that does not answer is not waited for any longer, milliseconds. */
const PATIENCE_MS = 5_000;

/** An error that is told as its one sentence. */
export class CommandError extends Error {}

/**
 * Opens the store that costspan.yaml or `COSTSPAN_STORE` names, runs `action` on it and closes it.
 * Returns the exit code; says in one sentence what was wrong, such as a store out of reach.
 */
export async function withBudgets(
  io: CommandIo,
  action: (open: OpenBudgets) => Promise<number>,
): Promise<number> {
  const { config, file, problems } = loadConfig({ cwd: io.cwd, env: io.env });
  for (const { message } of problems) io.error(`costspan: ${message}\n`);
  if (problems.some(({ severity }) => severity === 'error')) return EXIT_FINDING;
  if (config.store === 'memory') {
    io.error(
      `costspan: budgets are kept in the memory of each process (store: memory${
        file === undefined ? ', the default' : ` in ${file}`
      }), where no command reaches them. Set store: sqlite:<path> for one host or ` +
        'redis://<host> for several, or list what is to stop under paused in costspan.yaml.\n',
    );
    return EXIT_FINDING;
  }
  let store: BudgetStore | undefined;
  try {
    store = await openStore(config.store);
    const budgets = config.budgets.map((budget) => new CompiledBudget(budget));
    return await inTime(action({ config, budgets, store }), config.store);
  } catch (error) {
    const reason = messageOf(error);
    io.error(
      error instanceof CommandError || isActionError(error)
        ? `costspan: ${reason}\n`
        : `costspan: the store ${shownAddress(config.store)} failed: ${reason}\n`,
    );
    return EXIT_FINDING;
  } finally {
    await store?.close();
  }
}

function isActionError(error: unknown): boolean {
  return error instanceof Error && error.name === 'ActionError';
}

async function inTime<T>(work: Promise<T>, store: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new CommandError(
          `the store ${shownAddress(store)} did not answer within ${PATIENCE_MS / 1000} seconds.`,
        ),
      );
    }, PATIENCE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Who runs the command: what `--actor` says, else the user of the shell. */
export function actorOf(io: CommandIo, given: string | undefined): string {
  const actor = given ?? io.env['COSTSPAN_ACTOR'] ?? io.env['USER'] ?? io.env['USERNAME'];
  if (actor === undefined) {
    throw new CommandError('say who you are with --actor: every act is in the audit log.');
  }
  return actor;
}

/** `2h`, `30m`, `7d`, or an instant in ISO 8601. */
export function untilOf(io: CommandIo, given: string | undefined): Date | undefined {
  if (given === undefined) return undefined;
  const span = /^(\d+(?:\.\d+)?)([mhd])$/.exec(given);
  const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 }[span?.[2] as 'm' | 'h' | 'd'];
  const until =
    span === null || unitMs === undefined
      ? new Date(given)
      : new Date(io.now + Number(span[1]) * unitMs);
  if (Number.isNaN(until.getTime())) {
    throw new CommandError(
      `--until must be a span such as 2h, 30m or 7d, or an instant such as 2026-12-01T08:00:00Z, and ${given} is neither.`,
    );
  }
  return until;
}
