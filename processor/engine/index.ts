/**
 * `costspan/engine`: what calls mean and cost, without OpenTelemetry and without Node. Hand it ended
 * spans or calls as plain data; it answers with attributes, metrics and prices.
 */
export type {
  Attribution,
  AttributionKey,
  MetricDimension,
} from '../../conventions/attribution.ts';
export type {
  CallCost,
  CallOutcome,
  CallPrice,
  CostSource,
  PriceMatch,
  PriceState,
  ProviderCost,
} from '../../conventions/llm-call.ts';
export type { TokenUsage } from '../../conventions/token-usage.ts';
export { createEngine } from './create-engine.ts';
export type { CallResult, CostspanEngine, EngineSettings, OverlaySource } from './create-engine.ts';
export { priceUsage, recogniseSpan } from './price-once.ts';
export type { PriceRequest, RecognisedSpan } from './price-once.ts';
export { OverlayError } from './pricing/overlay-error.ts';
export type {
  BookedCall,
  FinishedRun,
  HistogramValue,
  MetricPoint,
  SpanResult,
  InputCall,
  InputSpan,
} from './host-data.ts';
