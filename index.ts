export { costspanInstrumentations } from './instrumentation/register/instrumentations.ts';
export type { CostspanInstrumentation } from './instrumentation/register/instrumentations.ts';
export { flushTelemetry } from './instrumentation/register/flush.ts';
export { instrument } from './instrumentation/register/instrument-client.ts';
export { recordBatchResults } from './instrumentation/register/record-batch-results.ts';
export type {
  BatchResultsPiece,
  BatchResultsSource,
  RecordedBatchResults,
} from './instrumentation/register/record-batch-results.ts';
export {
  CostspanProcessor,
  currentRunHandle,
  currentRunSignal,
  ModelNotAllowedError,
  onEscalate,
  overrideBudget,
  pauseCalls,
  recordGenAiSpans,
  recordOutcome,
  resumeCalls,
} from './processor/index.ts';
export type {
  AgentEscalation,
  EscalationHandler,
  OutcomeInput,
  OutcomeStatus,
  OverrideOptions,
  PauseHandle,
  PauseOptions,
  PauseScope,
} from './processor/index.ts';
export {
  attributionBaggage,
  AttributionRequiredError,
  CostspanPropagator,
  withAttribution,
} from './processor/node/attribution/index.ts';
export type {
  AttributionInput,
  CostspanPropagatorOptions,
  InboundRequest,
} from './processor/node/attribution/index.ts';
export type { Attribution } from './conventions/index.ts';
export {
  AgentLimitError,
  BudgetContendedError,
  BudgetExceededError,
  BudgetStoreUnavailableError,
  PausedError,
} from './processor/governance/budgets/budget-errors.ts';
export type {
  AgentLimitFacts,
  BudgetFigures,
  PauseFacts,
} from './processor/governance/budgets/budget-errors.ts';
export { configureBudgets } from './processor/governance/budget-settings.ts';
export type { BudgetSettings } from './processor/governance/budget-settings.ts';
export type {
  BudgetAlert,
  DowngradeRequest,
} from './processor/governance/budgets/reporting/hooks.ts';
