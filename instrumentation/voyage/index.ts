import { countRequests } from '../core/call/count-requests.ts';
import { instrumentPlainClient, patchPlainSdk } from '../core/plain/plain-sdk.ts';
import type { SdkInstrumentation } from '../core/sdk.ts';
import { voyageSdk } from './instrumentation.ts';
import { packages } from './metadata.ts';

/** The official `voyageai` package. */
export const voyage: SdkInstrumentation = {
  ...packages[0],
  patch(sdk) {
    countRequests();
    return patchPlainSdk(voyageSdk, sdk);
  },
  instrumentClient(client) {
    countRequests();
    return instrumentPlainClient(voyageSdk, client);
  },
};
