export { onEscalate } from './agents/escalation.ts';
export type { AgentEscalation, EscalationHandler } from './agents/escalation.ts';
export type { OverrideOptions, PauseOptions, PauseScope } from './control/actions.ts';
export { overrideBudget, pauseCalls, resumeCalls } from './control/process-actions.ts';
export type { PauseHandle } from './control/process-actions.ts';
export { ModelNotAllowedError } from './control/errors.ts';
export { CallPipeline } from './call-pipeline.ts';
export type { CallPipelineOptions } from './call-pipeline.ts';
export { CostspanProcessor } from './costspan-processor.ts';
export { applyConfig, createPipeline } from './create-pipeline.ts';
export type { RunLimits } from './loops/run-registry.ts';
export type { RecordedSpan } from './recorded-span.ts';
export type { MetricBounds } from './metrics/series-table.ts';
export type { OutcomeInput, OutcomeStatus } from './outcomes/outcome.ts';
export {
  currentRunHandle,
  currentRunSignal,
  recordOutcome,
  setProcessPipeline,
} from './process-pipeline.ts';
export { recordGenAiSpans } from './record-gen-ai-spans.ts';
export { noteUnmetered } from './unmetered/unmetered-file.ts';
export { type RequestWatch, watchUnmeteredRequests } from './unmetered/unmetered-requests.ts';
