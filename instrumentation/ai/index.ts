import { ai, provider } from './instrumentation.ts';
import { packages } from './metadata.ts';
import type { SdkInstrumentation } from '../core/sdk.ts';

/** The AI SDK and the packages that make models for it. */
export const aiSdk: readonly SdkInstrumentation[] = [ai, ...packages.slice(1).map(provider)];
