import { budgetSettings } from '../budget-settings.ts';
import type { ResolvedBudget, ResolvedConfig } from '../config/index.ts';
import { describeError } from '../../../conventions/error-text.ts';
import type { Pricer } from '../../engine/pricing/index.ts';
import { absentStore } from './stores/absent-store.ts';
import { Budgets } from './budgets.ts';
import { attempt } from './stores/maybe.ts';
import { sumLedger } from './stores/rebuild.ts';
import { openStore } from './stores/open-store.ts';
import type { BudgetStore } from './stores/store.ts';

export interface StartBudgetsOptions {
  /** As configured: `memory`, `sqlite:<path>`, `redis://…`. */
  readonly store: string;
  readonly budgets: readonly ResolvedBudget[];
  readonly ledger: ResolvedConfig['ledger'];
  readonly pricer: Pricer;
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
  /** Told, in one sentence, what the operator should mend. */
  readonly tell: (message: string) => void;
}

/** Opens the store and makes the budgets of this process. Never rejects. */
export async function startBudgets(options: StartBudgetsOptions): Promise<Budgets> {
  const { pricer, now, onError, ledger } = options;
  const store = await open(options);
  const hooks = {
    // Read at each use: the application may set them later.
    onAlert: (alert: Parameters<NonNullable<Hooks['onAlert']>>[0]) =>
      budgetSettings().onAlert?.(alert),
    downgrade: (request: Parameters<NonNullable<Hooks['downgrade']>>[0]) =>
      budgetSettings().downgrade?.(request),
  };
  const budgets = new Budgets({
    store,
    pricer,
    hooks,
    now,
    onError,
    ledgerSums:
      ledger.mode === 'file' ? (current) => sumLedger(ledger.folder, current, now()) : undefined,
  });
  budgets.configure(options.budgets);
  await notLonger(budgets.rebuild(), REBUILD_MS);
  tellUnsafe(budgets, options);
  return budgets;
}

/** A large ledger goes on being read while the first calls are made. */
const REBUILD_MS = 2_000;

async function notLonger(work: Promise<void>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}

type Hooks = ReturnType<typeof budgetSettings>;

async function open({ store, tell, onError }: StartBudgetsOptions): Promise<BudgetStore> {
  const { redis, redisNamespace } = budgetSettings();
  try {
    return await openStore(store, { redis, redisNamespace });
  } catch (error) {
    onError(error);
    const reason = error instanceof Error ? error : new Error(describeError(error));
    tell(
      `The store of budgets cannot be opened: ${reason.message}. Each budget goes by its onStoreFailure.`,
    );
    return absentStore(store.startsWith('sqlite:') ? 'sqlite' : 'redis', reason);
  }
}

/** Says what about the server makes budgets unsafe. */
function tellUnsafe({ access }: Budgets, { tell }: StartBudgetsOptions): void {
  void attempt(
    () => access.store.check(),
    (problems) => {
      for (const problem of problems) tell(problem);
    },
    () => undefined,
  );
}
