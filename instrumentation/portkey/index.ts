import { countRequests } from '../core/call/count-requests.ts';
import { instrumentPlainClient, patchPlainSdk } from '../core/plain/plain-sdk.ts';
import type { SdkInstrumentation } from '../core/sdk.ts';
import { portkeySdk } from './instrumentation.ts';
import { packages } from './metadata.ts';

/** The official `portkey-ai` package. */
export const portkey: SdkInstrumentation = {
  ...packages[0],
  patch(sdk) {
    countRequests();
    return patchPlainSdk(portkeySdk, sdk);
  },
  instrumentClient(client) {
    countRequests();
    return instrumentPlainClient(portkeySdk, client);
  },
};
