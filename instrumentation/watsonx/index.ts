import { instrumentPlainClient, patchPlainSdk } from '../core/plain/plain-sdk.ts';
import type { SdkInstrumentation } from '../core/sdk.ts';
import { watsonxSdk } from './instrumentation.ts';
import { packages } from './metadata.ts';

/** The official `@ibm-cloud/watsonx-ai` package. */
export const watsonx: SdkInstrumentation = {
  ...packages[0],
  patch: (sdk) => patchPlainSdk(watsonxSdk, sdk),
  instrumentClient: (client) => instrumentPlainClient(watsonxSdk, client),
};
