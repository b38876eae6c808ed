import type { SdkInstrumentation, SdkMetadata } from '../core/sdk.ts';
import {
  type SpeakeasySdk,
  instrumentSpeakeasyClient,
  patchSpeakeasySdk,
} from '../core/speakeasy/speakeasy-sdk.ts';
import { mistralAzureSdk, mistralGcpSdk, mistralSdk } from './instrumentation.ts';
import { packages } from './metadata.ts';

function instrumentationOf(sdk: SpeakeasySdk, metadata: SdkMetadata): SdkInstrumentation {
  return {
    ...metadata,
    patch: (loaded) => patchSpeakeasySdk(sdk, loaded),
    instrumentClient: (client) => instrumentSpeakeasyClient(sdk, client),
  };
}

/** The official `@mistralai/mistralai` package. */
export const mistral: SdkInstrumentation = instrumentationOf(mistralSdk, packages[0]);

/** Mistral's models on Azure, by Mistral's own client. */
export const mistralAzure: SdkInstrumentation = instrumentationOf(mistralAzureSdk, packages[1]);

/** Mistral's models on Vertex AI, by Mistral's own client. */
export const mistralGcp: SdkInstrumentation = instrumentationOf(mistralGcpSdk, packages[2]);
