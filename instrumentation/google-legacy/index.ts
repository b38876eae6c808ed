import { type PlainSdk, patchPlainSdk } from '../core/plain/plain-sdk.ts';
import type { SdkInstrumentation, SdkMetadata } from '../core/sdk.ts';
import { generativeAiSdk, instrumentLegacyClient, vertexAiSdk } from './instrumentation.ts';
import { packages } from './metadata.ts';

function instrumentationOf(sdk: PlainSdk, metadata: SdkMetadata): SdkInstrumentation {
  return {
    ...metadata,
    patch: (loaded) => patchPlainSdk(sdk, loaded),
    instrumentClient: (client) => instrumentLegacyClient(sdk, client),
  };
}

/** Google's first SDK for the Gemini API, before `@google/genai`. */
export const googleGenerativeAi: SdkInstrumentation = instrumentationOf(
  generativeAiSdk,
  packages[0],
);

/** Google's first SDK for Vertex AI, before `@google/genai`. */
export const googleVertexAi: SdkInstrumentation = instrumentationOf(vertexAiSdk, packages[1]);
