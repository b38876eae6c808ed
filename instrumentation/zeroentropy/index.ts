import { instrumentGeneratedClient, patchGeneratedSdk } from '../core/stainless/generated-sdk.ts';
import type { SdkInstrumentation } from '../core/sdk.ts';
import { zeroEntropySdk } from './instrumentation.ts';
import { packages } from './metadata.ts';

/** The official `zeroentropy` package. */
export const zeroEntropy: SdkInstrumentation = {
  ...packages[0],
  patch: (sdk) => patchGeneratedSdk(zeroEntropySdk, sdk),
  instrumentClient: (client) => instrumentGeneratedClient(zeroEntropySdk, client),
};
