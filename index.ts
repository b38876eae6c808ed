export { costspanInstrumentations } from './instrumentation/register/instrumentations.ts';
export type { CostspanInstrumentation } from './instrumentation/register/instrumentations.ts';
export { instrument } from './instrumentation/register/instrument-client.ts';
export { CostspanProcessor, recordGenAiSpans, recordOutcome } from './processor/index.ts';
export { withAttribution } from './processor/attribution/index.ts';
export type { AttributionInput, InboundRequest } from './processor/attribution/index.ts';
export type { Attribution } from './conventions/index.ts';
