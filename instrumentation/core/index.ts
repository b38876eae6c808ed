export { setCallObserver } from './observer.ts';
export { setStreamUsage } from './settings.ts';
export type { LoadedSdk, PatchReport, SdkInstrumentation } from './sdk.ts';
