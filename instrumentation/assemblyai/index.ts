import { countRequests } from '../core/call/count-requests.ts';
import { instrumentPlainClient, patchPlainSdk } from '../core/plain/plain-sdk.ts';
import type { SdkInstrumentation } from '../core/sdk.ts';
import { assemblyAiSdk } from './instrumentation.ts';
import { packages } from './metadata.ts';

/** The official `assemblyai` package. */
export const assemblyAi: SdkInstrumentation = {
  ...packages[0],
  patch(sdk) {
    countRequests();
    return patchPlainSdk(assemblyAiSdk, sdk);
  },
  instrumentClient(client) {
    countRequests();
    return instrumentPlainClient(assemblyAiSdk, client);
  },
};
