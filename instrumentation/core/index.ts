export { setCallObserver } from './observer.ts';
export { TRACER_NAME } from './record-call.ts';
export type { LoadedSdk, PatchReport, SdkInstrumentation } from './sdk.ts';
