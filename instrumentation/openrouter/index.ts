import type { SdkInstrumentation } from '../core/sdk.ts';
import { instrumentSpeakeasyClient, patchSpeakeasySdk } from '../core/speakeasy/speakeasy-sdk.ts';
import { openRouterSdk } from './instrumentation.ts';
import { packages } from './metadata.ts';

/** The official `@openrouter/sdk` package. */
export const openRouter: SdkInstrumentation = {
  ...packages[0],
  patch: (sdk) => patchSpeakeasySdk(openRouterSdk, sdk),
  instrumentClient: (client) => instrumentSpeakeasyClient(openRouterSdk, client),
};
