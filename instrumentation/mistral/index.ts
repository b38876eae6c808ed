import type { SdkInstrumentation } from '../core/sdk.ts';
import { instrumentSpeakeasyClient, patchSpeakeasySdk } from '../core/speakeasy/speakeasy-sdk.ts';
import { mistralSdk } from './instrumentation.ts';
import { packages } from './metadata.ts';

/** The official `@mistralai/mistralai` package. */
export const mistral: SdkInstrumentation = {
  ...packages[0],
  patch: (sdk) => patchSpeakeasySdk(mistralSdk, sdk),
  instrumentClient: (client) => instrumentSpeakeasyClient(mistralSdk, client),
};
