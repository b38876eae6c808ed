export { onEscalate } from './governance/agents/escalation.ts';
export type { AgentEscalation, EscalationHandler } from './governance/agents/escalation.ts';
export type { OverrideOptions, PauseOptions, PauseScope } from './governance/control/actions.ts';
export { overrideBudget, pauseCalls, resumeCalls } from './node/process-actions.ts';
export type { PauseHandle } from './node/process-actions.ts';
export { ModelNotAllowedError } from './governance/control/model-not-allowed-error.ts';
export { createCallPipeline } from './node/call-pipeline.ts';
export type { CallPipeline, CallPipelineOptions } from './node/call-pipeline.ts';
export { CostspanProcessor } from './node/costspan-processor.ts';
export type { RunLimits } from './engine/loops/run-registry.ts';
export type { RecordedSpan } from './node/recorded-span.ts';
export type { MetricBounds } from './engine/metrics/series-table.ts';
export type { OutcomeInput, OutcomeStatus } from './governance/outcomes/outcome.ts';
export {
  currentRunHandle,
  currentRunSignal,
  recordOutcome,
  setProcessPipeline,
} from './node/process-pipeline.ts';
export {
  callsAreAsked,
  followConfig,
  startProcess,
  tellConfigProblems,
} from './node/start-process.ts';
export { tellOperator } from './node/tell-operator.ts';
export { recordGenAiSpans } from './node/record-gen-ai-spans.ts';
export { noteUnmetered } from './node/unmetered/unmetered-file.ts';
export { type RequestWatch, watchUnmeteredRequests } from './node/unmetered/unmetered-requests.ts';
