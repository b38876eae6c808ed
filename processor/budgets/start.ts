import { budgetSettings } from '../budget-settings.ts';
import type { ResolvedBudget } from '../config/index.ts';
import { describeError } from '../guard.ts';
import type { Pricer } from '../pricing/index.ts';
import { absentStore } from './absent-store.ts';
import { Budgets } from './budgets.ts';
import { attempt } from './maybe.ts';
import { openStore } from './open-store.ts';
import type { BudgetStore } from './store.ts';

export interface StartBudgetsOptions {
  /** As configured: `memory`, `sqlite:<path>`, `redis://…`. */
  readonly store: string;
  readonly budgets: readonly ResolvedBudget[];
  readonly pricer: Pricer;
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
  /** Told, in one sentence, what the operator should mend. */
  readonly tell: (message: string) => void;
}

/** Opens the store and makes the budgets of this process. Never rejects. */
export async function startBudgets(options: StartBudgetsOptions): Promise<Budgets> {
  const { pricer, now, onError } = options;
  const store = await open(options);
  const hooks = {
    // Read at each use: the application may set them later.
    onAlert: (alert: Parameters<NonNullable<Hooks['onAlert']>>[0]) =>
      budgetSettings().onAlert?.(alert),
    downgrade: (request: Parameters<NonNullable<Hooks['downgrade']>>[0]) =>
      budgetSettings().downgrade?.(request),
  };
  const budgets = new Budgets({ store, pricer, hooks, now, onError });
  budgets.configure(options.budgets);
  tellUnsafe(budgets, options);
  return budgets;
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
