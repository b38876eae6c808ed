export * from './generated/attributes.ts';
export * from './generated/events.ts';
export * from './generated/metrics.ts';
export {
  ATTRIBUTION,
  ATTRIBUTION_ENTRIES,
  ATTRIBUTION_KEYS,
  HANDED_ON_KEYS,
  isAttributionKey,
  isMetricDimension,
  keyOfAttribute,
  METRIC_DIMENSIONS,
} from './attribution.ts';
export type { Attribution, AttributionKey, MetricDimension } from './attribution.ts';
export { BILLABLE_UNITS, UNIT_ENTRIES } from './billable-units.ts';
export type {
  BillableUnit,
  BillingClass,
  Quantity,
  RateName,
  UnitFacts,
} from './billable-units.ts';
export { CALL_CONTEXT_KEY, TOLD_CALL_CONTEXT_KEY } from './call-observer.ts';
export type { BookedAnswer, CallObserver } from './call-observer.ts';
export { SPAN_STATUS_ERROR, VALUE_TYPE_DOUBLE, VALUE_TYPE_INT } from './values.ts';
export type { Attributes, HrTime, SpanStatus } from './values.ts';
export {
  LlmCall,
  OPERATION_CREATE_BATCH,
  OPERATION_FETCH_BATCH,
  OPERATION_FETCH_RESPONSE,
} from './llm-call.ts';
export { EXPORT_ENDED, FRESH_READER } from './metric-reading.ts';
export type { ExportResult, TrackedExport } from './metric-reading.ts';
export type {
  BatchPart,
  CallCost,
  CallOutcome,
  CallPrice,
  CostSource,
  PriceMatch,
  PriceState,
  ProviderCost,
  RequestSize,
  ToolCall,
  UsageSource,
} from './llm-call.ts';
export {
  addUsage,
  addsUp,
  cacheWriteTokensOf,
  countsNothing,
  countsTheSame,
  inputTokensOf,
  isSaneUsage,
  outputTokensOf,
  saneUsage,
  sizeOfUsage,
  tokensOf,
  usageSince,
} from './token-usage.ts';
export type { TokenUsage } from './token-usage.ts';
export {
  connectionExpected,
  connectionWatched,
  isConnectionWatched,
} from './watched-connections.ts';
