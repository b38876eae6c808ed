import type { SdkMetadata } from '../core/sdk.ts';

/** The official package. */
export const packages: readonly [SdkMetadata] = [
  {
    packageName: '@openrouter/sdk',
    testedVersions: '0 to 1',
    covers: ['chat', 'responses', 'callModel', 'embeddings', 'rerank', 'images', 'audio'],
  },
];
