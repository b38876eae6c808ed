import { type PlainSdk, patchPlainSdk } from '../core/plain/plain-sdk.ts';
import type { SdkInstrumentation } from '../core/sdk.ts';
import { generativeAiSdk, instrumentLegacyClient, vertexAiSdk } from './instrumentation.ts';

function instrumentationOf(
  sdk: PlainSdk,
  testedVersions: string,
  covers: readonly string[],
): SdkInstrumentation {
  return {
    packageName: sdk.packageName,
    testedVersions,
    covers,
    patch: (loaded) => patchPlainSdk(sdk, loaded),
    instrumentClient: (client) => instrumentLegacyClient(sdk, client),
  };
}

const CONTENT = ['generateContent', 'generateContentStream', 'chats'];

/** Google's first SDK for the Gemini API, before `@google/genai`. */
export const googleGenerativeAi: SdkInstrumentation = instrumentationOf(generativeAiSdk, '0.24', [
  ...CONTENT,
  'embedContent',
]);

/** Google's first SDK for Vertex AI, before `@google/genai`. */
export const googleVertexAi: SdkInstrumentation = instrumentationOf(vertexAiSdk, '1', CONTENT);
