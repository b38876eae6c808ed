export type {
  AgentLimitConfig,
  AlertsConfig,
  AttributionConfig,
  BudgetAction,
  BudgetConfig,
  BudgetMode,
  BudgetPeriod,
  ConfigProblem,
  CostspanConfig,
  InboundKey,
  LedgerConfig,
  LoadedConfig,
  MatchConfig,
  MetricsConfig,
  PausedConfig,
  PricingConfig,
  ResolvedBudget,
  ResolvedConfig,
  UnknownModelPolicy,
  WorkloadConfig,
} from './config.ts';
export { findConfig } from './find-config.ts';
export { loadConfig, readConfigFile } from './load-config.ts';
export type { LoadConfigOptions } from './load-config.ts';
export { watchConfig } from './watch-config.ts';
export type { ConfigWatcher, WatchConfigOptions } from './watch-config.ts';
