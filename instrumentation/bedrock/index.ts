import type { SdkInstrumentation } from '../core/sdk.ts';
import { instrumentBedrockClient, patchBedrock } from './instrumentation.ts';

/** Amazon Bedrock, by the AWS SDK. */
export const bedrock: SdkInstrumentation = {
  packageName: '@aws-sdk/client-bedrock-runtime',
  testedVersions: '3',
  covers: [
    'Converse',
    'ConverseStream',
    'InvokeModel',
    'InvokeModelWithResponseStream',
    'embeddings',
  ],
  patch: patchBedrock,
  instrumentClient: instrumentBedrockClient,
};
