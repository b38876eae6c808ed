import {
  type GeneratedSdk,
  instrumentGeneratedClient,
  patchGeneratedSdk,
} from '../core/stainless/generated-sdk.ts';
import type { SdkInstrumentation, SdkMetadata } from '../core/sdk.ts';
import { anthropicSdk, bedrockSdk, foundrySdk, vertexSdk } from './instrumentation.ts';
import { packages } from './metadata.ts';

function instrumentationOf(sdk: GeneratedSdk, metadata: SdkMetadata): SdkInstrumentation {
  return {
    ...metadata,
    patch: (loaded) => patchGeneratedSdk(sdk, loaded),
    instrumentClient: (client) => instrumentGeneratedClient(sdk, client),
  };
}

/** The official `@anthropic-ai/sdk` package. */
export const anthropic: SdkInstrumentation = instrumentationOf(anthropicSdk, packages[0]);

/** Claude on Amazon Bedrock, by Anthropic's own client. */
export const anthropicBedrock: SdkInstrumentation = instrumentationOf(bedrockSdk, packages[1]);

/** Claude on Google Vertex AI, by Anthropic's own client. */
export const anthropicVertex: SdkInstrumentation = instrumentationOf(vertexSdk, packages[2]);

/** Claude on Microsoft Foundry, by Anthropic's own client. */
export const anthropicFoundry: SdkInstrumentation = instrumentationOf(foundrySdk, packages[3]);
