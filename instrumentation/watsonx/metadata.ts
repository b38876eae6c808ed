import type { SdkMetadata } from '../core/sdk.ts';

/** The official package. */
export const packages: readonly [SdkMetadata] = [
  {
    packageName: '@ibm-cloud/watsonx-ai',
    testedVersions: '1',
    covers: ['chat', 'text generation', 'embeddings', 'rerank', 'forecasts', 'deployments'],
    pathWord: 'watsonx',
  },
];
