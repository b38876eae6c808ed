import type { SdkMetadata } from '../core/sdk.ts';

/** Amazon Bedrock, by the AWS SDK. */
export const packages: readonly [SdkMetadata, SdkMetadata] = [
  {
    packageName: '@aws-sdk/client-bedrock-runtime',
    testedVersions: '3',
    covers: [
      'Converse',
      'ConverseStream',
      'InvokeModel',
      'InvokeModelWithResponseStream',
      'InvokeModelWithBidirectionalStream',
      'embeddings',
    ],
  },
  {
    packageName: '@aws-sdk/client-bedrock',
    testedVersions: '3',
    covers: ['CreateModelInvocationJob'],
  },
];
