import { resolve } from 'node:path';
import { DEFAULT_METRIC_BOUNDS } from '../../engine/metrics/series-table.ts';
import type { BudgetConfig, CostspanConfig, ResolvedBudget, ResolvedConfig } from './config.ts';
import type { EnvironmentConfig } from './environment.ts';

/** What a configuration means: file, then environment, then defaults. */
export function resolveConfig(
  file: CostspanConfig,
  environment: EnvironmentConfig,
  folders: {
    /** What paths in the file are relative to. */
    readonly file: string;
    /** What paths in the environment are relative to. */
    readonly environment: string;
  },
): ResolvedConfig {
  const { attribution, pricing, metrics, ledger } = file;
  const budgets = (file.budgets ?? []).map(resolveBudget);
  return {
    disabled: environment.disabled,
    attribution: {
      defaults: attribution?.defaults ?? {},
      environment: environment.attribution,
      required: attribution?.required ?? [],
      mode: attribution?.mode ?? 'warn',
      inbound: attribution?.inbound ?? ['runId'],
      outboundHosts: attribution?.outboundHosts ?? [],
    },
    pricing: {
      overlay: pricing?.overlay === undefined ? undefined : resolve(folders.file, pricing.overlay),
      unknownModel: pricing?.unknownModel ?? 'unpriced',
    },
    budgets,
    agents: file.agents ?? [],
    paused: file.paused ?? [],
    allowedModels: file.allowedModels ?? [],
    workloads: file.workloads ?? [],
    store:
      environment.store === undefined
        ? resolveStore(file.store ?? 'memory', folders.file)
        : resolveStore(environment.store, folders.environment),
    ledger: {
      mode: ledger?.mode ?? (budgets.some(({ mode }) => mode !== 'soft') ? 'file' : 'off'),
      folder: resolve(folders.file, ledger?.folder ?? '.costspan/ledger'),
      maxSegmentMb: ledger?.maxSegmentMb ?? 16,
      maxTotalMb: ledger?.maxTotalMb ?? 1024,
      keepDays: ledger?.keepDays ?? 100,
    },
    metrics: {
      dimensions: metrics?.dimensions ?? DEFAULT_METRIC_BOUNDS.dimensions,
      maxValuesPerDimension:
        metrics?.maxValuesPerDimension ?? DEFAULT_METRIC_BOUNDS.maxValuesPerDimension,
      maxSets: metrics?.maxSets ?? DEFAULT_METRIC_BOUNDS.maxSets,
    },
    alerts: file.alerts ?? {},
    content: file.content ?? 'off',
    streamUsage: file.streamUsage ?? true,
  };
}

function resolveBudget(budget: BudgetConfig): ResolvedBudget {
  const mode = budget.mode ?? 'balanced';
  return {
    ...budget,
    match: budget.match ?? {},
    timezone: budget.timezone ?? 'UTC',
    alertAt: (budget.alertAt ?? [0.5, 0.75, 0.8, 1]).toSorted((a, b) => a - b),
    mode,
    action: budget.action ?? (mode === 'soft' ? 'alert' : 'block'),
    onStoreFailure: budget.onStoreFailure ?? (mode === 'hard' ? 'closed' : 'open'),
    outageAllowance: budget.outageAllowance ?? 0.02,
    unknownModel: budget.unknownModel ?? 'assume-dearest',
    splitBy: budget.splitBy ?? [],
    maxWaitMs: budget.maxWaitMs ?? (budget.action === 'throttle' ? 10_000 : 0),
    clampMaxTokens: budget.clampMaxTokens ?? false,
  };
}

function resolveStore(store: string, folder: string): string {
  return store.startsWith('sqlite:')
    ? `sqlite:${resolve(folder, store.slice('sqlite:'.length))}`
    : store;
}
