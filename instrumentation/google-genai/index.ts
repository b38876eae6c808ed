import { countRequests } from '../core/call/count-requests.ts';
import { instrumentPlainClient, patchPlainSdk } from '../core/plain/plain-sdk.ts';
import type { SdkInstrumentation } from '../core/sdk.ts';
import { googleGenAiSdk } from './instrumentation.ts';
import { packages } from './metadata.ts';

/** Google's `@google/genai`: the Gemini API and Vertex AI. */
export const googleGenAi: SdkInstrumentation = {
  ...packages[0],
  patch(sdk) {
    countRequests();
    return patchPlainSdk(googleGenAiSdk, sdk);
  },
  instrumentClient(client) {
    countRequests();
    return instrumentPlainClient(googleGenAiSdk, client);
  },
};
