import type { SdkInstrumentation } from '../core/sdk.ts';
import { instrumentBedrockClient, patchBedrock } from './instrumentation.ts';
import { packages } from './metadata.ts';

/** Amazon Bedrock, by the AWS SDK. */
export const bedrock: SdkInstrumentation = {
  ...packages[0],
  patch: (loaded) => patchBedrock('BedrockRuntimeClient', loaded),
  instrumentClient: (client) => instrumentBedrockClient('Bedrock Runtime', client),
};

/** The client by which jobs of Amazon Bedrock are made, batches among them. */
export const bedrockJobs: SdkInstrumentation = {
  ...packages[1],
  patch: (loaded) => patchBedrock('BedrockClient', loaded),
  instrumentClient: (client) => instrumentBedrockClient('Bedrock', client),
};
