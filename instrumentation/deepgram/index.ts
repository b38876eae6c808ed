import { countRequests } from '../core/call/count-requests.ts';
import { dig } from '../core/patch.ts';
import { instrumentPlainClient, patchPlainSdk } from '../core/plain/plain-sdk.ts';
import type { SdkInstrumentation } from '../core/sdk.ts';
import { deepgramSdk, olderDeepgramSdk } from './instrumentation.ts';
import { packages } from './metadata.ts';

/** The official `@deepgram/sdk` package. */
export const deepgram: SdkInstrumentation = {
  ...packages[0],
  patch(sdk) {
    countRequests();
    const isNew = dig(sdk.moduleExports, ['DefaultDeepgramClient']) !== undefined;
    return patchPlainSdk(isNew ? deepgramSdk : olderDeepgramSdk, sdk);
  },
  instrumentClient(client) {
    countRequests();
    return (
      instrumentPlainClient(deepgramSdk, client) || instrumentPlainClient(olderDeepgramSdk, client)
    );
  },
};
