import { instrumentGeneratedClient, patchGeneratedSdk } from '../core/stainless/generated-sdk.ts';
import type { SdkInstrumentation } from '../core/sdk.ts';
import { togetherSdk } from './instrumentation.ts';
import { packages } from './metadata.ts';

/** The official `together-ai` package. */
export const together: SdkInstrumentation = {
  ...packages[0],
  patch: (sdk) => patchGeneratedSdk(togetherSdk, sdk),
  instrumentClient: (client) => instrumentGeneratedClient(togetherSdk, client),
};
