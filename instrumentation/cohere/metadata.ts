import { MAIN_MODULE, type SdkMetadata } from '../core/sdk.ts';

/** The official package, its clients of Bedrock and SageMaker included. */
export const packages: readonly [SdkMetadata] = [
  {
    packageName: 'cohere-ai',
    testedVersions: '7 to 8',
    covers: ['chat', 'chat stream', 'generate', 'embed', 'rerank', 'classify', 'summarize'],
    modules: [MAIN_MODULE, 'aws.js'],
  },
];
