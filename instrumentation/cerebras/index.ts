import { instrumentGeneratedClient, patchGeneratedSdk } from '../core/stainless/generated-sdk.ts';
import type { SdkInstrumentation } from '../core/sdk.ts';
import { cerebrasSdk } from './instrumentation.ts';
import { packages } from './metadata.ts';

/** The official `@cerebras/cerebras_cloud_sdk` package. */
export const cerebras: SdkInstrumentation = {
  ...packages[0],
  patch: (sdk) => patchGeneratedSdk(cerebrasSdk, sdk),
  instrumentClient: (client) => instrumentGeneratedClient(cerebrasSdk, client),
};
