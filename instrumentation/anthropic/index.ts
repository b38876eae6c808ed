import {
  type GeneratedSdk,
  instrumentGeneratedClient,
  patchGeneratedSdk,
} from '../core/stainless/generated-sdk.ts';
import type { SdkInstrumentation } from '../core/sdk.ts';
import { anthropicSdk, bedrockSdk, vertexSdk } from './instrumentation.ts';

function instrumentationOf(
  sdk: GeneratedSdk,
  testedVersions: string,
  covers: readonly string[],
): SdkInstrumentation {
  return {
    packageName: sdk.packageName,
    testedVersions,
    covers,
    patch: (loaded) => patchGeneratedSdk(sdk, loaded),
    instrumentClient: (client) => instrumentGeneratedClient(sdk, client),
  };
}

/** The official `@anthropic-ai/sdk` package. */
export const anthropic: SdkInstrumentation = instrumentationOf(anthropicSdk, '0.27 to 1', [
  'messages',
  'beta messages',
  'message streams',
  'tool runner',
  'completions',
]);

/** Claude on Amazon Bedrock, by Anthropic's own client. */
export const anthropicBedrock: SdkInstrumentation = instrumentationOf(bedrockSdk, '1', [
  'messages',
  'beta messages',
  'message streams',
]);

/** Claude on Google Vertex AI, by Anthropic's own client. */
export const anthropicVertex: SdkInstrumentation = instrumentationOf(vertexSdk, '1', [
  'messages',
  'beta messages',
  'message streams',
]);
