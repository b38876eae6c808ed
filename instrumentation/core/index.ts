export { setCallObserver } from './observer.ts';
export type { LoadedSdk, PatchReport, SdkInstrumentation } from './sdk.ts';
