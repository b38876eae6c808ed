import type { Context } from '@opentelemetry/api';
import type { CallObserver, LlmCall } from '../../conventions/index.ts';
import type { BudgetConfig, ResolvedBudget } from '../../processor/governance/config/index.ts';
import { resolveConfig } from '../../processor/governance/config/resolve-config.ts';

/** Budgets as a configuration file would give them. */
export function resolveBudgets(...budgets: readonly BudgetConfig[]): readonly ResolvedBudget[] {
  const folders = { file: '/', environment: '/' };
  const environment = {
    disabled: false,
    attribution: {},
    store: undefined,
    file: undefined,
    problems: [],
  };
  return resolveConfig({ budgets }, environment, folders).budgets;
}

/** As a store behind a network makes it: decided a little later. */
export function decidingLater(pipeline: CallObserver): CallObserver {
  return new Proxy(pipeline, {
    get(target, name) {
      if (name === 'admit') return async (call: LlmCall) => target.admit(call);
      if (name === 'admitConnection') {
        return async (call: LlmCall, parent: Context) => target.admitConnection(call, parent);
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** Settles to the error that `promise` rejects with. */
export async function rejectionOf(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** Counters of other tests must not come back. */
export const NO_LEDGER = {
  mode: 'off',
  folder: '',
  maxSegmentMb: 1,
  maxTotalMb: 1,
  keepDays: 1,
} as const;
