import type { SdkInstrumentation } from '../core/sdk.ts';
import { instrumentBedrockClient, patchBedrock } from './instrumentation.ts';
import { packages } from './metadata.ts';

/** Amazon Bedrock, by the AWS SDK. */
export const bedrock: SdkInstrumentation = {
  ...packages[0],
  patch: patchBedrock,
  instrumentClient: instrumentBedrockClient,
};
