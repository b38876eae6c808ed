import { ai, provider } from './instrumentation.ts';
import { providerPackages } from './provider-packages.ts';
import type { SdkInstrumentation } from '../core/sdk.ts';

/** The AI SDK and the packages that make models for it. */
export const aiSdk: readonly SdkInstrumentation[] = [
  ai,
  ...providerPackages.map(([name, testedVersions]) => provider(name, testedVersions)),
];
