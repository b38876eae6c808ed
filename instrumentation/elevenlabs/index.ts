import { countRequests } from '../core/call/count-requests.ts';
import { type PlainSdk, instrumentPlainClient, patchPlainSdk } from '../core/plain/plain-sdk.ts';
import type { SdkInstrumentation, SdkMetadata } from '../core/sdk.ts';
import { elevenLabsSdk, olderElevenLabsSdk } from './instrumentation.ts';
import { packages } from './metadata.ts';

function instrumentationOf(sdk: PlainSdk, metadata: SdkMetadata): SdkInstrumentation {
  return {
    ...metadata,
    patch(loaded) {
      countRequests();
      return patchPlainSdk(sdk, loaded);
    },
    instrumentClient(client) {
      countRequests();
      return instrumentPlainClient(sdk, client);
    },
  };
}

/** The official `@elevenlabs/elevenlabs-js` package. */
export const elevenLabs: SdkInstrumentation = instrumentationOf(elevenLabsSdk, packages[0]);

/** The `elevenlabs` package, which it replaced. */
export const olderElevenLabs: SdkInstrumentation = instrumentationOf(
  olderElevenLabsSdk,
  packages[1],
);
