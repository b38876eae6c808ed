import { countRequests } from '../core/call/count-requests.ts';
import { instrumentPlainClient, patchPlainSdk } from '../core/plain/plain-sdk.ts';
import type { SdkInstrumentation } from '../core/sdk.ts';
import { cohereClient, cohereClientV2, cohereSdk, isMadeOfWatched } from './instrumentation.ts';
import { packages } from './metadata.ts';

/** The official `cohere-ai` package, its clients of Bedrock and SageMaker included. */
export const cohere: SdkInstrumentation = {
  ...packages[0],
  patch(sdk) {
    countRequests();
    return patchPlainSdk(cohereSdk, sdk);
  },
  instrumentClient(client) {
    countRequests();
    if (!cohereClientV2.isClient(client)) return instrumentPlainClient(cohereClient, client);
    return isMadeOfWatched(client) || instrumentPlainClient(cohereClientV2, client);
  },
};
